//! The pods of the Pod Identity agent, listed and watched by themselves: where the list of pods does not go over all of
//! kube-system, they alone say on which nodes the agent runs.

use super::AGENT;
use super::api::Api;
use super::follow::Follower;
use super::target::Target;
use crate::domain::inventory::{Delta, Kind, Scope};
use crate::domain::model::{Gap, Name, Reading, Time};
use crate::source::Deltas;
use std::collections::{BTreeSet, HashMap};
use std::mem::take;
use tokio::sync::mpsc;

/// Where EKS puts the agent.
pub(super) const KUBE_SYSTEM: &str = "kube-system";

/// How many batches of its pods may wait.
const WAITING: usize = 4;

/// Lists the agent's pods, and watches them if asked to; only the nodes that they run on go out. Ends when nobody
/// listens, or, without a watch, when they are listed or known not to be had.
pub(super) async fn follow(api: Api, watch: bool, out: Deltas) {
    let (pods, mut batches) = mpsc::channel(WAITING);
    let mut follower = Follower::new(api, target(), pods);
    follower.watch = watch;
    let telling = async move {
        let mut agents = Agents::default();
        while let Some(batch) = batches.recv().await {
            if let Some(nodes) = agents.after(batch)
                && out.send(vec![Delta::AgentNodes(nodes)]).await.is_err()
            {
                break;
            }
        }
        // Here `batches` is dropped, which ends the follower.
    };
    tokio::join!(follower.run(), telling);
}

/// All variants of the agent carry this label, those for hybrid nodes too (eks-pod-identity-agent, its Helm chart).
fn target() -> Target {
    let selector = format!("app.kubernetes.io/name={AGENT}");
    Target::new(Kind::Pod, &Scope::Namespace(Name::from(KUBE_SYSTEM)), Some(selector))
}

/// What is known of the agent's pods.
#[derive(Default)]
struct Agents {
    /// Its pods, each with the node that it runs on, ready.
    nodes: HashMap<Name, Name>,
    /// Those of the listing that runs: they count when it is complete.
    listing: Option<HashMap<Name, Name>>,
    /// What was told last.
    told: Option<Result<BTreeSet<Name>, Gap>>,
}

impl Agents {
    /// What there is to tell after a batch: where something moved, all of it.
    fn after(&mut self, batch: Vec<Delta>) -> Option<Reading<BTreeSet<Name>>> {
        let mut refused = None;
        for delta in batch {
            let nodes = self.listing.as_mut().unwrap_or(&mut self.nodes);
            match delta {
                Delta::Listing { .. } => self.listing = Some(HashMap::new()),
                Delta::Listed(..) => self.nodes = self.listing.take().unwrap_or_else(|| take(&mut self.nodes)),
                Delta::Pod(pod) => match pod.agent_node() {
                    Some(node) => drop(nodes.insert(pod.name.clone(), node.clone())),
                    None => drop(nodes.remove(&pod.name)),
                },
                Delta::Gone(pod) => drop(nodes.remove(&pod.name)),
                Delta::Unreadable(_, gap) => refused = Some(about_agents(gap)),
                _ => {}
            }
        }
        let now = match refused {
            Some(gap) => Err(gap),
            None if self.listing.is_some() => return None,
            None => Ok(self.nodes.values().cloned().collect()),
        };
        if self.told.as_ref() == Some(&now) {
            return None;
        }
        self.told = Some(now.clone());
        Some(match now {
            Ok(value) => Reading::Read { value, at: Time::now() },
            Err(gap) => Reading::Unread(gap),
        })
    }
}

/// The gap in the words of what hangs on it.
fn about_agents(gap: Gap) -> Gap {
    let sentence = format!("on which nodes the Pod Identity agent runs is not known: {}", gap.sentence);
    Gap {
        what: "the Pod Identity agent's pods".into(),
        call: format!("{} in {KUBE_SYSTEM}", gap.call),
        sentence,
        ..gap
    }
}
