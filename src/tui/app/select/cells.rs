//! A table as text, with full names: what `ctrl-s` saves.

use super::{Item, Of};
use crate::domain::identity::{AccountRow, Counts, IdentityKind, node_role_of, verdict_of};
use crate::tui::app::screen::{Feed, List, Screen, ScreenKind};
use crate::tui::app::{OFFERS, State};

/// The shown table as CSV, its column names first; `None` where no table is shown.
pub(in crate::tui::app) fn csv(state: &State) -> Option<String> {
    let list = state.list()?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns(&list.of)).ok()?;
    for row in list.index.rows().filter(|row| row.item != Item::All) {
        writer.write_record(cells(state, list, &row.item)).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

/// What the file is named after: the kind of table, and the namespace it is narrowed to.
pub(in crate::tui::app) fn stem(state: &State) -> String {
    let kind = match state.list().map(|list| &list.of) {
        Some(Of::Namespaces) => "namespaces",
        Some(Of::Accounts) => "serviceaccounts",
        Some(Of::Containers(..)) => "containers",
        Some(Of::Nodes) => "nodes",
        Some(Of::Roles) => "roles",
        Some(Of::UsersOfRole(_)) => "used-by",
        Some(Of::Troubles) => "errors",
        Some(Of::Calls) => "calls",
        Some(Of::Contexts) => "contexts",
        Some(Of::Profiles) => "profiles",
        Some(Of::Changes) => "changes",
        Some(Of::Actions(_)) => "actions",
        _ => "pods",
    };
    let is_narrowed = matches!(state.screen().kind(), ScreenKind::Explorer | ScreenKind::Pods) && kind != "namespaces";
    match state.scope.as_ref().filter(|_| is_narrowed) {
        Some(scope) => format!("{kind}-{scope}"),
        None => kind.to_owned(),
    }
}

fn columns(of: &Of) -> &'static [&'static str] {
    match of {
        Of::Namespaces => &["namespace", "serviceAccounts", "pods", "onNodeRole", "withFindings"],
        Of::Accounts => &["namespace", "serviceAccount", "mechanism", "roleArn", "pods", "onNodeRole", "findings"],
        Of::Containers(..) => &["namespace", "pod", "container", "identity", "roleArn", "confidence", "findings"],
        Of::Nodes => &["node", "compute", "roleArn", "podsOnNodeRole"],
        Of::Roles => &["roleArn", "serviceAccounts", "nodes", "pods"],
        Of::UsersOfRole(_) => &["namespace", "user", "mechanism", "pods"],
        Of::Troubles => &["at", "source", "said", "hint", "times"],
        Of::Calls => &["at", "milliseconds", "outcome", "command"],
        Of::Contexts => &["context"],
        Of::Profiles => &["profile"],
        Of::Changes => &["id", "at", "by", "cluster", "account", "state", "what"],
        Of::Actions(_) => &["key", "action", "whyNot"],
        _ => &["namespace", "pod", "serviceAccount", "identity", "roleArn", "node", "created", "findings"],
    }
}

fn cells(state: &State, list: &List, item: &Item) -> Vec<String> {
    match item {
        Item::Namespace(name) => {
            let rows = state.identities.namespace(name);
            let counts = rows.map(|rows| rows.counts).unwrap_or_default();
            let accounts = rows.map_or(0, |rows| rows.accounts.len());
            vec![
                name.to_string(),
                accounts.to_string(),
                counts.total().to_string(),
                counts.of(IdentityKind::NodeRole).to_string(),
                counts.with_findings.to_string(),
            ]
        }
        Item::Account(namespace, name) if matches!(list.of, Of::UsersOfRole(_)) => {
            let user = used(state, list).and_then(|role_use| {
                role_use.users.iter().find(|user| user.namespace == *namespace && user.service_account == *name)
            });
            let (mechanism, pods) = user.map_or((String::new(), 0), |u| (u.mechanism.label().to_owned(), u.pods));
            vec![namespace.to_string(), format!("serviceaccount/{name}"), mechanism, pods.to_string()]
        }
        Item::Account(namespace, name) => {
            account(namespace, name, state.identities.account(namespace, name).unwrap_or(&AccountRow::default()))
        }
        Item::Pod(namespace, name) => pod(state, namespace, name),
        Item::Container(namespace, name, place) => container(state, namespace, name, usize::from(*place)),
        Item::Node(name) if matches!(list.of, Of::UsersOfRole(_)) => {
            let pods = state.identities.on_node_role(name);
            vec![String::new(), format!("node/{name}"), "node".to_owned(), pods.to_string()]
        }
        Item::Node(name) => {
            let node = state.inventory.node(name);
            let role = node.and_then(|node| node_role_of(&state.inventory, node));
            vec![
                name.to_string(),
                node.map_or("", |node| node.compute.word()).to_owned(),
                role.map(|role| role.to_string()).unwrap_or_default(),
                state.identities.on_node_role(name).to_string(),
            ]
        }
        Item::Role(arn) => {
            let role_use = state.roles.get(arn).cloned().unwrap_or_default();
            let pods = role_use.users.iter().map(|user| user.pods).sum::<u32>() + role_use.pods_by_node;
            vec![arn.to_string(), role_use.users.len().to_string(), role_use.nodes.len().to_string(), pods.to_string()]
        }
        Item::Context(name) | Item::Profile(name) => vec![name.to_string()],
        Item::Trouble(place) => state.troubles.get(*place).map_or_else(Vec::new, |trouble| {
            let hint = trouble.hint.clone().unwrap_or_default();
            vec![trouble.at.to_string(), trouble.source.clone(), trouble.said.clone(), hint, trouble.times.to_string()]
        }),
        Item::Call(number) => call(state, *number),
        Item::Change(id) => change(state, id),
        Item::Offer(place) => offer(state, *place),
        Item::All => Vec::new(),
    }
}

