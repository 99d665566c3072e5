//! What new pods get by what binds them now, which running ones do not have: what they lose by it, and that a role that
//! keeps them out gives them nothing.

#![expect(clippy::expect_used, reason = "a test's data that cannot be read is a mistake in it")]

#[path = "support/shop.rs"]
mod shop;

use rolecall::domain::identity::resolve_all;
use rolecall::domain::inventory::{Delta, Dirty, Kind, Scope};
use rolecall::domain::model::{
    Association, Gap, GapReason, Name, Reading, RoleAnnotation, RoleArn, ServiceAccount, Time,
};
use rolecall::domain::plan::{
    Annotations, Change, Content, Edit, Plan, PlanKind, Target, WarningKind, annotate, associate, dissociate,
    left_to_restart, offer_restarts, rebound_accounts, take_restarts, undo,
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
    assert_eq!(plan.warnings, [], "it lets them in, and allows the same");
}

/// A Deployment of a ServiceAccount that nothing binds, with one pod of that spec; a role would let it in.
fn unbound(mut spec: Value) -> World {
    spec["serviceAccount"] = json!("job");
    let mut pod = deployment("job", "");
    pod["spec"] = spec;
    let node = role(NODE, &json!([{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]));
    World::with(&json!({"pods": [pod], "serviceAccounts": [{"namespace": "shop", "name": "job"}],
        "roles": [node, trusting(NEW, "system:serviceaccount:shop:job")],
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "job", "replicas": 2, "surges": true}]}))
}

/// The plan that binds the ServiceAccount to the new role, with the restart taken in that it offers.
fn bound(world: &World, account: &str) -> Plan {
    let (namespace, name): (Name, Name) = ("shop".into(), account.into());
    let annotations = Annotations::role(&RoleArn::from(NEW));
    let mut plan = annotate(world.seen(), &namespace, &name, &annotations).expect("it can be planned");
    offer_restarts(&mut plan, world.seen(), &namespace, &name, Time::UNIX_EPOCH);
    take_restarts(&mut plan);
    plan
}

