//! What a change is about: one thing that Kubernetes or AWS holds.

use crate::domain::model::Name;
use std::fmt;

/// One thing that a change reads, writes and reads again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A ServiceAccount itself: whether it is there.
    ServiceAccount {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// Some annotations of a ServiceAccount that is there.
    Annotations {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// When the pods of a workload were last restarted by hand: the annotation of its pod template that `kubectl rollout
    /// restart` sets.
    Rollout {
        /// Its namespace.
        namespace: Name,
        /// `Deployment`, `StatefulSet` or `DaemonSet`.
        kind: Name,
        /// Its name.
        name: Name,
        /// The ServiceAccount of the pods that it makes, where that was read: of another's it would be another restart.
        account: Option<Name>,
    },
    /// An IAM role itself, by its name: IAM's names are unique in an account whatever the path.
    Role {
        /// Its name, without path.
        name: Name,
    },
    /// A role's trust policy.
    Trust {
        /// The role's name.
        role: Name,
    },
    /// The attachment of a managed policy to a role.
    Attachment {
        /// The role's name.
        role: Name,
        /// The policy's ARN.
        policy: Name,
    },
    /// A policy that stands in a role.
    Inline {
        /// The role's name.
        role: Name,
        /// The policy's name.
        policy: Name,
    },
    /// An OIDC provider of the account.
    Provider {
        /// Its ARN.
        arn: Name,
    },
    /// An audience that an OIDC provider accepts.
    Audience {
        /// The provider's ARN.
        provider: Name,
        /// The audience, which IAM calls client id.
        audience: Name,
    },
    /// The Pod Identity association of a ServiceAccount: there is at most one.
    Association {
        /// The EKS cluster's name.
        cluster: Name,
        /// The ServiceAccount's namespace.
        namespace: Name,
        /// The ServiceAccount's name.
        service_account: Name,
    },
}

impl Target {
    /// Whether it lies in Kubernetes; else it lies in AWS.
    pub fn is_of_kubernetes(&self) -> bool {
        matches!(self, Self::ServiceAccount { .. } | Self::Annotations { .. } | Self::Rollout { .. })
    }

    /// The name of the role that it is, or is part of.
    pub fn role(&self) -> Option<&Name> {
        match self {
            Self::Role { name: role }
            | Self::Trust { role }
            | Self::Attachment { role, .. }
            | Self::Inline { role, .. } => Some(role),
            Self::ServiceAccount { .. }
            | Self::Annotations { .. }
            | Self::Rollout { .. }
            | Self::Provider { .. }
            | Self::Audience { .. }
            | Self::Association { .. } => None,
        }
    }

    /// Whether reading it back may take a while to show a change: IAM and EKS say so of themselves (IAM user guide,
    /// "Troubleshoot IAM", eventual consistency).
    pub fn is_eventual(&self) -> bool {
        !self.is_of_kubernetes()
    }
}

impl fmt::Display for Target {
    /// As kubectl and the console name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceAccount { name, .. } | Self::Annotations { name, .. } => write!(f, "serviceaccount/{name}"),
            Self::Rollout { kind, name, .. } => write!(f, "{}/{name}", kind.to_lowercase()),
            Self::Role { name } => write!(f, "role/{name}"),
            Self::Trust { role } => write!(f, "trust policy of role/{role}"),
            Self::Attachment { role, policy } => {
                write!(f, "policy {} on role/{role}", policy.rsplit('/').next().unwrap_or(policy))
            }
            Self::Inline { role, policy } => write!(f, "inline policy {policy} in role/{role}"),
            Self::Provider { arn } => write!(f, "{}", arn.rsplit_once(':').map_or(&**arn, |(_, rest)| rest)),
            Self::Audience { audience, .. } => write!(f, "audience {audience}"),
            Self::Association { namespace, service_account, .. } => {
                write!(f, "association of {namespace}/{service_account}")
            }
        }
    }
}
