//! The cluster, and who we are, in the file.

use super::Answer;
use crate::domain::model::{Caller, Cluster, Confirmation, KubernetesUser, Name, Reading, Time};
use serde::{Deserialize, Serialize};

/// The cluster as EKS describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterWire {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Name>,
    /// What shows that it is the cluster of the kubeconfig.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    /// What shows that it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuted: Option<String>,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<&Reading<Cluster>> for ClusterWire {
    fn from(reading: &Reading<Cluster>) -> Self {
        let answer = Answer::of(reading);
        let Some(cluster) = reading.value() else { return Self { answer, ..Self::default() } };
        let (confirmed, refuted) = match &cluster.confirmation {
            Confirmation::Confirmed(because) => (Some(because.clone()), None),
            Confirmation::Refuted(because) => (None, Some(because.clone())),
            Confirmation::Open => (None, None),
        };
        Self {
            name: Some(cluster.name.clone()),
            arn: cluster.arn.clone(),
            region: cluster.region.clone(),
            account: cluster.account.clone(),
            version: cluster.version.clone(),
            endpoint: cluster.endpoint.clone(),
            issuer: cluster.issuer.clone(),
            confirmed,
            refuted,
            answer,
        }
    }
}

impl ClusterWire {
    /// What was read of the cluster.
    pub fn reading(self, taken_at: Time) -> Reading<Cluster> {
        let confirmation = match (self.refuted, self.confirmed) {
            (Some(because), _) => Confirmation::Refuted(because),
            (None, Some(because)) => Confirmation::Confirmed(because),
            (None, None) => Confirmation::Open,
        };
        let cluster = Cluster {
            name: self.name.unwrap_or_default(),
            arn: self.arn,
            region: self.region,
            account: self.account,
            version: self.version,
            endpoint: self.endpoint,
            issuer: self.issuer,
            confirmation,
        };
        self.answer.reading(taken_at, || cluster)
    }
}

/// Who AWS says we are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallerWire {
    /// The caller's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<Name>,
    /// The caller's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Name>,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<&Reading<Caller>> for CallerWire {
    fn from(reading: &Reading<Caller>) -> Self {
        let caller = reading.value();
        Self {
            arn: caller.map(|caller| caller.arn.clone()),
            account: caller.map(|caller| caller.account.clone()),
            answer: Answer::of(reading),
        }
    }
}

impl CallerWire {
    /// What was read of the caller.
    pub fn reading(self, taken_at: Time) -> Reading<Caller> {
        let caller = Caller { arn: self.arn.unwrap_or_default(), account: self.account.unwrap_or_default() };
        self.answer.reading(taken_at, || caller)
    }
}

/// Who Kubernetes says we are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserWire {
    /// The user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Its groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Name>,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<&Reading<KubernetesUser>> for UserWire {
    fn from(reading: &Reading<KubernetesUser>) -> Self {
        let user = reading.value();
        Self {
            name: user.map(|user| user.name.clone()),
            groups: user.map(|user| user.groups.clone()).unwrap_or_default(),
            answer: Answer::of(reading),
        }
    }
}

impl UserWire {
    /// What was read of the user.
    pub fn reading(self, taken_at: Time) -> Reading<KubernetesUser> {
        let user = KubernetesUser { name: self.name.unwrap_or_default(), groups: self.groups };
        self.answer.reading(taken_at, || user)
    }
}
