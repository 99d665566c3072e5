//! Associating a ServiceAccount, ending that, making the provider: chosen, read for, planned.

use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{
    Association, EnvValue, EnvVar, Mount, OidcProvider, Question, Rollout, ServiceAccount, TokenVolume, Volume,
};
use crate::domain::plan::{Content, PlanKind, WarningKind};
use crate::domain::policy::Truth;
use crate::tui::app::screen::{Choice, FieldKind, ScreenKind};
use crate::tui::app::{Job, Message, OFFERS, State, update, why_not};
use crate::tui::keymap::Action;
use std::sync::Arc;

const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";

fn associations(all: Vec<Association>) -> Delta {
    Delta::Associations(read(all))
}

fn association(role: &str) -> Association {
    Association {
        id: "a-1".into(),
        namespace: "shop".into(),
        service_account: "api".into(),
        role_arn: Some(role.into()),
        ..Association::default()
    }
}

/// On the pod api-1, with a role for Pod Identity and one for tokens.
fn on_a_pod(associated: Vec<Association>) -> State {
    let mut state = in_account();
    let by_pods = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}}"#;
    let by_token = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}}}"#
    );
    facts(
        &mut state,
        vec![role("eks/by-token", Some(&by_token)), role("pods", Some(by_pods)), associations(associated)],
    );
    press(&mut state, "N/api-1<enter>");
    state
}

#[test]
fn roles_that_trust_pod_identity_come_first_and_why_the_others_do_not_is_said() {
    let mut state = on_a_pod(Vec::new());
    // one whose pods could be left without credentials would be refused: this one has none
    facts(&mut state, vec![account("shop", "new")]);
    press(&mut state, "<esc>:sa<enter>/new<enter>E");
    let screen = choice(&state);
    assert!(matches!(screen.of, Choice::Associate { .. }));
    let said: Vec<(&str, Truth, &str)> =
        screen.candidates.iter().map(|own| (&*own.arn, own.fit.answer, &*own.fit.because)).collect();
    assert_eq!(
        said,
        [
            ("arn:aws:iam::111122223333:role/pods", Truth::Yes, ""),
            ("arn:aws:iam::111122223333:role/eks/by-token", Truth::No, "it keeps Pod Identity out"),
        ]
    );
    let jobs = press(&mut state, "<enter>");
    assert!(jobs.iter().any(|job| matches!(job, Job::May(..))), "{jobs:?}");
    assert_eq!(plan(&state).plan.kind, PlanKind::Associate);
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Choose, "another can be chosen");
}

#[test]
fn pods_that_would_be_left_without_credentials_are_named_where_it_was_chosen() {
    let mut state = on_a_pod(Vec::new());
    press(&mut state, "E<enter>");
    let said = choice(&state).refused.clone().unwrap_or_default();
    assert!(said.contains("on a node without a ready agent: api-1, api-2, api-3"), "{said}");
}

#[test]
fn a_role_of_another_account_is_none_for_an_association() {
    let mut state = on_a_pod(Vec::new());
    press(&mut state, "Earn:aws:iam::444455556666:role/theirs");
    let screen = choice(&state);
    let picked = screen.rows.first().and_then(|pick| screen.candidate(pick)).expect("what was typed");
    assert_eq!(picked.fit.because, "it is in account 444455556666: an association takes the cluster's own");
}

#[test]
fn an_association_is_ended_from_the_choice_and_from_the_list() {
    let mut state = on_a_pod(vec![association("arn:aws:iam::111122223333:role/pods")]);
    press(&mut state, "Eno role<enter>");
    answered(&mut state);
    assert_eq!(plan(&state).plan.kind, PlanKind::Dissociate);
    press(&mut state, "<esc><esc>a");
    let place = OFFERS.iter().position(|offer| offer.action == Action::Dissociate).expect("it is listed");
    press(&mut state, &"j".repeat(place));
    press(&mut state, "<enter>");
    assert_eq!(plan(&state).plan.kind, PlanKind::Dissociate, "though it has no key");
}

#[test]
fn the_restart_is_offered_of_pods_whose_association_is_ended_out_of_the_list() {
    let mut state = on_a_pod(vec![association("arn:aws:iam::111122223333:role/pods")]);
    press(&mut state, "a");
    let place = OFFERS.iter().position(|offer| offer.action == Action::Dissociate).expect("it is listed");
    press(&mut state, &"j".repeat(place));
    let jobs = press(&mut state, "<enter>");
    let asks = |job: &Job| matches!(job, Job::Ask { question: Question::Workload(..), .. });
    assert!(jobs.iter().any(asks) && state.screen().kind() != ScreenKind::Plan, "it waits: {jobs:?}");
    let owner = Delta::Workload("shop".into(), "StatefulSet".into(), "api".into(), read(Rollout::default()));
    facts(&mut state, vec![owner]);
    assert_eq!((plan(&state).plan.kind, plan(&state).offer()), (PlanKind::Dissociate, Some(1)));
}

