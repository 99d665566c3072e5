//! A gap on the wire.

use crate::domain::model::{Gap, GapReason};
use serde::{Deserialize, Serialize};

/// Something that was not read, as every document spells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GapWire {
    /// What is not known.
    #[serde(default)]
    pub what: String,
    /// The call that would have told.
    #[serde(default)]
    pub call: String,
    /// The one object it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// [`GapReason::word`].
    pub reason: String,
    /// One line for a person.
    #[serde(default)]
    pub sentence: String,
}

impl From<&Gap> for GapWire {
    fn from(gap: &Gap) -> Self {
        Self {
            what: gap.what.clone(),
            call: gap.call.clone(),
            object: gap.object.clone(),
            reason: gap.reason.word().to_owned(),
            sentence: gap.sentence.clone(),
        }
    }
}

impl From<GapWire> for Gap {
    /// A reason that this version does not know counts as one that it cannot do anything about.
    fn from(wire: GapWire) -> Self {
        let reason = GapReason::from_word(&wire.reason).unwrap_or(GapReason::NotSupported);
        let sentence =
            if wire.sentence.is_empty() { format!("{} not read: {reason}", wire.what) } else { wire.sentence };
        Self { what: wire.what, call: wire.call, object: wire.object, reason, sentence }
    }
}
