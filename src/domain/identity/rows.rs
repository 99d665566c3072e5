//! What a list shows of each pod, ServiceAccount, namespace, node and role: small, countable, kept for all.

use super::{Confidence, Finding, FindingSet, IdentityKind, Usable};
use crate::domain::model::{Name, RoleArn};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The row of one pod: its worst main container. Init, sidecar and ephemeral ones are listed, but count nowhere: a debug
/// container on the node role says nothing about the program.
#[derive(Debug, Clone, PartialEq)]
pub struct PodRow {
    /// Its ServiceAccount.
    pub account: Name,
    /// Its node, once it has one.
    pub node: Option<Name>,
    /// Index of the worst main container in the pod's spec; of the first container where there is no main one.
    pub container: u16,
    /// How many main containers it has.
    pub containers: u16,
    /// They do not all have the same identity.
    pub differ: bool,
    /// The worst one's kind.
    pub kind: IdentityKind,
    /// The role that AWS sees, where it is known.
    pub role: Option<RoleArn>,
    /// Whether that identity can be used.
    pub usable: Usable,
    /// How sure it is.
    pub confidence: Confidence,
    /// The findings of its main containers; none for a pod that does not count.
    pub findings: FindingSet,
    /// It is finished or terminating: dimmed, and in no count.
    pub dimmed: bool,
}

impl PodRow {
    /// Whether it is counted among the pods on a node role.
    pub fn is_on_node_role(&self) -> bool {
        self.kind == IdentityKind::NodeRole && !self.dimmed
    }
}

/// How many pods have which identity. Finished and terminating ones are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    by_kind: [u32; IdentityKind::ALL.len()],
    /// Pods with at least one finding.
    pub with_findings: u32,
}

impl Counts {
    /// Pods of one kind.
    pub fn of(&self, kind: IdentityKind) -> u32 {
        self.by_kind[kind as usize]
    }

    /// All pods that count.
    pub fn total(&self) -> u32 {
        self.by_kind.iter().sum()
    }

    /// Pods with an own role, by either mechanism.
    pub fn own_role(&self) -> u32 {
        self.of(IdentityKind::PodIdentity) + self.of(IdentityKind::WebIdentity)
    }

    /// Adds one pod's row; a dimmed one counts nowhere.
    pub fn add(&mut self, row: &PodRow) {
        if !row.dimmed {
            self.by_kind[row.kind as usize] += 1;
            self.with_findings += u32::from(!row.findings.is_empty());
        }
    }

    /// Takes one pod's row out again.
    pub fn remove(&mut self, row: &PodRow) {
        if !row.dimmed {
            self.by_kind[row.kind as usize] -= 1;
            self.with_findings -= u32::from(!row.findings.is_empty());
        }
    }

    /// Adds all of another count.
    pub fn merge(&mut self, other: &Self) {
        self.by_kind.iter_mut().zip(other.by_kind).for_each(|(mine, theirs)| *mine += theirs);
        self.with_findings += other.with_findings;
    }
}

/// The row of one ServiceAccount, also of one that only pods or an association name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccountRow {
    /// What binds it, association first: it is what new pods get.
    pub bindings: Vec<Binding>,
    /// Its pods by identity.
    pub pods: Counts,
    /// How many pods name it, dimmed ones too: it has a row as long as any does.
    pub named_by: u32,
    /// There is such a ServiceAccount, as far as was seen.
    pub exists: bool,
    /// What is wrong with its binding.
    pub findings: FindingSet,
}

impl AccountRow {
    /// What new pods of it get, association first.
    pub fn binding(&self) -> Option<&Binding> {
        self.bindings.first()
    }
}

/// What binds a ServiceAccount to a role now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// By which mechanism: [`IdentityKind::WebIdentity`] or [`IdentityKind::PodIdentity`].
    pub mechanism: IdentityKind,
    /// The role new pods get; `None` where the association could be listed but not described.
    pub role: Option<RoleArn>,
    /// Of an association, the role it goes on to.
    pub target: Option<RoleArn>,
    /// Of an association, its id.
    pub association_id: Option<Name>,
    /// Since when, as far as it is known.
    pub since: Option<crate::domain::model::Time>,
    /// What is wrong with that role, as far as its pods are concerned.
    pub findings: FindingSet,
    /// The same of the role it goes on to.
    pub target_findings: FindingSet,
}

impl Binding {
    /// Why new pods get no credentials by it: a role cannot be had, or nothing vouches for their tokens.
    pub fn fault(&self) -> Option<Finding> {
        let all = self.findings.union(self.target_findings);
        all.iter().find(|finding| finding.breaks())
    }

    /// Whether new pods get no credentials by it.
    pub fn is_broken(&self) -> bool {
        self.fault().is_some()
    }
}

/// One namespace's rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NamespaceRows {
    /// Pods by name.
    pub pods: BTreeMap<Name, PodRow>,
    /// ServiceAccounts by name.
    pub accounts: BTreeMap<Name, AccountRow>,
    /// All its pods.
    pub counts: Counts,
}

impl NamespaceRows {
    /// The pods of one ServiceAccount, in order of name.
    pub fn pods_of<'a>(&'a self, account: &'a str) -> impl Iterator<Item = (&'a Name, &'a PodRow)> {
        self.pods.iter().filter(move |(_, row)| &*row.account == account)
    }
}

/// Every row, and the indices that lead back from roles and nodes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Identities {
    pub(super) namespaces: BTreeMap<Name, Arc<NamespaceRows>>,
    pub(super) total: Counts,
    /// Node name -> its pods on the node role.
    pub(super) on_node_role: HashMap<Name, u32>,
    /// Role ARN -> pods on it by way of their nodes.
    pub(super) on_node_role_by_role: HashMap<Name, u32>,
}

impl Identities {
    /// All rows, by namespace.
    pub fn namespaces(&self) -> impl Iterator<Item = (&Name, &NamespaceRows)> {
        self.namespaces.iter().map(|(name, rows)| (name, &**rows))
    }

    /// One namespace's rows.
    pub fn namespace(&self, name: &str) -> Option<&NamespaceRows> {
        self.namespaces.get(name).map(|rows| &**rows)
    }

    /// One pod's row.
    pub fn pod(&self, namespace: &str, name: &str) -> Option<&PodRow> {
        self.namespace(namespace)?.pods.get(name)
    }

    /// One ServiceAccount's row.
    pub fn account(&self, namespace: &str, name: &str) -> Option<&AccountRow> {
        self.namespace(namespace)?.accounts.get(name)
    }

    /// The whole cluster's pods by identity.
    pub fn total(&self) -> &Counts {
        &self.total
    }

    /// How many pods of a node are on its role.
    pub fn on_node_role(&self, node: &str) -> u32 {
        self.on_node_role.get(node).copied().unwrap_or(0)
    }

    /// How many pods, on all nodes, are on a node role.
    pub fn sharing_node_role(&self, role: &str) -> u32 {
        self.on_node_role_by_role.get(role).copied().unwrap_or(0)
    }
}
