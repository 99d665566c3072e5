//! What a plan says of pods that are made anew: whether what made them can be restarted, and what they lose by it.

#![expect(clippy::expect_used, reason = "a test's data that cannot be read is a mistake in it")]

#[path = "support/shop.rs"]
mod shop;

use rolecall::domain::model::{Name, RoleArn, Time};
use rolecall::domain::plan::{
    Annotations, Becomes, Content, Edit, Plan, PlanKind, Target, WarningKind, annotate, offer_restarts,
    restart_questions, take_restarts, warn_of_loss,
};
use rolecall::source::catalogue::catalogue;
use serde_json::{Value, json};
use shop::{NEW, NODE, World, deployment, of_kind, role};

fn targets(plan: &Plan) -> Vec<(String, bool)> {
    plan.steps.iter().map(|step| (step.change.target.to_string(), step.taken)).collect()
}

fn weighed(world: &World, account: &str, becomes: Becomes<'_>) -> Plan {
    let mut plan = Plan::new(PlanKind::Annotate, "test");
    warn_of_loss(&mut plan, world.seen(), &"shop".into(), &account.into(), becomes);
    plan
}

#[test]
fn owners_are_restarted_and_of_the_others_it_is_said_what_to_do() {
    let set = json!({"namespace": "shop", "name": "db-0", "node": "open", "owner": {"kind": "StatefulSet", "name": "db"}, "spec": "apiBare"});
    let job = json!({"namespace": "shop", "name": "once-x", "node": "open", "owner": {"kind": "Job", "name": "once"}, "spec": "apiBare"});
    let bare = json!({"namespace": "shop", "name": "bare", "node": "open", "spec": "apiBare"});
    let agent = json!({"namespace": "shop", "name": "log-a", "node": "open", "owner": {"kind": "DaemonSet", "name": "log"}, "spec": "apiBare"});
    let stopped = json!({"namespace": "shop", "name": "done-1-a", "phase": "Succeeded", "spec": "apiBare"});
    let world = World::with(&json!({
        "pods": [deployment("api", "apiBare"), deployment("held", "apiBare"), set, job, bare, agent, stopped],
        "workloads": [
            {"namespace": "shop", "kind": "Deployment", "name": "api", "replicas": 2, "surges": true, "restartedAt": "2026-11-01T00:00:00Z"},
            {"namespace": "shop", "kind": "Deployment", "name": "held", "replicas": 2, "surges": true, "paused": true},
            {"namespace": "shop", "kind": "StatefulSet", "name": "db", "replicas": 1, "keeper": {"tool": "flux", "name": "shop"}},
            {"namespace": "shop", "kind": "DaemonSet", "name": "log", "strategy": "OnDelete"}]}));
    let plan = world.restart("api").expect("it can be planned");
    assert_eq!(targets(&plan), [("deployment/api".to_owned(), true), ("statefulset/db".to_owned(), true)]);
    let change = &plan.steps[0].change;
    assert_eq!(change.from, Content::Restarted(Some("2026-11-01T00:00:00Z".into())));
    assert_eq!(change.to, Content::Restarted(Some("1970-01-01T00:00:00Z".into())));
    assert_eq!(change.inverse(), None);
    let not: Vec<&str> = of_kind(&plan, WarningKind::NotEffective);
    for told in [
        "deployment/held is paused",
        "daemonset/log does not roll",
        "job/once cannot be restarted",
        "pod/bare has no owner",
    ] {
        assert!(not.iter().any(|sentence| sentence.contains(told)), "{told}: {not:?}");
    }
    assert!(!not.iter().any(|sentence| sentence.contains("done")), "a finished pod is nobody's to restart: {not:?}");
    assert!(of_kind(&plan, WarningKind::Downtime)[0].starts_with("statefulset/db goes down"));
    assert!(of_kind(&plan, WarningKind::OwnedElsewhere)[0].contains("Flux (shop)"));
}

