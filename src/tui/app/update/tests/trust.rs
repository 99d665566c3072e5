//! `t`: the review of trust, made anew as facts come in.

use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{
    Association, Caller, Cluster, Confirmation, OidcProvider, Reading, Role, RoleAnnotation, RoleArn, Time,
};
use crate::tui::app::screen::{ScreenKind, TrustScreen};
use crate::tui::app::select::Item;
use crate::tui::app::{Job, State, page};

const ARN: &str = "arn:aws:iam::111122223333:role/web";

fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: Time::UNIX_EPOCH }
}

/// The cluster, and a role that binds `shop/web`.
fn bound(state: &mut State) {
    let mut account =
        state.inventory.shard("shop").and_then(|shard| shard.service_account("web")).cloned().expect("web");
    account.role = Some(RoleAnnotation { arn: RoleArn::from(ARN), set: None });
    let cluster = Cluster {
        name: "prod".into(),
        region: Some("eu-west-1".into()),
        account: Some("111122223333".into()),
        issuer: Some("https://oidc.example/id/ABC".into()),
        confirmation: Confirmation::Confirmed("its endpoint".into()),
        ..Cluster::default()
    };
    let provider = OidcProvider {
        arn: "arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC".into(),
        client_ids: Some(vec!["sts.amazonaws.com".into()]),
        unread: None,
    };
    let associations = Delta::Associations(read(Vec::new()));
    let deltas = [Delta::ServiceAccount(Box::new(account)), Delta::Cluster(read(cluster)), associations];
    facts(state, deltas.into_iter().chain([Delta::Providers(read(vec![provider]))]).collect());
}

fn caller() -> Caller {
    let arn = "arn:aws:sts::111122223333:assumed-role/SRE/anna".into();
    Caller { arn, account: "111122223333".into() }
}

fn role(trust: &str) -> Delta {
    let role = Role {
        arn: RoleArn::from(ARN),
        id: "AROA".into(),
        created: None,
        max_session_seconds: None,
        trust: Some(trust.into()),
        boundary_arn: None,
        tags: Vec::new(),
        last_used: None,
        attached: Ok(Vec::new()),
        inline: Ok(Vec::new()),
    };
    Delta::Role(ARN.into(), read(Box::new(role)))
}

fn trust(of: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
        "Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC"}},
        "Condition":{{"StringEquals":{{"oidc.example/id/ABC:sub":"system:serviceaccount:shop:{of}"}}}}}}}}"#
    )
}

fn texts(state: &State) -> Vec<String> {
    page::lines(state).into_iter().map(|line| line.text).collect()
}

fn says(state: &State, said: &str) -> bool {
    texts(state).iter().any(|text| text.starts_with(said))
}

#[test]
fn the_review_follows_what_is_read() {
    let mut state = wide();
    bound(&mut state);
    press(&mut state, "N/web-1<enter>t");
    assert_eq!(state.screen().kind(), ScreenKind::Trust);
    assert!(says(&state, "… reading"), "{:?}", texts(&state));
    facts(&mut state, vec![role(&trust("web"))]);
    assert!(says(&state, "✔ trusted"), "{:?}", texts(&state));
    facts(&mut state, vec![role(&trust("api"))]);
    assert!(says(&state, "✖ not trusted"), "{:?}", texts(&state));
    let first = page::lines(&state).into_iter().find(|line| line.label.contains("condition")).map(|line| line.label);
    assert_eq!(first.as_deref(), Some("✖ condition"), "what is broken stands first");
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
}

#[test]
fn the_role_on_the_page_is_asked_for_first() {
    let mut state = wide();
    bound(&mut state);
    let jobs = press(&mut state, "N/web-1<enter>t");
    let asked = state
        .asked
        .iter()
        .any(|question| matches!(question, crate::domain::model::Question::Role(arn) if &**arn == ARN));
    assert!(asked || jobs.iter().any(|job| matches!(job, Job::Ask { .. })), "{jobs:?}");
}

#[test]
fn with_a_target_role_the_associations_own_is_read() {
    let mut state = wide();
    bound(&mut state);
    let hub = "arn:aws:iam::111122223333:role/hub";
    let association = Association {
        role_arn: Some(RoleArn::from(ARN)),
        target_role_arn: Some(RoleArn::from(hub)),
        ..Association::binding(&"shop".into(), &"web".into())
    };
    facts(&mut state, vec![Delta::Associations(read(vec![association]))]);
    let roles = |role: &str| {
        let screen = TrustScreen::new(Item::Account("shop".into(), "web".into()), Some(role.into()));
        page::trust_roles(&state, &screen).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(roles(hub), [hub, ARN, hub], "the one that is asked about first");
    let other = "arn:aws:iam::111122223333:role/other";
    assert_eq!(roles(other), [other]);
}

#[test]
fn a_key_stands_behind_what_it_does_alone() {
    let mut state = wide();
    bound(&mut state);
    state.about.may_change = true;
    let provider = OidcProvider {
        arn: "arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC".into(),
        client_ids: Some(vec!["vault".into()]),
        unread: None,
    };
    let lets_in_all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
        "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC"}}}"#;
    let caller = Delta::Caller(super::world::read(caller()));
    facts(&mut state, vec![caller, Delta::Providers(read(vec![provider])), role(lets_in_all)]);
    press(&mut state, "N/web-1<enter>t");
    let what_to_do = page::lines(&state).into_iter().filter(|line| line.label == "what to do");
    let [add, narrow] = what_to_do.map(|line| line.text).collect::<Vec<_>>().try_into().expect("two remedies");
    assert!(add.starts_with("add the audience") && add.ends_with(" (shift-i)"), "{add}");
    assert!(narrow.starts_with("narrow statement 1") && narrow.ends_with("alone"), "{narrow}");
}

#[test]
fn a_role_names_whom_it_would_let_in() {
    let mut state = wide();
    bound(&mut state);
    facts(&mut state, vec![role(&trust("web"))]);
    press(&mut state, ":roles<enter>/web<enter>t");
    assert_eq!(state.screen().kind(), ScreenKind::Trust);
    assert!(says(&state, "1 ServiceAccount of "), "{:?}", texts(&state));
    assert!(says(&state, "shop/web  by IRSA, bound to it"), "{:?}", texts(&state));
    facts(&mut state, vec![role(&trust("nobody"))]);
    assert!(says(&state, "0 ServiceAccounts of "), "{:?}", texts(&state));
}

#[test]
fn what_is_trusted_already_says_in_the_list_of_actions_that_there_is_nothing_to_repair() {
    use crate::tui::app::{OFFERS, why_not};
    use crate::tui::keymap::Action;
    let mut state = wide();
    bound(&mut state);
    facts(&mut state, vec![Delta::Caller(super::world::read(caller()))]);
    let said = |state: &State| {
        let offer = OFFERS.iter().find(|offer| offer.action == Action::RepairTrust).expect("it is offered");
        why_not(state, offer, &pod_item("shop", "web-1"))
    };
    assert_eq!(said(&state), None, "the role is not read yet");
    facts(&mut state, vec![role(&trust("api"))]);
    assert_eq!(said(&state), None, "another is trusted");
    facts(&mut state, vec![role(&trust("web"))]);
    let why = "nothing to repair: role web lets system:serviceaccount:shop:web in already";
    assert_eq!(said(&state).as_deref(), Some(why));
}

#[test]
fn what_has_no_trust_policy_says_so() {
    let mut state = wide();
    press(&mut state, "hht");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    assert!(state.status.is_some_and(|status| status.text.contains("select a pod")));
}
