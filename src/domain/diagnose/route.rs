//! The way from pod to policies as a chain of links, with the broken one marked: what the identity card draws.

use crate::domain::identity::{Identities, Verdict};
use crate::domain::inventory::Inventory;
use crate::domain::model::Pod;

/// One way to credentials. The one that should have been taken stands before the one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its links in order, the pod first.
    pub links: Vec<Link>,
    /// It is the way that the container really takes.
    pub taken: bool,
}

/// One link of a route. Its state is about the step that leads to it from the link before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What stands there.
    pub kind: LinkKind,
    /// How it is called on screen: `ServiceAccount api`, `role eks/shop-api`, `3 policies`.
    pub label: String,
    /// Whether the step to it holds.
    pub state: LinkState,
    /// One short line under it, where something is to be said: `nothing was injected`, `hop limit 2`.
    pub note: Option<String>,
}

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The pod or container itself.
    Pod,
    /// Its ServiceAccount.
    ServiceAccount,
    /// The Pod Identity association.
    Association,
    /// The Pod Identity agent on its node.
    Agent,
    /// A role of its own.
    Role,
    /// That role's trust policy.
    Trust,
    /// A role's policies.
    Policies,
    /// The node.
    Node,
    /// The instance's metadata.
    Metadata,
    /// The node's role.
    NodeRole,
    /// Static keys, or another endpoint that hands out credentials.
    Elsewhere,
    /// No credentials.
    Nothing,
}

/// Whether a step holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It does.
    Holds,
    /// It does not.
    Broken,
    /// It cannot be told, or has not been judged yet.
    Unknown,
}

/// The routes of one container, at least one.
pub fn routes(
    _inventory: &Inventory,
    _identities: &Identities,
    _pod: &Pod,
    _container: usize,
    _verdict: &Verdict,
) -> Vec<Route> {
    Vec::new()
}
