//! What is asked of a ServiceAccount and a role, whether or not anything binds the one to the other.

#![expect(clippy::unwrap_used, reason = "a test says which by its place")]

mod hops;
mod wide;

use rolecall::domain::identity::{Assumers, StepKind, TrustCheck, Way, assumers, trust_review};
use rolecall::domain::inventory::{Delta, Dirty, Inventory};
use rolecall::domain::model::{
    Association, Gap, GapReason, InlinePolicy, Name, OidcProvider, Reading, Role, RoleArn, Time,
};
use rolecall::domain::policy::Truth;
use rolecall::report::capture::from_text;

const ROLE: &str = "arn:aws:iam::111122223333:role/";

fn world() -> Inventory {
    let text = include_str!("../scenarios/base/cluster.json");
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

fn arn(name: &str) -> RoleArn {
    RoleArn::from(format!("{ROLE}{name}").as_str())
}

/// A role like one that was read, with another trust policy and other policies of its own.
fn with_role(inventory: &mut Inventory, name: &str, trust: &str, inline: &[&str]) {
    let like = inventory.aws().role(arn("mailer").as_str()).unwrap();
    let document = |statements: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let inline = inline.iter().enumerate().map(|(at, own)| InlinePolicy {
        name: format!("own-{at}").as_str().into(),
        document: Ok(document(own).as_str().into()),
    });
    let value = Box::new(Role {
        arn: arn(name),
        trust: Some(document(trust).as_str().into()),
        inline: Ok(inline.collect()),
        ..like.value().unwrap().as_ref().clone()
    });
    let delta = Delta::Role(arn(name).name_shared(), Reading::Read { value, at: like.at().unwrap() });
    inventory.apply(delta, &mut Dirty::default());
}

fn associate(inventory: &mut Inventory, association: Association) {
    let (namespace, service_account) = ("shop".into(), "mailer".into());
    let association = Association { namespace, service_account, role_arn: Some(arn("mailer")), ..association };
    let delta = Delta::Associations(Reading::Read { value: vec![association], at: Time::UNIX_EPOCH });
    inventory.apply(delta, &mut Dirty::default());
}

const BOTH: &str = r#"["sts:AssumeRole","sts:TagSession"]"#;

/// An association that goes on from role mailer, which has these statements, to role hub, which lets these principals in.
fn going_on(own: &[&str], principal: &str) -> Inventory {
    let mut inventory = world();
    let pods = format!(r#"{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":{BOTH}}}"#);
    with_role(&mut inventory, "mailer", &pods, own);
    let trust = format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":{BOTH}}}"#);
    with_role(&mut inventory, "hub", &trust, &[]);
    associate(&mut inventory, Association { target_role_arn: Some(arn("hub")), ..Association::default() });
    inventory
}

fn second_hop(inventory: &Inventory) -> TrustCheck {
    let checks = trust_review(inventory, &Name::from("shop"), &Name::from("mailer"), None);
    checks.into_iter().find(|check| check.source().is_some()).unwrap()
}

fn could(inventory: &Inventory, role: &str) -> Vec<(String, Truth)> {
    let Assumers { found, .. } = assumers(inventory, &arn(role));
    found.iter().map(|own| (own.service_account.to_string(), own.could)).collect()
}

#[test]
fn an_association_that_is_there_is_taken_as_it_is_and_another_may_do_without_tags() {
    let mut inventory = world();
    let untagged = r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
    with_role(&mut inventory, "mailer", untagged, &[]);
    let all = |names: &[&str]| names.iter().map(|own| ((*own).to_owned(), Truth::Yes)).collect::<Vec<_>>();
    assert_eq!(could(&inventory, "mailer"), all(&["api", "default"]), "this one sends tags, and others need not");
    assert!(assumers(&inventory, &arn("mailer")).found.iter().all(|own| own.without_tags));
    associate(&mut inventory, Association { disable_session_tags: true, ..Association::default() });
    assert_eq!(could(&inventory, "mailer"), all(&["api", "default", "mailer"]));
}

#[test]
fn a_provider_whose_audiences_were_not_read_is_named_with_those_who_perhaps_could() {
    let mut inventory = world();
    let gap = Gap::new("OIDC provider", "iam:GetOpenIDConnectProvider", GapReason::Forbidden, "not allowed");
    let issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
    let arn_of = format!("arn:aws:iam::111122223333:oidc-provider/{issuer}").as_str().into();
    let value = vec![OidcProvider { arn: arn_of, client_ids: None, unread: Some(gap.clone()) }];
    inventory.apply(Delta::Providers(Reading::Read { value, at: Time::UNIX_EPOCH }), &mut Dirty::default());
    let all = assumers(&inventory, &arn("eks/api"));
    assert!(all.found.iter().any(|own| own.could == Truth::Depends), "{all:?}");
    assert_eq!(all.gaps, [gap]);
}

#[test]
fn of_a_key_with_several_values_all_are_sent() {
    let mut inventory = world();
    let trust = format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":{BOTH},
            "Condition":{{"ForAllValues:StringEquals":{{"aws:TagKeys":["a","b"]}}}}}}"#
    );
    with_role(&mut inventory, "mailer", &trust, &[]);
    associate(&mut inventory, Association::default());
    let checks = trust_review(&inventory, &Name::from("shop"), &Name::from("mailer"), None);
    let more = checks.first().unwrap().rows().remove(0).more;
    let sent = "eks-cluster-arn and eks-cluster-name and kubernetes-namespace and kubernetes-service-account and \
                kubernetes-pod-name and kubernetes-pod-uid";
    assert_eq!(more, [("expected", "a or b".to_owned()), ("sent", sent.to_owned())]);
}

#[test]
fn who_goes_on_to_a_role_could_assume_it() {
    let allow = format!(r#"{{"Effect":"Allow","Action":{BOTH},"Resource":"{ROLE}hub"}}"#);
    let mailer = |could| vec![("mailer".to_owned(), could)];
    assert_eq!(could(&going_on(&[&allow], "111122223333"), "hub"), mailer(Truth::Yes));
    assert_eq!(could(&going_on(&[], "111122223333"), "hub"), []);
    assert_eq!(could(&going_on(&[], &format!("{ROLE}mailer")), "hub"), mailer(Truth::Yes));
    let mut inventory = going_on(&[&allow], "111122223333");
    let gap = Gap::new("associations", "eks:ListPodIdentityAssociations", GapReason::Forbidden, "not allowed");
    inventory.apply(Delta::Associations(Reading::Unread(gap.clone())), &mut Dirty::default());
    assert_eq!(assumers(&inventory, &arn("hub")).gaps, [gap]);
}
