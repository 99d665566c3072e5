//! What new pods get by what binds them now, which running ones do not have: what they lose by it, and that a role that
//! keeps them out gives them nothing.

#![expect(clippy::expect_used, reason = "a test's data that cannot be read is a mistake in it")]

mod askings;
mod sessions;
#[path = "../support/shop.rs"]
mod shop;
mod withheld;

use rolecall::domain::identity::resolve_all;
use rolecall::domain::inventory::{Delta, Dirty, Kind};
use rolecall::domain::model::{Association, Gap, GapReason, Name, Reading, RoleArn, ServiceAccount, Time};
use rolecall::domain::plan::{
    Annotations, Change, Content, Edit, PlanKind, Target, WarningKind, annotate, associate, dissociate,
    rebound_accounts, undo,
};
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

/// Something more is heard.
fn tell(world: &mut World, delta: Delta) {
    world.inventory.apply(delta, &mut Dirty::default());
    world.identities = resolve_all(&world.inventory);
}

const OURS: &str = "system:serviceaccount:shop:api";

/// A Deployment with one pod of that kind, on a node whose role may do all in one service.
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
    tell(&mut world, Delta::Associations(Reading::Unread(gap)));
    let plan = world.restart("api").expect("it can be planned");
    let told = of_kind(&plan, WarningKind::NotRead).join("; ");
    assert!(told.contains("whether an association binds it was not read"), "{told}");
    assert!(of_kind(&plan, WarningKind::Loss)[0].contains("dynamodb:*"), "{:?}", plan.warnings);
    // without an annotation nobody knows what new pods get
    let account = world.inventory.shard("shop").and_then(|shard| shard.service_account("api")).expect("it is there");
    let account = ServiceAccount { role: None, ..account.clone() };
    tell(&mut world, Delta::ServiceAccount(Box::new(account)));
    let plan = world.restart("api").expect("it can be planned");
    let told = of_kind(&plan, WarningKind::NotRead).join("; ");
    assert!(
        told.contains("what new pods get, and lose by it, is not known") && told.contains("AWS does not allow it"),
        "{told}"
    );
}

