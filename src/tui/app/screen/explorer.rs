//! The first screen: namespaces, ServiceAccounts and pods side by side, each narrowing the next.

use super::List;
use crate::domain::model::Name;
use crate::tui::app::select::{Cursor, Item, Of, Sort, SortBy};

/// The explorer.
#[derive(Debug, Clone, PartialEq)]
pub struct Explorer {
    /// Namespaces, `all` first.
    pub namespaces: List,
    /// ServiceAccounts of the selected namespace, `all` first.
    pub accounts: List,
    /// Pods of the selected ServiceAccount or namespace.
    pub pods: List,
    /// Which of them has the cursor. Where only one table fits, it is the one that is shown.
    pub focus: Pane,
}

/// The panes of the explorer, left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// Namespaces.
    Namespaces,
    /// ServiceAccounts.
    Accounts,
    /// Pods.
    Pods,
}

impl Pane {
    /// Left to right.
    pub const ALL: [Self; 3] = [Self::Namespaces, Self::Accounts, Self::Pods];
}

impl Explorer {
    /// An explorer that begins in a namespace, or over all.
    pub fn new(scope: Option<Name>) -> Self {
        let mut namespaces = List::new(Of::Namespaces);
        if let Some(scope) = scope {
            let item = Some(Item::Namespace(scope));
            namespaces.cursor = Cursor { item, moved: true, ..Cursor::default() };
        }
        let mut pods = List::new(Of::Pods);
        pods.sort = Sort { by: SortBy::Identity, reversed: false };
        Self { namespaces, accounts: List::new(Of::Accounts), pods, focus: Pane::Pods }
    }

    /// One pane's list.
    pub fn list(&self, pane: Pane) -> &List {
        match pane {
            Pane::Namespaces => &self.namespaces,
            Pane::Accounts => &self.accounts,
            Pane::Pods => &self.pods,
        }
    }

    /// One pane's list, to change it.
    pub fn list_mut(&mut self, pane: Pane) -> &mut List {
        match pane {
            Pane::Namespaces => &mut self.namespaces,
            Pane::Accounts => &mut self.accounts,
            Pane::Pods => &mut self.pods,
        }
    }

    /// The list that has the cursor.
    pub fn focused(&self) -> &List {
        self.list(self.focus)
    }

    /// The list that has the cursor, to change it.
    pub fn focused_mut(&mut self) -> &mut List {
        self.list_mut(self.focus)
    }

    /// The ServiceAccount that pods are narrowed to, where one is selected.
    pub fn account(&self) -> Option<(&Name, &Name)> {
        match self.accounts.selected() {
            Some(Item::Account(namespace, name)) => Some((namespace, name)),
            _ => None,
        }
    }
}
