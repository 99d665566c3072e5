//! Which objects a list is of, and its rows for one query.

use super::objects;
use super::{Filter, Index, Item, Rank, Row, Sort, SortBy, Texts};
use crate::domain::model::Name;
use crate::tui::app::State;
use crate::tui::app::screen::{Feed, ScreenKind};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Which objects a list is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Of {
    /// Namespaces; with the row `all` above them in the explorer.
    Namespaces,
    /// ServiceAccounts of the state's scope; with the row `all` above them in the explorer.
    Accounts,
    /// Pods of the state's scope.
    Pods,
    /// Pods of one ServiceAccount.
    PodsOfAccount(Name, Name),
    /// Pods on a node.
    PodsOnNode(Name),
    /// Pods of one workload: namespace, kind, name.
    PodsOfOwner(Name, Name, Name),
    /// A pod's containers: namespace, pod.
    Containers(Name, Name),
    /// Nodes.
    Nodes,
    /// Roles that a binding, a pod or a node names.
    Roles,
    /// ServiceAccounts and nodes that use a role, by its ARN.
    UsersOfRole(Name),
    /// What went wrong.
    Troubles,
    /// Calls that were made.
    Calls,
    /// Contexts to go to.
    Contexts,
    /// Profiles to go to.
    Profiles,
    /// What was changed.
    Changes,
    /// What can be changed about a row.
    Actions(Box<Item>),
}

impl Of {
    /// Whether it is a list of pods, which are many.
    pub fn is_of_pods(&self) -> bool {
        matches!(self, Self::Pods | Self::PodsOfAccount(..) | Self::PodsOnNode(_) | Self::PodsOfOwner(..))
    }

    /// Whether its rows have something of that kind to be sorted by.
    pub fn is_sorted_by(&self, by: SortBy) -> bool {
        match by {
            SortBy::Name | SortBy::Identity => true,
            SortBy::Age => self.is_of_pods() || matches!(self, Self::Namespaces | Self::Accounts | Self::Nodes),
            SortBy::Pods => !self.is_of_pods() && !matches!(self, Self::Containers(..)),
            SortBy::Node => self.is_of_pods(),
        }
    }

    /// Whether its rows come from elsewhere than the inventory.
    pub fn is_feed(&self) -> bool {
        matches!(
            self,
            Self::Troubles | Self::Calls | Self::Contexts | Self::Profiles | Self::Changes | Self::Actions(_)
        )
    }
}

/// A list's query against the state.
#[derive(Clone, Copy)]
pub(in crate::tui::app) struct Query<'a> {
    /// Where the answers are.
    pub state: &'a State,
    /// What is listed.
    pub of: &'a Of,
    /// What the reader narrows it by.
    pub filter: &'a Filter,
    /// The order.
    pub sort: Sort,
    /// What is shown that is not in the inventory.
    pub feed: &'a Feed,
    /// The screen it stands on; the explorer has rows `all`.
    pub on: ScreenKind,
    /// A filter is set or being typed.
    pub searched: bool,
}

impl Query<'_> {
    /// Names the query: as long as it stays, changed objects are put in place and nothing is made anew.
    pub(in crate::tui::app) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.sort, self.place()).hash(&mut hasher);
        hasher.finish()
    }

    /// Names what picks the shown rows among all.
    pub(in crate::tui::app) fn narrowing(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let labelled = self.filter.labelled.as_ref().map(std::collections::HashSet::len);
        (&self.filter.text, labelled, self.state.problems_only).hash(&mut hasher);
        hasher.finish()
    }

    /// Names what it is narrowed to, apart from filter and order.
    pub(in crate::tui::app) fn place(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let scope = if matches!(self.of, Of::Accounts | Of::Pods) { self.state.scope.as_ref() } else { None };
        (self.of, scope, self.on).hash(&mut hasher);
        hasher.finish()
    }

    /// The index of all rows, made anew.
    pub(in crate::tui::app) fn index(&self) -> Index {
        let mut rows = self.no_rows();
        match self.of {
            Of::Namespaces => objects::namespaces(self, &mut rows),
            Of::Accounts => objects::accounts(self, &mut rows),
            Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) => {
                objects::pods(self, &mut rows);
            }
            Of::Containers(namespace, pod) => objects::containers(self, (namespace, pod), &mut rows),
            Of::Nodes => objects::nodes(self, &mut rows),
            Of::Roles => objects::roles(self, &mut rows),
            Of::UsersOfRole(arn) => objects::users(self, arn, &mut rows),
            Of::Troubles | Of::Calls | Of::Contexts | Of::Profiles | Of::Changes | Of::Actions(_) => {
                super::feeds::lines(self, &mut rows);
            }
        }
        let mut index = Index::new(rows.rows, rows.texts, self.sort.reversed);
        (index.query, index.place, index.revision) = (self.fingerprint(), self.place(), self.state.revision);
        index
    }

    /// No rows yet, with room for texts where they are searched.
    pub(in crate::tui::app) fn no_rows(&self) -> Rows {
        Rows { rows: Vec::new(), texts: self.searched.then(Texts::default) }
    }
}

/// Rows as they are gathered, and what a filter searches in.
pub(in crate::tui::app) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) texts: Option<Texts>,
}

impl Rows {
    /// Adds a row; its texts are said only where they are searched.
    pub(super) fn add(&mut self, item: Item, rank: Rank, wrong: bool, say: impl FnOnce(&mut Texts)) {
        let span = self.texts.as_mut().map(|texts| texts.line(say)).unwrap_or_default();
        self.rows.push(Row { item, rank, wrong, span });
    }

    /// Takes over a row, with its texts.
    pub(super) fn take(&mut self, mut row: Row, from: Option<&Texts>) {
        if let (Some(texts), Some(from)) = (&mut self.texts, from) {
            row.span = texts.line(|texts| texts.copy(from, &row));
        }
        self.rows.push(row);
    }
}
