//! A plan that waits for what it hangs on.

use super::changing::on_a_pod;
use super::world::*;
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::{Job, Message, State, update};

/// Nothing of the catalogue was needed so far.
fn without_catalogue() -> State {
    State { catalogue: None, ..on_a_pod() }
}

fn unpacks(jobs: &[Job]) -> usize {
    jobs.iter().filter(|job| matches!(job, Job::Catalogue(_))).count()
}

#[test]
fn the_catalogue_is_unpacked_while_a_change_is_chosen() {
    let mut state = without_catalogue();
    assert_eq!(unpacks(&press(&mut state, "jk")), 0, "not before");
    assert_eq!(unpacks(&press(&mut state, "a")), 1);
    assert_eq!(unpacks(&press(&mut state, "jk<esc>eeks")), 0, "once");
    assert_eq!(unpacks(&press(&mut without_catalogue(), "e")), 1, "for a choice");
    let mut state = State { catalogue: None, ..in_account() };
    assert_eq!(unpacks(&press(&mut state, "N/api-1<enter>C")), 1, "for a form");
}

#[test]
fn a_plan_is_shown_once_the_catalogue_is_there() {
    let mut state = without_catalogue();
    let jobs = press(&mut state, "eeks/api");
    let ticket = jobs.iter().find_map(|job| if let Job::Catalogue(ticket) = job { Some(*ticket) } else { None });
    let jobs = press(&mut state, "<enter>");
    assert_eq!((unpacks(&jobs), state.screen().kind()), (0, ScreenKind::Choose), "it waits: {jobs:?}");
    let jobs = update(&mut state, Message::Catalogue(ticket.expect("it is asked for"), catalogue()));
    assert!(jobs.iter().any(|job| matches!(job, Job::May(..))), "{jobs:?}");
    assert_eq!(plan(&state).plan.title, "bind serviceaccount/api in shop to role eks/api");
}
