//! Who keeps an object, in the file.

use crate::domain::model::{Keeper, Name, Tool};
use serde::{Deserialize, Serialize};

/// A tool that keeps an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperWire {
    /// The tool, by its word: `argocd`, `helm`, …
    pub tool: Name,
    /// What it calls the thing that the object is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

impl From<&Keeper> for KeeperWire {
    fn from(keeper: &Keeper) -> Self {
        Self { tool: Name::from(keeper.tool.word()), name: keeper.name.clone() }
    }
}

impl KeeperWire {
    /// The keeper; `None` for a tool that only a newer version knows.
    pub fn keeper(self) -> Option<Keeper> {
        Some(Keeper { tool: Tool::from_word(&self.tool)?, name: self.name })
    }
}
