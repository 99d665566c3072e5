//! A verdict: what is so, how sure that is, what it was read from, and what could not be read.

use crate::domain::identity::FindingSet;
use crate::domain::model::{EnvValue, Gap, Name, RoleArn};
use std::fmt;

/// What is known about one container's AWS identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What the SDK in the container settles on; `None` where that cannot be told. The gaps say what is missing.
    pub identity: Option<Identity>,
    /// Where its credentials come from, where that is what keeps the identity from being told.
    pub elsewhere: Option<Elsewhere>,
    /// Whether AWS hands out credentials for it now.
    pub usable: Usable,
    /// How sure the identity is.
    pub confidence: Confidence,
    /// What is wrong, by name.
    pub findings: FindingSet,
    /// What it was read from, in the order of the reasoning.
    pub evidence: Vec<Evidence>,
    /// What it hangs on that was not read.
    pub gaps: Vec<Gap>,
}

impl Verdict {
    /// The kind, for rows, counts and machine formats.
    pub fn kind(&self) -> IdentityKind {
        self.identity.as_ref().map_or(IdentityKind::Unknown, Identity::kind)
    }
}

/// Who AWS sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Long-lived keys in the environment or a mounted file.
    StaticKeys {
        /// Where they come from, as part of a sentence: `env AWS_ACCESS_KEY_ID`, `secret shop/aws-keys`.
        from: String,
    },
    /// A role of its own.
    Role {
        /// The role that AWS sees. `None`: Pod Identity whose association is gone or could not be read.
        role: Option<RoleArn>,
        /// How the container comes by it.
        by: Mechanism,
    },
    /// The role of the node it runs on.
    NodeRole {
        /// The node.
        node: Name,
        /// The instance profile's ARN, where it was read.
        profile: Option<Name>,
        /// The role, where it was read.
        role: Option<RoleArn>,
        /// Why it fell back to it.
        because: Fallback,
    },
    /// No credentials at all.
    Nobody {
        /// Why it has no own role.
        because: Fallback,
    },
}

impl Identity {
    /// The kind, for rows, counts and machine formats.
    pub fn kind(&self) -> IdentityKind {
        match self {
            Self::StaticKeys { .. } => IdentityKind::StaticKeys,
            Self::Role { by: Mechanism::WebIdentity, .. } => IdentityKind::WebIdentity,
            Self::Role { by: Mechanism::PodIdentity { .. }, .. } => IdentityKind::PodIdentity,
            Self::NodeRole { .. } => IdentityKind::NodeRole,
            Self::Nobody { .. } => IdentityKind::Nobody,
        }
    }

    /// The role that AWS sees, where there is one and it is known.
    pub fn role(&self) -> Option<&RoleArn> {
        match self {
            Self::Role { role, .. } | Self::NodeRole { role, .. } => role.as_ref(),
            Self::StaticKeys { .. } | Self::Nobody { .. } => None,
        }
    }
}

/// A place that hands out credentials and that nobody can see into: whose they are is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// An address that is neither the Pod Identity agent's nor that of the instance metadata.
    Endpoint {
        /// The variable that names it.
        variable: &'static str,
        /// The address.
        uri: Name,
    },
    /// What a variable leads to whose value is not read.
    Unread {
        /// The variable.
        variable: &'static str,
        /// What holds its value.
        from: Option<ValueSource>,
    },
}

impl Elsewhere {
    /// The variable that leads there.
    pub fn variable(&self) -> &'static str {
        match self {
            Self::Endpoint { variable, .. } | Self::Unread { variable, .. } => variable,
        }
    }

    /// What it is, in a few words: `another metadata endpoint`, `a role from secret aws`.
    pub fn label(&self) -> String {
        match self {
            Self::Endpoint { variable: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", .. } => "the endpoint of ECS".into(),
            Self::Endpoint { variable: "AWS_EC2_METADATA_SERVICE_ENDPOINT", .. } => "another metadata endpoint".into(),
            Self::Endpoint { .. } => "another endpoint".into(),
            Self::Unread { variable, from } => {
                let what = match *variable {
                    "AWS_ROLE_ARN" => "a role",
                    "AWS_WEB_IDENTITY_TOKEN_FILE" => "a token",
                    _ => "an endpoint",
                };
                let from = from.as_ref().map_or_else(|| (*variable).to_owned(), ToString::to_string);
                format!("{what} from {from}")
            }
        }
    }
}

