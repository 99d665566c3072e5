//! The rows of objects of the cluster and the account, in the order of their names.

use super::rows::{Query, Rows};
use super::{Item, Of, Rank, SortBy};
use crate::domain::identity::{Counts, IdentityKind, NamespaceRows, PodRow, verdict_of};
use crate::domain::inventory::Shard;
use crate::domain::model::{Name, Pod, Reading, RoleArn, Time};
use crate::tui::app::screen::ScreenKind;

/// Namespaces, and `all` above them in the explorer.
pub(super) fn namespaces(query: &Query<'_>, out: &mut Rows) {
    let state = query.state;
    all_row(query, out);
    let mut names: Vec<&Name> = state.inventory.shards().map(|(name, _)| name).collect();
    if let Some(scope) = &state.scope
        && let Err(place) = names.binary_search(&scope)
    {
        names.insert(place, scope); // it is narrowed to, so it has its row, seen or not
    }
    for name in names {
        let shard = state.inventory.shard(name);
        let counts = state.identities.namespace(name).map(|rows| rows.counts).unwrap_or_default();
        let created = || shard.and_then(|s| s.namespace()).and_then(|namespace| namespace.created);
        let wrong = counts.with_findings > 0 || state.scope.as_ref() == Some(name);
        out.add(Item::Namespace(name.clone()), counted(query.sort.by, &counts, created), wrong, |texts| {
            texts.say(name);
        });
    }
}

/// ServiceAccounts of the scope, those too that only pods or an association name.
pub(super) fn accounts(query: &Query<'_>, out: &mut Rows) {
    let state = query.state;
    all_row(query, out);
    for (namespace, rows) in state.identities.namespaces().filter(|(name, _)| in_scope(query, name)) {
        for (name, row) in &rows.accounts {
            let wrong = !row.findings.is_empty() || row.pods.with_findings > 0;
            let created = || {
                state.inventory.shard(namespace).and_then(|shard| shard.service_account(name)).and_then(|a| a.created)
            };
            let rank = counted(query.sort.by, &row.pods, created);
            out.add(Item::Account(namespace.clone(), name.clone()), rank, wrong, |texts| {
                texts.say(name);
                texts.say(scope_text(query, namespace));
                let roles = row.bindings.iter().filter_map(|binding| binding.role.as_ref());
                roles.for_each(|role| texts.say(role.path_and_name()));
            });
        }
    }
}

/// Pods: of the scope, a ServiceAccount, a node, a workload.
pub(super) fn pods(query: &Query<'_>, out: &mut Rows) {
    let state = query.state;
    let one = match query.of {
        Of::PodsOfAccount(namespace, _) | Of::PodsOfOwner(namespace, ..) => Some(namespace),
        Of::Pods => state.scope.as_ref(),
        _ => None,
    };
    let mut namespace = |name: &Name, shard: &Shard| {
        for (pod, row) in zipped(shard, state.identities.namespace(name)) {
            if is_of(query.of, pod) {
                pod_row(query, pod, row, out);
            }
        }
    };
    match one {
        Some(name) => state.inventory.shard(name).into_iter().for_each(|shard| namespace(name, shard)),
        None => state.inventory.shards().for_each(|(name, shard)| namespace(name, shard)),
    }
}

/// One pod's row anew, where the list is of it at all: what a change puts in place.
pub(in crate::tui::app) fn one_pod(query: &Query<'_>, (namespace, name): (&Name, &Name), out: &mut Rows) {
    let Some(pod) = query.state.inventory.shard(namespace).and_then(|shard| shard.pod(name)) else { return };
    if is_of(query.of, pod) && (*query.of != Of::Pods || in_scope(query, namespace)) {
        pod_row(query, pod, query.state.identities.pod(namespace, name), out);
    }
}

/// A pod's containers, in the order of its spec.
pub(super) fn containers(query: &Query<'_>, (namespace, name): (&Name, &Name), out: &mut Rows) {
    let state = query.state;
    let Some(pod) = state.inventory.shard(namespace).and_then(|shard| shard.pod(name)) else { return };
    for (place, container) in pod.spec.containers.iter().enumerate() {
        let verdict = verdict_of(&state.inventory, pod, place);
        let role = verdict.identity.as_ref().and_then(|identity| identity.role());
        let rank = match query.sort.by {
            SortBy::Identity => Rank::Number(verdict.kind() as i64),
            SortBy::Name => Rank::Text(container.name.clone()),
            _ => Rank::Same,
        };
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        let wrong = !verdict.findings.is_empty();
        out.add(Item::Container(namespace.clone(), name.clone(), place), rank, wrong, |texts| {
            texts.say(&container.name);
            texts.say(verdict.kind().label());
            texts.say(role.map_or("", RoleArn::path_and_name));
        });
    }
}

/// Nodes.
pub(super) fn nodes(query: &Query<'_>, out: &mut Rows) {
    let state = query.state;
    for node in state.inventory.nodes() {
        let on_role = state.identities.on_node_role(&node.name);
        let rank = match query.sort.by {
            SortBy::Pods | SortBy::Identity => Rank::Number(-i64::from(on_role)),
            SortBy::Age => youngest(node.created),
            SortBy::Name | SortBy::Node => Rank::Same,
        };
        out.add(Item::Node(node.name.clone()), rank, on_role > 0, |texts| {
            texts.say(&node.name);
            texts.say(node.compute.word());
            [&node.nodegroup, &node.nodepool].into_iter().flatten().for_each(|group| texts.say(group));
            let role = crate::domain::identity::node_role_of(&state.inventory, node);
            texts.say(role.as_ref().map_or("", RoleArn::path_and_name));
        });
    }
}

