//! What a change is about, on the wire.

use crate::domain::model::Name;
use crate::domain::plan::Target;
use serde::{Deserialize, Serialize};

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum TargetWire {
    ServiceAccount { namespace: Name, name: Name },
    Annotations { namespace: Name, name: Name },
    Rollout(RolloutWire),
    Role { name: Name },
    Trust { role: Name },
    Attachment { role: Name, policy: Name },
    Inline { role: Name, policy: Name },
    Provider { arn: Name },
    Audience { provider: Name, audience: Name },
    Association { cluster: Name, namespace: Name, service_account: Name },
}

/// The rollout of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RolloutWire {
    namespace: Name,
    workload: Name,
    name: Name,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    service_account: Option<Name>,
}

impl From<&Target> for TargetWire {
    fn from(target: &Target) -> Self {
        match target.clone() {
            Target::ServiceAccount { namespace, name } => Self::ServiceAccount { namespace, name },
            Target::Annotations { namespace, name } => Self::Annotations { namespace, name },
            Target::Rollout { namespace, kind, name, account } => {
                Self::Rollout(RolloutWire { namespace, workload: kind, name, service_account: account })
            }
            Target::Role { name } => Self::Role { name },
            Target::Trust { role } => Self::Trust { role },
            Target::Attachment { role, policy } => Self::Attachment { role, policy },
            Target::Inline { role, policy } => Self::Inline { role, policy },
            Target::Provider { arn } => Self::Provider { arn },
            Target::Audience { provider, audience } => Self::Audience { provider, audience },
            Target::Association { cluster, namespace, service_account } => {
                Self::Association { cluster, namespace, service_account }
            }
        }
    }
}

impl From<TargetWire> for Target {
    fn from(wire: TargetWire) -> Self {
        match wire {
            TargetWire::ServiceAccount { namespace, name } => Self::ServiceAccount { namespace, name },
            TargetWire::Annotations { namespace, name } => Self::Annotations { namespace, name },
            TargetWire::Rollout(RolloutWire { namespace, workload, name, service_account }) => {
                Self::Rollout { namespace, kind: workload, name, account: service_account }
            }
            TargetWire::Role { name } => Self::Role { name },
            TargetWire::Trust { role } => Self::Trust { role },
            TargetWire::Attachment { role, policy } => Self::Attachment { role, policy },
            TargetWire::Inline { role, policy } => Self::Inline { role, policy },
            TargetWire::Provider { arn } => Self::Provider { arn },
            TargetWire::Audience { provider, audience } => Self::Audience { provider, audience },
            TargetWire::Association { cluster, namespace, service_account } => {
                Self::Association { cluster, namespace, service_account }
            }
        }
    }
}