/// A pod of shop/api that was injected for its association.
fn injected(of: &str) -> Delta {
    let Delta::Pod(mut own) = pod("shop", of, "api", 30) else { panic!("a pod") };
    let mut spec = (*own.spec).clone();
    let env = |name: &str, value: &str| EnvVar { name: name.into(), value: EnvValue::Literal(value.into()) };
    let (path, file) = ("/var/run/secrets/pods.eks.amazonaws.com/serviceaccount", "eks-pod-identity-token");
    let app = &mut spec.containers[0];
    app.env = vec![
        env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &format!("{path}/{file}")),
    ];
    app.mounts = vec![Mount { volume: file.into(), path: path.into(), sub_path: None }];
    let token =
        TokenVolume { path: file.into(), audience: Some("pods.eks.amazonaws.com".into()), expiration_seconds: None };
    spec.volumes = vec![Volume { name: file.into(), tokens: vec![token], secret: None, config_map: None }];
    // on which node it runs is not known, nor whether an agent does
    own.node = None;
    own.spec = Arc::new(spec);
    Delta::Pod(own)
}

/// Who is made anew before the credentials end is not left without any.
#[test]
fn what_a_restart_prevents_is_told_as_long_as_it_is_left_out() {
    let mut state = on_a_pod(vec![association("arn:aws:iam::111122223333:role/pods")]);
    let owner = Delta::Workload("shop".into(), "StatefulSet".into(), "api".into(), read(Rollout::default()));
    facts(&mut state, vec![injected("api-1"), owner]);
    press(&mut state, "Eno role<enter>");
    let lost = |state: &State| -> Vec<String> {
        let warnings = plan(state).plan.warnings.iter().filter(|own| own.kind == WarningKind::Loss);
        warnings.map(|own| own.sentence.clone()).collect()
    };
    let left = "running pods are without credentials once their session expires, unless made anew before: api-1";
    assert_eq!(lost(&state), [left]);
    press(&mut state, " ");
    assert_eq!(lost(&state), [""; 0]);
    press(&mut state, " ");
    assert_eq!(lost(&state), [left]);
}

/// A rollout with a partition leaves the pods below it as they are.
#[test]
fn what_a_restart_does_not_reach_is_left_without_credentials() {
    let mut state = on_a_pod(vec![association("arn:aws:iam::111122223333:role/pods")]);
    let rollout = Rollout { partition: 2, ..Rollout::default() };
    let owner = Delta::Workload("shop".into(), "StatefulSet".into(), "api".into(), read(rollout));
    facts(&mut state, vec![injected("api-1"), injected("api-2"), owner]);
    press(&mut state, "Eno role<enter> ");
    let lost = plan(&state).plan.warnings.iter().find(|own| own.kind == WarningKind::Loss);
    let lost = lost.map(|own| &*own.sentence).unwrap_or_default();
    assert!(lost.ends_with("unless made anew before: api-1"), "{lost}");
}

/// The plan is made anew with the restart that was taken in: nobody is asked about what it prevents.
#[test]
fn what_a_restart_prevents_is_not_told_of_a_plan_that_is_made_anew_with_it() {
    let mut state = on_a_pod(vec![association("arn:aws:iam::111122223333:role/pods")]);
    let owner = Delta::Workload("shop".into(), "StatefulSet".into(), "api".into(), read(Rollout::default()));
    facts(&mut state, vec![injected("api-1"), owner]);
    press(&mut state, "Eno role<enter> ");
    facts(&mut state, vec![injected("api-9")]);
    press(&mut state, "<enter>");
    assert!(state.prompt.is_none(), "it is looked at once more");
    let plan = &plan(&state).plan;
    assert!(plan.steps[1].taken && !plan.warnings.iter().any(|own| own.kind == WarningKind::Loss), "{plan:?}");
}

/// A pod of a ServiceAccount whose tokens are for another audience, and hold an hour; the form about them.
fn about_tokens() -> State {
    let mut state = on_a_pod(Vec::new());
    let Delta::ServiceAccount(account) = account("shop", "api") else { panic!("a ServiceAccount") };
    let (audience, token_expiration) = (Some(name("other")), Some(name("3600")));
    let account = ServiceAccount { audience, token_expiration, ..*account };
    facts(&mut state, vec![Delta::ServiceAccount(Box::new(account))]);
    press(&mut state, "a");
    let place = OFFERS.iter().position(|offer| offer.action == Action::Tokens).expect("it is listed");
    press(&mut state, &"j".repeat(place));
    press(&mut state, "<enter>");
    state
}

