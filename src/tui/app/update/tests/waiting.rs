//! A plan that waits for what it hangs on.

use super::changing::{OTHER, on_a_pod, previewed, role, status};
use super::world::*;
use crate::domain::inventory::{Delta, Kind};
use crate::domain::model::{EnvValue, EnvVar, Question, Reading, Rollout};
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::{Job, Message, Options, State, update};
use std::sync::Arc;

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

#[test]
fn a_plan_is_shown_once_the_lists_are_there_that_it_tells_of() {
    for late in [Kind::Pod, Kind::ServiceAccount, Kind::Node] {
        let mut state = State::new(on_a_pod().about, Options::default(), moment(0));
        state.catalogue = Some(catalogue());
        let is_late = |delta: &Delta| matches!(delta, Delta::Listed(kind, _) if *kind == late);
        let (rest, read): (Vec<Delta>, _) = cluster().into_iter().partition(is_late);
        facts(&mut state, [read, vec![role(OTHER), Delta::Associations(super::world::read(Vec::new()))]].concat());
        press(&mut state, ":sa<enter>/api<enter>e<enter>");
        assert_eq!(state.screen().kind(), ScreenKind::Choose, "it waits for {late:?}");
        assert!(status(&state).starts_with("reading"), "{late:?}: {}", status(&state));
        facts(&mut state, rest);
        assert_eq!(state.screen().kind(), ScreenKind::Plan, "{late:?}: {}", status(&state));
    }
}

#[test]
fn what_was_read_since_the_preview_is_looked_at_before_it_is_agreed_to() {
    let mut state = previewed();
    facts(&mut state, vec![pod("pay", "bank-3", "bank", 5)]);
    press(&mut state, "<enter>");
    assert!(state.prompt.is_some(), "what it does not touch changes nothing: {}", status(&state));
    press(&mut state, "<esc>");
    facts(&mut state, vec![pod("shop", "api-9", "api", 5)]);
    let before = plan(&state).plan.effects.clone();
    let jobs = press(&mut state, "<enter>");
    assert!(state.prompt.is_none(), "it is not asked for what was not shown");
    assert_ne!(plan(&state).plan.effects, before);
    assert!(status(&state).contains("look at it once more"), "{}", status(&state));
    assert!(jobs.iter().any(|job| matches!(job, Job::May(..))), "{jobs:?}");
    let jobs = press(&mut state, "<enter>y");
    assert!(matches!(&jobs[..], [Job::Apply(..)]), "{jobs:?}");
}

/// On the pod api-1, whose owner was read, and that there is no role prod-shop-api.
fn on_a_pod_of_an_account() -> State {
    let mut state = in_account();
    let made = "arn:aws:iam::111122223333:role/prod-shop-api";
    let owner = Delta::Workload("shop".into(), "StatefulSet".into(), "api".into(), read(Rollout::default()));
    facts(&mut state, vec![role(OTHER), Delta::Role(made.into(), Reading::Missing { at: moment(0) }), owner]);
    press(&mut state, "N/api-1<enter>");
    state
}

#[test]
fn what_running_pods_have_is_read_before_it_is_told_what_they_lose() {
    let mut before = on_a_pod_of_an_account();
    let runs_on = "arn:aws:iam::111122223333:role/today";
    let Delta::Pod(mut api) = pod("shop", "api-1", "api", 30) else { panic!("a pod") };
    let mut spec = (*api.spec).clone();
    let token = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
    spec.containers[0].env = [("AWS_ROLE_ARN", runs_on), ("AWS_WEB_IDENTITY_TOKEN_FILE", token)]
        .map(|(key, value)| EnvVar { name: key.into(), value: EnvValue::Literal(value.into()) })
        .to_vec();
    api.spec = Arc::new(spec);
    facts(&mut before, vec![Delta::Pod(api), Delta::Associations(read(Vec::new()))]);
    for keys in ["e<enter>", "C<enter>"] {
        let mut state = before.clone();
        press(&mut state, keys);
        assert_ne!(state.screen().kind(), ScreenKind::Plan, "{keys}: it waits");
        assert!(state.unanswered.contains(&Question::Role(runs_on.into())), "{keys}: {:?}", state.unanswered);
        facts(&mut state, vec![Delta::Role(runs_on.into(), Reading::Missing { at: moment(0) })]);
        assert_eq!(state.screen().kind(), ScreenKind::Plan, "{keys}: {}", status(&state));
    }
}

#[test]
fn what_an_association_binds_is_read_before_an_annotation_or_a_new_role_is_planned() {
    for keys in ["e<enter>", "C<enter>"] {
        let mut state = on_a_pod_of_an_account();
        // it was not among what is asked by itself
        state.asked.retain(|question| *question != Question::Associations);
        let jobs = press(&mut state, keys);
        let asks = |job: &Job| matches!(job, Job::Ask { question: Question::Associations, .. });
        assert!(jobs.iter().any(asks), "{keys}: {jobs:?}");
        assert_ne!(state.screen().kind(), ScreenKind::Plan, "{keys}: it waits");
        facts(&mut state, vec![Delta::Associations(read(Vec::new()))]);
        assert_eq!(state.screen().kind(), ScreenKind::Plan, "{keys}: {}", status(&state));
    }
}
