//! What new pods get by what binds them now, which running ones do not have: what they lose by it, and that a role that
//! keeps them out gives them nothing.

#![expect(clippy::panic, clippy::expect_used, reason = "a test's data that cannot be read is a mistake in it")]

#[path = "support/shop.rs"]
mod shop;

use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Gap, GapReason, Reading, RoleArn, ServiceAccount};
use rolecall::domain::plan::{Annotations, Edit, WarningKind, annotate, dissociate};
use serde_json::{Value, json};
use shop::{NEW, NODE, World, deployment, of_kind, role};

const API: &str = "arn:aws:iam::111122223333:role/eks/api";

/// The role that `api` is bound to, which lets this subject in and may do something of its own.
fn trusting(arn: &str, subject: &str) -> Value {
    let issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
    let mut role = role(arn, &json!([{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]));
    role["trust"] = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": format!("arn:aws:iam::111122223333:oidc-provider/{issuer}")},
        "Condition": {"StringEquals": {format!("{issuer}:sub"): subject, format!("{issuer}:aud"): "sts.amazonaws.com"}}}]});
    role
}

const OURS: &str = "system:serviceaccount:shop:api";

/// A Deployment with one pod of that kind, on a node whose role may use DynamoDB.
fn running(spec: &str, roles: &[Value]) -> World {
    let mut all = vec![role(NODE, &json!([{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]))];
    all.extend_from_slice(roles);
    World::with(&json!({"pods": [deployment("api", spec)], "roles": all,
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "api", "replicas": 2, "surges": true}]}))
}

/// The pods have the node's role, and the ServiceAccount was annotated since.
#[test]
fn a_restart_tells_what_is_lost_by_the_role_that_is_bound() {
    let gone = json!({"arn": API, "missing": true});
    for (bound, why) in [
        (trusting(API, OURS), None),
        (trusting(API, "system:serviceaccount:shop:other"), Some("role eks/api does not let these pods in")),
        (gone, Some("role eks/api does not let these pods in")),
    ] {
        let plan = running("apiBare", &[bound]).restart("api").expect("it can be planned");
        let lost = of_kind(&plan, WarningKind::Loss);
        assert_eq!(
            lost,
            ["new pods may no longer do all of dynamodb:* on any resource (the node role main-node allows it)"]
        );
        let told = of_kind(&plan, WarningKind::NotEffective).join("; ");
        assert_eq!(why.is_some(), told.contains(why.unwrap_or("does not let")), "{told}");
    }
    // the same role is none, and what keeps it from them would keep it from them now
    let plan = running("api", &[trusting(API, OURS)]).restart("api").expect("it can be planned");
    assert_eq!(plan.warnings, []);
}

#[test]
fn an_association_that_was_not_read_is_not_taken_for_none() {
    let mut world = running("apiBare", &[trusting(API, OURS)]);
    let gap = Gap::new("association", "eks:ListPodIdentityAssociations", GapReason::Forbidden, "AWS does not allow it");
    world.tell(Delta::Associations(Reading::Unread(gap)));
    let plan = world.restart("api").expect("it can be planned");
    let told = of_kind(&plan, WarningKind::NotRead).join("; ");
    assert!(told.contains("whether an association binds it was not read"), "{told}");
    assert!(of_kind(&plan, WarningKind::Loss)[0].contains("dynamodb:*"), "{:?}", plan.warnings);
    // without an annotation nobody knows what new pods get
    let account = world.inventory.shard("shop").and_then(|shard| shard.service_account("api")).expect("it is there");
    let account = ServiceAccount { role: None, ..account.clone() };
    world.tell(Delta::ServiceAccount(Box::new(account)));
    let plan = world.restart("api").expect("it can be planned");
    let told = of_kind(&plan, WarningKind::NotRead).join("; ");
    assert!(
        told.contains("what new pods get, and lose by it, is not known") && told.contains("AWS does not allow it"),
        "{told}"
    );
}

/// Whoever is kept out has nothing of what the role allows.
#[test]
fn a_role_that_keeps_its_pods_out_gives_them_nothing() {
    let world = running("api", &[trusting(API, OURS), trusting(NEW, "system:serviceaccount:shop:other")]);
    let plan = |annotations| annotate(world.seen(), &"shop".into(), &"api".into(), &annotations).expect("a plan");
    let audience = Annotations { audience: Edit::Set("vault".into()), ..Annotations::default() };
    for (plan, role) in [(plan(Annotations::role(&RoleArn::from(NEW))), "eks/new"), (plan(audience), "role eks/api")] {
        let lost = of_kind(&plan, WarningKind::Loss);
        assert_eq!(lost, ["new pods may no longer sqs:SendMessage on any resource (role eks/api allows it)"]);
        let told = plan.effects.join("; ");
        assert!(told.contains(&format!("new pods of api get no credentials, for {role} keeps them out")), "{told}");
    }
    let token = Annotations { token_expiration: Edit::Set("3600".into()), ..Annotations::default() };
    assert_eq!(plan(token).warnings, [], "the role takes it as before");
}

const MAILER: &str = "arn:aws:iam::111122223333:role/mailer";

/// What stands behind an association may be a role that does not let its pods in.
#[test]
fn the_end_of_an_association_weighs_the_annotation_behind_it() {
    let mut mailer = role(MAILER, &json!([{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]));
    mailer["trust"] = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]});
    let other = trusting(NEW, "system:serviceaccount:shop:mailer");
    let mut world =
        World::with(&json!({"pods": [deployment("mailer", "mailer")], "roles": [mailer, trusting(API, OURS), other]}));
    let account = |world: &World, name: &str| {
        world.inventory.shard("shop").and_then(|shard| shard.service_account(name)).expect("it is there").clone()
    };
    let (own, like) = (account(&world, "mailer"), account(&world, "api").role.expect("it is annotated"));
    let mut behind = |arn: &str| {
        let mut role = like.clone();
        role.arn = RoleArn::from(arn);
        world.tell(Delta::ServiceAccount(Box::new(ServiceAccount { role: Some(role), ..own.clone() })));
        dissociate(world.seen(), &"shop".into(), &"mailer".into()).expect("it can be planned")
    };
    let plan = behind(API);
    let told = plan.effects.join("; ");
    assert!(
        told.contains("new pods of mailer get no credentials, for the annotation's role eks/api keeps them out"),
        "{told}"
    );
    let told = of_kind(&plan, WarningKind::NotEffective).join("; ");
    assert!(told.starts_with("role eks/api does not let these pods in"), "{told}");
    assert!(of_kind(&plan, WarningKind::Loss)[0].contains("sqs:SendMessage"), "{:?}", plan.warnings);
    let plan = behind(NEW);
    assert!(plan.effects.iter().any(|it| it.contains("get the annotation's role eks/new,")), "{:?}", plan.effects);
    assert_eq!(plan.warnings, [], "it lets them in, and allows the same");
}
