//! The demo, changed by the engine that changes a cluster.

use super::{demo, everything, take_in};
use crate::domain::identity::{Finding, resolve_all};
use crate::domain::inventory::{Delta, Dirty, Inventory, Kind};
use crate::domain::model::{EnvVar, Name, Phase, Pod, PodSpec, Question, Reading, RoleArn, Workload};
use crate::domain::plan::{
    Annotations, AssociationContent, Change, Content, Place, Plan, PlanKind, RoleContent, Seen, Target, annotate,
};
use crate::source::change::{ChangeLog, Ending, Progress, Run};
use crate::source::demo::webhook::{injected, template};
use crate::source::{FailureKind, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::sleep;

const SHOP_API: &str = "arn:aws:iam::111122223333:role/eks/shop-api";
const PROVIDER: &str =
    "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/7B2E90C41D5F4A0E8C63B1F27A95D4E8";

/// Carries a plan out in the demo.
async fn carry(demo: &Source, plan: &Plan) -> (Ending, Vec<Progress>) {
    let folder = tempfile::tempdir().unwrap();
    let log = ChangeLog::new(folder.path().to_owned());
    let place = Place { context: Some("demo".into()), ..Place::default() };
    let running = log.begin(&"1".into(), plan, &place).unwrap();
    let run = Run { changes: demo.changes.clone().unwrap(), plan, log: running };
    let mut told = Vec::new();
    let ending = run.carry_out(|progress| told.push(progress)).await.unwrap();
    (ending, told)
}

fn plan_of(changes: impl IntoIterator<Item = Change>) -> Plan {
    let mut plan = Plan::new(PlanKind::Annotate, "a plan");
    changes.into_iter().for_each(|change| plan.push(change));
    plan
}

/// The demo's inventory, followed from now on.
async fn watched(demo: &Source) -> (Inventory, Receiver<Vec<Delta>>) {
    let (out, mut said) = mpsc::channel(1000);
    tokio::spawn(demo.facts.clone().follow(everything(true), out));
    let mut inventory = Inventory::default();
    take_in(&mut inventory, &mut said, Duration::from_secs(3)).await;
    for question in [Question::Cluster, Question::Associations, Question::Providers, Question::Caller] {
        ask(demo, question, &mut inventory).await;
    }
    (inventory, said)
}

async fn ask(demo: &Source, question: Question, inventory: &mut Inventory) {
    let (out, mut answer) = mpsc::channel(100);
    let asking = demo.roles.answer(question, out);
    let listening = take_in(inventory, &mut answer, Duration::from_secs(5));
    tokio::join!(asking, listening);
}

fn pods<'a>(inventory: &'a Inventory, namespace: &str, workload: &str) -> Vec<&'a Pod> {
    let pods = inventory.shard(namespace).into_iter().flat_map(|shard| shard.pods().map(|(_, pod)| pod));
    pods.filter(|pod| pod.workload().is_some_and(|it| &*it.name == workload)).collect()
}

fn restart(namespace: &str, kind: &str, name: &str) -> Plan {
    let target = Target::Rollout { namespace: namespace.into(), kind: kind.into(), name: name.into(), account: None };
    let to = Content::Restarted(Some("2026-11-24T09:01:00Z".into()));
    plan_of([Change { target, from: Content::Restarted(None), to }])
}