fn used<'a>(state: &'a State, list: &List) -> Option<&'a crate::domain::identity::RoleUse> {
    match &list.of {
        Of::UsersOfRole(arn) => state.roles.get(arn),
        _ => None,
    }
}

fn account(namespace: &str, name: &str, row: &AccountRow) -> Vec<String> {
    let binding = row.bindings.first();
    let counts: &Counts = &row.pods;
    vec![
        namespace.to_owned(),
        name.to_owned(),
        binding.map_or("", |binding| binding.mechanism.label()).to_owned(),
        binding.and_then(|b| b.target.as_ref().or(b.role.as_ref())).map(ToString::to_string).unwrap_or_default(),
        counts.total().to_string(),
        counts.of(IdentityKind::NodeRole).to_string(),
        words(row.findings),
    ]
}

fn pod(state: &State, namespace: &str, name: &str) -> Vec<String> {
    let pod = state.inventory.shard(namespace).and_then(|shard| shard.pod(name));
    let row = state.identities.pod(namespace, name);
    vec![
        namespace.to_owned(),
        name.to_owned(),
        pod.map_or_else(String::new, |pod| pod.spec.service_account.to_string()),
        row.map_or(IdentityKind::Unknown, |row| row.kind).label().to_owned(),
        row.and_then(|row| row.role.as_ref()).map(ToString::to_string).unwrap_or_default(),
        pod.and_then(|pod| pod.node.as_deref()).unwrap_or_default().to_owned(),
        pod.and_then(|pod| pod.created).map(|at| at.to_string()).unwrap_or_default(),
        row.map_or_else(String::new, |row| words(row.findings)),
    ]
}

fn container(state: &State, namespace: &str, name: &str, place: usize) -> Vec<String> {
    let pod = state.inventory.shard(namespace).and_then(|shard| shard.pod(name));
    let Some((pod, container)) = pod.and_then(|pod| Some((pod, pod.spec.containers.get(place)?))) else {
        return vec![namespace.to_owned(), name.to_owned()];
    };
    let verdict = verdict_of(&state.inventory, pod, place);
    vec![
        namespace.to_owned(),
        name.to_owned(),
        container.name.to_string(),
        verdict.kind().label().to_owned(),
        verdict.identity.as_ref().and_then(|i| i.role()).map(ToString::to_string).unwrap_or_default(),
        verdict.confidence.label().to_owned(),
        words(verdict.findings),
    ]
}

fn call(state: &State, number: usize) -> Vec<String> {
    let Screen::List(screen) = state.screen() else { return Vec::new() };
    let Feed::Calls(calls) = &screen.feed else { return Vec::new() };
    calls.line(number).map_or_else(Vec::new, |call| {
        let outcome = match &call.outcome {
            None => "running".to_owned(),
            Some(Ok(())) => "ok".to_owned(),
            Some(Err(said)) => said.clone(),
        };
        let milliseconds = call.milliseconds.map(|ms| ms.to_string()).unwrap_or_default();
        vec![call.at.to_string(), milliseconds, outcome, call.command.clone()]
    })
}

fn change(state: &State, id: &str) -> Vec<String> {
    let Screen::List(screen) = state.screen() else { return Vec::new() };
    let Feed::Changes(entries) = &screen.feed else { return Vec::new() };
    let Some(entry) = entries.iter().find(|entry| &*entry.id == id) else { return Vec::new() };
    let text = |name: Option<&crate::domain::model::Name>| name.map(ToString::to_string).unwrap_or_default();
    vec![
        entry.id.to_string(),
        entry.time.to_string(),
        text(entry.by()),
        text(entry.place.name()),
        text(entry.place.account.as_ref()),
        entry.state.word().to_owned(),
        entry.plan.title.clone(),
    ]
}

fn offer(state: &State, place: usize) -> Vec<String> {
    let (Some(offer), Some(item)) = (OFFERS.get(place), state.subject()) else { return Vec::new() };
    let why_not = crate::tui::app::why_not(state, offer, &item).unwrap_or_default();
    vec![crate::tui::keymap::key_of(offer.action), offer.title.to_owned(), why_not]
}

fn words(findings: crate::domain::identity::FindingSet) -> String {
    findings.iter().map(crate::domain::identity::Finding::word).collect::<Vec<_>>().join(" ")
}
