//! Which roles the cluster names, and who uses each.

use super::{Identities, IdentityKind};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Node, RoleArn};
use std::collections::BTreeMap;

/// A role that a binding, a pod or a node names, and who uses it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoleUse {
    /// The ServiceAccounts bound to it, or whose pods still run with it.
    pub users: Vec<RoleUser>,
    /// The nodes whose role it is, in order of name.
    pub nodes: Vec<Name>,
    /// Pods that are on it by way of their nodes.
    pub pods_by_node: u32,
}

/// A ServiceAccount that uses a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleUser {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub service_account: Name,
    /// By which mechanism: [`IdentityKind::WebIdentity`] or [`IdentityKind::PodIdentity`].
    pub mechanism: IdentityKind,
    /// Its pods that run with the role now.
    pub pods: u32,
    /// It is bound to the role now; otherwise only running pods still carry it.
    pub bound: bool,
}

/// Every role that is named, by ARN as written. Bindings, then pods, then nodes.
pub fn role_uses(_inventory: &Inventory, _identities: &Identities) -> BTreeMap<Name, RoleUse> {
    BTreeMap::new()
}

/// The role of a node: its instance profile's, else its node group's.
pub fn node_role_of(_inventory: &Inventory, _node: &Node) -> Option<RoleArn> {
    None
}
