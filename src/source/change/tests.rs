//! The engine and its log, against a small world in memory: it lags, it fails, others write to it, and the program is
//! killed at every point where it waits.

mod journal;
mod kills;
mod runs;
mod world;

use super::{ChangeLog, Ending, LoggedPlan, Progress, Run, Why};
use crate::domain::identity::Identities;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Time};
use crate::domain::plan::{Change, Content, Place, Plan, PlanKind, Seen, Target, undo};
use std::sync::Arc;
use tempfile::TempDir;
use world::World;

fn place() -> Place {
    Place { context: Some("lab".into()), server: Some("https://lab".into()), ..Place::default() }
}

/// A log of its own, and the folder that holds it.
fn fresh_log() -> (TempDir, ChangeLog) {
    let folder = tempfile::tempdir().unwrap();
    let log = ChangeLog::new(folder.path().join("state"));
    (folder, log)
}

fn annotations(name: &str) -> Target {
    Target::Annotations { namespace: "shop".into(), name: name.into() }
}

fn role_arn(value: Option<&str>) -> Content {
    Content::Annotations([("eks.amazonaws.com/role-arn".into(), value.map(Name::from))].into())
}

fn attachment(policy: &str) -> Target {
    Target::Attachment { role: "api".into(), policy: policy.into() }
}

/// A plan that makes these changes, in a world that holds what they begin with.
fn planned(changes: &[(Target, Content, Content)]) -> (Plan, Arc<World>) {
    let mut plan = Plan::new(PlanKind::Annotate, "a plan");
    let world = Arc::new(World::default());
    for (target, from, to) in changes {
        world.put(target, from);
        plan.push(Change { target: target.clone(), from: from.clone(), to: to.clone() });
    }
    (plan, world)
}

/// One change in Kubernetes.
fn in_kubernetes() -> (Plan, Arc<World>) {
    planned(&[(annotations("api"), role_arn(None), role_arn(Some("arn:new")))])
}

/// One change in AWS.
fn in_aws() -> (Plan, Arc<World>) {
    planned(&[(attachment("p"), Content::Absent, Content::Present)])
}

async fn run(log: &ChangeLog, id: &str, plan: &Plan, world: &Arc<World>) -> (Ending, Vec<Progress>) {
    let running = log.begin(&id.into(), plan, &place()).unwrap();
    carried(Run { changes: world.clone(), plan, log: running }).await
}

/// Goes on with a plan in the log.
async fn resume(log: &ChangeLog, id: &str, world: &Arc<World>) -> Ending {
    let logged = one(log, id);
    let running = log.resume(&logged).unwrap();
    carried(Run { changes: world.clone(), plan: &logged.plan, log: running }).await.0
}

/// What takes back what was made of a plan in the log.
fn way_back(log: &ChangeLog, id: &str) -> Plan {
    let logged = one(log, id);
    let (inventory, identities) = (Inventory::default(), Identities::default());
    let seen = Seen { inventory: &inventory, identities: &identities, catalogue: None };
    undo(seen, &logged.id, logged.plan.kind, &logged.plan.title, &logged.made()).unwrap()
}

/// Takes it back.
async fn take_back(log: &ChangeLog, id: &str, world: &Arc<World>) -> Ending {
    let plan = way_back(log, id);
    run(log, &format!("undo of {id}"), &plan, world).await.0
}

async fn carried(run: Run<'_>) -> (Ending, Vec<Progress>) {
    let mut told = Vec::new();
    let ending = run.carry_out(|progress| told.push(progress)).await.unwrap();
    (ending, told)
}

/// The plan of that id in the log.
fn one(log: &ChangeLog, id: &str) -> LoggedPlan {
    let (plans, unread) = log.plans().unwrap();
    assert!(unread <= 1, "{unread} lines cannot be read");
    plans.into_iter().find(|plan| &*plan.id == id).unwrap()
}

fn why(ending: &Ending) -> &Why {
    match ending {
        Ending::Stopped(stopped) => &stopped.why,
        Ending::Done => panic!("it is done"),
    }
}

fn now() -> Time {
    Time::UNIX_EPOCH
}
