//! Nodes on the wire.

use super::GapWire;
use super::capture::MetadataWire;
use crate::domain::identity::{Identities, node_role_of};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Gap, Name, Node, Reading, RoleArn};
use serde::Serialize;

/// One item of a `NodeList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeItem {
    /// Its name.
    pub name: Name,
    /// Its EC2 instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// `ec2`, `fargate`, `auto` or `hybrid`.
    pub compute: &'static str,
    /// The instance profile's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_profile: Option<Name>,
    /// The role of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
    /// How its metadata can be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<MetadataWire>,
    /// Its pods on the node role.
    pub pods_on_node_role: u32,
    /// What is wrong, by name.
    pub findings: Vec<&'static str>,
    /// What was not read of it.
    pub gaps: Vec<GapWire>,
}

impl NodeItem {
    /// A node. Gaps that touch the whole list stand there and not here.
    pub fn of(inventory: &Inventory, identities: &Identities, node: &Node, of_the_list: &[Gap]) -> Self {
        let aws = inventory.aws();
        let reading = node.instance_id().and_then(|id| aws.instance(id));
        let instance = reading.and_then(Reading::value);
        let profile = instance.and_then(|instance| instance.profile_arn.clone());
        let profile_gap = profile.as_deref().and_then(|arn| aws.profile(arn)).and_then(Reading::gap);
        let group_gap = node.nodegroup.as_deref().and_then(|name| aws.nodegroup(name)).and_then(Reading::gap);
        let gaps = reading.and_then(Reading::gap).into_iter().chain(profile_gap).chain(group_gap);
        Self {
            name: node.name.clone(),
            instance_id: node.instance_id().map(str::to_owned),
            compute: node.compute.word(),
            instance_profile: profile,
            role_arn: node_role_of(inventory, node).as_ref().map(RoleArn::name_shared),
            metadata: instance.map(|instance| instance.metadata.into()),
            pods_on_node_role: identities.on_node_role(&node.name),
            findings: Vec::new(),
            gaps: gaps.filter(|gap| !of_the_list.contains(gap)).map(GapWire::from).collect(),
        }
    }
}
