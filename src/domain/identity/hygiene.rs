//! What a role gives away, and to whom: findings that break nothing and matter to whoever looks after access (D25).

use super::{Finding, FindingSet, RoleUse};
use crate::domain::access::is_admin;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, Role, RoleArn, Time};
use crate::domain::policy::Truth;
use std::collections::BTreeSet;

/// AWS's own policies for nodes: kubelet, CNI, the registry and SSM need them (EKS user guide, "Amazon EKS node IAM role").
const OF_NODES: [&str; 6] = [
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
];

/// After so many days without use a role counts as unused: some jobs run once a quarter. IAM looks back 400 days and is
/// hours late.
pub const UNUSED_DAYS: i64 = 90;

/// What is to be said of a role that somebody uses.
pub(super) fn of_role(inventory: &Inventory, role: &RoleArn, role_use: &RoleUse) -> FindingSet {
    let mut findings = FindingSet::default();
    if inventory.aws().is_refuted() {
        return findings;
    }
    if is_admin(inventory, role) == Truth::Yes {
        findings.insert(Finding::AdminRole);
    }
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    if !role_use.nodes.is_empty() && read.is_some_and(|role| gives_more_than_nodes_need(role)) {
        findings.insert(Finding::NodeRoleTooWide);
    }
    let bound = role_use.users.iter().filter(|user| user.bound);
    let accounts: BTreeSet<(&Name, &Name)> = bound.map(|user| (&user.namespace, &user.service_account)).collect();
    if accounts.len() > 1 {
        findings.insert(Finding::SharedRole);
    }
    let runs =
        role_use.pods_by_node > 0 || !role_use.nodes.is_empty() || role_use.users.iter().any(|user| user.pods > 0);
    if !accounts.is_empty() && !runs && is_unused(inventory, role) {
        findings.insert(Finding::UnusedRole);
    }
    findings
}

/// What is to be said of the bindings of a ServiceAccount, by its name, the roles, and whether any pod names it.
pub(super) fn of_bindings<'r>(
    inventory: &Inventory,
    name: &str,
    roles: impl Iterator<Item = &'r RoleArn> + Clone,
    is_named: bool,
) -> FindingSet {
    let mut findings = FindingSet::default();
    let is_bound = roles.clone().next().is_some();
    if is_bound && name == "default" {
        findings.insert(Finding::DefaultAccountBound);
    }
    if is_bound && !is_named && roles.into_iter().all(|role| is_unused(inventory, role)) {
        findings.insert(Finding::UnusedBinding);
    }
    findings
}

/// Whether the role was read, and had not been used for long when it was; one that is younger than that is not judged.
fn is_unused(inventory: &Inventory, role: &RoleArn) -> bool {
    let Some(Reading::Read { value, at }) = inventory.aws().role(role.as_str()) else { return false };
    let is_long_ago = |then: Time| days_since(then, *at) >= UNUSED_DAYS;
    let is_old = value.created.is_some_and(is_long_ago);
    is_old && value.last_used.as_ref().is_none_or(|used| is_long_ago(used.at))
}

/// How many whole days lie between two moments.
pub fn days_since(then: Time, now: Time) -> i64 {
    now.duration_since(then).as_secs() / 86_400
}

/// Whether the ARN is that of one of AWS's own policies for nodes, and not of a copy by the same name.
pub fn is_node_policy(arn: &str) -> bool {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    arn.contains(":iam::aws:policy/") && OF_NODES.contains(&name)
}

/// Whether it has policies beside those that a node needs.
fn gives_more_than_nodes_need(role: &Role) -> bool {
    let attached = role.attached.iter().flatten().any(|policy| !is_node_policy(&policy.arn));
    attached || role.inline.as_ref().is_ok_and(|inline| !inline.is_empty())
}
