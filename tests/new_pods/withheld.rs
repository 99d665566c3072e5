//! Pods that get nothing by what binds them, restarted or not, and what a restart is left to.

use crate::shop::{NEW, NODE, World, deployment, of_kind, role};
use crate::{API, OURS, running, tell, trusting};
use rolecall::domain::inventory::{Delta, Kind, Scope};
use rolecall::domain::model::{Name, Reading, RoleAnnotation, RoleArn, ServiceAccount, Time};
use rolecall::domain::plan::{
    Annotations, Change, Edit, Plan, PlanKind, WarningKind, annotate, dissociate, left_to_restart, offer_restarts,
    take_restarts, undo,
};
use serde_json::{Value, json};

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
