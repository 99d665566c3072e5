//! Making a role from a row: the line that is typed, what is read for it, and the plan.

use super::world::{facts, moment, press, wide};
use crate::domain::inventory::Delta;
use crate::domain::model::{Caller, Cluster, ManagedPolicy, Question, Reading};
use crate::domain::plan::PlanKind;
use crate::tui::app::screen::Screen;
use crate::tui::app::state::PromptKind;
use crate::tui::app::{Job, State};

const POLICY: &str = "arn:aws:iam::aws:policy/AmazonSESFullAccess";
const ROLE: &str = "arn:aws:iam::111122223333:role/eks/mailer";

fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: moment(0) }
}

/// On the pod api-1 of a cluster that is known.
fn on_a_pod() -> State {
    let mut state = wide();
    let cluster = Cluster {
        name: "prod".into(),
        arn: Some("arn:aws:eks:eu-west-1:111122223333:cluster/prod".into()),
        account: Some("111122223333".into()),
        issuer: Some("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC".into()),
        ..Cluster::default()
    };
    let arn = "arn:aws:sts::111122223333:assumed-role/SRE/anna".into();
    let caller = Caller { arn, account: "111122223333".into() };
    facts(&mut state, vec![Delta::Cluster(read(cluster)), Delta::Caller(read(caller))]);
    press(&mut state, "N/api-1<enter>");
    state
}

fn typed(state: &State) -> &str {
    let prompt = state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Role);
    prompt.expect("a line is open").input.value()
}

#[test]
fn a_role_is_typed_read_for_and_planned() {
    let mut state = on_a_pod();
    press(&mut state, "C");
    assert_eq!(typed(&state), "prod-shop-api ", "the name that it gets by default");
    press(&mut state, "<c-u>");
    let jobs = press(&mut state, &format!("eks/mailer {POLICY}<enter>"));
    let asked =
        |question: Question| jobs.iter().any(|job| matches!(job, Job::Ask { question: own, .. } if *own == question));
    assert!(asked(Question::ManagedPolicy(POLICY.into())) && asked(Question::Role(ROLE.into())), "{jobs:?}");
    let document =
        Ok(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ses:*","Resource":"*"}}"#.into());
    let policy = ManagedPolicy { arn: POLICY.into(), version: "v1".into(), document };
    let missing = Delta::Role(ROLE.into(), Reading::Missing { at: moment(0) });
    facts(&mut state, vec![Delta::ManagedPolicy(POLICY.into(), read(policy)), missing]);
    press(&mut state, "<enter>");
    let Screen::Plan(screen) = state.screen() else { panic!("{:?} {:?}", state.screen().kind(), state.status) };
    assert_eq!(screen.plan.kind, PlanKind::CreateRole);
    let targets: Vec<String> = screen.plan.taken().map(|(_, step)| step.change.target.to_string()).collect();
    assert_eq!(targets, ["role/mailer", "policy AmazonSESFullAccess on role/mailer", "serviceaccount/api"]);
    assert!(state.prompt.is_none());
}

#[test]
fn what_is_no_role_is_said_and_the_line_stays() {
    let mut state = on_a_pod();
    press(&mut state, "Cby=magic<enter>");
    assert!(state.status.as_ref().is_some_and(|status| status.text.contains("by=magic")), "{:?}", state.status);
    assert_eq!(typed(&state), "prod-shop-api by=magic");
    press(&mut state, "<esc>");
    assert!(state.prompt.is_none() && !matches!(state.screen(), Screen::Plan(_)));
}
