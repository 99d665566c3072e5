//! After every message: the shown lists are brought up to date and their cursors find their objects again.

use super::changing::{candidates, fields};
use super::{Changed, asking, prompt};
use crate::domain::identity::{Refreshed, role_uses};
use crate::tui::app::layout::{below_refusal, layout};
use crate::tui::app::screen::{Explorer, Feed, List, Pane, Screen, ScreenKind, Scroll};
use crate::tui::app::select::{Cursor, Index, Item, Of, Query, objects};
use crate::tui::app::state::PromptKind;
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
    let (kind, is_typed_in) = (screen.kind(), is_typing(state));
    let mut is_asked_anew = false;
    match &mut screen {
        Screen::Explorer(explorer) => settle_explorer(state, explorer, changed, height),
        Screen::List(list) => {
            let feed = std::mem::take(&mut list.feed);
            Window { state, feed: &feed, on: kind, height, changed, is_typed_in }.settle(&mut list.list);
            list.feed = feed;
        }
        Screen::Node(node) => {
            Window { state, feed: &Feed::None, on: kind, height, changed, is_typed_in }.settle(&mut node.pods);
        }
        Screen::Ask(ask) => is_asked_anew = asking::settle(state, ask),
        Screen::Trust(trust) if trust.made_of != state.revision => {
            trust.lines = page::trust_lines(state, trust);
            trust.made_of = state.revision;
        }
        Screen::Choose(choose) => candidates::settle(state, choose),
        Screen::Form(form) => fields::settle(state, form),
        Screen::Trust(_)
        | Screen::Role(_)
        | Screen::Evidence(_)
        | Screen::Plan(_)
        | Screen::Text(_)
        | Screen::Export(_)
        | Screen::Help(_) => {}
    }
    state.screens.push(screen);
    settle_windows(state, height);
    if is_asked_anew {
        prompt::complete_anew(state);
    }
    settle_page(state);
    settle_choice(state);
}

fn is_typing(state: &State) -> bool {
    state.prompt.as_ref().is_some_and(|prompt| prompt.kind == PromptKind::Filter)
}

/// Panes from left to right, each narrowing the next.
fn settle_explorer(state: &mut State, explorer: &mut Explorer, changed: &Changed, height: usize) {
    let (is_typing, focus) = (is_typing(state), explorer.focus);
    let window = |state: &State, list: &mut List, pane: Pane| {
        let is_typed_in = is_typing && focus == pane;
        Window { state, feed: &Feed::None, on: ScreenKind::Explorer, height, changed, is_typed_in }.settle(list);
    };
    window(state, &mut explorer.namespaces, Pane::Namespaces);
    state.scope = match explorer.namespaces.selected() {
        Some(Item::Namespace(name)) => Some(name.clone()),
        _ => None,
    };
    window(state, &mut explorer.accounts, Pane::Accounts);
    explorer.pods.of = match explorer.account() {
        Some((namespace, account)) => Of::PodsOfAccount(namespace.clone(), account.clone()),
        None => Of::Pods,
    };
    window(state, &mut explorer.pods, Pane::Pods);
}

/// The card comes and goes with the rows that a filter lets through, and takes its room from them: where it has, what is
/// selected is brought into the window again.
fn settle_windows(state: &mut State, before: usize) {
    let height = Layout::rows(layout(state).tables);
    if height == before {
        return;
    }
    let show = |list: &mut List| list.cursor.show(list.index.len(), height);
    match state.screen_mut() {
        Screen::Explorer(explorer) => Pane::ALL.into_iter().for_each(|pane| show(explorer.list_mut(pane))),
        screen => screen.list_mut().into_iter().for_each(show),
    }
}

/// A page that became shorter is not scrolled past its end.
fn settle_page(state: &mut State) {
    if state.screen().scroll().is_none_or(|scroll| scroll == Scroll::default()) {
        return;
    }
    let rows = page::rows(state);
    if let Some(scroll) = state.screen_mut().scroll_mut() {
        *scroll = rows.scroll(rows.first(*scroll));
    }
}

fn needs_roles(kind: ScreenKind) -> bool {
    matches!(kind, ScreenKind::Roles | ScreenKind::Role | ScreenKind::UsedBy)
}

/// The row that would be taken is shown, in the window that why another was refused leaves.
fn settle_choice(state: &mut State) {
    let area = layout(state).tables;
    if let Screen::Choose(screen) = state.screen_mut() {
        let height = below_refusal(screen.refused.as_deref(), Layout::inner(area)).height;
        screen.show(usize::from(height));
    }
}

/// The window that a list is shown in.
struct Window<'a> {
    state: &'a State,
    feed: &'a Feed,
    on: ScreenKind,
    height: usize,
    changed: &'a Changed,
    /// A filter for it is being typed: what it searches in is made before the first letter.
    is_typed_in: bool,
}

impl Window<'_> {
    /// Brings the list's index up to date: kept, patched or made anew, then narrowed; and the cursor after it.
    fn settle(&self, list: &mut List) {
        let List { of, filter, sort, index, cursor } = list;
        let searched = self.is_typed_in || !filter.is_empty();
        let query = Query { state: self.state, of, filter, sort: *sort, feed: self.feed, on: self.on, searched };
        let is_same_place = index.place == query.place() || index.revision == 0;
        let is_narrowed_so = index.narrowed == query.narrowing();
        let is_kept = self.keep(&query, index);
        if is_kept && is_narrowed_so {
            cursor.show(index.len(), self.height);
            return;
        }
        if !is_kept && !self.patch(&query, index) {
            *index = query.index();
        }
        index.narrow(filter, self.state.problems_only);
        index.narrowed = query.narrowing();
        if !is_same_place && !holds_on(cursor, index) {
            *cursor = Cursor::default();
        }
        cursor.follow(index, self.height);
    }

    /// Whether the rows are those of this query and of this moment.
    fn keep(&self, query: &Query<'_>, index: &Index) -> bool {
        let is_of_inventory = !query.of.is_feed();
        let has_texts = index.has_texts() || !query.searched;
        let is_same = index.query == query.fingerprint() && index.revision == self.state.revision;
        is_of_inventory && has_texts && is_same
    }

    /// Puts the pods whose rows changed in place, if the index is of pods and of the moment before.
    fn patch(&self, query: &Query<'_>, index: &mut Index) -> bool {
        let Refreshed::Pods(pods) = &self.changed.refreshed else { return false };
        let is_same = index.query == query.fingerprint() && index.revision == self.changed.before;
        if !is_same || !query.of.is_of_pods() || index.has_texts() != query.searched {
            return false;
        }
        if !pods.is_empty() {
            // most rows are told from the touched ones by their name alone, which is cheap
            let names: HashSet<&str, RandomState> = pods.values().flatten().map(|name| &**name).collect();
            let touched = |item: &Item| match item {
                Item::Pod(namespace, name) => {
                    names.contains(&**name) && pods.get(namespace).is_some_and(|pods| pods.contains(name))
                }
                _ => false,
            };
            let mut fresh = query.no_rows();
            for (namespace, names) in pods {
                for name in names {
                    objects::one_pod(query, (namespace, name), &mut fresh);
                }
            }
            index.patch(touched, fresh);
        }
        index.revision = self.state.revision;
        true
    }
}

/// Whether the cursor's object has a row in the new place too.
fn holds_on(cursor: &Cursor, index: &Index) -> bool {
    cursor.item.as_ref().is_some_and(|item| *item != Item::All && index.place_near(item, cursor.at).is_some())
}
