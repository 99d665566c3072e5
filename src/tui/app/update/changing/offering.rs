//! The list of what can be changed about a row.

use super::planning;
use crate::domain::plan::{Seen, restart_questions};
use crate::tui::app::actions::{OFFERS, account, why_not};
use crate::tui::app::change::Intent;
use crate::tui::app::screen::{ListScreen, Screen};
use crate::tui::app::select::Of;
use crate::tui::app::state::StatusKind;
use crate::tui::app::update::questions;
use crate::tui::app::{Job, State};
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

/// Opens the plan of an action that needs nothing to be chosen.
pub(in crate::tui::app::update) fn planned(state: &mut State, action: Action) -> Vec<Job> {
    let offer = OFFERS.iter().find(|offer| offer.action == action);
    let (Some(offer), Some(subject)) = (offer, state.subject()) else {
        state.say(StatusKind::Failed, "no row is selected");
        return Vec::new();
    };
    if let Some(said) = why_not(state, offer, &subject) {
        state.say(StatusKind::Failed, said);
        return Vec::new();
    }
    let Some((namespace, name)) = account(state, &subject) else { return Vec::new() };
    let intent = if action == Action::Restart {
        let seen = Seen { inventory: &state.inventory, identities: &state.identities };
        let open = restart_questions(seen, &namespace, &name);
        if !open.is_empty() {
            state.say(StatusKind::Busy, "reading what owns its pods; press r again");
            return open.into_iter().map(|question| questions::ask(state, question, true)).collect();
        }
        Intent::Restart { namespace, name, at: state.clock }
    } else {
        Intent::RepairTrust { namespace, name }
    };
    match planning::preview(state, intent) {
        Ok(jobs) => {
            // that something is read first has come to its end
            state.status = None;
            jobs
        }
        Err(refusal) => {
            planning::refused(state, refusal);
            Vec::new()
        }
    }
}

/// Leaves the list, where it is shown: what was chosen comes in its place.
pub(super) fn leave(state: &mut State) {
    if matches!(state.screen(), Screen::List(ListScreen { list, .. }) if matches!(list.of, Of::Actions(_))) {
        state.screens.pop();
    }
}
