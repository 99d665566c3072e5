//! A dry run from the preview: what the server would say to each step, without any of them being made.

use super::{applying, planning};
use crate::domain::plan::Trial;
use crate::tui::app::screen::{Screen, Scroll, Trials};
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::{Job, State, Ticket};

/// Has what would be applied tried.
pub(in crate::tui::app::update) fn try_out(state: &mut State) -> Vec<Job> {
    if let Some(said) = applying::obstacle(state) {
        state.say(StatusKind::Failed, said);
        return Vec::new();
    }
    if let Some(screen) = planning::shown(state) {
        screen.trials = Trials::NotAsked;
    }
    let mut jobs = state.cancel_left(|pending| *pending == Pending::Rehearse);
    let ticket = state.ticket(Pending::Rehearse);
    if let Some(screen) = planning::shown(state) {
        (screen.trials, screen.scroll) = (Trials::Asked(ticket), Scroll::default());
        jobs.push(Job::Rehearse(ticket, Box::new(screen.left())));
    }
    jobs
}

/// What was said to each step.
pub(in crate::tui::app::update) fn tried(state: &mut State, ticket: Ticket, trials: Vec<(usize, Trial)>) {
    let is_it = |screen: &&mut Screen| matches!(screen, Screen::Plan(plan) if plan.trials == Trials::Asked(ticket));
    if let Some(Screen::Plan(screen)) = state.screens.iter_mut().find(is_it) {
        screen.trials = Trials::Known(trials);
    }
}
