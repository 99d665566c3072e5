//! A node that is asked about by itself.

use super::{Asking, Instead, asking_of_role};
use crate::domain::identity::node_role_of;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Compute, Node, Reading};
use crate::domain::policy::Layer;

/// What a node gives to those of its pods that reach its metadata.
pub fn asking_of_node(inventory: &Inventory, name: &str) -> Asking {
    let node = inventory.node(name);
    let role = node.and_then(|node| node_role_of(inventory, node));
    let instead = role.is_none().then(|| without_role(inventory, node));
    let asking = asking_of_role(inventory, role.as_ref(), None);
    Asking { instead: instead.or(asking.instead), ..asking }
}

/// Why a node has no role that is known.
fn without_role(inventory: &Inventory, node: Option<&Node>) -> Instead {
    let nothing =
        |why: &str| Instead::No(Layer::Credentials, format!("{why}: its pods have a role of their own or none"));
    let open = |why: &str| Instead::Open(format!("{why}, so its role is not known"));
    let Some(node) = node else { return open("the node itself was not read") };
    match node.compute {
        Compute::Fargate => return nothing("a Fargate node has no instance metadata"),
        Compute::Hybrid => return nothing("a hybrid node has no instance metadata"),
        Compute::Ec2 | Compute::Auto => {}
    }
    let aws = inventory.aws();
    let Some(id) = node.instance_id() else { return open("the node names no EC2 instance in its providerID") };
    let Some(instance) = aws.instance(id).filter(|_| !aws.is_refuted()).and_then(Reading::value) else {
        return open("the instance of the node was not read");
    };
    match instance.profile_arn.as_deref().map(|profile| aws.profile(profile)) {
        None => nothing("the node's instance has no instance profile"),
        Some(Some(Reading::Read { .. })) => nothing("the instance profile of the node holds no role"),
        Some(Some(Reading::Missing { .. })) => nothing("the instance profile of the node does not exist any more"),
        Some(_) => open("the instance profile of the node was not read"),
    }
}