/// What holds the value of a variable that is no literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// A Secret, by name.
    Secret(Name),
    /// A ConfigMap, by name.
    ConfigMap(Name),
    /// A field of the pod itself, by path.
    Field(Name),
}

/// The call that tells what a Secret holds, as RBAC names it. This program never makes it.
pub const GET_SECRETS: &str = "get secrets";

impl ValueSource {
    /// What holds the value; `None` for a literal.
    pub fn of(value: &EnvValue) -> Option<Self> {
        match value {
            EnvValue::Secret { name, .. } => Some(Self::Secret(name.clone())),
            EnvValue::ConfigMap { name, .. } => Some(Self::ConfigMap(name.clone())),
            EnvValue::Field(path) => Some(Self::Field(path.clone())),
            EnvValue::Literal(_) | EnvValue::Present | EnvValue::Empty => None,
        }
    }

    /// The call that would tell the value.
    pub fn call(&self) -> &'static str {
        match self {
            Self::Secret(_) => GET_SECRETS,
            Self::ConfigMap(_) => "get configmaps",
            Self::Field(_) => "get pods",
        }
    }
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(name) => write!(f, "secret {name}"),
            Self::ConfigMap(name) => write!(f, "configmap {name}"),
            Self::Field(path) => write!(f, "the pod's {path}"),
        }
    }
}

/// How a container comes by a role of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mechanism {
    /// IRSA: a projected token, exchanged by `sts:AssumeRoleWithWebIdentity`.
    WebIdentity,
    /// EKS Pod Identity: the agent on the node asks EKS.
    PodIdentity {
        /// The association's own role where it goes on to a target role; that target is what AWS sees.
        via: Option<RoleArn>,
    },
}

/// Why a container has no role of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fallback {
    /// Its ServiceAccount is bound to no role.
    NoBinding,
    /// It started before its ServiceAccount was bound.
    StartedBeforeBinding,
    /// It should have been injected and was not; no reason is known.
    NotInjected,
    /// A skip label or annotation, or an ephemeral container, that the webhook leaves alone.
    Skipped,
    /// The webhook is not there, or its selector leaves the pod out.
    WebhookNotActing,
    /// The container's own environment stands in the way of injection.
    Overridden,
    /// Whether its ServiceAccount is bound could not be read.
    BindingUnknown,
}

/// The kinds of identity, in the order in which a pod's worst container is picked: the first is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentityKind {
    /// Long-lived keys.
    StaticKeys,
    /// The node's role.
    NodeRole,
    /// It cannot be told.
    Unknown,
    /// No credentials.
    Nobody,
    /// An own role by EKS Pod Identity.
    PodIdentity,
    /// An own role by IRSA.
    WebIdentity,
}

impl IdentityKind {
    /// Every kind, worst first.
    pub const ALL: [Self; 6] =
        [Self::StaticKeys, Self::NodeRole, Self::Unknown, Self::Nobody, Self::PodIdentity, Self::WebIdentity];

    /// `identity.kind` of the machine formats; both mechanisms are a `role`.
    pub fn word(self) -> &'static str {
        match self {
            Self::StaticKeys => "staticKeys",
            Self::NodeRole => "nodeRole",
            Self::Unknown => "unknown",
            Self::Nobody => "none",
            Self::PodIdentity | Self::WebIdentity => "role",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Self::StaticKeys => "static keys",
            Self::NodeRole => "node role",
            Self::Unknown => "unknown",
            Self::Nobody => "none",
            Self::PodIdentity => "Pod Identity",
            Self::WebIdentity => "IRSA",
        }
    }
}

/// Whether AWS hands out credentials for the identity now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usable {
    /// It does.
    Yes,
    /// It does not; a finding says why.
    No,
    /// It cannot be told.
    Unknown,
}

impl Usable {
    /// The word of the machine formats.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// How sure a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Something it hangs on could not be read; the gaps say what.
    Unknown,
    /// One input is inferred.
    Likely,
    /// All inputs were read.
    Proven,
}

impl Confidence {
    /// The word of the machine formats.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
            Self::Unknown => "unknown",
        }
    }

    /// As people are told.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unknown => "cannot see",
            other => other.word(),
        }
    }
}

/// One fact that a verdict rests on, and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The fact, one line.
    pub fact: String,
    /// Where it was read: `pod/shop/api-7d9f spec.containers[app].env`, `ec2:DescribeInstances i-0abc`.
    pub origin: String,
}