/// Roles that are named.
pub(super) fn roles(query: &Query<'_>, out: &mut Rows) {
    let state = query.state;
    for (arn, role_use) in &state.roles {
        let role = RoleArn::new(arn.clone());
        let is_missing = state.inventory.aws().role(arn).is_some_and(Reading::is_missing);
        let is_wrong = !role_use.findings.is_empty() || role_use.pods_by_node > 0;
        let pods: u32 = role_use.users.iter().map(|user| user.pods).sum::<u32>() + role_use.pods_by_node;
        let rank = match query.sort.by {
            SortBy::Pods => Rank::Number(-i64::from(pods)),
            SortBy::Identity if is_missing || role.problem().is_some() => Rank::Number(0),
            SortBy::Identity => Rank::Number(if role_use.pods_by_node > 0 { 1 } else { 2 }),
            // by what a person reads, not by the account before it
            _ => Rank::Text(Name::from(role.path_and_name())),
        };
        out.add(Item::Role(arn.clone()), rank, is_wrong, |texts| texts.say(role.path_and_name()));
    }
}

/// ServiceAccounts, then nodes, that use a role.
pub(super) fn users(query: &Query<'_>, arn: &Name, out: &mut Rows) {
    let state = query.state;
    let Some(role_use) = state.roles.get(arn) else { return };
    let mut users: Vec<_> = role_use.users.iter().collect();
    users.sort_by_key(|user| (&user.namespace, &user.service_account));
    for user in users {
        let rank = match query.sort.by {
            SortBy::Pods => Rank::Number(-i64::from(user.pods)),
            SortBy::Identity => Rank::Number(user.mechanism as i64),
            _ => Rank::Same,
        };
        out.add(Item::Account(user.namespace.clone(), user.service_account.clone()), rank, true, |texts| {
            texts.say(&user.namespace);
            texts.say(&user.service_account);
        });
    }
    for node in &role_use.nodes {
        let rank = match query.sort.by {
            SortBy::Pods => Rank::Number(-i64::from(state.identities.on_node_role(node))),
            SortBy::Identity => Rank::Number(IdentityKind::NodeRole as i64),
            _ => Rank::Same,
        };
        out.add(Item::Node(node.clone()), rank, true, |texts| texts.say(node));
    }
}

fn all_row(query: &Query<'_>, out: &mut Rows) {
    if query.on == ScreenKind::Explorer {
        out.add(Item::All, Rank::First, false, |_| ());
    }
}

fn in_scope(query: &Query<'_>, namespace: &Name) -> bool {
    query.state.scope.as_ref().is_none_or(|scope| scope == namespace)
}

/// The namespace is searched only where rows of several are mixed.
fn scope_text<'a>(query: &Query<'_>, namespace: &'a Name) -> &'a str {
    if query.state.scope.is_none() { namespace } else { "" }
}

fn is_of(of: &Of, pod: &Pod) -> bool {
    match of {
        Of::PodsOfAccount(namespace, account) => pod.namespace == *namespace && pod.spec.service_account == *account,
        Of::PodsOnNode(node) => pod.node.as_ref() == Some(node),
        Of::PodsOfOwner(namespace, kind, name) => {
            pod.namespace == *namespace
                && pod.workload().is_some_and(|workload| workload.kind == *kind && workload.name == *name)
        }
        _ => true,
    }
}

fn pod_row(query: &Query<'_>, pod: &Pod, row: Option<&PodRow>, out: &mut Rows) {
    let kind = row.map_or(IdentityKind::Unknown, |row| row.kind);
    let rank = match query.sort.by {
        SortBy::Name | SortBy::Pods => Rank::Same,
        SortBy::Age => youngest(pod.created),
        SortBy::Identity if !pod.counts() => Rank::Last,
        SortBy::Identity => Rank::Number(kind as i64),
        SortBy::Node => pod.node.clone().map_or(Rank::Last, Rank::Text),
    };
    let wrong = row.is_some_and(|row| !row.findings.is_empty());
    out.add(Item::Pod(pod.namespace.clone(), pod.name.clone()), rank, wrong, |texts| {
        texts.say(&pod.name);
        texts.say(&pod.spec.service_account);
        texts.say(kind.label());
        row.and_then(|row| row.role.as_ref()).into_iter().for_each(|role| texts.say(role.path_and_name()));
        pod.node.iter().for_each(|node| texts.say(node));
        texts.say(scope_text(query, &pod.namespace));
    });
}

/// The pods of a namespace with their rows: both are in order of name, so nothing is looked up.
fn zipped<'a>(
    shard: &'a Shard,
    rows: Option<&'a NamespaceRows>,
) -> impl Iterator<Item = (&'a Pod, Option<&'a PodRow>)> {
    let mut rows = rows.into_iter().flat_map(|rows| rows.pods.iter()).peekable();
    shard.pods().map(move |(name, pod)| {
        while rows.next_if(|(other, _)| *other < name).is_some() {}
        (pod, rows.next_if(|(other, _)| *other == name).map(|(_, row)| row))
    })
}

fn counted(by: SortBy, counts: &Counts, created: impl Fn() -> Option<Time>) -> Rank {
    match by {
        SortBy::Name | SortBy::Node => Rank::Same,
        SortBy::Age => youngest(created()),
        SortBy::Pods => Rank::Number(-i64::from(counts.total())),
        SortBy::Identity => {
            let worst = IdentityKind::ALL.into_iter().find(|kind| counts.of(*kind) > 0);
            worst.map_or(Rank::Last, |kind| Rank::Number(kind as i64))
        }
    }
}

fn youngest(created: Option<Time>) -> Rank {
    created.map_or(Rank::Last, |at| Rank::Number(-at.as_second()))
}
