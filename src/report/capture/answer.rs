//! How an answer stands in the file, and how a policy document does.

use super::GapWire;
use crate::domain::model::{Gap, GapReason, Name, Reading, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Whether something was read: the three fields that stand beside an answer's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// When it was read, where that is not the capture's own time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Time>,
    /// The other side answered that there is no such thing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub missing: bool,
    /// Why it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<GapWire>,
}

impl Answer {
    /// How the reading stands.
    pub fn of<T>(reading: &Reading<T>) -> Self {
        Self { read_at: reading.at(), missing: reading.is_missing(), gap: reading.gap().map(GapWire::from) }
    }

    /// The reading; `value` is asked for only if it was read.
    pub fn reading<T>(self, taken_at: Time, value: impl FnOnce() -> T) -> Reading<T> {
        let at = self.read_at.unwrap_or(taken_at);
        match self.gap {
            Some(gap) => Reading::Unread(gap.into()),
            None if self.missing => Reading::Missing { at },
            None => Reading::Read { value: value(), at },
        }
    }
}

/// The gap of a question that a capture has no answer to.
pub fn not_in_capture(what: &str, call: &str) -> Gap {
    Gap::new(what, call, GapReason::NotSupported, format!("{what}: not in this capture"))
}

/// A policy document, verbatim: JSON as it is, anything else as a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(pub Name);

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Only an object is written as it is: a document that is itself a JSON string must come back as one.
        if self.0.trim_start().starts_with('{')
            && let Ok(json) = serde_json::from_str::<&RawValue>(&self.0)
        {
            return json.serialize(serializer);
        }
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => Name::from(text),
            Err(_) => Name::from(raw.get()),
        }))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
pub(super) fn is_false(value: &bool) -> bool {
    !value
}