/// A role that lets the pods of `api` in by token and by association, and may read and write.
fn paired(arn: &str) -> Value {
    let mut role = trusting(arn, OURS);
    role["trust"]["Statement"].as_array_mut().expect("statements").push(json!({"Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}));
    role["inline"][0]["document"]["Statement"][0]["Action"] = json!(["s3:GetObject", "s3:PutObject"]);
    role
}

fn associate_with(world: &mut World, role: Option<&str>, policy: Option<&str>) {
    let own = role.map(|role| Association {
        id: "a-api".into(),
        namespace: "shop".into(),
        service_account: "api".into(),
        role_arn: Some(RoleArn::from(role)),
        policy: policy.map(Name::from),
        ..Association::default()
    });
    let value = own.into_iter().collect();
    tell(world, Delta::Associations(Reading::Read { value, at: Time::UNIX_EPOCH }));
}

/// What an association gives is the role as far as its session policy lets through, whatever is changed meanwhile.
#[test]
fn what_a_session_policy_keeps_back_is_lost() {
    let session =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:*","s3:PutObject"],"Resource":"*"}]}"#;
    let actions = ["dynamodb:*", "eks-auth:AssumeRoleForPodIdentity", "s3:GetObject"];
    let node = role(NODE, &json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}]));
    let of_node = "do all of dynamodb:*, eks-auth:AssumeRoleForPodIdentity";
    let (namespace, name): (Name, Name) = ("shop".into(), "api".into());
    let by_node = |more: &str| Some(format!("{of_node}{more} on any resource (the node role main-node"));
    let by_role = || Some("s3:GetObject on any resource (role eks/api".to_owned());
    for (spec, role, policy, lost) in [
        ("apiBare", MAILER, None, by_node("")),
        ("apiBare", MAILER, Some(session), by_node(", s3:GetObject")),
        ("api", MAILER, None, None),
        ("api", MAILER, Some(session), by_role()),
        ("api", API, None, None),
        ("api", API, Some(session), by_role()),
    ] {
        let lost: Vec<String> =
            lost.into_iter().map(|what| format!("new pods may no longer {what} allows it)")).collect();
        let mut world = running(spec, &[node.clone(), paired(API), paired(MAILER)]);
        associate_with(&mut world, Some(role), policy);
        let removed = annotate(world.seen(), &namespace, &name, &Annotations::none()).expect("it can be planned");
        let ended = dissociate(world.seen(), &namespace, &name).expect("it can be planned");
        let restarted = world.restart("api").expect("it can be planned");
        associate_with(&mut world, None, None);
        let made = [ended.steps[0].change.clone()];
        let back = undo(world.seen(), &"1".into(), PlanKind::Dissociate, "", &made).expect("it can be taken back");
        for plan in [removed, restarted, back] {
            assert_eq!(of_kind(&plan, WarningKind::Loss), lost, "{}: {spec}, {role}, {policy:?}", plan.title);
        }
        // what goes on to another role keeps its session policy
        associate_with(&mut world, Some(if role == API { MAILER } else { API }), policy);
        let plan = associate(world.seen(), &namespace, &name, &RoleArn::from(role)).expect("it can be planned");
        assert_eq!(of_kind(&plan, WarningKind::Loss), lost, "{}: {spec}, {role}, {policy:?}", plan.title);
    }
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

/// Taking back is a change as any other: of what runs it is told, and what made it can be restarted with it.
#[test]
fn taking_back_tells_of_running_pods_and_of_their_restart() {
    let account: (Name, Name) = ("shop".into(), "api".into());
    let annotations =
        |key: &str, value: Option<&str>| Content::Annotations([(key.into(), value.map(Name::from))].into());
    let back = |world: &World, key: &str, from: Option<&str>, to: Option<&str>| {
        let target = Target::Annotations { namespace: account.0.clone(), name: account.1.clone() };
        let made = [Change { target, from: annotations(key, from), to: annotations(key, to) }];
        let inverse: Vec<Change> = made.iter().filter_map(Change::inverse).collect();
        assert_eq!(rebound_accounts(&inverse), std::slice::from_ref(&account));
        undo(world.seen(), &"1".into(), PlanKind::Annotate, "annotate", &made).expect("it can be taken back")
    };
    let world = running("api", &[trusting(API, OURS)]);
    let audience = "eks.amazonaws.com/audience";
    let plan = back(&world, audience, None, Some("vault"));
    let told = plan.effects.join("; ");
    assert!(told.contains("new pods of api get the token as annotated"), "{told}");
    assert!(told.contains("1 running pod keeps eks/api (IRSA) until restarted"), "{told}");
    assert_eq!(plan.warnings, []);
    let plan = back(&world, audience, Some("vault"), None);
    assert!(of_kind(&plan, WarningKind::Loss)[0].contains("sqs:SendMessage"), "back to what the role does not take");

    // back to a role that keeps them out
    let world = running("api", &[trusting(API, OURS), trusting(NEW, "system:serviceaccount:shop:other")]);
    let plan = back(&world, "eks.amazonaws.com/role-arn", Some(NEW), Some(API));
    let told = plan.effects.join("; ");
    assert!(told.contains("new pods of api get no credentials, for eks/new keeps them out"), "{told}");
    assert!(of_kind(&plan, WarningKind::NotEffective)[0].starts_with("role eks/new does not let these pods in"));
    assert!(of_kind(&plan, WarningKind::Loss)[0].contains("sqs:SendMessage"), "{:?}", plan.warnings);

    // a ServiceAccount that goes has no pods to restart
    let own = Target::ServiceAccount { namespace: account.0.clone(), name: account.1.clone() };
    let made = Change { target: own, from: Content::Absent, to: Content::ServiceAccount([].into()) };
    assert_eq!(rebound_accounts(&[made.inverse().expect("it goes again")]), []);
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
        tell(&mut world, Delta::ServiceAccount(Box::new(ServiceAccount { role: Some(role), ..own.clone() })));
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
    let lost = of_kind(&plan, WarningKind::Loss);
    assert!(
        lost.iter().all(|it| it.contains("unless made anew before")),
        "it lets them in, and allows the same: {lost:?}"
    );
}

#[test]
fn pods_that_were_not_listed_are_not_said_to_be_none() {
    for (picked, said) in [
        (false, "no pod of it runs now"),
        (true, "not all pods are read: those of it that run keep what they have until restarted"),
    ] {
        let mut world = World::with(&json!({"roles": [trusting(API, OURS)]}));
        if picked {
            let gap = Gap::new("pods", "list pods", GapReason::NotLoadedYet, "a label selector picks what is listed");
            tell(&mut world, Delta::Narrowed(Kind::Pod, gap));
        }
        let annotations = Annotations::role(&RoleArn::from(API));
        let plan = annotate(world.seen(), &"shop".into(), &"default".into(), &annotations).expect("it can be planned");
        let told: Vec<&str> = plan.effects.iter().map(|effect| &**effect).filter(|it| it.contains("pod")).collect();
        assert!(told.contains(&said), "{told:?}");
    }
}
