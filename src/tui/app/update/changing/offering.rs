//! The list of what can be changed about a row, and the actions that need nothing more to be said.

use super::waiting;
use crate::tui::app::actions::{OFFERS, account, audience_of, offer_of, role, why_not};
use crate::tui::app::screen::{ListScreen, Screen};
use crate::tui::app::select::{Item, Of};
use crate::tui::app::state::StatusKind;
use crate::tui::app::{Intent, Job, State};
use crate::tui::keymap::Action;

/// Opens the list for the selected row.
pub(in crate::tui::app::update) fn open(state: &mut State) {
    let Some(subject) = state.subject() else { return state.say(StatusKind::Failed, state.why_no_subject()) };
    if OFFERS.iter().any(|offer| (offer.is_about)(&subject)) {
        state.screens.push(Screen::List(ListScreen::new(Of::Actions(Box::new(subject)))));
    } else {
        let said = "nothing can be changed about this row: select a ServiceAccount, a pod or a role";
        state.say(StatusKind::Failed, said);
    }
}

/// What the chosen action of the list is.
pub(in crate::tui::app::update) fn action(offer: usize) -> Option<Action> {
    OFFERS.get(offer).map(|offer| offer.action)
}

/// The selected row, where the action can be done to it; else it is said why not.
pub(super) fn subject_of(state: &mut State, action: Action) -> Option<Item> {
    let (Some(offer), Some(subject)) = (offer_of(action), state.subject()) else {
        state.say(StatusKind::Failed, state.why_no_subject());
        return None;
    };
    if let Some(said) = why_not(state, offer, &subject) {
        state.say(StatusKind::Failed, said);
        return None;
    }
    Some(subject)
}

/// Opens the plan of an action that needs nothing to be chosen.
pub(in crate::tui::app::update) fn planned(state: &mut State, action: Action) -> Vec<Job> {
    let Some(subject) = subject_of(state, action) else { return Vec::new() };
    let at = state.clock;
    let intent = match (action, account(state, &subject), role(state, &subject)) {
        (Action::DeleteRole, _, Ok(role)) => Some(Intent::DeleteRole { role }),
        (Action::CreateProvider, ..) => {
            audience_of(state, &subject).map(|audience| Intent::CreateProvider { audience })
        }
        (Action::RepairTrust, Some((namespace, name)), _) => Some(Intent::RepairTrust { namespace, name }),
        (Action::Dissociate, Some((namespace, name)), _) => Some(Intent::Dissociate { namespace, name }),
        (Action::Restart, Some((namespace, name)), _) => Some(Intent::Restart { namespace, name, at }),
        _ => None,
    };
    intent.map(|intent| waiting::want(state, intent)).unwrap_or_default()
}

/// Leaves the list, where it is shown: what was chosen comes in its place.
pub(super) fn leave(state: &mut State) {
    if matches!(state.screen(), Screen::List(ListScreen { list, .. }) if matches!(list.of, Of::Actions(_))) {
        state.screens.pop();
    }
}
