//! Going on with a plan that was stopped, where others have come to hang on what it touches.

use super::changing::{here, said, status, tell};
use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{Association, Reading, Role, RoleAnnotation, RoleArn, ServiceAccount};
use crate::domain::plan::{Change, Content, Plan, PlanKind, PlanState, RoleContent, Target};
use crate::tui::app::{Entry, Halt, Job, Message, Outcome, Stage, State, Told, update};
use std::sync::Arc;

fn spare() -> Role {
    let Delta::Role(_, Reading::Read { value, .. }) = role("spare", Some(r#"{"Statement":[]}"#)) else {
        panic!("a role")
    };
    Role { tags: vec![(name("rolecall:cluster"), name("prod"))], max_session_seconds: Some(3600), ..*value }
}

/// Whether the ServiceAccount is annotated with the role.
fn bound(is_bound: bool) -> Delta {
    let arn = RoleArn::from("arn:aws:iam::111122223333:role/spare");
    let Delta::ServiceAccount(account) = account("shop", "api") else { panic!("a ServiceAccount") };
    let role = is_bound.then_some(RoleAnnotation { arn, set: None });
    Delta::ServiceAccount(Box::new(ServiceAccount { role, ..*account }))
}

/// The page of a deletion that was killed when its policy was gone.
fn stopped() -> State {
    logged(Stage::Uncertain, PlanState::Unfinished)
}

/// The page of a deletion out of the log, by how its last step and the whole stand.
fn logged(last: Stage, whole: PlanState) -> State {
    logged_so([Stage::Done, last], whole)
}

fn logged_so(stages: [Stage; 2], whole: PlanState) -> State {
    let mut state = in_account();
    let role = spare();
    let arn = role.arn.name_shared();
    facts(
        &mut state,
        vec![
            Delta::Role(arn.clone(), read(Box::new(role.clone()))),
            Delta::ProfilesOf(arn, read(Vec::new())),
            Delta::Associations(read(Vec::<Association>::new())),
            bound(false),
        ],
    );
    let mut plan = Plan::new(PlanKind::DeleteRole, "delete role spare");
    let target = Target::Attachment { role: name("spare"), policy: name("arn:aws:iam::aws:policy/x") };
    plan.push(Change { target, from: Content::Present, to: Content::Absent });
    let from = Content::Role(Box::new(RoleContent::of(&role)));
    plan.push(Change { target: Target::Role { name: name("spare") }, from, to: Content::Absent });
    let (place, stages) = (here(&state), stages.to_vec());
    let id = name("id-1");
    let entry = Entry { id, time: moment(0), place, plan, stages, error: None, state: whole };
    let jobs = press(&mut state, ":log<enter>");
    let Some(Job::Log(ticket)) = jobs.last() else { panic!("{jobs:?}") };
    update(&mut state, Message::Log(*ticket, Ok(vec![Arc::new(entry)])));
    press(&mut state, "<enter>");
    answered(&mut state);
    state
}

#[test]
fn what_is_used_meanwhile_is_not_deleted_and_the_way_back_is_offered() {
    let mut state = stopped();
    assert!(said(&state).contains("enter goes on from there · u takes back what was made"), "{}", said(&state));
    facts(&mut state, vec![bound(true)]);
    answered(&mut state);
    let shown = said(&state);
    assert!(shown.contains("it is not gone on with: role spare is used by ServiceAccounts: shop/api"), "{shown}");
    assert!(shown.contains("take it from them first"), "{shown}");
    assert!(!shown.contains("enter goes on") && shown.contains("u takes back what was made"), "{shown}");
    for keys in ["<enter>", "D"] {
        assert_eq!(press(&mut state, keys), [], "nothing is sent");
        assert!(status(&state).starts_with("role spare is used by"), "{}", status(&state));
    }
    facts(&mut state, vec![bound(false)]);
    answered(&mut state);
    assert!(!said(&state).contains("it is not gone on with"), "{}", said(&state));
    let jobs = press(&mut state, "<enter>y");
    assert!(matches!(&jobs[..], [Job::Apply(_, order)] if order.resumes.as_deref() == Some("id-1")), "{jobs:?}");
}

/// A role of the same name is another one: what was taken from the first is not given to that.
#[test]
fn a_role_that_is_deleted_has_no_way_back() {
    for (last, whole) in [(Stage::Done, PlanState::Done), (Stage::WasSo, PlanState::Done)] {
        let mut state = logged(last, whole);
        assert!(!said(&state).contains("u takes back"), "{}", said(&state));
        assert_eq!(press(&mut state, "u"), []);
        assert_eq!(status(&state), "there is nothing to take back");
    }
    let state = logged(Stage::NotBegun, PlanState::Stopped);
    assert!(said(&state).contains("u takes back what was made"), "{}", said(&state));
}

/// Things may move between the last look and the key.
#[test]
fn what_is_used_by_the_time_it_is_gone_on_with_is_not() {
    let mut state = stopped();
    press(&mut state, "?");
    facts(&mut state, vec![bound(true)]);
    press(&mut state, "<esc>");
    answered(&mut state);
    assert_eq!(press(&mut state, "<enter>y"), []);
    assert!(said(&state).contains("it is not gone on with"), "{}", said(&state));
}

/// It stops before its first step is looked at again: a later one's guard refuses it.
#[test]
fn what_may_have_been_made_is_taken_back_where_going_on_stops_before_it() {
    let mut state = logged_so([Stage::Uncertain, Stage::NotBegun], PlanState::Unfinished);
    let jobs = press(&mut state, "<enter>y");
    let [Job::Apply(ticket, _)] = &jobs[..] else { panic!("{jobs:?}") };
    let ticket = *ticket;
    tell(&mut state, ticket, Told::Begun(name("id-1")));
    let halt = Halt { step: 1, said: "moved".to_owned(), hint: None, is_uncertain: false, now: None };
    tell(&mut state, ticket, Told::Ended(Outcome::Stopped(halt)));
    let shown = said(&state);
    assert!(shown.contains("perhaps made: step 1 · failed: step 2"), "{shown}");
    assert!(shown.contains("u takes back what was made"), "{shown}");
}
