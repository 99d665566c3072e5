//! The capture: what was read of a cluster and of its account, as one file.
//!
//! It is what `rolecall capture` writes and `--from` opens, what the demo is made of, and the input of the tests'
//! scenarios: facts and gaps, never verdicts. JSON, gzipped where the name ends in `.gz`. It can be written by hand:
//! nearly everything has a default, and what is absent is not there.
//!
//! ```json
//! {"apiVersion": "rolecall/v1", "kind": "Capture", "takenAt": "2026-11-24T09:00:00Z",
//!  "cluster": {"name": "prod-eu", "region": "eu-west-1", "account": "111122223333", "version": "1.36",
//!              "endpoint": "https://ABC.gr7.eu-west-1.eks.amazonaws.com",
//!              "issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC",
//!              "confirmed": "its endpoint is the kubeconfig's server"},
//!  "kubernetes": {
//!    "context": "prod-eu", "user": {"name": "sre:anna", "groups": ["sre"]},
//!    "lists": {"nodes": {"gap": {"what": "nodes", "call": "list nodes", "reason": "forbidden", "sentence": "…"}}},
//!    "namespaces": [{"name": "shop"}],
//!    "serviceAccounts": [{"namespace": "shop", "name": "api", "created": "2026-01-01T00:00:00Z",
//!      "roleArn": "arn:aws:iam::111122223333:role/eks/shop-api",
//!      "roleArnSet": {"at": "2026-11-21T09:14:00Z", "manager": "helm", "exact": false}}],
//!    "specs": {"api": {"serviceAccount": "api",
//!      "containers": [{"name": "app", "env": [
//!         {"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/eks/shop-api"},
//!         {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"}],
//!         "mounts": [{"volume": "aws-iam-token", "path": "/var/run/secrets/eks.amazonaws.com/serviceaccount"}]}],
//!      "volumes": [{"name": "aws-iam-token", "tokens": [{"path": "token", "audience": "sts.amazonaws.com"}]}]}},
//!    "pods": [
//!      {"namespace": "shop", "name": "api-7d9f6c-x2kqv", "created": "2026-11-22T09:00:00Z", "node": "ip-10-0-0-1",
//!       "owner": {"kind": "ReplicaSet", "name": "api-7d9f6c", "fromTemplateHash": true}, "spec": "api"},
//!      {"namespace": "shop", "name": "job-1", "phase": "Succeeded",
//!       "spec": {"serviceAccount": "default", "containers": [{"name": "main"}]}}],
//!    "nodes": [{"name": "ip-10-0-0-1", "providerId": "aws:///eu-west-1a/i-0abc1234def567890", "nodegroup": "main"}],
//!    "webhooks": [{"name": "pod-identity-webhook", "webhooks": [{"name": "iam-for-pods.amazonaws.com"}]}],
//!    "agentDaemonSet": true},
//!  "aws": {
//!    "caller": {"arn": "arn:aws:sts::111122223333:assumed-role/SRE/anna", "account": "111122223333"},
//!    "associations": {"items": [{"id": "a-1", "namespace": "shop", "serviceAccount": "mailer",
//!                                "roleArn": "arn:aws:iam::111122223333:role/shop-mailer"}]},
//!    "roles": [
//!      {"arn": "arn:aws:iam::111122223333:role/eks/shop-api", "readAt": "2026-11-24T08:59:00Z",
//!       "trust": {"Version": "2012-10-17", "Statement": []},
//!       "attached": [{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}],
//!       "inline": [{"name": "extra", "document": {"Version": "2012-10-17", "Statement": []}}]},
//!      {"arn": "arn:aws:iam::111122223333:role/gone", "missing": true}],
//!    "instances": [{"id": "i-0abc1234def567890", "profileArn": "arn:aws:iam::111122223333:instance-profile/main",
//!                   "metadata": {"endpoint": "enabled", "tokens": "required", "hopLimit": 2}}],
//!    "instanceProfiles": [{"arn": "arn:aws:iam::111122223333:instance-profile/main",
//!                          "roleArn": "arn:aws:iam::111122223333:role/main-node"}]},
//!  "gaps": []}
//! ```
//!
//! - An answer (the cluster, the caller, a role, …) is *read* (at `readAt`, else at `takenAt`), known to be `missing`,
//!   or carries the `gap` that says why it was not read. One that is absent was never asked.
//! - A kind of Kubernetes object that `lists` does not name was listed in full, at `takenAt`, over the whole cluster.
//!   There `namespace` narrows the list, and a `gap` without `listedAt` says that it could not be read.
//! - `agentNodes` (`{"items": ["ip-10-0-0-1"]}`, or an answer's `gap`) names the nodes that the Pod Identity agent runs
//!   on, where the list of pods does not go over kube-system.
//! - A pod is `Running` and, if so, `ready` unless it says otherwise. Its `spec` stands in it, or names one of `specs`.
//! - A container is a main one unless its `kind` is `init`, `sidecar` or `ephemeral`. Of a variable stands there its
//!   `value` (only of names whose values are read at all: [`EnvValue::of_literal`]), `"set": true`, or where it comes
//!   from: `secret`, `configMap` (each with `name`, `key`, `optional`) or `field`.
//! - Policy documents are JSON as it is, or a string where IAM gave something that is no JSON.
//! - A newer version is refused; unknown fields are skipped; an object that cannot be read costs itself alone, and a gap.
//!
//! It holds no secret: no value of a variable beyond those names, no content of a Secret or ConfigMap.
//!
//! [`EnvValue::of_literal`]: crate::domain::model::EnvValue::of_literal

