//! Where a container without credentials of its own ends: on its node's role, if the instance metadata can be reached,
//! or with nothing.
//!
//! A pod reaches the metadata iff the endpoint is on and it shares the node's network, or tokens are optional, or the
//! hop limit is at least 2 (EC2 user guide, "Configure the instance metadata options").

use super::chain::{METADATA_DISABLED, METADATA_V1_DISABLED, is_true};
use super::situation::refuted_gap;
use super::{Confidence, Fallback, Identity, Situation, Trace};
use crate::domain::inventory::{Inventory, Lookup};
use crate::domain::model::{
    Compute, Container, Gap, GapReason, Instance, MetadataOptions, Name, Node, Reading, RoleArn,
};

/// How a container reaches the instance metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It shares the node's network.
    HostNetwork,
    /// The token's answer comes over enough hops.
    HopLimit(u8),
    /// Tokens are optional: `IMDSv1` answers over any number of hops. Not every SDK asks it.
    TokensOptional,
    /// The endpoint is off.
    Off,
    /// Tokens are required, and their answer does not reach a pod.
    OutOfReach,
}

impl Reach {
    /// How a pod reaches the metadata of an instance.
    pub fn of(metadata: MetadataOptions, host_network: bool) -> Self {
        match metadata {
            MetadataOptions { enabled: false, .. } => Self::Off,
            _ if host_network => Self::HostNetwork,
            MetadataOptions { hop_limit, .. } if hop_limit >= 2 => Self::HopLimit(hop_limit),
            MetadataOptions { tokens_required: false, .. } => Self::TokensOptional,
            _ => Self::OutOfReach,
        }
    }

    /// Whether anything in the pod can get the node's credentials.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Off | Self::OutOfReach)
    }

    /// Because of what, in a few words.
    pub fn words(self) -> String {
        match self {
            Self::HostNetwork => "it shares the node's network".into(),
            Self::HopLimit(hops) => format!("hop limit {hops}"),
            Self::TokensOptional => "tokens are optional".into(),
            Self::Off => "metadata are off".into(),
            Self::OutOfReach => "tokens required, hop limit 1".into(),
        }
    }
}

/// What a container without own credentials gets; `None` where that cannot be told.
pub(super) fn fallback(
    situation: &Situation<'_>,
    container: &Container,
    because: Fallback,
    trace: &mut Trace,
) -> Option<Identity> {
    let nobody = Some(Identity::Nobody { because });
    if is_true(container, METADATA_DISABLED) {
        trace.fact(|| {
            (
                format!("{METADATA_DISABLED} is true: the SDK does not ask for the node's role"),
                situation.env_origin(container),
            )
        });
        return nobody;
    }
    let Some(node_name) = situation.pod.node.clone() else {
        trace.no_better_than(Confidence::Unknown);
        trace.own_gap(|| Gap::new("node of the pod", "get pods", GapReason::NotFoundOut, "the pod has no node yet"));
        return None;
    };
    match situation.compute() {
        Some(Compute::Fargate) => {
            trace.fact(|| ("it runs on Fargate, which has no instance metadata".into(), format!("node/{node_name}")));
            return nobody;
        }
        Some(Compute::Hybrid) => {
            trace.fact(|| {
                ("it runs on a hybrid node, which has no instance metadata".into(), format!("node/{node_name}"))
            });
            return nobody;
        }
        _ => {}
    }
    match instance_of(situation, &node_name, trace) {
        Some(instance) => by_instance(situation, container, instance, because, trace),
        None if situation.pod.spec.host_network && is_unread_instance(situation) => {
            // on the node's network only a switched-off endpoint is in the way, which is rare: the kind is likely
            trace.no_better_than(Confidence::Likely);
            let role = role_by_group(situation, trace);
            Some(Identity::NodeRole { node: node_name, profile: None, role, because })
        }
        None => {
            trace.no_better_than(Confidence::Unknown);
            None
        }
    }
}

/// Whether its node is an EC2 instance of which no more is known than that.
fn is_unread_instance(situation: &Situation<'_>) -> bool {
    let is_instance = situation.node.and_then(Lookup::found).is_some_and(|node| node.instance_id().is_some());
    let missing = situation.instance().is_some_and(Reading::is_missing);
    is_instance && !missing && refuted_gap(situation.inventory).is_none()
}

/// The role of a node: its instance profile's, else its node group's.
pub fn node_role_of(inventory: &Inventory, node: &Node) -> Option<RoleArn> {
    let aws = inventory.aws();
    if aws.is_refuted() {
        return None;
    }
    if let Some(instance) = node.instance_id().and_then(|id| aws.instance(id)).and_then(Reading::value) {
        // an instance without a profile, or with an empty one, has no role, whatever its group says
        match aws.profile(instance.profile_arn.as_deref()?) {
            Some(Reading::Read { value, .. }) => return value.role_arn.clone(),
            Some(Reading::Missing { .. }) => return None,
            _ => {}
        }
    }
    aws.nodegroup(node.nodegroup.as_deref()?)?.value()?.role_arn.clone()
}

