//! The screen of trust: whether the roles of a ServiceAccount let its pods in, or whom a role would let in.

use super::Scroll;
use crate::domain::model::Name;
use crate::tui::app::page::Line;
use crate::tui::app::select::Item;

/// A review of trust. Its lines are made anew when facts change and kept between: a role is held against every
/// ServiceAccount of the cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustScreen {
    /// Whose: a ServiceAccount, a pod or a container by way of it, a role.
    pub subject: Item,
    /// The one role that a ServiceAccount is asked about; none: those that bind it.
    pub role: Option<Name>,
    /// What stands on it.
    pub lines: Vec<Line>,
    /// The revision of the facts that the lines are made from; 0: of none yet.
    pub made_of: u64,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

impl TrustScreen {
    /// The screen, before its lines are made.
    pub fn new(subject: Item, role: Option<Name>) -> Self {
        Self { subject, role, lines: Vec::new(), made_of: 0, scroll: Scroll::default() }
    }
}
