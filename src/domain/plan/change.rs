//! One change: what it is about, what is there, what shall be.

use super::{Content, Target, same_content};

/// From what is there to what shall be. Its guard is that the target still holds `from`, its check that it holds `to`,
/// its inverse the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What is changed.
    pub target: Target,
    /// What was seen there.
    pub from: Content,
    /// What shall be there.
    pub to: Content,
}

impl Change {
    /// The way back; `None` where there is none: pods that were made anew stay so, and a deleted role comes back as
    /// another one, whatever its name (IAM user guide, "IAM identifiers": unique ids).
    pub fn inverse(&self) -> Option<Self> {
        let deletes_role = matches!((&self.target, &self.to), (Target::Role { .. }, Content::Absent));
        let restarts = matches!(self.target, Target::Rollout { .. });
        let (from, to) = (self.to.clone(), self.from.clone());
        (!deletes_role && !restarts).then(|| Self { target: self.target.clone(), from, to })
    }

    /// What it does, in a word.
    pub fn verb(&self) -> &'static str {
        match (&self.target, &self.from, &self.to) {
            (Target::Annotations { .. }, ..) => "annotate",
            (Target::Rollout { .. }, ..) => "restart",
            (Target::Attachment { .. }, Content::Absent, _) => "attach",
            (Target::Attachment { .. }, ..) => "detach",
            (Target::Audience { .. }, Content::Absent, _) => "add",
            (Target::Audience { .. }, ..) => "remove",
            (_, Content::Absent, _) => "create",
            (_, _, Content::Absent) => "delete",
            _ => "update",
        }
    }

    /// What has to hold for it to be made, in words.
    pub fn guard(&self) -> String {
        match (&self.target, &self.from) {
            (Target::Rollout { .. }, _) => "only if it was not restarted since".to_owned(),
            (_, Content::Absent) => "only if there is none".to_owned(),
            (_, Content::Document(_)) => "only if the document is still the same".to_owned(),
            (Target::Annotations { .. }, _) => "only if the annotations are still the same".to_owned(),
            _ => "only if it is still as shown".to_owned(),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        same_content(&self.from, &self.to)
    }
}
