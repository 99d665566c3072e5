//! How a workload rolls out its pods.

use super::{Keeper, Name};

/// A Deployment, StatefulSet or DaemonSet, as far as a restart reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rollout {
    /// How many pods it shall have; `None` for a DaemonSet, which has one a node.
    pub replicas: Option<u32>,
    /// It is a Deployment that is paused: whatever its template says, no pod is made anew.
    pub paused: bool,
    /// How pods are replaced.
    pub strategy: Strategy,
    /// A pod's successor is there before it goes (`maxSurge` of more than nothing).
    pub surges: bool,
    /// Of a StatefulSet: only pods from this ordinal on are made anew.
    pub partition: u32,
    /// The annotation `kubectl.kubernetes.io/restartedAt` of its pod template: when it was last restarted by hand.
    pub restarted_at: Option<Name>,
    /// The ServiceAccount of the pods that it makes; `None` where that was not told.
    pub account: Option<Name>,
    /// Who keeps it as it is, where a tool left its mark.
    pub keeper: Option<Box<Keeper>>,
}

/// How pods are replaced (Kubernetes API, `DeploymentStrategy`, `StatefulSetUpdateStrategy`, `DaemonSetUpdateStrategy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Strategy {
    /// Some at a time.
    #[default]
    RollingUpdate,
    /// All go, then all come.
    Recreate,
    /// None, until somebody deletes it.
    OnDelete,
}

impl Strategy {
    /// As Kubernetes spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::RollingUpdate => "RollingUpdate",
            Self::Recreate => "Recreate",
            Self::OnDelete => "OnDelete",
        }
    }

    /// The strategy that Kubernetes spells so, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::RollingUpdate, Self::Recreate, Self::OnDelete].into_iter().find(|strategy| strategy.word() == word)
    }
}
