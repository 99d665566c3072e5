//! The demo's world: what is so now, and who is told when it changes.
//!
//! Kubernetes shows a change at once, to whoever watches and to whoever asks. AWS shows it a moment later, as IAM and EKS
//! do (IAM user guide, "Troubleshoot IAM", eventual consistency): until then answers are of before.

use super::pace::Clock;
use crate::domain::inventory::{Delta, Dirty, Inventory, Kind};
use crate::domain::model::{Name, Time};
use crate::source::Ask;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};

/// How long AWS goes on answering as before.
const UNTIL_AWS_SHOWS: Duration = Duration::from_secs(1);
/// How often whoever waits for a turn looks.
const BETWEEN_TURNS: Duration = Duration::from_millis(200);

/// What every port of the demo reads and writes.
pub(super) struct World {
    /// The demo's time.
    pub(super) clock: Clock,
    now: Mutex<Now>,
}

/// What is so at one moment.
pub(super) struct Now {
    /// What an answer says.
    pub(super) shown: Inventory,
    /// What was written: it is ahead of what AWS shows.
    pub(super) written: Inventory,
    /// When what workloads were last restarted by hand (namespace, kind, name).
    pub(super) restarts: BTreeMap<Workload, Name>,
    /// The workloads of which a pod is being replaced.
    rolling: BTreeSet<Workload>,
    to_be_shown: VecDeque<(Instant, Delta)>,
    /// How many objects and versions were made up.
    made: u64,
    followers: Vec<(Ask, UnboundedSender<Vec<Delta>>)>,
}

/// A workload: namespace, kind, name.
pub(super) type Workload = (Name, Name, Name);

impl World {
    /// The world as it is at the start.
    pub(super) fn new(start: Inventory, clock: Clock) -> Self {
        let now = Now {
            shown: start.clone(),
            written: start,
            restarts: BTreeMap::new(),
            rolling: BTreeSet::new(),
            to_be_shown: VecDeque::new(),
            made: 0,
            followers: Vec::new(),
        };
        Self { clock, now: Mutex::new(now) }
    }

    /// What is so now, for as long as one holds it.
    pub(super) fn now(&self) -> MutexGuard<'_, Now> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.show_what_is_due();
        now
    }

    /// What is so now, and from then on what changes of what is asked for.
    pub(super) fn follow(&self, ask: &Ask) -> (Inventory, UnboundedReceiver<Vec<Delta>>) {
        let (out, changes) = unbounded_channel();
        let mut now = self.now();
        now.followers.push((ask.clone(), out));
        (now.shown.clone(), changes)
    }

    /// Waits until nobody else replaces pods of the workload.
    pub(super) async fn turn(&self, workload: &Workload) -> Turn<'_> {
        while !self.now().rolling.insert(workload.clone()) {
            sleep(BETWEEN_TURNS).await;
        }
        Turn { world: self, workload: workload.clone() }
    }

    /// The demo's time.
    pub(super) fn time(&self) -> Time {
        self.clock.now()
    }
}

/// Pods of a workload are replaced, as long as one holds it.
pub(super) struct Turn<'w> {
    world: &'w World,
    workload: Workload,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.world.now().rolling.remove(&self.workload);
    }
}

impl Now {
    /// Kubernetes changes, and whoever watches that is told.
    pub(super) fn tell(&mut self, deltas: Vec<Delta>) {
        self.followers.retain(|(ask, out)| {
            let seen: Vec<Delta> = deltas.iter().filter(|delta| concerns(ask, delta)).cloned().collect();
            // a batch without anything says whether there is still somebody
            if seen.is_empty() { !out.is_closed() } else { out.send(seen).is_ok() }
        });
        for delta in deltas {
            self.shown.apply(delta.clone(), &mut Dirty::default());
            self.written.apply(delta, &mut Dirty::default());
        }
    }

    /// AWS changes; answers show it a moment later.
    pub(super) fn write(&mut self, delta: Delta) {
        self.written.apply(delta.clone(), &mut Dirty::default());
        self.to_be_shown.push_back((Instant::now() + UNTIL_AWS_SHOWS, delta));
    }

    /// A number that was not given out yet, for versions and ids.
    pub(super) fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    fn show_what_is_due(&mut self) {
        while self.to_be_shown.front().is_some_and(|(due, _)| *due <= Instant::now()) {
            let Some((_, delta)) = self.to_be_shown.pop_front() else { return };
            self.shown.apply(delta, &mut Dirty::default());
        }
    }
}

/// Whether whoever asks so would see the change in a watch.
fn concerns(ask: &Ask, delta: &Delta) -> bool {
    let (kind, namespace) = match delta {
        Delta::Pod(pod) => (Kind::Pod, &pod.namespace),
        Delta::ServiceAccount(account) => (Kind::ServiceAccount, &account.namespace),
        Delta::Gone(object) => match &object.namespace {
            Some(namespace) => (object.kind, namespace),
            None => return ask.kinds.contains(&object.kind),
        },
        _ => return false,
    };
    ask.kinds.contains(&kind) && ask.scope.covers(namespace)
}
