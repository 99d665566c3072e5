//! A workload of the demo that is restarted: its pods are made anew, one after the other, and injected as its
//! ServiceAccount is bound at that moment.

use super::pace::chance;
use super::tape::{gone, letters, seen};
use super::webhook::{injected, template};
use super::world::{Now, Workload, World};
use crate::domain::model::{Name, Owner, Phase, Pod, Time};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How long a new pod takes to start, and an old one to end.
const STARTING: Duration = Duration::from_secs(2);
const ENDING: Duration = Duration::from_secs(2);

/// The pods of a workload that count, in order of name.
pub(super) fn pods_of(now: &Now, workload: &Workload) -> Vec<Pod> {
    let (namespace, kind, name) = workload;
    let is_of = |pod: &Pod| pod.workload().is_some_and(|it| it.kind == *kind && it.name == *name);
    let pods = now.shown.shard(namespace).into_iter().flat_map(|shard| shard.pods().map(|(_, pod)| pod));
    pods.filter(|pod| pod.counts() && is_of(pod)).cloned().collect()
}

/// Makes the pods of a workload anew, unless it is restarted once more meanwhile: then that restart goes on with them.
pub(super) async fn roll(world: Arc<World>, workload: Workload, at: Name) {
    let _turn = world.turn(&workload).await;
    let old = pods_of(&world.now(), &workload);
    let set = replica_set(&workload, &at);
    for pod in old {
        if world.now().restarts.get(&workload) != Some(&at) {
            return;
        }
        replace(&world, &pod, |now| successor(now, &pod, &set, world.time())).await;
    }
}

/// One pod goes and another comes. A Deployment starts the new one first; the others have to make room.
pub(super) async fn replace(world: &World, old: &Pod, new: impl FnOnce(&mut Now) -> Pod) -> Pod {
    let is_of_deployment = old.owner.as_ref().is_some_and(|owner| owner.from_template_hash);
    let leaving = seen(&Pod { terminating: true, ready: false, ..old.clone() });
    let pending = |new: &Pod| seen(&Pod { phase: Phase::Pending, ready: false, ..new.clone() });
    if is_of_deployment {
        let new = {
            let mut now = world.now();
            let new = new(&mut now);
            now.tell(vec![pending(&new)]);
            new
        };
        sleep(STARTING).await;
        world.now().tell(vec![seen(&new), leaving]);
        sleep(ENDING).await;
        world.now().tell(vec![gone(old)]);
        return new;
    }
    world.now().tell(vec![leaving]);
    sleep(ENDING).await;
    let new = {
        let mut now = world.now();
        let new = new(&mut now);
        now.tell(vec![gone(old), pending(&new)]);
        new
    };
    sleep(STARTING).await;
    world.now().tell(vec![seen(&new)]);
    new
}

/// The ReplicaSet of the new template, which differs by the moment of the restart.
fn replica_set(workload: &Workload, at: &Name) -> Name {
    let (_, _, name) = workload;
    let number = chance((workload, at));
    Name::from(format!("{name}-{}{}", letters(number), letters(number >> 24)))
}

/// What comes in the place of a pod.
fn successor(now: &mut Now, pod: &Pod, set: &Name, time: Time) -> Pod {
    let number = chance((now.number(), &*pod.name));
    let owner = pod.owner.clone().map(|owner| {
        let name = if owner.from_template_hash { set.clone() } else { owner.name.clone() };
        Owner { name, ..owner }
    });
    let name = match &owner {
        Some(owner) if &*owner.kind != "StatefulSet" => Name::from(format!("{}-{}", owner.name, letters(number))),
        _ => pod.name.clone(),
    };
    Pod { name, owner, ..fresh(now, pod, number, time) }
}

/// A pod like that one, created now.
pub(super) fn fresh(now: &mut Now, like: &Pod, number: u64, time: Time) -> Pod {
    let spec = injected(&now.shown, &like.namespace, template(&like.spec));
    Pod {
        uid: uid(number),
        resource_version: version(now),
        created: Some(time),
        phase: Phase::Running,
        ready: true,
        terminating: false,
        spec: Arc::new(spec),
        ..like.clone()
    }
}

/// A uid that follows from a number.
pub(super) fn uid(number: u64) -> Box<str> {
    let (high, low) = (number >> 32, number & 0xffff_ffff);
    format!("{high:08x}-{:04x}-4{:03x}-a000-{low:012x}", number >> 16 & 0xffff, number & 0xfff).into()
}

/// A version that is newer than all before.
pub(super) fn version(now: &mut Now) -> Box<str> {
    (990_000_000 + now.number()).to_string().into()
}