#[tokio::test(start_paused = true)]
async fn an_annotation_is_seen_by_whoever_watches_and_asks_and_new_pods_get_it() {
    let demo = demo();
    let (mut inventory, mut said) = watched(&demo).await;
    let identities = resolve_all(&inventory);
    let seen = Seen { inventory: &inventory, identities: &identities, catalogue: None };
    let role = RoleArn::from(SHOP_API);
    let plan = annotate(seen, &"media".into(), &"encoder".into(), &Annotations::role(&role)).unwrap();
    let before = inventory.shard("media").unwrap().service_account("encoder").unwrap().clone();
    assert_eq!(carry(&demo, &plan).await.0, Ending::Done);
    take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
    let after = inventory.shard("media").unwrap().service_account("encoder").unwrap().clone();
    assert_ne!(before.resource_version, after.resource_version);
    let annotation = after.role.unwrap();
    assert_eq!((annotation.arn.as_str(), &*annotation.set.unwrap().manager), (SHOP_API, "rolecall"));

    let old: BTreeSet<Name> = pods(&inventory, "media", "encoder").iter().map(|pod| pod.name.clone()).collect();
    assert_eq!(carry(&demo, &restart("media", "Deployment", "encoder")).await.0, Ending::Done);
    take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
    let is_pending = |pod: &&Pod| pod.phase == Phase::Pending && !old.contains(&pod.name);
    assert_eq!(pods(&inventory, "media", "encoder").into_iter().filter(is_pending).count(), 1, "the first new one");
    sleep(Duration::from_mins(1)).await;
    take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
    let new = pods(&inventory, "media", "encoder");
    assert_eq!(new.len(), old.len());
    for pod in new {
        assert!(pod.ready && !pod.terminating && !old.contains(&pod.name), "{}", pod.name);
        let env = pod.spec.containers[0].env("AWS_ROLE_ARN").and_then(|value| value.literal()).unwrap();
        assert_eq!(&**env, SHOP_API);
    }
    let identities = resolve_all(&inventory);
    let rows = &identities.namespace("media").unwrap().pods;
    let row = rows.iter().find(|(name, _)| name.starts_with("encoder-") && !name.contains("win")).unwrap().1;
    assert_eq!(row.role.as_ref().map(RoleArn::as_str), Some(SHOP_API));
    assert!(!row.findings.contains(Finding::StaleRole));
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_workload_is_made_anew() {
    let demo = demo();
    let (mut inventory, mut said) = watched(&demo).await;
    let all: BTreeSet<(Name, Name, Name)> = inventory
        .shards()
        .flat_map(|(namespace, shard)| shard.pods().map(move |(_, pod)| (namespace, pod)))
        .filter(|(_, pod)| pod.counts())
        .filter_map(|(namespace, pod)| {
            let workload = pod.workload().filter(Workload::can_roll)?;
            Some((workload.kind, namespace.clone(), workload.name))
        })
        .collect();
    for kind in ["StatefulSet", "DaemonSet", "Deployment"] {
        let (_, namespace, name) = all.iter().find(|it| &*it.0 == kind).unwrap();
        let uids = |inventory: &Inventory| -> BTreeSet<Box<str>> {
            let pods = pods(inventory, namespace, name).into_iter().filter(|pod| pod.counts());
            pods.map(|pod| pod.uid.clone()).collect()
        };
        let before = uids(&inventory);
        assert_eq!(carry(&demo, &restart(namespace, kind, name)).await.0, Ending::Done);
        sleep(Duration::from_mins(3)).await;
        take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
        let after = uids(&inventory);
        assert_eq!((after.len(), after.intersection(&before).count()), (before.len(), 0), "{kind} {name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_workload_that_is_restarted_twice_ends_with_as_many_pods() {
    let demo = demo();
    let (mut inventory, mut said) = watched(&demo).await;
    let before = pods(&inventory, "shop", "api").len();
    carry(&demo, &restart("shop", "Deployment", "api")).await;
    sleep(Duration::from_secs(5)).await;
    let mut again = restart("shop", "Deployment", "api");
    let first = again.steps[0].change.to.clone();
    again.steps[0].change.from = first;
    again.steps[0].change.to = Content::Restarted(Some("2026-11-24T09:02:00Z".into()));
    assert_eq!(carry(&demo, &again).await.0, Ending::Done);
    sleep(Duration::from_mins(3)).await;
    take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
    let left = pods(&inventory, "shop", "api");
    assert_eq!(left.len(), before);
    assert!(left.iter().all(|pod| pod.ready && !pod.terminating));
}

/// A change of every kind of target, each from what the demo holds at the start.
fn one_of_each() -> Vec<Change> {
    let account = |name: &str| Target::ServiceAccount { namespace: "shop".into(), name: name.into() };
    let role = |name: &str| {
        Content::Role(Box::new(RoleContent {
            path: "/eks/".into(),
            trust: r#"{"Version":"2012-10-17","Statement":[]}"#.into(),
            description: Some(name.into()),
            max_session_seconds: 3600,
            boundary: None,
            tags: [("rolecall:plan".into(), "1".into())].into(),
        }))
    };
    let association = AssociationContent {
        role_arn: SHOP_API.into(),
        target_role_arn: None,
        disable_session_tags: false,
        policy: None,
        tags: [("rolecall:plan".into(), "1".into())].into(),
    };
    let absent = |target, to| Change { target, from: Content::Absent, to };
    let new = || Name::from("brand-new");
    let provider = Name::from("arn:aws:iam::111122223333:oidc-provider/oidc.example/id/1");
    let made = [("eks.amazonaws.com/role-arn".into(), SHOP_API.into())];
    vec![
        absent(account("brand-new"), Content::ServiceAccount(BTreeMap::from(made))),
        absent(Target::Role { name: new() }, role("it")),
        absent(Target::Attachment { role: new(), policy: "arn:aws:iam::aws:policy/P".into() }, Content::Present),
        absent(Target::Inline { role: new(), policy: "inline".into() }, Content::Document("{}".into())),
        absent(Target::Provider { arn: provider }, Content::Provider(vec!["sts.amazonaws.com".into()])),
        absent(Target::Audience { provider: PROVIDER.into(), audience: "other".into() }, Content::Present),
        absent(
            Target::Association { cluster: "prod-eu".into(), namespace: "shop".into(), service_account: new() },
            Content::Association(Box::new(association)),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_target_is_changed_waited_for_and_changed_back() {
    let demo = demo();
    let plan = plan_of(one_of_each());
    let (ending, told) = carry(&demo, &plan).await;
    assert_eq!(ending, Ending::Done);
    assert!(!told.contains(&Progress::Waiting(0)), "Kubernetes shows it at once");
    for place in 1..plan.steps.len() {
        assert!(told.contains(&Progress::Waiting(place)), "{} is waited for", plan.steps[place].change.target);
    }
    let (mut inventory, _said) = watched(&demo).await;
    let arn = "arn:aws:iam::111122223333:role/eks/brand-new";
    ask(&demo, Question::Role(arn.into()), &mut inventory).await;
    let role = inventory.aws().role(arn).and_then(Reading::value).unwrap();
    assert_eq!((role.attached.as_ref().unwrap().len(), role.inline.as_ref().unwrap().len()), (1, 1));
    assert!(inventory.aws().association(&"shop".into(), &"brand-new".into()).found().is_some());

    // a role has no inverse, but it can be deleted
    let back = one_of_each().into_iter().rev().map(|it| Change { target: it.target, from: it.to, to: it.from });
    assert_eq!(carry(&demo, &plan_of(back)).await.0, Ending::Done);
    let (mut inventory, _said) = watched(&demo).await;
    ask(&demo, Question::Role(arn.into()), &mut inventory).await;
    assert!(inventory.aws().role(arn).unwrap().is_missing());
    assert!(inventory.aws().association(&"shop".into(), &"brand-new".into()).found().is_none());
    assert!(inventory.shard("shop").unwrap().service_account("brand-new").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_trust_policy_is_replaced() {
    let demo = demo();
    let (mut inventory, _said) = watched(&demo).await;
    ask(&demo, Question::Role(SHOP_API.into()), &mut inventory).await;
    let before = inventory.aws().role(SHOP_API).and_then(Reading::value).unwrap().trust.clone().unwrap();
    let after = Name::from(r#"{"Version":"2012-10-17","Statement":[]}"#);
    let target = Target::Trust { role: "shop-api".into() };
    let change = Change { target, from: Content::Document(before), to: Content::Document(after.clone()) };
    assert_eq!(carry(&demo, &plan_of([change.clone()])).await.0, Ending::Done);
    ask(&demo, Question::Role(SHOP_API.into()), &mut inventory).await;
    assert_eq!(inventory.aws().role(SHOP_API).and_then(Reading::value).unwrap().trust, Some(after));
    assert_eq!(carry(&demo, &plan_of(change.inverse())).await.0, Ending::Done);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_changed_is_not_overwritten() {
    let demo = demo();
    let changes = demo.changes.clone().unwrap();
    let change = one_of_each().remove(0);
    let seen = changes.look(&change).await.unwrap();
    changes.make(&change, &seen).await.unwrap();
    assert_eq!(changes.make(&change, &seen).await.unwrap_err().kind, FailureKind::Conflict);
    assert_eq!(demo.calls.logged().calls.len(), 2, "both stand among the calls");
}

#[test]
fn a_demo_that_is_only_read_has_no_way_to_write() {
    let demo = crate::source::demo::source(false).unwrap();
    assert!(demo.changes.is_none() && !demo.about.may_change);
}

/// What the webhook has put into a spec, whatever the order of its volumes and the jitter of expirations.
fn injection(spec: &PodSpec) -> Vec<(Vec<EnvVar>, usize)> {
    spec.containers.iter().map(|container| (container.env.clone(), container.mounts.len())).collect()
}

#[test]
fn the_webhook_makes_of_a_template_what_the_demo_s_pods_are() {
    let inventory = super::whole();
    let identities = resolve_all(&inventory);
    let mut compared = 0;
    for (namespace, rows) in identities.namespaces() {
        for (name, row) in &rows.pods {
            let pod = inventory.shard(namespace).unwrap().pod(name).unwrap();
            let is_injected = pod
                .spec
                .volumes
                .iter()
                .any(|volume| ["aws-iam-token", "eks-pod-identity-token"].contains(&&*volume.name));
            let old =
                [Finding::StaleRole, Finding::AssociationGone, Finding::AssociationNotInjected, Finding::TwoBindings];
            if is_injected && !old.iter().any(|finding| row.findings.contains(*finding)) {
                let anew = injected(&inventory, namespace, template(&pod.spec));
                assert_eq!(injection(&anew), injection(&pod.spec), "{namespace}/{name}");
                compared += 1;
            }
            if !is_injected {
                assert_eq!(template(&pod.spec), *pod.spec, "{namespace}/{name} is left as it is");
            }
        }
    }
    assert!(compared > 50, "{compared} pods");
    let mut other = inventory.clone();
    other.apply(
        Delta::Gone(crate::domain::inventory::ObjectRef::cluster(Kind::Webhook, webhook(&inventory))),
        &mut Dirty::default(),
    );
    let pod = pods(&inventory, "shop", "api")[0];
    let bare = template(&pod.spec);
    assert_eq!(injected(&other, &pod.namespace, bare.clone()), bare, "without the webhook nothing is injected");
}

fn webhook(inventory: &Inventory) -> Name {
    inventory.webhook_configurations().next().unwrap().0.clone()
}
