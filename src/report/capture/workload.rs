//! How a workload rolls out its pods, in the file.

use super::answer::is_false;
use super::{Answer, KeeperWire};
use crate::domain::model::{Name, Reading, Rollout, Strategy};
use serde::{Deserialize, Serialize};

/// A workload that could be restarted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadWire {
    /// Its namespace.
    pub namespace: Name,
    /// Its kind.
    pub kind: Name,
    /// Its name.
    pub name: Name,
    /// How many pods it shall have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<u32>,
    /// It is paused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
    /// How pods are replaced; absent: `RollingUpdate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Name>,
    /// A pod's successor is there before it goes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub surges: bool,
    /// Only pods from this ordinal on are made anew; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<u32>,
    /// When it was last restarted by hand, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarted_at: Option<Name>,
    /// The ServiceAccount of the pods that it makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account: Option<Name>,
    /// Who keeps it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeper: Option<KeeperWire>,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<(&(Name, Name, Name), &Reading<Rollout>)> for WorkloadWire {
    fn from(((namespace, kind, name), reading): (&(Name, Name, Name), &Reading<Rollout>)) -> Self {
        let rollout = reading.value().cloned().unwrap_or_default();
        let is_usual = rollout.strategy == Strategy::RollingUpdate;
        Self {
            namespace: namespace.clone(),
            kind: kind.clone(),
            name: name.clone(),
            replicas: rollout.replicas,
            paused: rollout.paused,
            strategy: (!is_usual).then(|| Name::from(rollout.strategy.word())),
            surges: rollout.surges,
            partition: (rollout.partition > 0).then_some(rollout.partition),
            restarted_at: rollout.restarted_at,
            service_account: rollout.account,
            keeper: rollout.keeper.as_deref().map(Into::into),
            answer: Answer::of(reading),
        }
    }
}

impl WorkloadWire {
    /// How it rolls out its pods.
    pub(super) fn rollout(self) -> Rollout {
        Rollout {
            replicas: self.replicas,
            paused: self.paused,
            strategy: self.strategy.and_then(|word| Strategy::from_word(&word)).unwrap_or_default(),
            surges: self.surges,
            partition: self.partition.unwrap_or(0),
            restarted_at: self.restarted_at,
            account: self.service_account,
            keeper: self.keeper.and_then(KeeperWire::keeper).map(Box::new),
        }
    }
}
