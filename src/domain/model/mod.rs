//! What the rules read of a cluster and of an AWS account, and nothing else.
//!
//! The types are narrow on purpose: a field stands here because a rule, a view or the capture reads it. None of them
//! knows where it came from; [`Reading`] says whether it could be read at all.

mod about;
mod arn;
mod association;
mod cluster;
mod container;
mod gap;
mod intern;
mod keeper;
mod node;
mod pod;
mod question;
mod role;
mod rollout;
mod service_account;
mod shell;
mod visible;

use std::sync::Arc;

pub use about::{About, Detour, Origin};
pub use arn::{ArnProblem, RoleArn};
pub use association::Association;
pub use cluster::{Caller, Cluster, Confirmation, KubernetesUser, OidcProvider, Webhook, WebhookSelector};
pub use container::{Container, ContainerKind, EnvFrom, EnvSource, EnvValue, EnvVar, Mount};
pub use gap::{Gap, GapReason, Reading};
pub use intern::Interner;
pub use keeper::{Keeper, Tool};
pub use node::{Compute, Instance, InstanceProfile, MetadataOptions, Node, Nodegroup};
pub use pod::{Owner, Phase, Pod, PodSpec, TokenVolume, Volume, Workload};
pub use question::Question;
pub use role::{AttachedPolicy, InlinePolicy, LastUsed, ManagedPolicy, Role};
pub use rollout::{Rollout, Strategy};
pub use service_account::{AnnotationSet, Namespace, RoleAnnotation, ServiceAccount};
pub use shell::shell_word;
pub use visible::{is_unsafe, visible};

/// A repeated name (namespace, node, role ARN, …), shared between all that carry it.
pub type Name = Arc<str>;

/// A moment in UTC.
pub type Time = jiff::Timestamp;
