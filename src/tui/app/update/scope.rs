//! The namespace that everything is narrowed to.

use crate::domain::model::Name;
use crate::tui::app::State;
use crate::tui::app::screen::Screen;
use crate::tui::app::select::Item;
use crate::tui::app::state::StatusKind;

/// How many namespaces have a digit.
const DIGITS: usize = 9;

/// Narrows to a namespace, or to none; the explorer's cursor goes there too.
pub(super) fn narrow(state: &mut State, scope: Option<Name>) {
    if let Some(name) = &scope {
        remember(state, name);
    }
    state.scope.clone_from(&scope);
    for screen in &mut state.screens {
        if let Screen::Explorer(explorer) = screen {
            let cursor = &mut explorer.namespaces.cursor;
            (cursor.item, cursor.moved) = (Some(scope.clone().map_or(Item::All, Item::Namespace)), true);
            // the panes are made anew, so that the cursor finds its namespace
            explorer.namespaces.index.revision = 0;
            explorer.namespaces.filter = crate::tui::app::select::Filter::default();
        }
    }
    match scope {
        Some(name) => state.say(StatusKind::Done, format!("namespace {name}")),
        None => state.say(StatusKind::Done, "all namespaces"),
    }
}

/// Gives a namespace its digit, the oldest of nine giving way; one that has a digit keeps it.
pub(super) fn remember(state: &mut State, name: &Name) {
    if !state.recent.contains(name) {
        if state.recent.len() == DIGITS {
            state.recent.remove(0);
        }
        state.recent.push(name.clone());
    }
}

/// The namespace under a digit.
pub(super) fn recent(state: &mut State, digit: u8) {
    match state.recent.get(usize::from(digit).saturating_sub(1)).cloned() {
        Some(name) => narrow(state, Some(name)),
        None => state.say(StatusKind::Failed, format!("no namespace under {digit} yet: enter one or warp (w) to one")),
    }
}

/// The namespace of the selected row.
pub(super) fn warp(state: &mut State) {
    match state.selected().and_then(Item::namespace).cloned() {
        Some(name) => narrow(state, Some(name)),
        None => state.say(StatusKind::Failed, "this row lies in no namespace"),
    }
}