/// The moment is written in seconds: the same again would make nothing anew.
#[test]
fn what_was_restarted_this_second_is_restarted_all_the_same() {
    let world = World::with(&json!({"pods": [deployment("api", "apiBare")], "workloads": [{"namespace": "shop",
        "kind": "Deployment", "name": "api", "replicas": 2, "surges": true, "restartedAt": "1970-01-01T00:00:00Z"}]}));
    let plan = world.restart("api").expect("it can be planned");
    assert_eq!(plan.steps[0].change.to, Content::Restarted(Some("1970-01-01T00:00:01Z".into())));
}

#[test]
fn what_cannot_roll_alone_is_refused_and_what_was_not_read_is_asked() {
    let world = World::with(&json!({"pods": [deployment("api", "apiBare")],
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "api", "paused": true}]}));
    let refusal = world.restart("api").expect_err("a paused Deployment alone");
    assert!(refusal.sentence.contains("kubectl rollout resume deployment/api -n shop"), "{}", refusal.sentence);
    assert!(world.restart("mailer").expect_err("no pod").sentence.contains("nothing to restart"));
    let world = World::with(&json!({"pods": [deployment("api", "apiBare")]}));
    assert_eq!(restart_questions(world.seen(), &"shop".into(), &"api".into()).len(), 1);
    assert!(world.restart("api").is_err(), "without having read it nothing is written");
    let gap = json!({"what": "deployment", "call": "get deployments", "reason": "forbidden", "sentence": "you may not get deployments"});
    let world = World::with(&json!({"pods": [deployment("api", "apiBare")],
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "api", "gap": gap}]}));
    assert!(world.restart("api").expect_err("it was not read").gap.is_some());
}

#[test]
fn a_restart_is_offered_and_left_out_until_it_is_taken_in() {
    let world = World::with(&json!({"pods": [deployment("api", "apiBare")], "roles": [role(NEW, &json!([]))],
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "api", "replicas": 2, "surges": true}]}));
    let (namespace, name): (Name, Name) = ("shop".into(), "api".into());
    let annotations = Annotations::role(&RoleArn::from(NEW));
    let mut plan = annotate(world.seen(), &namespace, &name, &annotations).expect("it can be planned");
    offer_restarts(&mut plan, world.seen(), &namespace, &name, Time::UNIX_EPOCH);
    assert_eq!(targets(&plan), [("serviceaccount/api".to_owned(), true), ("deployment/api".to_owned(), false)]);
    take_restarts(&mut plan);
    assert!(plan.steps.iter().all(|step| step.taken));
    assert!(matches!(&plan.steps[1].change.target, Target::Rollout { kind, .. } if &**kind == "Deployment"));
}

/// In the middle of a rollout: the template names another ServiceAccount than the pods that run.
#[test]
fn what_makes_pods_of_another_account_is_left_out() {
    let workload = |name: &str, account: &str| {
        json!({"namespace": "shop", "kind": "Deployment", "name": name, "replicas": 2, "surges": true,
            "serviceAccount": account})
    };
    let world = |workloads: &[Value]| {
        let pods = [deployment("api", "apiBare"), deployment("moved", "apiBare")];
        World::with(&json!({"pods": pods, "roles": [role(NEW, &json!([]))], "workloads": workloads}))
    };
    let mixed = world(&[workload("api", "api"), workload("moved", "newer")]);
    let plan = mixed.restart("api").expect("one of them can be restarted");
    assert_eq!(targets(&plan), [("deployment/api".to_owned(), true)]);
    assert!(matches!(&plan.steps[0].change.target, Target::Rollout { account: Some(own), .. } if &**own == "api"));
    let said = "deployment/moved makes its pods with serviceaccount/newer now, and a pod of it still runs as api: it is not \
                restarted";
    assert!(of_kind(&plan, WarningKind::NotEffective).contains(&said), "{:?}", plan.warnings);

    let moved = world(&[workload("api", "newer"), workload("moved", "newer")]);
    assert!(moved.restart("api").expect_err("nothing is left").sentence.contains(said));
    let (namespace, name): (Name, Name) = ("shop".into(), "api".into());
    let annotations = Annotations::role(&RoleArn::from(NEW));
    let mut plan = annotate(moved.seen(), &namespace, &name, &annotations).expect("it can be planned");
    offer_restarts(&mut plan, moved.seen(), &namespace, &name, Time::UNIX_EPOCH);
    assert_eq!(targets(&plan), [("serviceaccount/api".to_owned(), true)]);
    assert!(of_kind(&plan, WarningKind::NotEffective).contains(&said), "{:?}", plan.warnings);
}

