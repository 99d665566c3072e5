//! A dry run from the preview, and what a screen waits for while another lies on top of it.

use super::changing::{applying, entry, here, on_a_pod, previewed, said, tell};
use super::world::*;
use crate::domain::plan::{PlanState, Trial};
use crate::tui::app::screen::{Phase, Screen, ScreenKind};
use crate::tui::app::{Halt, Job, Message, Outcome, Stage, Told, update};

#[test]
fn a_plan_is_tried_and_what_is_said_stands_at_its_step() {
    let mut state = previewed();
    let jobs = press(&mut state, "D");
    let [Job::Rehearse(ticket, tried)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(**tried, plan(&state).plan);
    assert!(said(&state).contains("dry run: trying each step"), "{}", said(&state));
    let warnings = vec!["policy audit: warns".to_owned()];
    update(&mut state, Message::Rehearsed(*ticket, vec![(0, Trial::Accepted(warnings))]));
    let shown = said(&state);
    assert!(shown.contains("✔ dry run, nothing was changed: the API server would do step 1"), "{shown}");
    assert!(shown.contains("! dry run: policy audit: warns"), "{shown}");
    assert_eq!(plan(&state).phase, Phase::Preview);

    let jobs = press(&mut state, "D");
    let [Job::Rehearse(again, _)] = &jobs[..] else { panic!("{jobs:?}") };
    update(&mut state, Message::Rehearsed(*ticket, Vec::new()));
    assert!(said(&state).contains("dry run: trying each step"), "the late answer is dropped");
    let refused = Trial::Refused { said: "admission: no".to_owned(), hint: Some("ask them".to_owned()) };
    update(&mut state, Message::Rehearsed(*again, vec![(0, refused)]));
    let shown = said(&state);
    assert!(shown.contains("✖ dry run, nothing was changed: step 1 would be refused"), "{shown}");
    assert!(shown.contains("the API server would refuse it: admission: no") && shown.contains("ask them"), "{shown}");

    let jobs = press(&mut state, "D");
    let [Job::Rehearse(last, _)] = &jobs[..] else { panic!("{jobs:?}") };
    let in_vain = Trial::InVain { said: "a new pod gets no role".to_owned(), hint: Some("see why".to_owned()) };
    update(&mut state, Message::Rehearsed(*last, vec![(0, in_vain)]));
    let shown = said(&state);
    assert!(shown.contains("✖ dry run, nothing was changed: step 1 would be stopped"), "{shown}");
    assert!(shown.contains("it would be stopped: a new pod gets no role") && shown.contains("see why"), "{shown}");

    press(&mut state, "D");
    let jobs = press(&mut state, "<esc>");
    assert!(matches!(&jobs[..], [Job::Cancel(_)]), "nobody waits for it any more: {jobs:?}");
}

#[test]
fn of_a_plan_that_is_gone_on_with_only_the_rest_is_tried() {
    let (mut state, ticket) = applying();
    tell(&mut state, ticket, Told::Begun("id-1".into()));
    assert_eq!(press(&mut state, "D"), [], "not while it is applied");
    if let Screen::Plan(screen) = state.screen_mut() {
        let done = screen.plan.steps[0].clone();
        screen.plan.steps.insert(0, done);
        screen.stages = vec![Stage::Done, Stage::NotBegun];
    }
    let halt = Halt { step: 1, said: "no".to_owned(), hint: None, is_uncertain: false, now: None };
    tell(&mut state, ticket, Told::Ended(Outcome::Stopped(halt)));
    let jobs = press(&mut state, "D");
    let [Job::Rehearse(of_rest, tried)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(tried.taken().map(|(place, _)| place).collect::<Vec<_>>(), [1]);
    press(&mut state, "u");
    answered(&mut state);
    assert_eq!(plan(&state).plan.undoes.as_deref(), Some("id-1"));
    let jobs = press(&mut state, "D");
    assert!(matches!(&jobs[..], [Job::Rehearse(..)]), "the plan below waits for its own: {jobs:?}");
    press(&mut state, "<esc>");
    update(&mut state, Message::Rehearsed(*of_rest, vec![(1, Trial::Accepted(Vec::new()))]));
    assert!(said(&state).contains("the API server would do step 2"), "{}", said(&state));
}

#[test]
fn what_a_plan_waits_for_comes_though_a_screen_lay_on_top_of_it() {
    let mut state = on_a_pod();
    let jobs = press(&mut state, "eeks/api<enter>");
    let Some(Job::May(may, _)) = jobs.last() else { panic!("{jobs:?}") };
    let jobs = press(&mut state, "D");
    let [Job::Rehearse(trial, _)] = &jobs[..] else { panic!("{jobs:?}") };
    for over in ["?", "K", "W"] {
        press(&mut state, over);
        assert_ne!(state.screen().kind(), ScreenKind::Plan, "{over}");
        assert_eq!(press(&mut state, "<esc>"), [], "{over}: the plan waits for it still");
    }
    press(&mut state, "?");
    update(&mut state, Message::May(*may, vec!["you may not patch serviceaccounts".to_owned()]));
    press(&mut state, "<esc>");
    update(&mut state, Message::Rehearsed(*trial, vec![(0, Trial::Accepted(Vec::new()))]));
    let shown = said(&state);
    assert!(shown.contains("you may not patch serviceaccounts"), "{shown}");
    assert!(shown.contains("the API server would do step 1") && !shown.contains("trying each step"), "{shown}");
    assert!(!state.open.contains_key(may) && !state.open.contains_key(trial));
}

#[test]
fn the_log_comes_though_a_screen_lay_on_top_of_it() {
    let mut state = wide();
    let jobs = press(&mut state, ":log<enter>");
    let [Job::Log(ticket)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(press(&mut state, "?<esc>"), []);
    let log = vec![entry("id-1", PlanState::Done, here(&state), vec![Stage::Done])];
    update(&mut state, Message::Log(*ticket, Ok(log)));
    assert_eq!(rows(&state), ["id-1"]);
}
