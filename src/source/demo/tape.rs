//! What happens in the demo: rollouts that replace stale pods one by one, and then all over again.

use super::pace::{Clock, chance};
use crate::domain::inventory::{Delta, Kind, ObjectRef};
use crate::domain::model::{Name, Phase, Pod, Time};
use crate::source::Deltas;
use std::time::Duration;
use tokio::sync::mpsc::error::SendError;
use tokio::time::sleep;

/// The Deployments that are rolled out, one after the other: namespace, name. Their youngest ReplicaSet is right, the
/// pods of the others are stale.
const ROLLED_OUT: [(&str, &str); 2] = [("shop", "api"), ("payments", "ledger")];

/// Before the first thing happens, between two replacements, and before the tape begins again.
const REST: Duration = Duration::from_secs(6);
/// How long a new pod takes to start, and an old one to end.
const STARTING: Duration = Duration::from_secs(2);
const ENDING: Duration = Duration::from_secs(2);

/// What is replaced by what, in order.
#[derive(Debug, Default)]
pub(super) struct Tape {
    replacements: Vec<Replacement>,
}

/// A stale pod, and a right one of the same Deployment whose like takes its place.
#[derive(Debug)]
struct Replacement {
    stale: Pod,
    like: Pod,
}

type Played = Result<(), SendError<Vec<Delta>>>;

impl Tape {
    /// The tape for what a source said at the start.
    pub(super) fn of(start: &[Delta]) -> Self {
        let pods = start.iter().filter_map(|delta| match delta {
            Delta::Pod(pod) => Some(&**pod),
            _ => None,
        });
        let mut replacements = Vec::new();
        for (namespace, deployment) in ROLLED_OUT {
            let is_of = |pod: &&Pod| {
                &*pod.namespace == namespace && pod.workload().is_some_and(|workload| &*workload.name == deployment)
            };
            let of: Vec<&Pod> = pods.clone().filter(is_of).collect();
            let Some(youngest) = of.iter().max_by_key(|pod| pod.created) else { continue };
            let (right, stale): (Vec<&Pod>, Vec<&Pod>) = of.iter().partition(|pod| pod.owner == youngest.owner);
            let turns = right.iter().cycle();
            replacements.extend(
                stale
                    .into_iter()
                    .zip(turns)
                    .map(|(stale, like)| Replacement { stale: stale.clone(), like: (*like).clone() }),
            );
        }
        Self { replacements }
    }

    /// Plays it for ever, or until nobody listens.
    pub(super) async fn play(&self, clock: &Clock, out: &Deltas) {
        let mut lap = 0;
        while !self.replacements.is_empty() && self.lap(lap, clock, out).await.is_ok() {
            lap += 1;
        }
    }

    async fn lap(&self, lap: u64, clock: &Clock, out: &Deltas) -> Played {
        let mut new = Vec::new();
        for replacement in &self.replacements {
            sleep(REST).await;
            let pod = replacement.new_pod(lap, clock.now());
            replace(&replacement.stale, &pod, out).await?;
            new.push(pod);
        }
        sleep(REST).await;
        let back = self.replacements.iter().map(|replacement| seen(&replacement.stale));
        out.send(new.iter().map(gone).chain(back).collect()).await
    }
}

/// As a Deployment does it: the new one first, and the old one goes when that is ready.
async fn replace(stale: &Pod, new: &Pod, out: &Deltas) -> Played {
    out.send(vec![seen(&Pod { phase: Phase::Pending, ready: false, ..new.clone() })]).await?;
    sleep(STARTING).await;
    let leaving = Pod { terminating: true, ready: false, ..stale.clone() };
    out.send(vec![seen(new), seen(&leaving)]).await?;
    sleep(ENDING).await;
    out.send(vec![gone(stale)]).await
}

impl Replacement {
    /// A pod like the right one, with a name of its own.
    fn new_pod(&self, lap: u64, now: Time) -> Pod {
        let number = chance((lap, &*self.stale.name));
        let set = self.like.owner.as_ref().map_or(&*self.like.name, |owner| &*owner.name);
        Pod {
            name: Name::from(format!("{set}-{}", letters(number))),
            uid: format!(
                "{:08x}-{:04x}-4{:03x}-a000-{:012x}",
                number >> 32,
                lap & 0xffff,
                number & 0xfff,
                number & 0xffff_ffff
            )
            .into(),
            resource_version: (900_000_000 + number % 90_000_000).to_string().into(),
            created: Some(now),
            ..self.like.clone()
        }
    }
}

/// Five letters as Kubernetes makes them up.
fn letters(mut number: u64) -> String {
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

fn seen(pod: &Pod) -> Delta {
    Delta::Pod(Box::new(pod.clone()))
}

fn gone(pod: &Pod) -> Delta {
    Delta::Gone(ObjectRef::new(Kind::Pod, pod.namespace.clone(), pod.name.clone()))
}
