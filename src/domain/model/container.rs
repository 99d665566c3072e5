//! A container, as far as its credentials are decided by it.

use super::{Interner, Name};

/// The variables whose literal values are kept: a role, a file's path, an address, a region, a profile's name, a
/// switch. Of every other one no more is kept than that it is there.
const READABLE: [&str; 16] = [
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_V1_DISABLED",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_STS_REGIONAL_ENDPOINTS",
];

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
    /// A literal of one of the names whose values are read.
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
    /// Whether a literal value of the variable is kept.
    pub fn is_readable(variable: &str) -> bool {
        READABLE.contains(&variable)
    }

    /// What is kept of a literal: the one door through which values come in, from a cluster or from a file.
    pub fn of_literal(variable: &str, value: &str, interner: &mut Interner) -> Self {
        match value {
            "" => Self::Empty,
            value if Self::is_readable(variable) => Self::Literal(interner.name(value)),
            _ => Self::Present,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_rules_read_are_kept() {
        let mut interner = Interner::default();
        let mut of = |variable, value| EnvValue::of_literal(variable, value, &mut interner);
        assert_eq!(of("AWS_REGION", "eu-west-1"), EnvValue::Literal(Name::from("eu-west-1")));
        assert_eq!(of("AWS_SECRET_ACCESS_KEY", "abc"), EnvValue::Present);
        assert_eq!(of("AWS_ACCESS_KEY_ID", "AKIAX"), EnvValue::Present);
        assert_eq!(of("HTTPS_PROXY", "http://me:secret@proxy"), EnvValue::Present);
        assert_eq!(of("AWS_ACCESS_KEY_ID", ""), EnvValue::Empty);
    }
}
