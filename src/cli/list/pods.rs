//! `rolecall pods`.

use super::View;
use crate::cli::args::Format;
use crate::cli::sheet::Sheet;
use crate::domain::identity::verdict_of;
use crate::domain::inventory::Scope;
use crate::domain::model::{Name, Pod};
use crate::report::{PodItem, words};
use crate::tui::text;

/// The pods of the list.
pub(in crate::cli) fn pods<'a>(view: &'a View<'a>) -> impl Iterator<Item = &'a Pod> + 'a {
    let shards = view.inventory.shards().filter(|(namespace, _)| view.scope.covers(namespace));
    shards.flat_map(|(_, shard)| shard.pods()).map(|(_, pod)| pod)
}

/// One item for each container.
pub(in crate::cli) fn items<'a>(view: &'a View<'a>) -> impl Iterator<Item = PodItem> + 'a {
    pods(view).flat_map(|pod| containers(view, pod))
}

/// The items of one pod.
pub(in crate::cli) fn containers<'a>(view: &'a View<'a>, pod: &'a Pod) -> impl Iterator<Item = PodItem> + 'a {
    pod.spec
        .containers
        .iter()
        .enumerate()
        .map(move |(index, container)| PodItem::of(pod, container, verdict_of(view.inventory, pod, index), &view.gaps))
}

/// One row for each pod, or, as CSV, for each container.
pub(super) fn sheet<'a>(view: &'a View<'a>) -> Sheet<'a> {
    match view.format {
        Format::Csv => csv(Box::new(items(view))),
        Format::Wide => wide(view),
        _ => narrow(view),
    }
}

fn narrow<'a>(view: &'a View<'a>) -> Sheet<'a> {
    let header = ["name", "identity", "node", "age", "findings"];
    let rows = pods(view).map(|pod| {
        let mut row = Vec::with_capacity(6);
        row.extend(namespace(view, &pod.namespace));
        row.extend([pod.name.to_string(), identity(view, pod), node(pod), age(view, pod), findings(view, pod)]);
        row
    });
    Sheet::new(with_namespace(view, &header), rows)
}

fn wide<'a>(view: &'a View<'a>) -> Sheet<'a> {
    let header = ["name", "identity", "confidence", "serviceaccount", "phase", "node", "age", "role", "findings"];
    let rows = pods(view).map(|pod| {
        let row = view.identities.pod(&pod.namespace, &pod.name);
        let role = row.and_then(|row| row.role.as_ref()).map(ToString::to_string);
        let mut cells = Vec::with_capacity(10);
        cells.extend(namespace(view, &pod.namespace));
        cells.extend([
            pod.name.to_string(),
            identity(view, pod),
            row.map(|row| row.confidence.label()).unwrap_or_default().to_owned(),
            pod.spec.service_account.to_string(),
            pod.phase.word().to_owned(),
            node(pod),
            age(view, pod),
            role.unwrap_or_default(),
            findings(view, pod),
        ]);
        cells
    });
    Sheet::new(with_namespace(view, &header), rows)
}

/// As CSV: one row for each container, every column whatever is listed.
pub(in crate::cli) fn csv<'a>(items: Box<dyn Iterator<Item = PodItem> + 'a>) -> Sheet<'a> {
    let header = [
        "namespace",
        "name",
        "container",
        "init",
        "ephemeral",
        "serviceAccount",
        "node",
        "phase",
        "identity",
        "mechanism",
        "roleArn",
        "via",
        "usable",
        "confidence",
        "findings",
    ];
    let rows = items.map(|item| {
        let name = |name: Option<Name>| name.map(|name| name.to_string()).unwrap_or_default();
        vec![
            item.namespace.to_string(),
            item.name.to_string(),
            item.container.to_string(),
            item.init.to_string(),
            item.ephemeral.to_string(),
            item.service_account.to_string(),
            name(item.node),
            item.phase.to_owned(),
            item.identity.kind.to_owned(),
            item.identity.mechanism.unwrap_or_default().to_owned(),
            name(item.identity.role_arn),
            name(item.identity.via),
            item.identity.usable.to_owned(),
            item.confidence.to_owned(),
            item.findings.join(" "),
        ]
    });
    Sheet::new(header.to_vec(), rows)
}

/// The header, behind the namespace where more than one is listed.
pub(super) fn with_namespace(view: &View<'_>, header: &[&'static str]) -> Vec<&'static str> {
    let namespace = (view.scope == Scope::Cluster).then_some("namespace");
    namespace.into_iter().chain(header.iter().copied()).collect()
}

/// The namespace's cell, where more than one is listed.
pub(super) fn namespace(view: &View<'_>, namespace: &Name) -> Option<String> {
    (view.scope == Scope::Cluster).then(|| namespace.to_string())
}

fn identity(view: &View<'_>, pod: &Pod) -> String {
    let Some(row) = view.identities.pod(&pod.namespace, &pod.name) else { return String::new() };
    let shown = view.marks.identity(row.kind, row.role.as_ref(), row.usable, view.inventory.aws().account());
    if row.differ { format!("{shown} (+{} more)", row.containers.saturating_sub(1)) } else { shown }
}

fn node(pod: &Pod) -> String {
    pod.node.as_deref().unwrap_or_default().to_owned()
}

fn age(view: &View<'_>, pod: &Pod) -> String {
    pod.created.map(|created| text::age(created, view.now)).unwrap_or_default()
}

fn findings(view: &View<'_>, pod: &Pod) -> String {
    view.identities.pod(&pod.namespace, &pod.name).map(|row| words(row.findings).join(", ")).unwrap_or_default()
}