#[test]
fn another_audience_is_held_against_the_roles_trust() {
    let world = World::with(&json!({}));
    let set = |audience: &str| Annotations { audience: Edit::Set(audience.into()), ..Annotations::default() };
    let plan = |account: &str, annotations| {
        annotate(world.seen(), &"shop".into(), &account.into(), &annotations).expect("it can be planned")
    };
    let told = of_kind(&plan("api", set("vault")), WarningKind::NotEffective).join("; ");
    assert!(told.contains("role eks/api does not let these pods in"), "{told}");
    let same = of_kind(&plan("api", set("sts.amazonaws.com")), WarningKind::NotEffective).len();
    assert_eq!(same, 0, "it is the webhook's own");
    let told = of_kind(&plan("default", set("vault")), WarningKind::NotEffective).join("; ");
    assert!(told.contains("annotated with no role"), "{told}");
}

#[test]
fn what_the_node_role_allows_and_the_new_role_does_not_is_lost() {
    let node = json!({"arn": NODE, "attached": [{"arn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"}], "inline": [{"name": "own", "document": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::orders/*", "arn:aws:s3:::logs/*"]},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1"},
        {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}]}}]});
    let new = json!([{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::orders/*"},
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]);
    let own = json!({"arn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", "version": "v1", "document": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}});
    let world = World::with(
        &json!({"pods": [deployment("api", "apiBare")], "roles": [node, role(NEW, &new)], "policies": [own]}),
    );
    let plan = weighed(&world, "api", Becomes::Role(&RoleArn::from(NEW)));
    assert_eq!(
        of_kind(&plan, WarningKind::Loss),
        ["new pods may no longer s3:GetObject on arn:aws:s3:::logs/* (the node role main-node allows it)"]
    );
    assert!(
        plan.effects.iter().any(|effect| effect.contains("AmazonEKSWorkerNodePolicy is the node's own")),
        "{:?}",
        plan.effects
    );
    assert_eq!(of_kind(&plan, WarningKind::NotRead), [""; 0]);
    assert!(
        of_kind(&weighed(&world, "api", Becomes::NoRole), WarningKind::Loss).is_empty(),
        "their successors are on a node too"
    );
}

#[test]
fn many_losses_are_a_handful_of_lines_and_the_same_role_is_none() {
    let statements: Vec<Value> = (0..9)
        .map(|at| json!({"Effect": "Allow", "Action": "sqs:*", "Resource": format!("arn:aws:sqs:eu-west-1:111122223333:q{at}")}))
        .collect();
    let api = "arn:aws:iam::111122223333:role/eks/api";
    let world = World::with(&json!({"pods": [deployment("api", "api")],
        "roles": [role(api, &json!(statements)), role(NEW, &json!([]))]}));
    let plan = weighed(&world, "api", Becomes::Role(&RoleArn::from(NEW)));
    let losses = of_kind(&plan, WarningKind::Loss);
    assert_eq!(losses.len(), 6, "{losses:?}");
    assert!(losses[0].starts_with("new pods may no longer do all of sqs:* on arn:aws:sqs:"), "{losses:?}");
    assert!(losses[5].contains("4 more"), "{losses:?}");
    assert!(of_kind(&weighed(&world, "api", Becomes::Role(&RoleArn::from(api))), WarningKind::Loss).is_empty());
    let without = weighed(&world, "api", Becomes::NoRole);
    assert!(of_kind(&without, WarningKind::Loss)[0].contains("by a role of their own"), "{without:?}");
}

#[test]
fn buckets_and_their_objects_are_asked_for_as_s3_does() {
    let (bucket, objects) = ("arn:aws:s3:::logs", "arn:aws:s3:::logs/*");
    let lost = |old: Value, new: &Value| {
        let world =
            World::with(&json!({"pods": [deployment("api", "apiBare")], "roles": [role(NODE, &old), role(NEW, new)]}));
        of_kind(&weighed(&world, "api", Becomes::Role(&RoleArn::from(NEW))), WarningKind::Loss).join("; ")
    };
    let mixed =
        json!([{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [bucket, objects]}]);
    let apart = json!([{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects}]);
    assert_eq!(lost(mixed.clone(), &apart), "", "the same in two statements");
    let said = lost(mixed, &json!([]));
    assert!(
        said.contains("s3:ListBucket on arn:aws:s3:::logs (") && said.contains("s3:GetObject on arn:aws:s3:::logs/*"),
        "{said}"
    );

    // whatever AWS documents of an action's resources is asked for
    let s3 = catalogue().service("s3").expect("it is known");
    for action in s3.actions() {
        let types: Vec<&str> = action.resource_uses().map(|it| it.resource_type).collect();
        let old = json!([{"Effect": "Allow", "Action": action.full_name(), "Resource": [bucket, objects]}]);
        let said = lost(old, &json!([]));
        let is_asked = |ends: [&str; 2]| ends.iter().any(|end| said.contains(end));
        let on_bucket = is_asked(["arn:aws:s3:::logs (", "arn:aws:s3:::logs, "]);
        let on_objects = is_asked(["arn:aws:s3:::logs/* (", "arn:aws:s3:::logs/*, "]);
        assert!(on_bucket || !types.contains(&"bucket"), "{}: {said}", action.full_name());
        assert!(on_objects || !types.contains(&"object"), "{}: {said}", action.full_name());
    }
}

/// A statement that names actions of several services with all their ARNs is the same as one for each service.
#[test]
fn an_action_is_lost_only_where_aws_asks_for_it() {
    let (table, queue) =
        ("arn:aws:dynamodb:eu-west-1:111122223333:table/carts", "arn:aws:sqs:eu-west-1:111122223333:orders");
    let lost = |old: Value, new: &Value| {
        let world =
            World::with(&json!({"pods": [deployment("api", "apiBare")], "roles": [role(NODE, &old), role(NEW, new)]}));
        of_kind(&weighed(&world, "api", Becomes::Role(&RoleArn::from(NEW))), WarningKind::Loss).join("; ")
    };
    let allow = |actions: Value, resources: Value| json!({"Effect": "Allow", "Action": actions, "Resource": resources});
    let mixed = json!([allow(json!(["dynamodb:GetItem", "sqs:Send*", "new:Action"]), json!([table, queue]))]);
    let tables = allow(json!("dynamodb:GetItem"), json!(table));
    let queues = allow(json!("sqs:Send*"), json!(queue));
    let new = allow(json!("new:*"), json!("*"));
    assert_eq!(lost(mixed.clone(), &json!([tables, queues, new])), "");
    assert_eq!(
        lost(mixed.clone(), &json!([tables, new])),
        format!("new pods may no longer do all of sqs:Send* on {queue} (the node role main-node allows it)")
    );
    assert_eq!(
        lost(mixed, &json!([tables, queues])),
        format!("new pods may no longer new:Action on {table}, {queue} (the node role main-node allows it)"),
        "what nobody knows may be asked for anywhere"
    );
}

#[test]
fn what_was_not_read_is_neither_lost_nor_kept() {
    let gap =
        json!({"what": "role", "call": "iam:GetRole", "reason": "forbidden", "sentence": "iam:GetRole is not allowed"});
    let world = World::with(&json!({"pods": [deployment("api", "apiBare")],
        "roles": [{"arn": NODE, "gap": gap}, role(NEW, &json!([]))]}));
    let plan = weighed(&world, "api", Becomes::Role(&RoleArn::from(NEW)));
    assert!(of_kind(&plan, WarningKind::Loss).is_empty());
    assert!(of_kind(&plan, WarningKind::NotRead)[0].contains("iam:GetRole is not allowed"), "{:?}", plan.warnings);
}
