//! Containers in the file.

use super::answer::is_false;
use crate::domain::model::{Container, ContainerKind, EnvFrom, EnvSource, EnvValue, EnvVar, Interner, Mount, Name};
use serde::{Deserialize, Serialize};

/// One container.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerWire {
    /// Its name.
    pub name: Name,
    /// `init`, `sidecar` or `ephemeral`; absent: a main one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<KindWire>,
    /// Its variables that matter, in the order of the spec.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvWire>,
    /// Whole ConfigMaps and Secrets as variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFromWire>,
    /// Its mounts that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<MountWire>,
}

/// What a container is, where it is no main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KindWire {
    Main,
    Init,
    Sidecar,
    Ephemeral,
}

/// One variable; at most one of the fields beside its name says where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvWire {
    /// The variable.
    pub name: Name,
    /// The literal, where it is kept; an empty one is there and empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Name>,
    /// A literal that is there and not kept.
    #[serde(default, skip_serializing_if = "is_false")]
    pub set: bool,
    /// A key of a Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<KeyRef>,
    /// A key of a ConfigMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<KeyRef>,
    /// A field of the pod, by path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Name>,
}

/// A key of a Secret or a ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyRef {
    /// The object's name.
    pub name: Name,
    /// The key.
    #[serde(default)]
    pub key: Name,
    /// The container starts without it too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
}

/// One entry of `envFrom`: a Secret or a ConfigMap, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvFromWire {
    /// What stands before every key's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<Name>,
    /// The Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Name>,
    /// The ConfigMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<Name>,
    /// The container starts without it too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
}

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MountWire {
    /// The volume's name.
    pub volume: Name,
    /// Where it is mounted.
    pub path: Name,
    /// The path within the volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_path: Option<Name>,
}

impl From<&Container> for ContainerWire {
    fn from(container: &Container) -> Self {
        let kind = match container.kind {
            ContainerKind::Main => None,
            ContainerKind::Init => Some(KindWire::Init),
            ContainerKind::Sidecar => Some(KindWire::Sidecar),
            ContainerKind::Ephemeral => Some(KindWire::Ephemeral),
        };
        Self {
            name: container.name.clone(),
            kind,
            env: container.env.iter().map(EnvWire::from).collect(),
            env_from: container.env_from.iter().map(EnvFromWire::from).collect(),
            mounts: container.mounts.iter().map(MountWire::from).collect(),
        }
    }
}

impl ContainerWire {
    /// The container, with its names shared.
    pub fn container(self, interner: &mut Interner) -> Container {
        let kind = match self.kind.unwrap_or(KindWire::Main) {
            KindWire::Main => ContainerKind::Main,
            KindWire::Init => ContainerKind::Init,
            KindWire::Sidecar => ContainerKind::Sidecar,
            KindWire::Ephemeral => ContainerKind::Ephemeral,
        };
        Container {
            name: interner.name(&self.name),
            kind,
            env: self.env.into_iter().map(|env| env.variable(interner)).collect(),
            env_from: self.env_from.into_iter().filter_map(|from| from.env_from(interner)).collect(),
            mounts: self.mounts.into_iter().map(|mount| mount.mount(interner)).collect(),
        }
    }
}

impl From<&EnvVar> for EnvWire {
    fn from(variable: &EnvVar) -> Self {
        let mut wire =
            Self { name: variable.name.clone(), value: None, set: false, secret: None, config_map: None, field: None };
        let key_ref =
            |name: &Name, key: &Name, optional| Some(KeyRef { name: name.clone(), key: key.clone(), optional });
        match &variable.value {
            EnvValue::Literal(value) => wire.value = Some(value.clone()),
            EnvValue::Present => wire.set = true,
            EnvValue::Empty => wire.value = Some(Name::from("")),
            EnvValue::Secret { name, key, optional } => wire.secret = key_ref(name, key, *optional),
            EnvValue::ConfigMap { name, key, optional } => wire.config_map = key_ref(name, key, *optional),
            EnvValue::Field(path) => wire.field = Some(path.clone()),
        }
        wire
    }
}

impl EnvWire {
    fn variable(self, interner: &mut Interner) -> EnvVar {
        let value = match (self.value, self.secret, self.config_map, self.field) {
            (Some(value), ..) => EnvValue::of_literal(&self.name, &value, interner),
            (None, Some(from), ..) => EnvValue::Secret {
                name: interner.name(&from.name),
                key: interner.name(&from.key),
                optional: from.optional,
            },
            (None, None, Some(from), _) => EnvValue::ConfigMap {
                name: interner.name(&from.name),
                key: interner.name(&from.key),
                optional: from.optional,
            },
            (None, None, None, Some(path)) => EnvValue::Field(interner.name(&path)),
            (None, None, None, None) if self.set => EnvValue::Present,
            (None, None, None, None) => EnvValue::Empty,
        };
        EnvVar { name: interner.name(&self.name), value }
    }
}

impl From<&EnvFrom> for EnvFromWire {
    fn from(from: &EnvFrom) -> Self {
        let (secret, config_map) = match &from.source {
            EnvSource::Secret(name) => (Some(name.clone()), None),
            EnvSource::ConfigMap(name) => (None, Some(name.clone())),
        };
        let prefix = (!from.prefix.is_empty()).then(|| from.prefix.clone());
        Self { prefix, secret, config_map, optional: from.optional }
    }
}

impl EnvFromWire {
    /// `None` for an entry that names neither.
    fn env_from(self, interner: &mut Interner) -> Option<EnvFrom> {
        let source = match (self.secret, self.config_map) {
            (Some(name), _) => EnvSource::Secret(interner.name(&name)),
            (None, Some(name)) => EnvSource::ConfigMap(interner.name(&name)),
            (None, None) => return None,
        };
        let prefix = interner.name(self.prefix.as_deref().unwrap_or_default());
        Some(EnvFrom { prefix, source, optional: self.optional })
    }
}

impl From<&Mount> for MountWire {
    fn from(mount: &Mount) -> Self {
        Self { volume: mount.volume.clone(), path: mount.path.clone(), sub_path: mount.sub_path.clone() }
    }
}

impl MountWire {
    fn mount(self, interner: &mut Interner) -> Mount {
        Mount {
            volume: interner.name(&self.volume),
            path: interner.name(&self.path),
            sub_path: self.sub_path.map(|path| interner.name(&path)),
        }
    }
}