#[test]
fn what_tokens_are_like_is_changed_in_a_form_that_holds_what_is_there() {
    let mut state = about_tokens();
    let held: Vec<(FieldKind, &str)> = form(&state).fields.iter().map(|field| (field.kind, &*field.text)).collect();
    let (audience, expiration) = ((FieldKind::Audience, "other"), (FieldKind::Expiration, "3600"));
    assert_eq!(held, [audience, expiration, (FieldKind::RegionalSts, "")]);
    press(&mut state, "<c-u><down><c-u>60");
    let wrong = form(&state).field().and_then(|field| field.wrong.as_ref()).expect("too short");
    assert!(wrong.said.contains("from 600 to 86400"), "{wrong:?}");
    press(&mut state, "<enter>");
    assert_eq!(form(&state).at, 1, "nothing is planned of what is wrong");
    press(&mut state, "<c-u>7200<down>true<enter>");
    let Content::Annotations(to) = &plan(&state).plan.steps[0].change.to else { panic!("{:?}", plan(&state).plan) };
    let to: Vec<(&str, Option<&str>)> = to.iter().map(|(key, value)| (&**key, value.as_deref())).collect();
    assert_eq!(
        to,
        [
            ("eks.amazonaws.com/audience", None),
            ("eks.amazonaws.com/sts-regional-endpoints", Some("true")),
            ("eks.amazonaws.com/token-expiration", Some("7200")),
        ],
        "an empty field takes its annotation away, and the role is not touched"
    );
}

#[test]
fn what_cannot_be_ended_says_why() {
    let state = on_a_pod(Vec::new());
    let why = |action| {
        let offer = OFFERS.iter().find(|offer| offer.action == action).expect("it is listed");
        why_not(&state, offer, &pod_item("shop", "api-1"))
    };
    assert_eq!(why(Action::Dissociate).as_deref(), Some("no association binds it"));
    assert_eq!(why(Action::Associate), None);
    assert_eq!(why(Action::Attach).as_deref(), Some("it is bound to no role"));
    let add_on = Association { owner_arn: Some("arn:aws:eks:addon".into()), ..association("x") };
    let state = on_a_pod(vec![add_on]);
    let offer = OFFERS.iter().find(|offer| offer.action == Action::Associate).expect("it is listed");
    let said = why_not(&state, offer, &pod_item("shop", "api-1")).expect("it is the add-on's");
    assert!(said.contains("EKS add-on's"), "{said}");
}

#[test]
fn the_provider_is_planned_once_all_roles_were_read() {
    let mut state = on_a_pod(Vec::new());
    facts(&mut state, vec![Delta::Providers(read(Vec::new()))]);
    let jobs = press(&mut state, "I");
    assert!(jobs.iter().any(|job| matches!(job, Job::Ask { question: Question::Sweep, .. })), "{jobs:?}");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer, "it waits");
    let connection = state.connection;
    let jobs = update(&mut state, Message::Answered(connection, Question::Sweep));
    assert!(jobs.iter().any(|job| matches!(job, Job::May(..))), "{jobs:?}");
    assert_eq!((plan(&state).plan.kind, plan(&state).plan.steps.len()), (PlanKind::CreateProvider, 1));
    assert_eq!(state.status, None, "that it is read has come to its end");
}

#[test]
fn whoever_presses_another_key_waits_no_longer() {
    let mut state = on_a_pod(Vec::new());
    facts(&mut state, vec![Delta::Providers(read(Vec::new()))]);
    press(&mut state, "Ij");
    assert_eq!((state.awaited.is_none(), &state.status), (true, &None));
    let connection = state.connection;
    update(&mut state, Message::Answered(connection, Question::Sweep));
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
}

#[test]
fn a_provider_that_is_there_and_accepts_the_audience_is_no_action() {
    let mut state = on_a_pod(Vec::new());
    let provider = OidcProvider {
        arn: format!("arn:aws:iam::111122223333:oidc-provider/{ISSUER}").into(),
        client_ids: Some(vec!["sts.amazonaws.com".into()]),
        unread: None,
    };
    facts(&mut state, vec![Delta::Providers(read(vec![provider]))]);
    press(&mut state, "I");
    let said = state.status.as_ref().map_or("", |status| &status.text);
    assert!(said.starts_with("the account has the provider already"), "{said}");
}

#[test]
fn what_is_being_read_is_waited_for() {
    let mut state = in_account();
    facts(&mut state, vec![account("shop", "new"), role("pods", None)]);
    press(&mut state, ":sa<enter>/new<enter>E");
    assert!(matches!(choice(&state).of, Choice::Associate { .. }), "though associations were not read yet");
    let jobs = press(&mut state, "<enter>");
    assert!(jobs.iter().any(|job| matches!(job, Job::Ask { question: Question::Associations, .. })), "{jobs:?}");
    facts(&mut state, vec![associations(Vec::new())]);
    assert_eq!(plan(&state).plan.kind, PlanKind::Associate);
}
