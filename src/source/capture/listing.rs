//! One kind's list, told from what was written down.

use crate::domain::inventory::{Delta, Inventory, Kind, Scope, Shard};
use crate::domain::model::{Gap, GapReason, Name, Reading};
use crate::report::capture::not_in_capture;
use std::collections::BTreeSet;

/// The list of the kind over the scope, from its beginning to its end.
pub(super) fn deltas(inventory: &Inventory, kind: Kind, scope: &Scope) -> Vec<Delta> {
    let listing = inventory.listings().of(kind);
    let scope = match (&listing.scope, scope) {
        _ if !matches!(kind, Kind::Pod | Kind::ServiceAccount) => listing.scope.clone(),
        (written, Scope::Cluster) => written.clone(),
        (written, Scope::Namespace(wanted)) if written.covers(wanted) => scope.clone(),
        (_, Scope::Namespace(wanted)) => {
            let what = format!("{} of namespace {wanted}", kind.resource());
            return unread(kind, scope, not_in_capture(&what, &format!("list {}", kind.resource())));
        }
    };
    let mut deltas = vec![Delta::Listing { kind, scope: scope.clone(), expected: None }];
    objects(inventory, kind, &scope, &mut deltas);
    let seen = deltas.len() - 1;
    deltas.extend(listing.left_out.clone().map(|gap| Delta::LeftOut(kind, gap)));
    deltas.extend(listing.narrowed.clone().map(|gap| Delta::Narrowed(kind, gap)));
    if let Some(Delta::Listing { expected, .. }) = deltas.first_mut() {
        *expected = Some(seen);
    }
    match (listing.listed, &listing.gap) {
        (Some(at), None) => deltas.push(Delta::Listed(kind, at)),
        (Some(at), Some(gap)) => {
            deltas.push(Delta::Listed(kind, at));
            deltas.push(Delta::Stalled(kind, listing.stalled.unwrap_or(at), gap.clone()));
        }
        (None, Some(gap)) => deltas.push(Delta::Unreadable(kind, gap.clone())),
        (None, None) => {
            let gap = not_in_capture(kind.resource(), &format!("list {}", kind.resource()));
            deltas.push(Delta::Unreadable(kind, gap));
        }
    }
    if kind == Kind::Pod {
        deltas.extend(agents(inventory, &scope).map(Delta::AgentNodes));
    }
    deltas
}

/// Where the agent runs, for a list of pods that does not go over kube-system.
fn agents(inventory: &Inventory, scope: &Scope) -> Option<Reading<BTreeSet<Name>>> {
    if scope.covers("kube-system") { inventory.agents().cloned() } else { inventory.agent_nodes() }
}

/// A list that was asked for by labels, which captures do not hold.
pub(super) fn unlabelled(kind: Kind, scope: &Scope) -> Vec<Delta> {
    let sentence = "captures hold no labels, so there is nothing to select by";
    unread(
        kind,
        scope,
        Gap::new(kind.resource(), format!("list {}", kind.resource()), GapReason::NotSupported, sentence),
    )
}

fn unread(kind: Kind, scope: &Scope, gap: Gap) -> Vec<Delta> {
    vec![Delta::Listing { kind, scope: scope.clone(), expected: Some(0) }, Delta::Unreadable(kind, gap)]
}

fn objects(inventory: &Inventory, kind: Kind, scope: &Scope, deltas: &mut Vec<Delta>) {
    let shards = || inventory.shards().filter(|(namespace, _)| scope.covers(namespace)).map(|(_, shard)| shard);
    match kind {
        Kind::Namespace => deltas.extend(
            inventory
                .shards()
                .filter_map(|(_, shard)| shard.namespace())
                .map(|namespace| Delta::Namespace(namespace.clone())),
        ),
        Kind::ServiceAccount => deltas.extend(
            shards()
                .flat_map(Shard::service_accounts)
                .map(|(_, account)| Delta::ServiceAccount(Box::new(account.clone()))),
        ),
        Kind::Pod => {
            deltas.extend(shards().flat_map(Shard::pods).map(|(_, pod)| Delta::Pod(Box::new(pod.clone()))));
        }
        Kind::Node => deltas.extend(inventory.nodes().map(|node| Delta::Node(Box::new(node.clone())))),
        Kind::Webhook => deltas.extend(
            inventory.webhook_configurations().map(|(name, webhooks)| Delta::Webhooks(name.clone(), webhooks.to_vec())),
        ),
        Kind::DaemonSet => deltas.extend((inventory.agent_installed() == Some(true)).then_some(Delta::AgentDaemonSet)),
    }
}
