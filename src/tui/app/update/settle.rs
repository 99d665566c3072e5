//! After every message: the shown lists are brought up to date and their cursors find their objects again.

use super::Changed;
use crate::domain::identity::role_uses;
use crate::tui::app::layout::layout;
use crate::tui::app::screen::{Explorer, Feed, List, Screen, ScreenKind};
use crate::tui::app::select::{Cursor, Index, Item, Of, Query, SortBy, objects};
use crate::tui::app::{Layout, State, page};
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// Brings the shown screen up to date. Those below it are when they are shown again.
pub(super) fn settle(state: &mut State, changed: &Changed) {
    let Some(mut screen) = state.screens.pop() else { return };
    if needs_roles(screen.kind()) && state.roles_of != state.revision {
        state.roles = role_uses(&state.inventory, &state.identities);
        state.roles_of = state.revision;
    }
    // the geometry is the shown screen's
    state.screens.push(screen);
    let height = Layout::rows(layout(state).tables);
    let Some(popped) = state.screens.pop() else { return };
    screen = popped;
    let kind = screen.kind();
    match &mut screen {
        Screen::Explorer(explorer) => settle_explorer(state, explorer, changed, height),
        Screen::List(list) => {
            let feed = std::mem::take(&mut list.feed);
            Window { state, feed: &feed, on: kind, height, changed }.settle(&mut list.list);
            list.feed = feed;
        }
        Screen::Node(node) => {
            Window { state, feed: &Feed::None, on: kind, height, changed }.settle(&mut node.pods);
        }
        Screen::Role(_) | Screen::Evidence(_) | Screen::Text(_) | Screen::Help(_) => {}
    }
    state.screens.push(screen);
    settle_page(state);
}

/// Panes from left to right, each narrowing the next.
fn settle_explorer(state: &mut State, explorer: &mut Explorer, changed: &Changed, height: usize) {
    let window = |state: &State, list: &mut List| {
        Window { state, feed: &Feed::None, on: ScreenKind::Explorer, height, changed }.settle(list);
    };
    window(state, &mut explorer.namespaces);
    state.scope = match explorer.namespaces.selected() {
        Some(Item::Namespace(name)) => Some(name.clone()),
        _ => None,
    };
    window(state, &mut explorer.accounts);
    explorer.pods.of = match explorer.account() {
        Some((namespace, account)) => Of::PodsOfAccount(namespace.clone(), account.clone()),
        None => Of::Pods,
    };
    window(state, &mut explorer.pods);
}

/// A page that became shorter is not scrolled past its end.
fn settle_page(state: &mut State) {
    let is_page = state.screen_mut().scroll_mut().is_some_and(|scroll| scroll.0 > 0);
    if is_page {
        let body = layout(state).body;
        let last = page::last_start(&page::lines(state), Layout::columns(body), Layout::lines(body));
        if let Some(scroll) = state.screen_mut().scroll_mut() {
            scroll.0 = scroll.0.min(last);
        }
    }
}

fn needs_roles(kind: ScreenKind) -> bool {
    matches!(kind, ScreenKind::Roles | ScreenKind::Role | ScreenKind::UsedBy)
}

/// The window that a list is shown in.
struct Window<'a> {
    state: &'a State,
    feed: &'a Feed,
    on: ScreenKind,
    height: usize,
    changed: &'a Changed,
}

impl Window<'_> {
    /// Brings the list's index up to date: kept, patched or made anew; and the cursor after it.
    fn settle(&self, list: &mut List) {
        let List { of, filter, sort, index, cursor } = list;
        let query = Query { state: self.state, of, filter, sort: *sort, feed: self.feed, on: self.on };
        let is_same_query = index.query == query.fingerprint();
        let is_of_inventory = !matches!(of, Of::Troubles | Of::Calls | Of::Contexts | Of::Profiles);
        if is_same_query && is_of_inventory && index.revision == self.state.revision {
            cursor.show(index.len(), self.height);
            return;
        }
        let is_same_place = index.place == query.place() || index.revision == 0;
        let is_patched = is_same_query && of.is_of_pods() && self.patch(&query, index);
        if !is_patched {
            *index = query.index();
        }
        if !is_same_place && !holds_on(cursor, index) {
            *cursor = Cursor::default();
        }
        cursor.follow(index, self.height);
    }

    /// Puts the pods that changed in place. Not where an order or a filter looks at what else may have changed.
    fn patch(&self, query: &Query<'_>, index: &mut Index) -> bool {
        let dirty = &self.changed.dirty;
        let others = !dirty.service_accounts.is_empty() || !dirty.roles.is_empty() || !dirty.nodes.is_empty();
        let is_narrowed = !query.filter.is_empty() || self.state.problems_only;
        let looks_at_identity = query.sort.by == SortBy::Identity || is_narrowed;
        if index.revision != self.changed.before || dirty.all || (others && looks_at_identity) {
            return false;
        }
        // most rows are told from the touched ones by their name alone, which is cheap
        let names: HashSet<&str, RandomState> = dirty.pods.iter().map(|(_, name)| &**name).collect();
        let touched = |item: &Item| match item {
            Item::Pod(namespace, name) => {
                names.contains(&**name) && dirty.pods.contains(&(namespace.clone(), name.clone()))
            }
            _ => false,
        };
        if dirty.pods.is_empty() {
            index.revision = self.state.revision;
            return true;
        }
        if is_narrowed {
            return false; // how many there are without the filter, only counting anew can tell
        }
        let fresh =
            dirty.pods.iter().filter_map(|(namespace, name)| objects::one_pod(query, namespace, name)).collect();
        index.patch(touched, fresh);
        (index.total, index.revision) = (index.len(), self.state.revision);
        true
    }
}

/// Whether the cursor's object has a row in the new place too.
fn holds_on(cursor: &Cursor, index: &Index) -> bool {
    cursor.item.as_ref().is_some_and(|item| *item != Item::All && index.place_near(item, cursor.at).is_some())
}
