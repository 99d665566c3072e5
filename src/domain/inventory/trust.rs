//! Trust policies, compiled once as their roles come in: many pods hang on each.

use crate::domain::model::{Name, Reading, Role};
use crate::domain::policy::{Document, Kind, TooWide, Unreadable, too_wide};
use std::sync::Arc;

/// The trust policy of a role that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// Its text, as it was read.
    text: Name,
    /// What it says, compiled; or why nothing of it can be read.
    pub policy: Result<Arc<Document>, Unreadable>,
    /// Where it lets in more than anybody can have meant.
    pub too_wide: Vec<TooWide>,
}

impl Trust {
    /// The trust policy of a role, where the role was read and has one. The same text is not compiled twice: a role is
    /// read again every minute.
    pub(super) fn of(reading: &Reading<Box<Role>>, old: Option<Self>) -> Option<Self> {
        let text = reading.value()?.trust.clone()?;
        if let Some(same) = old.filter(|old| old.text == text) {
            return Some(same);
        }
        let policy = Document::parse(&text, Kind::Trust).map(Arc::new);
        let too_wide = policy.as_ref().map(|policy| too_wide(policy)).unwrap_or_default();
        Some(Self { text, policy, too_wide })
    }
}
