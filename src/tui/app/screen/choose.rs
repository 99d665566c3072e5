//! The screen on which a role is chosen for a ServiceAccount.

use crate::domain::model::{Name, RoleArn};
use crate::domain::plan::RoleChoice;

/// A choice among roles. Its rows are made anew when facts change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChooseScreen {
    /// The ServiceAccount's namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// What was typed to narrow them.
    pub typed: String,
    /// The role that was taken and has to be read before it can be planned.
    pub waits: Option<Name>,
    /// Why what was taken is not planned.
    pub refused: Option<String>,
    /// The role that it is bound to now.
    pub present: Option<Name>,
    /// The roles that were seen, those that fit first.
    pub choices: Vec<RoleChoice>,
    /// The rows that what was typed leaves.
    pub rows: Vec<Pick>,
    /// The row that would be taken.
    pub at: usize,
    /// The reader has moved to it: it is held on to.
    pub moved: bool,
    /// The revision of the facts that the choices were made from; 0: of none yet.
    pub made_of: u64,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// One of the choices, by its place.
    Seen(usize),
    /// The ARN that was typed.
    Typed(RoleChoice),
    /// No role: the annotation goes.
    Nothing,
}

impl ChooseScreen {
    /// The screen, before its rows are made.
    pub fn new(namespace: Name, name: Name) -> Self {
        let (choices, rows) = (Vec::new(), Vec::new());
        Self {
            namespace,
            name,
            typed: String::new(),
            waits: None,
            refused: None,
            present: None,
            choices,
            rows,
            at: 0,
            moved: false,
            made_of: 0,
        }
    }

    /// What a row would bind; none: no role.
    pub fn choice<'a>(&'a self, pick: &'a Pick) -> Option<&'a RoleChoice> {
        match pick {
            Pick::Seen(at) => self.choices.get(*at),
            Pick::Typed(choice) => Some(choice),
            Pick::Nothing => None,
        }
    }

    /// The role of the row that would be taken; none: no row, or no role.
    pub fn role(&self) -> Option<&RoleArn> {
        self.rows.get(self.at).and_then(|pick| self.choice(pick)).map(|choice| &choice.role)
    }
}
