//! The rule book applied: to one container, to all pods, to what changed.

use super::account::{accounts_of, associated, bindings_of};
use super::judge::judge;
use super::{
    AccountRow, Answers, Confidence, FindingSet, Identities, Identity, IdentityKind, NamespaceRows, PodRow, Situation,
    Trace, Usable, Verdict, hygiene,
};
use crate::domain::inventory::{Dirty, Inventory};
use crate::domain::model::{Association, Container, Name, Pod, Reading, ServiceAccount};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// The verdict on one container of a pod, with its evidence. `container` is its index in the pod's spec; where there is
/// no such container, nothing is known.
pub fn verdict_of(inventory: &Inventory, pod: &Pod, container: usize) -> Verdict {
    let mut trace = Trace::kept();
    let situation = Situation::of(inventory, pod);
    let Some(container) = pod.spec.containers.get(container) else {
        let (findings, evidence, gaps) = (FindingSet::default(), Vec::new(), Vec::new());
        return Verdict {
            identity: None,
            elsewhere: None,
            usable: Usable::Unknown,
            confidence: Confidence::Unknown,
            findings,
            evidence,
            gaps,
        };
    };
    let judgement = judge(&situation, container, &mut trace);
    Verdict {
        identity: judgement.identity,
        elsewhere: judgement.elsewhere,
        usable: judgement.usable,
        confidence: trace.confidence,
        findings: judgement.findings,
        evidence: trace.evidence,
        gaps: trace.gaps,
    }
}

/// Every row from scratch: the specification.
pub fn resolve_all(inventory: &Inventory) -> Identities {
    let mut identities = Identities::default();
    let mut associated = associated(inventory);
    let mut answers = Answers::default();
    for (namespace, shard) in inventory.shards() {
        let everything = Touched {
            pods: shard.pods().map(|(name, _)| name.clone()).collect(),
            accounts: accounts_of(inventory, namespace, associated.remove(namespace)),
        };
        identities.resolve(inventory, (namespace, &everything), &mut answers);
    }
    identities
}

/// The pods whose rows were made again, also those that are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// All of them.
    All,
    /// These, by namespace.
    Pods(BTreeMap<Name, BTreeSet<Name>>),
}

impl Default for Refreshed {
    fn default() -> Self {
        Self::Pods(BTreeMap::new())
    }
}

/// Brings the rows up to date after a batch of deltas: the same as [`resolve_all`], sooner. Says whose rows it made.
pub fn refresh(inventory: &Inventory, identities: &mut Identities, dirty: &Dirty) -> Refreshed {
    if dirty.all {
        *identities = resolve_all(inventory);
        return Refreshed::All;
    }
    let mut all = touched(inventory, identities, dirty);
    let new = inventory.shards().map(|(namespace, _)| namespace).filter(|name| identities.namespace(name).is_none());
    let new: Vec<Name> = new.cloned().collect();
    if !new.is_empty() {
        let mut associated = associated(inventory);
        for namespace in new {
            let accounts = accounts_of(inventory, &namespace, associated.remove(&namespace));
            all.entry(namespace).or_default().accounts.extend(accounts);
        }
    }
    let mut answers = Answers::default();
    for named in &all {
        identities.resolve(inventory, named, &mut answers);
    }
    let gone: Vec<Name> =
        identities.namespaces.keys().filter(|name| inventory.shard(name).is_none()).cloned().collect();
    for namespace in gone {
        identities.namespaces.remove(&namespace);
    }
    let pods = all.into_iter().map(|(namespace, touched)| (namespace, touched.pods));
    Refreshed::Pods(pods.filter(|(_, pods)| !pods.is_empty()).collect())
}

/// The row of a pod: its worst main container's identity, the findings of all of them.
pub fn pod_row(inventory: &Inventory, pod: &Pod) -> PodRow {
    row_of(&Situation::of(inventory, pod))
}

