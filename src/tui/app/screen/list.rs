//! A table: what it is of, how it is narrowed and sorted, its rows and its cursor.

use super::ScreenKind;
use crate::domain::model::Name;
use crate::tui::app::change::Entry;
use crate::tui::app::select::{Cursor, Filter, Index, Item, Of, Sort};
use crate::tui::app::{CallsMade, Ticket};
use std::sync::Arc;

/// One list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// What it is of.
    pub of: Of,
    /// What the reader narrows it by.
    pub filter: Filter,
    /// Its order.
    pub sort: Sort,
    /// Its rows in order.
    pub index: Index,
    /// Where it stands.
    pub cursor: Cursor,
}

impl List {
    /// A list, by name, without a filter.
    pub fn new(of: Of) -> Self {
        Self {
            of,
            filter: Filter::default(),
            sort: Sort::default(),
            index: Index::default(),
            cursor: Cursor::default(),
        }
    }

    /// The object under the cursor.
    pub fn selected(&self) -> Option<&Item> {
        self.cursor.item.as_ref()
    }
}

/// A screen that is one table.
#[derive(Debug, Clone, PartialEq)]
pub struct ListScreen {
    /// The table.
    pub list: List,
    /// What it is filled with from outside the inventory.
    pub feed: Feed,
}

/// What a table shows that is not in the inventory.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Feed {
    /// Nothing of the kind.
    #[default]
    None,
    /// It was asked for and is not here yet.
    Loading(Ticket),
    /// Calls.
    Calls(CallsMade),
    /// Names of contexts or profiles, and which is the present one.
    Targets(Vec<Name>, Option<Name>),
    /// What was changed, the newest last.
    Changes(Vec<Arc<Entry>>),
    /// It could not be had; why.
    Failed(String),
}

impl ListScreen {
    /// A table of what is in the inventory.
    pub fn new(of: Of) -> Self {
        Self { list: List::new(of), feed: Feed::None }
    }

    /// Its kind.
    pub fn kind(&self) -> ScreenKind {
        match self.list.of {
            Of::Namespaces => ScreenKind::Namespaces,
            Of::Accounts => ScreenKind::Accounts,
            Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) => ScreenKind::Pods,
            Of::Containers(..) => ScreenKind::Containers,
            Of::Nodes => ScreenKind::Nodes,
            Of::Roles => ScreenKind::Roles,
            Of::UsersOfRole(_) => ScreenKind::UsedBy,
            Of::Troubles => ScreenKind::Errors,
            Of::Calls => ScreenKind::Calls,
            Of::Contexts => ScreenKind::Contexts,
            Of::Profiles => ScreenKind::Profiles,
            Of::Changes => ScreenKind::Log,
            Of::Actions(_) => ScreenKind::Actions,
        }
    }
}
