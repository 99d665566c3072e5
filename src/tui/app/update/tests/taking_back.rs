//! Taking a trust policy back: fitted to what is held by then.

use super::changing::{here, role, said};
use super::world::*;
use crate::domain::plan::{Change, Content, Plan, PlanKind, PlanState, Target};
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::{Entry, Job, Message, Stage, State, Ticket, update};
use std::sync::Arc;

/// A trust policy that was repaired, as the log has it.
fn repaired(state: &State) -> Entry {
    let document = |sub: &str| Content::Document(format!(r#"{{"Statement":[{{"Sid":"{sub}"}}]}}"#).into());
    let mut plan = Plan::new(PlanKind::RepairTrust, "repair");
    plan.push(Change { target: Target::Trust { role: "api".into() }, from: document("old"), to: document("new") });
    let (place, stages) = (here(state), vec![Stage::Done]);
    Entry { id: "id-1".into(), time: moment(0), place, plan, stages, error: None, state: PlanState::Done }
}

/// The way back of a repaired trust policy, about to be fitted.
fn taking_back() -> (State, Ticket, Box<Plan>) {
    let mut state = in_account();
    facts(&mut state, vec![role("arn:aws:iam::111122223333:role/api")]);
    let entry = Arc::new(repaired(&state));
    let jobs = press(&mut state, ":log<enter>");
    let Some(Job::Log(ticket)) = jobs.last() else { panic!("{jobs:?}") };
    update(&mut state, Message::Log(*ticket, Ok(vec![entry])));
    let jobs = press(&mut state, "u");
    let [Job::Fit(ticket, undo)] = &jobs[..] else { panic!("{jobs:?}") };
    let (ticket, undo) = (*ticket, undo.clone());
    (state, ticket, undo)
}

#[test]
fn a_trust_policy_is_taken_back_as_it_is_held_by_then() {
    let (mut state, ticket, mut undo) = taking_back();
    assert_eq!(press(&mut state, "<enter>y"), [], "not before that is known");
    undo.steps[0].change.from = Content::Document(r#"{"Statement":[{"Sid":"theirs"},{"Sid":"new"}]}"#.into());
    undo.steps[0].change.to = Content::Document(r#"{"Statement":[{"Sid":"theirs"},{"Sid":"old"}]}"#.into());
    let jobs = update(&mut state, Message::Fitted(ticket, Ok(undo.clone())));
    let [Job::May(_, changes)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((&changes[0], &plan(&state).plan), (&undo.steps[0].change, &*undo));
    let jobs = press(&mut state, "<enter>y");
    assert!(matches!(&jobs[..], [Job::Apply(_, order)] if order.plan == *undo), "{jobs:?}");
}

#[test]
fn what_is_not_found_any_more_is_not_taken_back() {
    let (mut state, ticket, _) = taking_back();
    let refusal = crate::tui::app::Refusal { said: "what was added is not found".to_owned(), hint: None };
    assert_eq!(update(&mut state, Message::Fitted(ticket, Err(refusal))), []);
    assert!(said(&state).contains("nothing was changed: what was added is not found"), "{}", said(&state));
    assert_eq!(press(&mut state, "<enter>y"), []);
}

#[test]
fn a_way_back_is_fitted_under_another_screen_and_after_it() {
    for is_under in [true, false] {
        let (mut state, ticket, undo) = taking_back();
        press(&mut state, "?");
        let mut jobs = Vec::new();
        if is_under {
            jobs = update(&mut state, Message::Fitted(ticket, Ok(undo.clone())));
            assert_eq!(state.screen().kind(), ScreenKind::Help, "it stays on top");
        }
        assert_eq!(press(&mut state, "<esc>"), [], "nothing is given up");
        if !is_under {
            jobs = update(&mut state, Message::Fitted(ticket, Ok(undo.clone())));
        }
        assert!(matches!(&jobs[..], [Job::May(..)]), "{jobs:?}");
        assert_eq!((&plan(&state).plan, plan(&state).fitting), (&*undo, None));
        let jobs = press(&mut state, "<enter>y");
        assert!(matches!(&jobs[..], [Job::Apply(_, order)] if order.plan == *undo), "{jobs:?}");
    }
    let (mut state, ticket, _) = taking_back();
    assert_eq!(press(&mut state, "<esc>"), [Job::Cancel(ticket)], "nobody waits for it any more");
}
