//! From what somebody wants to its preview: what the plan hangs on is read first.

use super::{intending, planning};
use crate::domain::plan::PlanRefusal;
use crate::tui::app::screen::Screen;
use crate::tui::app::select::Of;
use crate::tui::app::state::StatusKind;
use crate::tui::app::update::{asking, questions};
use crate::tui::app::{Intent, Job, State};

/// Opens the preview of what is wanted: at once, or as soon as what it hangs on was read. Any key leaves off waiting.
pub(super) fn want(state: &mut State, intent: Intent) -> Vec<Job> {
    let open = intending::open_questions(state, &intent);
    // what is lost is told by what AWS asks for at all
    let mut jobs = asking::unpacked(state);
    if open.is_empty() && is_rest_here(state) {
        return preview(state, intent);
    }
    state.say(StatusKind::Busy, "reading what the plan hangs on…");
    state.awaited = Some(Box::new(intent));
    jobs.extend(open.into_iter().map(|question| questions::ask(state, question, true)));
    jobs
}

/// Whether what every plan hangs on is here: what AWS has, and the lists of the cluster.
fn is_rest_here(state: &State) -> bool {
    state.catalogue.is_some() && intending::are_lists_here(state)
}

/// A plan may be wanted next from the shown screen: the catalogue of actions is unpacked meanwhile.
pub(in crate::tui::app::update) fn foreseen(state: &mut State) -> Vec<Job> {
    let is_next = match state.screen() {
        Screen::Choose(_) | Screen::Form(_) => true,
        Screen::List(screen) => matches!(screen.list.of, Of::Actions(_)),
        _ => false,
    };
    if is_next { asking::unpacked(state) } else { Vec::new() }
}

/// What was waited for is here: its plan is shown.
pub(in crate::tui::app::update) fn arrived(state: &mut State) -> Vec<Job> {
    let Some(intent) = state.awaited.take() else { return Vec::new() };
    let open = intending::open_questions(state, &intent);
    if open.is_empty() && is_rest_here(state) {
        end(state);
        return preview(state, *intent);
    }
    state.awaited = Some(intent);
    // what shows only now
    let fresh: Vec<_> = open.into_iter().filter(|question| !state.asked.contains(question)).collect();
    fresh.into_iter().map(|question| questions::ask(state, question, true)).collect()
}

/// Nothing is waited for any more.
pub(in crate::tui::app::update) fn leave_off(state: &mut State) {
    if state.awaited.take().is_some() {
        end(state);
    }
}

/// That something is read first has come to its end.
fn end(state: &mut State) {
    if state.status.as_ref().is_some_and(|status| status.kind == StatusKind::Busy) {
        state.status = None;
    }
}

fn preview(state: &mut State, intent: Intent) -> Vec<Job> {
    match planning::preview(state, intent) {
        Ok(jobs) => {
            state.prompt = None;
            jobs
        }
        Err(refusal) => {
            refused(state, refusal);
            Vec::new()
        }
    }
}

/// Says why there is no plan: where it was chosen, else in the status line.
fn refused(state: &mut State, refusal: PlanRefusal) {
    let said = refusal.in_words();
    match state.screen_mut() {
        Screen::Choose(screen) => screen.refused = Some(said),
        Screen::Form(screen) => screen.refused = Some(said),
        _ => state.say(StatusKind::Failed, said),
    }
}