fn row_of(situation: &Situation<'_>) -> PodRow {
    let pod = situation.pod;
    let mut row = PodRow {
        account: pod.spec.service_account.clone(),
        node: pod.node.clone(),
        container: 0,
        containers: 0,
        differ: false,
        kind: IdentityKind::Unknown,
        role: None,
        usable: Usable::Unknown,
        confidence: Confidence::Unknown,
        findings: FindingSet::default(),
        dimmed: !pod.counts(),
    };
    for (at, container) in pod.counted_containers() {
        let mut trace = Trace::unkept();
        let judgement = judge(situation, container, &mut trace);
        row.findings = row.findings.union(judgement.findings);
        let kind = judgement.identity.as_ref().map_or(IdentityKind::Unknown, Identity::kind);
        let role = judgement.identity.as_ref().and_then(Identity::role);
        row.differ |= row.containers > 0 && (row.kind != kind || row.role.as_ref() != role);
        // among equals the one that does not work, then the least sure
        let rank = (kind, judgement.usable != Usable::No, trace.confidence);
        if row.containers == 0 || rank < (row.kind, row.usable != Usable::No, row.confidence) {
            (row.container, row.kind, row.role) = (at as u16, kind, role.cloned());
            (row.usable, row.confidence) = (judgement.usable, trace.confidence);
        }
        row.containers += 1;
    }
    row
}

/// Pods and ServiceAccounts of one namespace to be resolved again.
#[derive(Debug, Default)]
struct Touched {
    pods: BTreeSet<Name>,
    accounts: BTreeSet<Name>,
}

impl Identities {
    /// Resolves again what was touched in one namespace: each pod's old row goes out of every count, its new one in.
    fn resolve(&mut self, inventory: &Inventory, (namespace, touched): (&Name, &Touched), answers: &mut Answers) {
        answers.turn_over();
        let answers = &*answers;
        let mut rows = self.namespaces.remove(namespace).unwrap_or_default();
        let changing = Arc::make_mut(&mut rows);
        let shard = inventory.shard(namespace);
        let mut accounts = touched.accounts.clone();
        for name in &touched.pods {
            if let Some(old) = changing.pods.remove(name) {
                self.leave(changing, &old);
                accounts.insert(old.account);
            }
            if let Some(pod) = shard.and_then(|shard| shard.pod(name)) {
                let row = row_of(&Situation { answers: Some(answers), ..Situation::of(inventory, pod) });
                self.enter(changing, &row);
                accounts.insert(row.account.clone());
                changing.pods.insert(name.clone(), row);
            }
        }
        for account in accounts {
            let read = shard.and_then(|shard| shard.service_account(&account));
            changing.bind(inventory, (namespace, &account), read, answers);
        }
        if shard.is_some() {
            self.namespaces.insert(namespace.clone(), rows);
        }
    }

    fn enter(&mut self, rows: &mut NamespaceRows, row: &PodRow) {
        let account = rows.accounts.entry(row.account.clone()).or_default();
        account.named_by += 1;
        for counts in [&mut account.pods, &mut rows.counts, &mut self.total] {
            counts.add(row);
        }
        if row.is_on_node_role() {
            row.node.iter().for_each(|node| *self.on_node_role.entry(node.clone()).or_default() += 1);
            row.role.iter().for_each(|role| *self.on_node_role_by_role.entry(role.name_shared()).or_default() += 1);
        }
    }

    fn leave(&mut self, rows: &mut NamespaceRows, row: &PodRow) {
        if let Some(account) = rows.accounts.get_mut(&row.account) {
            account.named_by -= 1;
            account.pods.remove(row);
        }
        rows.counts.remove(row);
        self.total.remove(row);
        if row.is_on_node_role() {
            row.node.iter().for_each(|node| one_less(&mut self.on_node_role, node));
            row.role.iter().for_each(|role| one_less(&mut self.on_node_role_by_role, &role.name_shared()));
        }
    }
}

