//! What is asked of a ServiceAccount and a role, whether or not anything binds the one to the other.

#![expect(clippy::unwrap_used, reason = "a test says which by its place")]

use rolecall::domain::identity::{StepKind, TrustCheck, Way, trust_review};
use rolecall::domain::inventory::{Dirty, Inventory};
use rolecall::domain::model::{Name, RoleArn};
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
