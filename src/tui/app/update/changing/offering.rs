//! The list of what can be changed about a row.

use crate::tui::app::State;
use crate::tui::app::actions::OFFERS;
use crate::tui::app::screen::{ListScreen, Screen};
use crate::tui::app::select::Of;
use crate::tui::app::state::StatusKind;
use crate::tui::keymap::Action;

/// Opens the list for the selected row.
pub(in crate::tui::app::update) fn open(state: &mut State) {
    let Some(subject) = state.subject() else { return state.say(StatusKind::Failed, "no row is selected") };
    if OFFERS.iter().any(|offer| (offer.is_about)(&subject)) {
        state.screens.push(Screen::List(ListScreen::new(Of::Actions(Box::new(subject)))));
    } else {
        state.say(StatusKind::Failed, "nothing can be changed about this row: select a ServiceAccount or a pod");
    }
}

/// What the chosen action of the list is.
pub(in crate::tui::app::update) fn action(offer: usize) -> Option<Action> {
    OFFERS.get(offer).map(|offer| offer.action)
}

/// Leaves the list, where it is shown: what was chosen comes in its place.
pub(super) fn leave(state: &mut State) {
    if matches!(state.screen(), Screen::List(ListScreen { list, .. }) if matches!(list.of, Of::Actions(_))) {
        state.screens.pop();
    }
}
