//! Namespaces and ServiceAccounts on the wire.

use crate::domain::identity::{AccountRow, Binding, Counts, Finding, FindingSet, IdentityKind, NamespaceRows};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Name, RoleArn, Time};
use crate::report::GapWire;
use serde::Serialize;

/// One item of a `NamespaceList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceItem {
    /// Its name.
    pub name: Name,
    /// How many ServiceAccounts it has.
    pub service_accounts: usize,
    /// Its pods.
    pub pods: PodsWire,
    /// What is wrong in it, by name.
    pub findings: Vec<&'static str>,
}

/// One item of a `ServiceAccountList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountItem {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// What binds it to a role.
    pub bindings: Vec<BindingWire>,
    /// Its pods.
    pub pods: PodsWire,
    /// What is wrong, by name.
    pub findings: Vec<&'static str>,
    /// What of its binding was not read.
    pub gaps: Vec<GapWire>,
}

/// What binds a ServiceAccount to a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BindingWire {
    /// `webIdentity` or `podIdentity`.
    pub mechanism: &'static str,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
    /// The role that the association goes on to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_role_arn: Option<Name>,
    /// The association.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_id: Option<Name>,
    /// Since when, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
}

/// Pods by identity. Finished and terminating ones are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodsWire {
    /// All of them.
    pub total: u32,
    /// By `identity.kind`.
    pub by_identity: ByIdentity,
}

/// Pods by `identity.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ByIdentity {
    /// On a role of their own.
    pub role: u32,
    /// On the node's role.
    pub node_role: u32,
    /// With static keys.
    pub static_keys: u32,
    /// Without credentials.
    pub none: u32,
    /// Not known.
    pub unknown: u32,
}

impl From<&Counts> for PodsWire {
    fn from(counts: &Counts) -> Self {
        let by_identity = ByIdentity {
            role: counts.own_role(),
            node_role: counts.of(IdentityKind::NodeRole),
            static_keys: counts.of(IdentityKind::StaticKeys),
            none: counts.of(IdentityKind::Nobody),
            unknown: counts.of(IdentityKind::Unknown),
        };
        Self { total: counts.total(), by_identity }
    }
}

impl NamespaceItem {
    /// A namespace's rows.
    pub fn of(name: &Name, rows: &NamespaceRows) -> Self {
        Self {
            name: name.clone(),
            service_accounts: rows.accounts.len(),
            pods: PodsWire::from(&rows.counts),
            findings: words(namespace_findings(rows)),
        }
    }
}

/// Everything that is wrong in a namespace.
pub fn namespace_findings(rows: &NamespaceRows) -> FindingSet {
    let pods = rows.pods.values().map(|row| row.findings);
    pods.chain(rows.accounts.values().map(|row| row.findings)).fold(FindingSet::default(), FindingSet::union)
}

impl ServiceAccountItem {
    /// A ServiceAccount's row. A list of associations that was not read at all is a gap of the whole list.
    pub fn of(inventory: &Inventory, namespace: &Name, name: &Name, row: &AccountRow) -> Self {
        let aws = inventory.aws();
        let association = if aws.is_refuted() { None } else { aws.association(namespace, name).found() };
        Self {
            namespace: namespace.clone(),
            name: name.clone(),
            bindings: row.bindings.iter().map(BindingWire::from).collect(),
            pods: PodsWire::from(&row.pods),
            findings: words(row.findings),
            gaps: association.and_then(Association::gap).iter().map(GapWire::from).collect(),
        }
    }
}

impl From<&Binding> for BindingWire {
    fn from(binding: &Binding) -> Self {
        Self {
            mechanism: mechanism(binding.mechanism),
            role_arn: binding.role.as_ref().map(RoleArn::name_shared),
            target_role_arn: binding.target.as_ref().map(RoleArn::name_shared),
            association_id: binding.association_id.clone(),
            since: binding.since,
        }
    }
}

/// The word for how a role is come by.
pub(super) fn mechanism(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::WebIdentity => "webIdentity",
        IdentityKind::PodIdentity => "podIdentity",
        _ => "node",
    }
}

/// The names of the findings.
pub fn words(findings: FindingSet) -> Vec<&'static str> {
    findings.iter().map(Finding::word).collect()
}
