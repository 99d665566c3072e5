//! What was changed before: the log, its plans, and those that were left unfinished.

use super::{planning, resuming};
use crate::domain::model::Name;
use crate::domain::plan::{Place, PlanState};
use crate::tui::app::change::Entry;
use crate::tui::app::screen::{Feed, ListScreen, Phase, PlanScreen, Screen};
use crate::tui::app::select::Item;
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::{Job, Origin, State};
use std::sync::Arc;

/// The log of the shown screen, or of one below it.
fn entries(state: &State) -> Option<&Vec<Arc<Entry>>> {
    state.screens.iter().rev().find_map(|screen| match screen {
        Screen::List(ListScreen { feed: Feed::Changes(entries), .. }) => Some(entries),
        _ => None,
    })
}

/// The plan under the cursor of the log.
pub(super) fn selected(state: &State) -> Option<Arc<Entry>> {
    match state.selected() {
        Some(Item::Change(id)) => entry(state, id),
        _ => None,
    }
}

fn entry(state: &State, id: &Name) -> Option<Arc<Entry>> {
    entries(state)?.iter().rev().find(|entry| entry.id == *id).cloned()
}

/// Shows a plan of the log.
pub(in crate::tui::app::update) fn open(state: &mut State, id: &Name) -> Vec<Job> {
    let Some(entry) = entry(state, id) else { return Vec::new() };
    let mut screen = PlanScreen::preview(None, entry.plan.clone(), entry.place.clone());
    screen.offered.clear();
    screen.id = Some(entry.id.clone());
    screen.stages.clone_from(&entry.stages);
    screen.phase = Phase::Logged(entry.state, entry.error.clone());
    state.screens.push(Screen::Plan(screen));
    if elsewhere(state, &entry.place).is_some() { Vec::new() } else { resuming::weigh(state) }
}

/// Why a plan of that place is not gone on with or taken back here; none: it is this cluster and account.
pub(super) fn elsewhere(state: &State, place: &Place) -> Option<String> {
    let here = planning::place(state);
    // the demo and tests have no server; what was previewed here is of here
    if *place == here || place.is_same(&here) {
        return None;
    }
    let named = |place: &Place| {
        let account = place.account.as_ref().map_or_else(String::new, |account| format!(", account {account}"));
        format!("{}{account}", place.name().map_or("another cluster", |name| name))
    };
    Some(format!("this plan is of {}, and this is {}: go there first, :ctx", named(place), named(&here)))
}

/// The log is asked for once, as soon as it is known where this is: whether something was left unfinished.
pub(in crate::tui::app::update) fn first_look(state: &mut State) -> Option<Job> {
    let is_due = state.about.may_change
        && state.log_seen_by != Some(state.connection)
        && !matches!(state.about.origin, Origin::Capture(_))
        && state.inventory.aws().caller().is_some();
    if !is_due {
        return None;
    }
    state.log_seen_by = Some(state.connection);
    Some(Job::Log(state.ticket(Pending::FirstLog)))
}

/// Tells of what was left unfinished here.
pub(in crate::tui::app::update) fn tell_unfinished(state: &mut State, entries: &[Arc<Entry>]) {
    let here = planning::place(state);
    let is_left = |entry: &&Arc<Entry>| entry.state == PlanState::Unfinished && entry.place.is_same(&here);
    let left: Vec<&Arc<Entry>> = entries.iter().filter(is_left).collect();
    match left.as_slice() {
        [] => {}
        [one] => {
            let done = one.stages.iter().filter(|stage| stage.is_done()).count();
            let said =
                format!("left unfinished, {done} of {} steps done: {}; see :log", one.stages.len(), one.plan.title);
            state.say(StatusKind::Failed, said);
        }
        many => state.say(StatusKind::Failed, format!("{} changes were left unfinished here; see :log", many.len())),
    }
}

/// The log has one line more: where it is shown, it is read again.
pub(super) fn outdated(state: &mut State) -> Vec<Job> {
    let is_open = entries(state).is_some();
    if !is_open {
        return Vec::new();
    }
    let mut jobs = state.cancel(|pending| *pending == Pending::Log);
    jobs.push(Job::Log(state.ticket(Pending::Log)));
    jobs
}
