//! Which roles the cluster names, and who uses each.

use super::trust::is_too_wide;
use super::{Finding, FindingSet, Identities, IdentityKind, NamespaceRows, hygiene, node_role_of};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, RoleArn};
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
    /// The ServiceAccounts of those pods.
    pub users_by_node: Vec<RoleUser>,
    /// What is wrong with the role itself: its name, that it does not exist, and its trust policy, for those who are
    /// bound to it and, where anybody uses it, for being too wide; and how much it gives away.
    pub findings: FindingSet,
}

/// A ServiceAccount that uses a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleUser {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub service_account: Name,
    /// By which mechanism: [`IdentityKind::WebIdentity`], [`IdentityKind::PodIdentity`], or [`IdentityKind::NodeRole`].
    pub mechanism: IdentityKind,
    /// Its pods that run with the role now.
    pub pods: u32,
    /// It is bound to the role now; otherwise only running pods still carry it.
    pub bound: bool,
}

/// Every role that is named, by ARN as written. Bindings, then pods, then nodes.
pub fn role_uses(inventory: &Inventory, identities: &Identities) -> BTreeMap<Name, RoleUse> {
    uses_of(inventory, identities, |_| true)
}

/// The same of one role; nobody uses one that nothing names.
pub fn role_use(inventory: &Inventory, identities: &Identities, role: &RoleArn) -> RoleUse {
    uses_of(inventory, identities, |own| own == role).into_values().next().unwrap_or_default()
}

fn uses_of(
    inventory: &Inventory,
    identities: &Identities,
    is_meant: impl Fn(&RoleArn) -> bool,
) -> BTreeMap<Name, RoleUse> {
    let mut uses: BTreeMap<Name, RoleUse> = BTreeMap::new();
    for (namespace, rows) in identities.namespaces() {
        for binding in rows.accounts.values().flat_map(|row| &row.bindings) {
            for (role, findings) in [(&binding.role, binding.findings), (&binding.target, binding.target_findings)] {
                let Some(role) = role.as_ref().filter(|role| is_meant(role)) else { continue };
                let own = &mut uses.entry(role.name_shared()).or_default().findings;
                // whether the provider is there is the account's matter, not the role's
                *own = own.union(findings.iter().filter(|finding| *finding != Finding::ProviderMissing).collect());
            }
        }
        for ((role, service_account, mechanism), (pods, bound)) in namespace_uses(rows, &is_meant) {
            let account = RoleUser { namespace: namespace.clone(), service_account, mechanism, pods, bound };
            let role_use = uses.entry(role).or_default();
            let by_node = mechanism == IdentityKind::NodeRole;
            if by_node { role_use.users_by_node.push(account) } else { role_use.users.push(account) }
        }
    }
    for node in inventory.nodes() {
        if let Some(role) = node_role_of(inventory, node).filter(|role| is_meant(role)) {
            uses.entry(role.name_shared()).or_default().nodes.push(node.name.clone());
        }
    }
    let on_node_role = identities.on_node_role_by_role.iter();
    for (role, pods) in on_node_role.filter(|(role, _)| is_meant(&RoleArn::new((*role).clone()))) {
        uses.entry(role.clone()).or_default().pods_by_node = *pods;
    }
    for (role, role_use) in &mut uses {
        let role = RoleArn::new(role.clone());
        let is_missing = || inventory.aws().role(role.as_str()).is_some_and(Reading::is_missing);
        if role.problem().is_some() {
            role_use.findings.insert(Finding::MalformedRoleArn);
        } else if !inventory.aws().is_refuted() && is_missing() {
            role_use.findings.insert(Finding::RoleNotFound);
        } else {
            if !role_use.users.is_empty() && is_too_wide(inventory, &role) {
                role_use.findings.insert(Finding::TrustTooWide);
            }
            role_use.findings = role_use.findings.union(hygiene::of_role(inventory, &role, role_use));
        }
    }
    uses
}

/// Role, ServiceAccount and mechanism, with the pods that run so and whether it is bound so now.
type Uses = BTreeMap<(Name, Name, IdentityKind), (u32, bool)>;

fn namespace_uses(rows: &NamespaceRows, is_meant: impl Fn(&RoleArn) -> bool) -> Uses {
    let mut uses = Uses::new();
    for (account, row) in &rows.accounts {
        for binding in &row.bindings {
            for role in [&binding.role, &binding.target].into_iter().flatten().filter(|role| is_meant(role)) {
                uses.entry((role.name_shared(), account.clone(), binding.mechanism)).or_default().1 = true;
            }
        }
    }
    let by_role = |kind| matches!(kind, IdentityKind::WebIdentity | IdentityKind::PodIdentity | IdentityKind::NodeRole);
    for row in rows.pods.values().filter(|row| !row.dimmed && by_role(row.kind)) {
        if let Some(role) = row.role.as_ref().filter(|role| is_meant(role)) {
            uses.entry((role.name_shared(), row.account.clone(), row.kind)).or_default().0 += 1;
        }
    }
    uses
}
