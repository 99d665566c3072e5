//! A container, as far as its credentials are decided by it.

use super::Name;

/// One container of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Container {
    /// Its name.
    pub name: Name,
    /// Which list of the pod it stands in.
    pub kind: ContainerKind,
    /// The `AWS_*` and proxy variables, in the order of the spec: that order tells the webhook's hand from a person's.
    pub env: Vec<EnvVar>,
    /// Whole ConfigMaps and Secrets as variables, in the order of the spec.
    pub env_from: Vec<EnvFrom>,
    /// Mounts of projected tokens, and what is mounted where SDKs look for configuration.
    pub mounts: Vec<Mount>,
}

impl Container {
    /// The value of a variable, where `env` sets it. The last one counts, as in Kubernetes.
    pub fn env(&self, name: &str) -> Option<&EnvValue> {
        self.env.iter().rev().find(|var| &*var.name == name).map(|var| &var.value)
    }
}

/// Which of a pod's containers it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContainerKind {
    /// One of `spec.containers`.
    Main,
    /// An init container that ends before the main ones start.
    Init,
    /// An init container with `restartPolicy: Always`, which stays.
    Sidecar,
    /// One of `spec.ephemeralContainers`: `kubectl debug`. The webhook never sees these.
    Ephemeral,
}

impl ContainerKind {
    /// The field of the pod's spec that lists it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Main => "containers",
            Self::Init | Self::Sidecar => "initContainers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }
}

/// One entry of `env`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnvVar {
    /// The variable.
    pub name: Name,
    /// Where its value comes from.
    pub value: EnvValue,
}

/// The value of a variable, as far as it is kept: no secret is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EnvValue {
    /// A literal of one of the names whose values are read (design §5).
    Literal(Name),
    /// A literal that is there and not empty; the value is not kept.
    Present,
    /// An empty literal. For the webhook the variable is set, for an SDK it is not.
    Empty,
    /// A key of a Secret.
    Secret {
        /// The Secret's name.
        name: Name,
        /// Its key.
        key: Name,
        /// The container starts without it too.
        optional: bool,
    },
    /// A key of a ConfigMap.
    ConfigMap {
        /// The ConfigMap's name.
        name: Name,
        /// Its key.
        key: Name,
        /// The container starts without it too.
        optional: bool,
    },
    /// A field of the pod itself, by path.
    Field(Name),
}

impl EnvValue {
    /// The literal, where it is kept.
    pub fn literal(&self) -> Option<&Name> {
        match self {
            Self::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// Whether an SDK sees a value: everything but an empty literal.
    pub fn is_set(&self) -> bool {
        !matches!(self, Self::Empty)
    }
}

/// One entry of `envFrom`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnvFrom {
    /// What stands before every key's name.
    pub prefix: Name,
    /// The object whose keys become variables.
    pub source: EnvSource,
    /// The container starts without it too.
    pub optional: bool,
}

/// What an `envFrom` reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EnvSource {
    /// A ConfigMap, by name.
    ConfigMap(Name),
    /// A Secret, by name. Never read.
    Secret(Name),
}

/// A mount that matters for credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mount {
    /// The volume's name.
    pub volume: Name,
    /// Where it is mounted.
    pub path: Name,
    /// The path within the volume, where not its root.
    pub sub_path: Option<Name>,
}
