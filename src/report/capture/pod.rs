//! Pods in the file.

use super::ContainerWire;
use super::answer::is_false;
use crate::domain::model::{Interner, Name, Owner, Phase, Pod, PodSpec, Time, TokenVolume, Volume};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// A pod.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodWire {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Its uid.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub uid: Box<str>,
    /// The version of the object that was read.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub resource_version: Box<str>,
    /// When it was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
    /// It is being deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub terminating: bool,
    /// Absent: `Running`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Name>,
    /// Absent: it is, if it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<bool>,
    /// The controller that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerWire>,
    /// The node it runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<Name>,
    /// What its template and the webhook made of it.
    pub spec: SpecRef,
}

/// A pod's spec: in it, or one of those that pods share.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SpecRef {
    /// The name of one of `specs`.
    Shared(Name),
    /// The spec itself.
    Own(Box<SpecWire>),
}

impl<'de> Deserialize<'de> for SpecRef {
    /// By hand, so that a mistake in a spec is named and not only that neither form fits.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if raw.get().starts_with('"') {
            return serde_json::from_str(raw.get()).map(Self::Shared).map_err(serde::de::Error::custom);
        }
        serde_json::from_str(raw.get()).map(Self::Own).map_err(serde::de::Error::custom)
    }
}

/// The controller of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerWire {
    /// `ReplicaSet`, `StatefulSet`, …
    pub kind: Name,
    /// Its name.
    pub name: Name,
    /// Its name ends in the pod's template hash: a Deployment made it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub from_template_hash: bool,
}

/// What replicas of one owner have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecWire {
    /// Absent: `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<Name>,
    /// It shares the node's network.
    #[serde(default, skip_serializing_if = "is_false")]
    pub host_network: bool,
    /// Its node selector asks for Windows.
    #[serde(default, skip_serializing_if = "is_false")]
    pub windows: bool,
    /// It carries the label that keeps the webhook away.
    #[serde(default, skip_serializing_if = "is_false")]
    pub skip_label: bool,
    /// The annotation `eks.amazonaws.com/skip-containers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_containers: Option<Name>,
    /// The annotation `eks.amazonaws.com/token-expiration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_expiration: Option<Name>,
    /// The annotation `eks.amazonaws.com/role-arn`, on the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn_annotation: Option<Name>,
    /// The annotation `iam.amazonaws.com/role`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_role: Option<Name>,
    /// Its containers.
    #[serde(default)]
    pub containers: Vec<ContainerWire>,
    /// Its volumes that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<VolumeWire>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeWire {
    /// Its name.
    pub name: Name,
    /// The tokens it projects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<TokenWire>,
    /// The Secret it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Name>,
    /// The ConfigMap it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<Name>,
}

/// A projected ServiceAccount token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenWire {
    /// The file's path in the volume.
    pub path: Name,
    /// Whom it is for; absent: the API server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Name>,
    /// How long it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_seconds: Option<i64>,
}

impl PodWire {
    /// The pod with the spec that stands for its own.
    pub fn of(pod: &Pod, spec: SpecRef) -> Self {
        let running = pod.phase == Phase::Running;
        Self {
            namespace: pod.namespace.clone(),
            name: pod.name.clone(),
            uid: pod.uid.clone(),
            resource_version: pod.resource_version.clone(),
            created: pod.created,
            terminating: pod.terminating,
            phase: (!running).then(|| Name::from(pod.phase.word())),
            ready: (pod.ready != running).then_some(pod.ready),
            owner: pod.owner.as_ref().map(OwnerWire::from),
            node: pod.node.clone(),
            spec,
        }
    }

    /// The pod; `shared` gives the specs that pods name. `Err` names one that is not there.
    pub fn pod(self, interner: &mut Interner, shared: impl FnOnce(&str) -> Option<Arc<PodSpec>>) -> Result<Pod, Name> {
        let phase = self.phase.as_deref().map_or(Phase::Running, Phase::from_word);
        let spec = match self.spec {
            SpecRef::Own(spec) => {
                let spec = spec.spec(interner);
                interner.spec(spec)
            }
            SpecRef::Shared(name) => shared(&name).ok_or(name)?,
        };
        Ok(Pod {
            namespace: interner.name(&self.namespace),
            name: self.name,
            uid: self.uid,
            resource_version: self.resource_version,
            created: self.created,
            terminating: self.terminating,
            phase,
            ready: self.ready.unwrap_or(phase == Phase::Running),
            owner: self.owner.map(|owner| owner.owner(interner)),
            node: self.node.map(|node| interner.name(&node)),
            spec,
        })
    }
}

impl From<&Owner> for OwnerWire {
    fn from(owner: &Owner) -> Self {
        Self { kind: owner.kind.clone(), name: owner.name.clone(), from_template_hash: owner.from_template_hash }
    }
}

impl OwnerWire {
    fn owner(self, interner: &mut Interner) -> Owner {
        Owner {
            kind: interner.name(&self.kind),
            name: interner.name(&self.name),
            from_template_hash: self.from_template_hash,
        }
    }
}

impl From<&PodSpec> for SpecWire {
    fn from(spec: &PodSpec) -> Self {
        Self {
            service_account: Some(spec.service_account.clone()),
            host_network: spec.host_network,
            windows: spec.windows,
            skip_label: spec.skip_label,
            skip_containers: spec.skip_containers.clone(),
            token_expiration: spec.token_expiration.clone(),
            role_arn_annotation: spec.role_arn_annotation.clone(),
            legacy_role: spec.legacy_role.clone(),
            containers: spec.containers.iter().map(ContainerWire::from).collect(),
            volumes: spec.volumes.iter().map(VolumeWire::from).collect(),
        }
    }
}

impl SpecWire {
    /// The spec, with its names shared.
    pub fn spec(self, interner: &mut Interner) -> PodSpec {
        PodSpec {
            service_account: interner.name(self.service_account.as_deref().unwrap_or("default")),
            host_network: self.host_network,
            windows: self.windows,
            skip_label: self.skip_label,
            skip_containers: self.skip_containers,
            token_expiration: self.token_expiration,
            role_arn_annotation: self.role_arn_annotation,
            legacy_role: self.legacy_role,
            containers: self.containers.into_iter().map(|container| container.container(interner)).collect(),
            volumes: self.volumes.into_iter().map(|volume| volume.volume(interner)).collect(),
        }
    }
}

impl From<&Volume> for VolumeWire {
    fn from(volume: &Volume) -> Self {
        let token = |token: &TokenVolume| TokenWire {
            path: token.path.clone(),
            audience: token.audience.clone(),
            expiration_seconds: token.expiration_seconds,
        };
        Self {
            name: volume.name.clone(),
            tokens: volume.tokens.iter().map(token).collect(),
            secret: volume.secret.clone(),
            config_map: volume.config_map.clone(),
        }
    }
}

impl VolumeWire {
    fn volume(self, interner: &mut Interner) -> Volume {
        let mut token = |token: TokenWire| TokenVolume {
            path: interner.name(&token.path),
            audience: token.audience.map(|audience| interner.name(&audience)),
            expiration_seconds: token.expiration_seconds,
        };
        let tokens = self.tokens.into_iter().map(&mut token).collect();
        Volume {
            name: interner.name(&self.name),
            tokens,
            secret: self.secret.map(|name| interner.name(&name)),
            config_map: self.config_map.map(|name| interner.name(&name)),
        }
    }
}
