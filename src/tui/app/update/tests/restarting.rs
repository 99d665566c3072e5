//! Restarts: what they hang on is read first, and an undo offers one.

use super::changing::{applying, tell};
use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{Question, Reading, RoleAnnotation, RoleArn, Rollout};
use crate::domain::plan::{PlanKind, WarningKind};
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::{Job, Outcome, Stage, Told};

const BOUND: &str = "arn:aws:iam::111122223333:role/eks/api";

/// What made the pods of shop/api, as it was read.
fn owner() -> Delta {
    Delta::Workload("shop".into(), "StatefulSet".into(), "api".into(), read(Rollout::default()))
}

/// The ServiceAccount shop/api, annotated.
fn annotated() -> Delta {
    let Delta::ServiceAccount(mut account) = account("shop", "api") else { panic!("a ServiceAccount") };
    account.role = Some(RoleAnnotation { arn: RoleArn::from(BOUND), set: None });
    Delta::ServiceAccount(account)
}

/// New pods get what is bound, whatever those that run have.
#[test]
fn the_role_that_is_bound_is_read_before_a_restart_is_planned() {
    let mut state = in_account();
    facts(&mut state, vec![annotated(), owner(), Delta::Associations(read(Vec::new()))]);
    press(&mut state, "N/api-1<enter>");
    let role = Question::Role(BOUND.into());
    let jobs = press(&mut state, "r");
    let is_asked = jobs.iter().any(|job| matches!(job, Job::Ask { question, .. } if *question == role));
    assert!(is_asked || state.unanswered.contains(&role), "{jobs:?}");
    assert_ne!(state.screen().kind(), ScreenKind::Plan, "it waits");
    facts(&mut state, vec![Delta::Role(BOUND.into(), Reading::Missing { at: moment(0) })]);
    answered(&mut state);
    let restart = &plan(&state).plan;
    assert_eq!(restart.kind, PlanKind::Restart);
    let told: Vec<&str> = restart
        .warnings
        .iter()
        .filter(|warning| warning.kind == WarningKind::NotEffective)
        .map(|warning| &*warning.sentence)
        .collect();
    assert!(told.iter().any(|it| it.starts_with("role eks/api does not let these pods in")), "{told:?}");
}

#[test]
fn an_undo_offers_the_restart_of_what_it_is_about() {
    let (mut state, ticket) = applying();
    tell(&mut state, ticket, Told::Begun("id-1".into()));
    tell(&mut state, ticket, Told::Step(0, Stage::Done));
    tell(&mut state, ticket, Told::Ended(Outcome::Done));
    press(&mut state, "u");
    assert!(plan(&state).plan.undoes.is_none(), "what made its pods is read first");
    facts(&mut state, vec![owner()]);
    answered(&mut state);
    let steps: Vec<(String, bool)> =
        plan(&state).plan.steps.iter().map(|step| (step.change.target.to_string(), step.taken)).collect();
    assert_eq!(plan(&state).plan.undoes.as_deref(), Some("id-1"));
    assert_eq!(steps, [("serviceaccount/api".to_owned(), true), ("statefulset/api".to_owned(), false)]);
    let offered = plan(&state).offer();
    assert_eq!(offered, Some(1), "it can be taken in");
}
