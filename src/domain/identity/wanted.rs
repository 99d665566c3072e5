//! What still has to be asked, most urgent first.

use super::Identities;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Question};
use std::collections::HashSet;

/// What a reader needs, and what it looks at now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Need {
    /// Cluster, caller, associations, instances, profiles, node groups: what verdicts hang on.
    pub verdicts: bool,
    /// The roles themselves with the names of what is attached.
    pub roles: bool,
    /// The documents of managed policies.
    pub documents: bool,
    /// Roles that are on screen, by ARN: asked first.
    pub first: Vec<Name>,
}

/// The questions that are neither answered nor `asked` already, most urgent first. Many wanted roles become one
/// [`Question::Sweep`], as long as that was not refused.
pub fn wanted(
    _inventory: &Inventory,
    _identities: &Identities,
    _need: &Need,
    _asked: &HashSet<Question>,
) -> Vec<Question> {
    Vec::new()
}
