//! Whether the Pod Identity agent answers on a pod's node (EKS user guide, "pod-id-agent-setup": the add-on's DaemonSet;
//! built into Auto Mode; not on Fargate and Windows).

use super::Situation;
use crate::domain::model::Compute;

/// What is known of the agent where a pod runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    /// The node is one of Auto Mode: it is built in.
    BuiltIn,
    /// The pod runs on Fargate, where there is none.
    Fargate,
    /// The pod runs on Windows, where there is none.
    Windows,
    /// A ready pod of the agent runs on the node.
    Ready,
    /// None does.
    NotReady,
    /// No agent pod was seen on the node, which was not read: it may be one of Auto Mode.
    NodeUnread,
    /// The agent's pods were not read.
    Unread,
}

impl Agent {
    /// The agent on the node of a pod; `None` for a pod that has no node yet.
    pub fn of(situation: &Situation<'_>) -> Option<Self> {
        let node = situation.pod.node.as_deref()?;
        match situation.compute() {
            Some(Compute::Auto) => return Some(Self::BuiltIn),
            Some(Compute::Fargate) => return Some(Self::Fargate),
            _ if situation.is_windows() => return Some(Self::Windows),
            _ => {}
        }
        let answers = situation.inventory.agent_on(node).or_else(|| {
            // hybrid nodes have DaemonSets of other names
            let missing = situation.inventory.agent_installed() == Some(false);
            (missing && situation.compute() != Some(Compute::Hybrid)).then_some(false)
        });
        Some(match answers {
            Some(true) => Self::Ready,
            Some(false) if situation.compute().is_none() => Self::NodeUnread,
            Some(false) => Self::NotReady,
            None => Self::Unread,
        })
    }

    /// Whether it answers; `None` where that was not read.
    pub fn answers(self) -> Option<bool> {
        match self {
            Self::BuiltIn | Self::Ready => Some(true),
            Self::Fargate | Self::Windows | Self::NotReady => Some(false),
            Self::NodeUnread | Self::Unread => None,
        }
    }
}
