//! The rule book applied: to one container, to all, to what changed.

use super::{Confidence, Counts, FindingSet, Identities, IdentityKind, NamespaceRows, PodRow, Usable, Verdict};
use crate::domain::inventory::{Dirty, Inventory};
use crate::domain::model::Pod;
use std::sync::Arc;

/// The verdict on one container of a pod, with its evidence. `container` is its index in the pod's spec.
pub fn verdict_of(_inventory: &Inventory, _pod: &Pod, _container: usize) -> Verdict {
    Verdict {
        identity: None,
        usable: Usable::Unknown,
        confidence: Confidence::Unknown,
        findings: FindingSet::default(),
        evidence: Vec::new(),
        gaps: Vec::new(),
    }
}

/// Every row from scratch: the specification.
pub fn resolve_all(inventory: &Inventory) -> Identities {
    let mut identities = Identities::default();
    for (name, shard) in inventory.shards() {
        let mut rows = NamespaceRows::default();
        for (pod_name, _) in &shard.pods {
            let row = PodRow {
                container: 0,
                containers: 1,
                differ: false,
                kind: IdentityKind::Unknown,
                role: None,
                usable: Usable::Unknown,
                confidence: Confidence::Unknown,
                findings: FindingSet::default(),
                dimmed: false,
            };
            rows.counts.add(&row);
            rows.pods.insert(pod_name.clone(), row);
        }
        identities.total.merge(&rows.counts);
        identities.namespaces.insert(name.clone(), Arc::new(rows));
    }
    identities
}

/// Brings the rows up to date after a batch of deltas: the same as [`resolve_all`], sooner.
pub fn refresh(inventory: &Inventory, identities: &mut Identities, dirty: &Dirty) {
    if !dirty.is_empty() {
        *identities = resolve_all(inventory);
    }
    let _: Counts = identities.total;
}
