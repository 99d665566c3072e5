//! Going on with a plan that was stopped: what comes of the rest is told as things are now, before it is agreed to.

use super::{intending, planning};
use crate::domain::plan::{Change, Plan, rest};
use crate::tui::app::update::{asking, questions};
use crate::tui::app::{Job, State};

/// Tells the shown plan what comes of what is left of it; what that hangs on is read first.
pub(in crate::tui::app::update) fn weigh(state: &mut State) -> Vec<Job> {
    let Some(left) = planning::shown(state).filter(|screen| screen.is_gone_on_with()).map(|screen| screen.left())
    else {
        return Vec::new();
    };
    let changes: Vec<Change> = left.taken().map(|(_, step)| step.change.clone()).collect();
    let open = intending::open_of_changes(state, &changes);
    let mut jobs = asking::unpacked(state);
    let is_open = !open.is_empty() || state.catalogue.is_none();
    if !is_open {
        let told = rest(state.seen(), left, state.clock);
        if let Some(screen) = planning::shown(state) {
            (screen.plan.effects, screen.plan.warnings, screen.barred) = match told {
                Ok(Plan { effects, warnings, .. }) => (effects, warnings, None),
                Err(refusal) => (Vec::new(), Vec::new(), Some(refusal)),
            };
        }
    }
    let revision = state.revision;
    if let Some(screen) = planning::shown(state) {
        (screen.weighing, screen.weighed_at) = (is_open, revision);
    }
    // what shows only now
    let fresh: Vec<_> = open.into_iter().filter(|question| !state.asked.contains(question)).collect();
    jobs.extend(fresh.into_iter().map(|question| questions::ask(state, question, true)));
    jobs
}

/// Something more was read: it may be what the shown plan waits for, or change what comes of it. What is being agreed to
/// stays as it was asked.
pub(in crate::tui::app::update) fn arrived(state: &mut State) -> Vec<Job> {
    let (revision, is_asked) = (state.revision, state.prompt.is_some());
    let is_due = planning::shown(state)
        .is_some_and(|screen| screen.weighing || (screen.weighed_at > 0 && screen.weighed_at != revision && !is_asked));
    if is_due { weigh(state) } else { Vec::new() }
}
