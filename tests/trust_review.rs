//! What is asked of a ServiceAccount and a role, whether or not anything binds the one to the other.

#![expect(clippy::unwrap_used, reason = "a test says which by its place")]

use rolecall::domain::identity::{StepKind, TrustCheck, Way, trust_review};
use rolecall::domain::inventory::{Delta, Dirty, Inventory};
use rolecall::domain::model::{Name, Reading, RoleArn};
use rolecall::domain::policy::Truth;
use rolecall::report::capture::from_text;

const ROLE: &str = "arn:aws:iam::111122223333:role/";

fn world() -> Inventory {
    let text = include_str!("scenarios/base/cluster.json");
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    from_text(text).unwrap().into_deltas().into_iter().for_each(|delta| inventory.apply(delta, &mut dirty));
    inventory
}

fn review(account: &str, role: Option<&str>) -> Vec<TrustCheck> {
    let role = role.map(|name| RoleArn::from(format!("{ROLE}{name}").as_str()));
    trust_review(&world(), &Name::from("shop"), &Name::from(account), role.as_ref())
}

#[test]
fn without_a_role_every_binding_is_looked_at() {
    let checks = review("api", None);
    let [check] = checks.as_slice() else { panic!("{checks:?}") };
    assert_eq!((check.answer, &check.way), (Truth::Yes, &Way::WebIdentity(Some("sts.amazonaws.com".into()))));
    let steps: Vec<_> = check.steps.iter().map(|step| (step.kind, step.holds)).collect();
    let all = [
        StepKind::RoleExists,
        StepKind::Principal,
        StepKind::Action,
        StepKind::ProviderExists,
        StepKind::AudienceAccepted,
    ];
    assert_eq!(steps, all.map(|kind| (kind, Truth::Yes)));
    assert_eq!(check.review.as_ref().unwrap().conditions.len(), 2);
    assert!(check.gaps.is_empty() && check.findings.is_empty());
    assert!(review("default", None).is_empty(), "nothing binds it");
}

#[test]
fn another_role_is_asked_by_the_way_that_its_trust_policy_speaks_of() {
    let by = |account, role| {
        let of = |check: &TrustCheck| (matches!(check.way, Way::WebIdentity(_)), check.answer);
        review(account, Some(role)).iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(by("default", "eks/api"), [(true, Truth::Yes)]);
    assert_eq!(by("web", "eks/api"), [(true, Truth::No)]);
    assert_eq!(by("api", "mailer"), [(false, Truth::Yes)]);
    assert_eq!(by("api", "gone"), [(true, Truth::No), (false, Truth::No)], "it does not exist, whichever way");
    assert_eq!(by("api", "main-node"), [(true, Truth::Depends), (false, Truth::Depends)], "its trust was not read");
}

#[test]
fn what_keeps_it_out_is_said_in_one_line() {
    let checks = review("web", Some("eks/api"));
    let sentence = checks.first().unwrap().sentence();
    assert!(sentence.starts_with("its trust policy keeps system:serviceaccount:shop:web out: "), "{sentence}");
    assert!(checks.first().unwrap().origin().ends_with("AssumeRolePolicyDocument Statement[0]"));
}

/// What is said of the pods of shop/api and a role of Pod Identity that asks this of the session's ServiceAccount.
fn pod_identity_said(operator: &str, account: &str) -> String {
    let (mut inventory, arn) = (world(), Name::from(format!("{ROLE}mailer")));
    let read = inventory.aws().role(&arn).unwrap();
    let (mut role, at) = (read.value().unwrap().as_ref().clone(), read.at().unwrap());
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},
        "Action":["sts:AssumeRole","sts:TagSession"],"Condition":{{"{operator}":{{
        "aws:RequestTag/kubernetes-service-account":"{account}"}}}}}}}}"#
    );
    role.trust = Some(trust.as_str().into());
    let delta = Delta::Role(arn.clone(), Reading::Read { value: Box::new(role), at });
    inventory.apply(delta, &mut Dirty::default());
    let role = RoleArn::new(arn);
    let checks = trust_review(&inventory, &Name::from("shop"), &Name::from("api"), Some(&role));
    checks.iter().find(|check| check.way == Way::PodIdentity).unwrap().in_short()
}

#[test]
fn whom_a_role_of_pod_identity_trusts_is_named_only_where_its_condition_says_so() {
    assert_eq!(pod_identity_said("StringEquals", "web"), "it trusts only */web");
    assert_eq!(pod_identity_said("StringLike", "web-*"), "it trusts only */web-*");
    for (operator, account) in [("StringNotEquals", "api"), ("StringNotLike", "a*"), ("StringEquals", "we*")] {
        assert_eq!(pod_identity_said(operator, account), "it keeps Pod Identity out", "{operator} {account}");
    }
}