/// The second way to a node's role, where the first one was not read: its node group's. Its gap stands beside the first.
fn role_by_group(situation: &Situation<'_>, trace: &mut Trace) -> Option<RoleArn> {
    let node = situation.node.and_then(Lookup::found)?;
    let role = node_role_of(situation.inventory, node);
    if role.is_none() {
        let group = || situation.inventory.aws().nodegroup(node.nodegroup.as_deref()?);
        trace.perhaps(|| group().and_then(Reading::gap).cloned());
    }
    role
}

/// The instance behind the pod's node; its absence leaves a gap.
fn instance_of<'a>(situation: &Situation<'a>, node_name: &Name, trace: &mut Trace) -> Option<&'a Instance> {
    if let Some(gap) = refuted_gap(situation.inventory) {
        trace.own_gap(|| gap);
        return None;
    }
    let node = match situation.node {
        Some(Lookup::Found(node)) => node,
        Some(Lookup::Unread(gap)) => {
            trace.gap(gap, "nodes", "list nodes");
            return None;
        }
        Some(Lookup::Absent) | None => {
            trace.own_gap(|| {
                missing(format!("node {node_name}"), "list nodes", format!("node {node_name} does not exist any more"))
            });
            return None;
        }
    };
    if node.instance_id().is_none() {
        trace.own_gap(|| {
            missing(
                format!("instance of node {node_name}"),
                "get nodes",
                format!("node {node_name} names no EC2 instance in its providerID"),
            )
        });
        return None;
    }
    match situation.instance() {
        Some(Reading::Read { value, .. }) => Some(value),
        Some(Reading::Missing { .. }) => {
            let id = node.instance_id().unwrap_or_default();
            let sentence = format!("instance {id} is not in this account and region");
            trace.own_gap(|| missing(format!("instance {id}"), "ec2:DescribeInstances", sentence));
            None
        }
        other => {
            trace.gap(other.and_then(Reading::gap), "metadata options of the node's instance", "ec2:DescribeInstances");
            None
        }
    }
}

fn by_instance(
    situation: &Situation<'_>,
    container: &Container,
    instance: &Instance,
    because: Fallback,
    trace: &mut Trace,
) -> Option<Identity> {
    let metadata = instance.metadata;
    let reach = Reach::of(metadata, situation.pod.spec.host_network);
    trace.fact(|| {
        (metadata_sentence(metadata, reach), format!("ec2:DescribeInstances {} MetadataOptions", instance.id))
    });
    let nobody = Some(Identity::Nobody { because });
    if !reach.is_open() {
        return nobody;
    }
    if reach == Reach::TokensOptional {
        trace.no_better_than(Confidence::Likely); // only an SDK that falls back to IMDSv1 gets through
        if is_true(container, METADATA_V1_DISABLED) {
            trace.fact(|| {
                (
                    format!("{METADATA_V1_DISABLED} is true, and IMDSv2 does not reach the pod"),
                    situation.env_origin(container),
                )
            });
            return nobody;
        }
    }
    let Some(profile) = instance.profile_arn.clone() else {
        trace.fact(|| {
            (
                "the instance has no instance profile".into(),
                format!("ec2:DescribeInstances {} IamInstanceProfile", instance.id),
            )
        });
        return nobody;
    };
    let role = match situation.inventory.aws().profile(&profile) {
        Some(Reading::Read { value, .. }) => {
            trace.fact(|| profile_sentence(&profile, value.role_arn.as_ref()));
            let Some(role) = value.role_arn.clone() else { return nobody };
            Some(role)
        }
        Some(Reading::Missing { .. }) => {
            trace.no_better_than(Confidence::Likely); // what the instance still holds of it runs out
            trace.fact(|| {
                let fact = format!("instance profile {profile} does not exist any more");
                (fact, format!("iam:GetInstanceProfile {profile}"))
            });
            return nobody;
        }
        other => {
            trace.gap(other.and_then(Reading::gap), "role of the instance profile", "iam:GetInstanceProfile");
            trace.no_better_than(Confidence::Likely);
            role_by_group(situation, trace)
        }
    };
    let node = situation.pod.node.clone()?;
    Some(Identity::NodeRole { node, profile: Some(profile), role, because })
}

fn profile_sentence(profile: &str, role: Option<&RoleArn>) -> (String, String) {
    let fact = match role {
        Some(role) => format!("instance profile {profile} holds role {role}"),
        None => format!("instance profile {profile} holds no role"),
    };
    (fact, format!("iam:GetInstanceProfile {profile}"))
}

fn metadata_sentence(metadata: MetadataOptions, reach: Reach) -> String {
    if !metadata.enabled {
        return "the instance's metadata endpoint is off".into();
    }
    let tokens = if metadata.tokens_required { "required" } else { "optional" };
    let reached = if reach.is_open() { "reachable" } else { "out of a pod's reach" };
    format!("instance metadata are {reached}: tokens {tokens}, hop limit {}", metadata.hop_limit)
}

fn missing(what: String, call: &str, sentence: String) -> Gap {
    Gap::new(what, call, GapReason::NotFoundOut, sentence)
}
