//! A pod on the wire, no wider than the rules read it: a full one costs fifty times as much.

use crate::source::kube::meta::{Text, nullable};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::source::kube) struct Pod<'a> {
    #[serde(borrow)]
    pub(super) metadata: PodMeta<'a>,
    #[serde(borrow)]
    pub(super) spec: Spec<'a>,
    #[serde(borrow)]
    pub(super) status: Status<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodMeta<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub namespace: Text<'a>,
    #[serde(borrow)]
    pub uid: Text<'a>,
    #[serde(borrow)]
    pub resource_version: Text<'a>,
    #[serde(borrow)]
    pub creation_timestamp: Option<Text<'a>>,
    pub deletion_timestamp: Option<IgnoredAny>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub labels: Labels<'a>,
    /// Left as they are: they are read only where a rule or a `fieldRef` names one.
    #[serde(borrow)]
    pub annotations: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Labels<'a> {
    #[serde(rename = "pod-template-hash", borrow)]
    pub template_hash: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/skip-pod-identity-webhook")]
    pub skip: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Annotations<'a> {
    #[serde(rename = "eks.amazonaws.com/skip-containers", borrow)]
    pub skip_containers: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/token-expiration", borrow)]
    pub token_expiration: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/role-arn", borrow)]
    pub role_arn: Option<Text<'a>>,
    #[serde(rename = "iam.amazonaws.com/role", borrow)]
    pub legacy_role: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnerReference<'a> {
    #[serde(borrow)]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    pub controller: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec<'a> {
    #[serde(borrow)]
    pub service_account_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub node_name: Option<Text<'a>>,
    pub host_network: bool,
    #[serde(borrow, deserialize_with = "nullable")]
    pub node_selector: NodeSelector<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub containers: Vec<Container<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub init_containers: Vec<Container<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub ephemeral_containers: Vec<Container<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub volumes: Vec<Volume<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NodeSelector<'a> {
    #[serde(rename = "kubernetes.io/os", borrow)]
    pub os: Option<Text<'a>>,
    #[serde(rename = "beta.kubernetes.io/os", borrow)]
    pub beta_os: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Container<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub restart_policy: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub env: Vec<Env<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub env_from: Vec<EnvFrom<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub volume_mounts: Vec<Mount<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Env<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub value: Option<Text<'a>>,
    #[serde(borrow)]
    pub value_from: Option<ValueFrom<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the words of the Kubernetes API")]
pub(super) struct ValueFrom<'a> {
    #[serde(borrow)]
    pub field_ref: Option<FieldRef<'a>>,
    #[serde(borrow)]
    pub secret_key_ref: Option<KeyRef<'a>>,
    #[serde(borrow)]
    pub config_map_key_ref: Option<KeyRef<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FieldRef<'a> {
    #[serde(borrow)]
    pub field_path: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KeyRef<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub key: Text<'a>,
    pub optional: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EnvFrom<'a> {
    #[serde(borrow)]
    pub prefix: Text<'a>,
    #[serde(borrow)]
    pub config_map_ref: Option<ObjectName<'a>>,
    #[serde(borrow)]
    pub secret_ref: Option<ObjectName<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ObjectName<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    pub optional: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Mount<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(rename = "mountPath", borrow)]
    pub path: Text<'a>,
    #[serde(borrow)]
    pub sub_path: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Volume<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub projected: Option<Projected<'a>>,
    #[serde(borrow)]
    pub secret: Option<SecretVolume<'a>>,
    #[serde(borrow)]
    pub config_map: Option<ObjectName<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SecretVolume<'a> {
    #[serde(borrow)]
    pub secret_name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Projected<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    pub sources: Vec<Projection<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Projection<'a> {
    #[serde(borrow)]
    pub service_account_token: Option<TokenProjection<'a>>,
    #[serde(borrow)]
    pub secret: Option<ObjectName<'a>>,
    #[serde(borrow)]
    pub config_map: Option<ObjectName<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TokenProjection<'a> {
    #[serde(borrow)]
    pub audience: Option<Text<'a>>,
    pub expiration_seconds: Option<i64>,
    #[serde(borrow)]
    pub path: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub phase: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub conditions: Vec<Condition<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Condition<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub status: Text<'a>,
}
