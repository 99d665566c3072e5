//! What is left to a restart that a plan offers and nobody took in.

use super::bound::{Bound, Rebound};
use super::tell::lets_in;
use super::touched::Touched;
use crate::domain::identity::{IdentityKind, PodRow};
use crate::domain::model::{Name, Pod};
use crate::domain::plan::restart::is_rollout_of;
use crate::domain::plan::withheld::Binding;
use crate::domain::plan::{Change, Plan, Seen};

/// What running pods of a ServiceAccount get by a plan only when they are made anew, in words: their restart is offered and
/// not taken in. Nothing where they have it, get it without a restart, or do not get it by one.
pub fn left_to_restart(plan: &Plan, seen: Seen<'_>, namespace: &Name, account: &Name) -> Option<String> {
    let changes: Vec<Change> = plan.taken().map(|(_, step)| step.change.clone()).collect();
    let is_own = |own: &Bound| own.namespace == *namespace && own.name == *account;
    let own = Bound::of(seen, &changes).into_iter().find(is_own).filter(|own| !own.is_gone)?;
    let after = own.after.as_ref()?;
    let lets_in = lets_in(&mut Plan::new(plan.kind, ""), seen, &own, &Touched::of(seen, &changes));
    let binding = Binding::after(plan, seen, namespace, account);
    if lets_in.is_no() || binding.is_in_vain(namespace) {
        return None;
    }
    let has_it = |row: &PodRow| match (&own.via, own.rebound) {
        (_, Rebound::No) | (Some(_), Rebound::Token) => true,
        (None, Rebound::Token) => false,
        (Some(_), Rebound::Role) => row.kind == IdentityKind::PodIdentity,
        (None, Rebound::Role) => row.kind == IdentityKind::WebIdentity && row.role.as_ref() == Some(after),
    };
    let shard = seen.inventory.shard(namespace);
    let mut rows = seen
        .running(namespace, account)
        .filter(|(name, _)| shard.and_then(|shard| shard.pod(name)).is_some_and(|pod| is_offered(plan, pod)));
    let is_left = rows.any(|own| binding.reached(namespace, own).is_some_and(|row| !has_it(&row)));
    let words = match own.rebound {
        Rebound::Token => "the token as annotated",
        _ => after.path_and_name(),
    };
    is_left.then(|| words.to_owned())
}

/// Whether the restart of what made a pod is offered, and not taken in.
fn is_offered(plan: &Plan, pod: &Pod) -> bool {
    plan.steps.iter().any(|step| !step.taken && is_rollout_of(&step.change.target, pod))
}
