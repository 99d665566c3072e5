//! Running pods whose association ends: what they have of it ends with their session, and what is then in its place only
//! those have that are made anew (EKS user guide, "pod-identities": the agent hands out what an association gives).

use super::restart::is_rollout_of;
use super::surroundings::{Seen, named};
use super::warning::WarningKind;
use super::{Change, Content, Plan, Target};
use crate::domain::identity::{IdentityKind, PodRow, Usable, verdict_of};
use crate::domain::model::{Name, Pod, Reading};

/// How the warning begins that hangs on which restarts are taken in.
const WAITING: &str = "running pods are without credentials once their session expires, unless made anew before";

/// Says which running pods lose their credentials by the steps that are taken, for their restart is not among them. To be
/// called again whenever a restart is taken in or left out.
pub fn warn_of_waiting(plan: &mut Plan, seen: Seen<'_>) {
    plan.warnings.retain(|own| !own.sentence.starts_with(WAITING));
    let changes: Vec<Change> = plan.taken().map(|(_, step)| step.change.clone()).collect();
    for change in &changes {
        let (Target::Association { namespace, service_account, .. }, Content::Absent) = (&change.target, &change.to)
        else {
            continue;
        };
        let is_left = |own: &(&Name, &PodRow)| {
            has_credentials(seen, namespace, *own) && !is_restarted(seen, namespace, own.0, &changes)
        };
        let pods: Vec<&Name> = seen.running(namespace, service_account).filter(is_left).map(|(pod, _)| pod).collect();
        if !pods.is_empty() {
            plan.warn(WarningKind::Loss, format!("{WAITING}: {}", named(&pods)));
        }
    }
}

/// Whether a container of a pod gets credentials by its association.
fn has_credentials(seen: Seen<'_>, namespace: &str, (pod, row): (&Name, &PodRow)) -> bool {
    let is_own = |kind: IdentityKind, usable: Usable| kind == IdentityKind::PodIdentity && usable != Usable::No;
    if !row.differ {
        return is_own(row.kind, row.usable);
    }
    seen.inventory.shard(namespace).and_then(|shard| shard.pod(pod)).is_some_and(|pod| {
        let mut verdicts = pod.counted_containers().map(|(place, _)| verdict_of(seen.inventory, pod, place));
        verdicts.any(|verdict| is_own(verdict.kind(), verdict.usable))
    })
}

fn is_restarted(seen: Seen<'_>, namespace: &str, pod: &Name, changes: &[Change]) -> bool {
    let pod = seen.inventory.shard(namespace).and_then(|shard| shard.pod(pod));
    pod.is_some_and(|pod| {
        !is_below_partition(seen, pod) && changes.iter().any(|change| is_rollout_of(&change.target, pod))
    })
}

/// Whether a rollout of its StatefulSet leaves a pod as it is (Kubernetes documentation, "StatefulSets", "Partitioned
/// rolling updates").
fn is_below_partition(seen: Seen<'_>, pod: &Pod) -> bool {
    let Some(workload) = pod.workload() else { return false };
    let read = seen.inventory.workload(&pod.namespace, &workload.kind, &workload.name).and_then(Reading::value);
    let ordinal = || pod.name.rsplit_once('-')?.1.parse::<u32>().ok();
    read.is_some_and(|rollout| rollout.partition > 0 && ordinal().is_some_and(|own| own < rollout.partition))
}
