//! What an action would change: the row's ServiceAccount, or its role.

use crate::domain::identity::{IdentityKind, verdict_of};
use crate::domain::model::{Name, RoleArn};
use crate::tui::app::State;
use crate::tui::app::select::Item;

/// The ServiceAccount that a row is, or that its pod runs as: namespace and name.
pub(in crate::tui::app) fn account(state: &State, item: &Item) -> Option<(Name, Name)> {
    if let Item::Account(namespace, name) = item {
        return Some((namespace.clone(), name.clone()));
    }
    let (namespace, pod) = item.pod()?;
    let pod = state.inventory.shard(namespace)?.pod(pod)?;
    Some((namespace.clone(), pod.spec.service_account.clone()))
}

/// The role that a row is, or has of its own: what its pod has by IRSA or Pod Identity, else what binds its ServiceAccount.
/// A node's role is never meant: whoever changes that goes to the role itself.
///
/// # Errors
/// Why there is none.
pub(in crate::tui::app) fn role(state: &State, item: &Item) -> Result<RoleArn, String> {
    let own = match item {
        Item::Role(arn) => Some(RoleArn::new(arn.clone())),
        Item::Pod(namespace, name) => {
            let row = state.identities.pod(namespace, name);
            row.filter(|row| is_own(row.kind)).and_then(|row| row.role.clone())
        }
        Item::Container(namespace, name, place) => {
            let pod = state.inventory.shard(namespace).and_then(|shard| shard.pod(name));
            let pod = pod.filter(|pod| usize::from(*place) < pod.spec.containers.len());
            let verdict = pod.map(|pod| verdict_of(&state.inventory, pod, usize::from(*place)));
            let verdict = verdict.filter(|verdict| is_own(verdict.kind()));
            verdict.and_then(|verdict| verdict.identity?.role().cloned())
        }
        _ => None,
    };
    own.or_else(|| bound(state, item)).ok_or_else(|| "it is bound to no role".to_owned())
}

fn is_own(kind: IdentityKind) -> bool {
    matches!(kind, IdentityKind::WebIdentity | IdentityKind::PodIdentity)
}

/// The role that new pods of the row's ServiceAccount get: an association wins over the annotation, and its target role is
/// what AWS sees.
fn bound(state: &State, item: &Item) -> Option<RoleArn> {
    let (namespace, name) = account(state, item)?;
    let bindings = &state.identities.account(&namespace, &name)?.bindings;
    let association = bindings.iter().find(|binding| binding.mechanism == IdentityKind::PodIdentity);
    let binding = association.or_else(|| bindings.first())?;
    binding.target.as_ref().or(binding.role.as_ref()).cloned()
}