mod answer;
mod aws;
mod cluster;
mod container;
mod file;
mod from_inventory;
mod instance;
mod into_deltas;
mod items;
mod keeper;
mod kubernetes;
mod pod;
mod role;
#[cfg(test)]
mod tests;
mod webhook;
mod workload;

use super::GapWire;
use crate::domain::model::Time;
use serde::{Deserialize, Serialize};

pub use answer::{Answer, Document, not_in_capture};
pub use aws::{AssociationWire, AssociationsWire, AwsWire, ProviderWire, ProvidersWire, SweepWire};
pub use cluster::{CallerWire, ClusterWire, UserWire};
pub use container::{ContainerWire, EnvFromWire, EnvWire, KeyRef, KindWire, MountWire};
pub use file::{CaptureError, from_bytes, from_text, read, to_json, write};
pub use instance::{EndpointWire, InstanceProfileWire, InstanceWire, MetadataWire, NodegroupWire, TokensWire};
pub use items::{Broken, Items};
pub use keeper::KeeperWire;
pub use kubernetes::{
    AgentNodesWire, AnnotationSetWire, ConfigMapWire, KubernetesWire, ListWire, NamespaceWire, NodeWire,
    ServiceAccountWire, TemplateWire,
};
pub use pod::{OwnerWire, PodWire, SpecRef, SpecWire, TokenWire, VolumeWire};
pub use role::{AttachedWire, InlineWire, LastUsedWire, ManagedPolicyWire, RoleWire};
pub use webhook::{SelectorWire, WebhookConfigurationWire, WebhookWire};
pub use workload::WorkloadWire;

/// A whole capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capture {
    /// `rolecall/v1`.
    pub api_version: String,
    /// `Capture`.
    pub kind: String,
    /// When it was taken: ages count from here.
    pub taken_at: Time,
    /// The cluster as EKS describes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterWire>,
    /// What Kubernetes said.
    #[serde(default)]
    pub kubernetes: KubernetesWire,
    /// What AWS said.
    #[serde(default)]
    pub aws: AwsWire,
    /// What could not be read and belongs to nothing above.
    #[serde(default)]
    pub gaps: Vec<GapWire>,
}