/// What keeps the webhook from a pod, or comes before what it injects, keeps every role from it: restarted or not.
#[test]
fn pods_whose_template_keeps_the_role_from_them_lose_nothing_and_are_not_restarted() {
    let container = |env: Value| json!({"containers": [{"name": "app", "env": env}]});
    let with = |key: &str, value: Value| {
        let mut spec = container(json!([]));
        spec[key] = value;
        spec
    };
    let by_hand = json!([{"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/eks/old"},
        {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/own/token"}]);
    let keys = json!([{"name": "AWS_ACCESS_KEY_ID", "value": "AKIA"}]);
    for (spec, told) in [
        (
            with("skipLabel", json!(true)),
            "the node role main-node, restarted or not: label eks.amazonaws.com/skip-pod-identity-webhook keeps the webhook \
             away; take it out of the template of deployment/job",
        ),
        (
            with("skipContainers", json!("app")),
            "the node role main-node, restarted or not: annotation eks.amazonaws.com/skip-containers keeps the webhook away; \
             take it out of the template of deployment/job",
        ),
        (
            container(by_hand),
            "eks/old (IRSA), restarted or not: the template of deployment/job sets AWS_ROLE_ARN itself; take it out there",
        ),
        (
            container(keys),
            "static keys, restarted or not: env AWS_ACCESS_KEY_ID comes first; take it out of the template of deployment/job",
        ),
    ] {
        let plan = bound(&unbound(spec), "job");
        assert_eq!(plan.steps.len(), 1, "a restart changes nothing: {:?}", plan.steps);
        assert_eq!(of_kind(&plan, WarningKind::NotEffective), [format!("1 running pod keeps {told}")]);
        assert_eq!(of_kind(&plan, WarningKind::Loss), [""; 0]);
        let effects = plan.effects.join("; ");
        assert!(effects.contains("unless their template keeps it from them"), "{effects}");
        assert!(!effects.contains("until restarted"), "{effects}");
    }
    let plan = bound(&unbound(container(json!([]))), "job");
    assert_eq!(plan.steps.len(), 2);
    assert!(of_kind(&plan, WarningKind::Loss)[0].contains("dynamodb:*"));
}

#[test]
fn of_a_pod_one_container_may_get_the_role_and_another_not() {
    let mut spec = json!({"skipContainers": "app", "containers": [{"name": "app"}, {"name": "proxy"}]});
    let plan = bound(&unbound(spec.clone()), "job");
    let told = of_kind(&plan, WarningKind::NotEffective);
    assert!(told[0].starts_with("container app of 1 running pod keeps the node role main-node, restarted or not"));
    assert!(plan.effects.contains(&"1 running pod keeps the node role main-node until restarted".to_owned()));
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(of_kind(&plan, WarningKind::Loss).len(), 1, "what the proxy loses");
    // what comes first in one of them is no loss, and what the other has is
    spec = json!({"containers": [{"name": "app", "env": [{"name": "AWS_ACCESS_KEY_ID", "value": "A"}]}, {"name": "proxy"}]});
    let plan = bound(&unbound(spec), "job");
    assert!(
        of_kind(&plan, WarningKind::NotEffective)[0].starts_with("container app of 1 running pod keeps static keys")
    );
    assert!(plan.effects.contains(&"1 running pod keeps the node role main-node until restarted".to_owned()));
}

#[test]
fn a_restart_of_pods_that_the_webhook_leaves_alone_says_so() {
    let mut world = unbound(json!({"skipLabel": true, "containers": [{"name": "app"}]}));
    annotated(&mut world, "job", Some(NEW));
    let plan = world.restart("job").expect("it can be planned");
    let told = of_kind(&plan, WarningKind::NotEffective);
    assert!(told[0].contains("restarted or not: label eks.amazonaws.com/skip-pod-identity-webhook"), "{told:?}");
    assert_eq!(of_kind(&plan, WarningKind::Loss), [""; 0]);
}

#[test]
fn without_a_webhook_no_new_pod_gets_anything() {
    for (spec, has) in [("apiBare", "the node role main-node"), ("api", "eks/api (IRSA)")] {
        let mut world = running(spec, &[trusting(API, OURS), trusting(NEW, OURS)]);
        tell(&mut world, Delta::Listing { kind: Kind::Webhook, scope: Scope::Cluster, expected: None });
        tell(&mut world, Delta::Listed(Kind::Webhook, Time::UNIX_EPOCH));
        let plan = bound(&world, "api");
        let told = of_kind(&plan, WarningKind::NotEffective).join("; ");
        assert!(told.contains("no pod identity webhook is configured"), "{has}: {told}");
        assert!(!plan.effects.iter().any(|effect| effect.contains("new pods of api get")), "{:?}", plan.effects);
        let lost = of_kind(&plan, WarningKind::Loss);
        assert_eq!(lost.len(), usize::from(spec == "api"), "made anew, an injected pod has the node's role: {lost:?}");
    }
}

fn annotated(world: &mut World, account: &str, role: Option<&str>) {
    let found = world.inventory.shard("shop").and_then(|shard| shard.service_account(account)).expect("it is there");
    let role = role.map(|arn| RoleAnnotation { arn: RoleArn::from(arn), set: None });
    let changed = ServiceAccount { role, ..found.clone() };
    tell(world, Delta::ServiceAccount(Box::new(changed)));
}

/// What is kept of a role is said where somebody has it.
#[test]
fn only_pods_that_have_the_role_keep_it_when_it_is_taken_away() {
    for (spec, keeps) in [("api", true), ("apiBare", false)] {
        let world = running(spec, &[trusting(API, OURS)]);
        let plan = annotate(world.seen(), &"shop".into(), &"api".into(), &Annotations::none()).expect("a plan");
        let told = plan.effects.join("; ");
        assert_eq!(told.contains("running pods of api keep eks/api until they are made anew"), keeps, "{told}");
    }
}

#[test]
fn a_restart_is_left_only_to_pods_that_get_something_by_it() {
    let left = |world: &World, plan: &Plan, account: &str| {
        let mut plan = plan.clone();
        offer_restarts(&mut plan, world.seen(), &"shop".into(), &account.into(), Time::UNIX_EPOCH);
        let offered = left_to_restart(&plan, world.seen(), &"shop".into(), &account.into());
        take_restarts(&mut plan);
        assert_eq!(left_to_restart(&plan, world.seen(), &"shop".into(), &account.into()), None, "it is taken in");
        offered
    };
    let annotating = |world: &World, annotations: &Annotations| {
        annotate(world.seen(), &"shop".into(), &"api".into(), annotations).expect("a plan")
    };
    let mut world = running("api", &[trusting(API, OURS), trusting(NEW, OURS)]);
    let to = |arn: &str| Annotations::role(&RoleArn::from(arn));
    assert_eq!(left(&world, &annotating(&world, &to(NEW)), "api").as_deref(), Some("eks/new"));
    assert_eq!(left(&world, &annotating(&world, &Annotations::none()), "api"), None, "there is nothing to get");
    let token = Annotations { token_expiration: Edit::Set("3600".into()), ..Annotations::default() };
    assert_eq!(left(&world, &annotating(&world, &token), "api").as_deref(), Some("the token as annotated"));
    annotated(&mut world, "api", Some(NEW));
    assert_eq!(left(&world, &annotating(&world, &to(API)), "api"), None, "back to the role that they have");

    let mut pod = deployment("post", "mailer");
    pod["name"] = json!("post-1-a");
    let world = World::with(&json!({"pods": [pod],
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "post", "replicas": 2, "surges": true}]}));
    let ended = dissociate(world.seen(), &"shop".into(), &"mailer".into()).expect("a plan");
    assert_eq!(left(&world, &ended, "mailer"), None);
    let made: Vec<Change> = ended.steps.iter().map(|step| step.change.clone()).collect();
    let mut after = World { inventory: world.inventory.clone(), identities: world.identities.clone() };
    tell(&mut after, Delta::Associations(Reading::Read { value: Vec::new(), at: Time::UNIX_EPOCH }));
    let back = undo(after.seen(), &"1".into(), PlanKind::Dissociate, "end it", &made).expect("it can be taken back");
    assert_eq!(left(&after, &back, "mailer"), None, "the agent gives it to them without a restart");
}