impl NamespaceRows {
    /// Brings what binds a ServiceAccount up to date; one that nothing names any more loses its row.
    fn bind(
        &mut self,
        inventory: &Inventory,
        (namespace, name): (&Name, &Name),
        account: Option<&ServiceAccount>,
        answers: &Answers,
    ) {
        let (bindings, findings) = bindings_of(inventory, (namespace, name), account, answers);
        let exists = account.is_some();
        let row = self.accounts.entry(name.clone()).or_default();
        let roles = bindings.iter().flat_map(|binding| [&binding.role, &binding.target]).flatten();
        let findings = findings.union(hygiene::of_bindings(inventory, name, roles, row.named_by > 0));
        *row = AccountRow { bindings, findings, exists, pods: row.pods, named_by: row.named_by };
        if !exists && row.named_by == 0 && row.bindings.is_empty() {
            self.accounts.remove(name);
        }
    }
}

fn one_less(counts: &mut std::collections::HashMap<Name, u32>, name: &Name) {
    if let Some(count) = counts.get_mut(name) {
        *count -= 1;
        if *count == 0 {
            counts.remove(name);
        }
    }
}

/// What a batch touched, carried over to the pods and ServiceAccounts that hang on it.
fn touched(inventory: &Inventory, identities: &Identities, dirty: &Dirty) -> BTreeMap<Name, Touched> {
    let mut all: BTreeMap<Name, Touched> = BTreeMap::new();
    for (namespace, pod) in &dirty.pods {
        all.entry(namespace.clone()).or_default().pods.insert(pod.clone());
    }
    for (namespace, account) in &dirty.service_accounts {
        all.entry(namespace.clone()).or_default().accounts.insert(account.clone());
    }
    let by_role = namespaces_naming(inventory, dirty);
    let by_node = !dirty.nodes.is_empty();
    for (namespace, shard) in inventory.shards() {
        let mut accounts = all.get(namespace).map(|touched| touched.accounts.clone()).unwrap_or_default();
        let by_role = by_role.contains(namespace);
        if by_role {
            let rows = identities.namespace(namespace).into_iter().flat_map(|rows| &rows.accounts);
            accounts.extend(rows.filter(|(_, row)| is_bound_to(row, dirty)).map(|(name, _)| name.clone()));
        }
        if accounts.is_empty() && !by_role && !by_node {
            continue; // nothing here hangs on anything but its own pods
        }
        let hangs = |pod: &Pod| {
            accounts.contains(&pod.spec.service_account)
                || (by_node && pod.node.as_ref().is_some_and(|node| dirty.nodes.contains(node)))
                || (by_role && pod.spec.containers.iter().any(|container| names_role(container, dirty)))
        };
        let pods: Vec<Name> = shard.pods().filter(|(_, pod)| hangs(pod)).map(|(name, _)| name.clone()).collect();
        if !pods.is_empty() || !accounts.is_empty() {
            let touched = all.entry(namespace.clone()).or_default();
            touched.pods.extend(pods);
            touched.accounts.extend(accounts);
        }
    }
    all
}

/// The namespaces in which a pod, an annotation or an association names one of the roles that were touched.
fn namespaces_naming<'a>(inventory: &'a Inventory, dirty: &'a Dirty) -> HashSet<&'a Name> {
    let mut namespaces = HashSet::new();
    if dirty.roles.is_empty() {
        return namespaces;
    }
    namespaces.extend(dirty.roles.iter().flat_map(|role| inventory.namespaces_naming(role)));
    if let Some(associations) = inventory.aws().associations().and_then(Reading::value) {
        let named = |association: &&Association| {
            let roles = [&association.role_arn, &association.target_role_arn];
            roles.into_iter().flatten().any(|role| dirty.roles.contains(role.as_str()))
        };
        namespaces.extend(associations.values().filter(named).map(|association| &association.namespace));
    }
    namespaces
}

fn is_bound_to(row: &AccountRow, dirty: &Dirty) -> bool {
    row.bindings
        .iter()
        .flat_map(|binding| [&binding.role, &binding.target])
        .flatten()
        .any(|arn| dirty.roles.contains(arn.as_str()))
}

fn names_role(container: &Container, dirty: &Dirty) -> bool {
    container.env("AWS_ROLE_ARN").and_then(|value| value.literal()).is_some_and(|arn| dirty.roles.contains(arn))
}
