//! What happens in the demo: rollouts that replace stale pods one by one, and then all over again.

use super::pace::chance;
use super::rollout::{fresh, pods_of, replace};
use super::world::{Now, Workload, World};
use crate::domain::inventory::{Delta, Kind, ObjectRef};
use crate::domain::model::{Name, Pod};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::sleep;

/// The Deployments that are rolled out, one after the other: namespace, name. Their youngest ReplicaSet is right, the
/// pods of the others are stale.
const ROLLED_OUT: [(&str, &str); 2] = [("shop", "api"), ("payments", "ledger")];

/// Before the first thing happens, between two replacements, and before the tape begins again.
const REST: Duration = Duration::from_secs(6);

/// What is replaced by what, in order.
#[derive(Debug, Default)]
struct Tape {
    replacements: Vec<Replacement>,
}

/// A stale pod, and a right one of the same Deployment whose like takes its place.
#[derive(Debug)]
struct Replacement {
    workload: Workload,
    stale: Pod,
    like: Pod,
}

/// Plays it for ever, or until the demo is closed. A workload that somebody restarts is left alone from then on.
pub(super) async fn play(world: Weak<World>) {
    let Some(tape) = world.upgrade().map(|world| Tape::of(&world.now())) else { return };
    let mut lap = 0;
    while !tape.replacements.is_empty() && tape.lap(lap, &world).await.is_some() {
        lap += 1;
    }
}

impl Tape {
    /// The tape for what is so at the start.
    fn of(now: &Now) -> Self {
        let mut replacements = Vec::new();
        for (namespace, deployment) in ROLLED_OUT {
            let workload = (Name::from(namespace), Name::from("Deployment"), Name::from(deployment));
            let of = pods_of(now, &workload);
            let Some(youngest) = of.iter().max_by_key(|pod| pod.created) else { continue };
            let (right, stale): (Vec<&Pod>, Vec<&Pod>) = of.iter().partition(|pod| pod.owner == youngest.owner);
            let turns = right.iter().cycle();
            replacements.extend(stale.into_iter().zip(turns).map(|(stale, like)| {
                let workload = workload.clone();
                Replacement { workload, stale: stale.clone(), like: (*like).clone() }
            }));
        }
        Self { replacements }
    }

    /// Every replacement once, and then back to the start; `None` where nobody is there any more.
    async fn lap(&self, lap: u64, world: &Weak<World>) -> Option<()> {
        let mut new = Vec::new();
        for replacement in &self.replacements {
            sleep(REST).await;
            new.extend(replacement.play(lap, &world.upgrade()?).await.map(|pod| (replacement, pod)));
        }
        sleep(REST).await;
        let world = world.upgrade()?;
        let mut now = world.now();
        let back: Vec<Delta> = new
            .iter()
            .filter(|(replacement, _)| replacement.is_ours(&now))
            .flat_map(|(replacement, pod)| [gone(pod), seen(&replacement.stale)])
            .collect();
        now.tell(back);
        Some(())
    }
}

impl Replacement {
    /// Nobody has restarted it.
    fn is_ours(&self, now: &Now) -> bool {
        !now.restarts.contains_key(&self.workload)
    }

    /// The stale pod goes, and one like the right one comes.
    async fn play(&self, lap: u64, world: &Arc<World>) -> Option<Pod> {
        let _turn = world.turn(&self.workload).await;
        if !self.is_ours(&world.now()) {
            return None;
        }
        let new = replace(world, &self.stale, |now| {
            let number = chance((lap, &*self.stale.name));
            let set = self.like.owner.as_ref().map_or(&*self.like.name, |owner| &*owner.name);
            let name = Name::from(format!("{set}-{}", letters(number)));
            Pod { name, ..fresh(now, &self.like, number, world.time()) }
        });
        Some(new.await)
    }
}

/// Five letters as Kubernetes makes them up.
pub(super) fn letters(mut number: u64) -> String {
    const ALPHABET: [char; 27] = [
        'b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'z', '2', '4',
        '5', '6', '7', '8', '9',
    ];
    let mut letters = String::new();
    for _ in 0..5 {
        letters.push(ALPHABET[(number % 27) as usize]);
        number /= 27;
    }
    letters
}

/// A watch's word of a pod.
pub(super) fn seen(pod: &Pod) -> Delta {
    Delta::Pod(Box::new(pod.clone()))
}

/// A watch's word of a pod that is gone.
pub(super) fn gone(pod: &Pod) -> Delta {
    Delta::Gone(ObjectRef::new(Kind::Pod, pod.namespace.clone(), pod.name.clone()))
}
