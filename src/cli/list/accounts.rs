//! `rolecall serviceaccounts`.

use super::View;
use super::pods::{namespace, with_namespace};
use crate::cli::args::Format;
use crate::cli::sheet::Sheet;
use crate::domain::identity::{AccountRow, IdentityKind, Usable};
use crate::domain::model::Name;
use crate::report::{ServiceAccountItem, words};
use crate::tui::text;

fn rows<'a>(view: &'a View<'a>) -> impl Iterator<Item = (&'a Name, &'a Name, &'a AccountRow)> + 'a {
    let namespaces = view.identities.namespaces().filter(|(namespace, _)| view.scope.covers(namespace));
    namespaces.flat_map(|(namespace, rows)| rows.accounts.iter().map(move |(name, row)| (namespace, name, row)))
}

/// One item for each ServiceAccount.
pub(super) fn items<'a>(view: &'a View<'a>) -> impl Iterator<Item = ServiceAccountItem> + 'a {
    rows(view).map(|(namespace, name, row)| ServiceAccountItem::of(view.inventory, namespace, name, row))
}

/// One row for each ServiceAccount.
pub(super) fn sheet<'a>(view: &'a View<'a>) -> Sheet<'a> {
    if view.format == Format::Csv {
        return csv(view);
    }
    let wide = view.format == Format::Wide;
    let header = if wide {
        with_namespace(view, &["name", "role", "pods", "on node role", "since", "role arn", "findings"])
    } else {
        with_namespace(view, &["name", "role", "pods", "on node role", "findings"])
    };
    let rows = rows(view).map(move |(space, name, row)| {
        let mut cells = Vec::with_capacity(8);
        cells.extend(namespace(view, space));
        cells.extend([name.to_string(), role(view, row)]);
        cells.extend([count(row.pods.total()), count(row.pods.of(IdentityKind::NodeRole))]);
        if wide {
            let binding = row.bindings.first();
            let since = binding.and_then(|it| it.since).map(text::moment).unwrap_or_default();
            let arn = binding.and_then(|it| it.target.as_ref().or(it.role.as_ref())).map(ToString::to_string);
            cells.extend([since, arn.unwrap_or_default()]);
        }
        cells.push(words(row.findings).join(", "));
        cells
    });
    let mut sheet = Sheet::new(header, rows);
    sheet.numbers = if view.scope == crate::domain::inventory::Scope::Cluster { &[3, 4] } else { &[2, 3] };
    sheet
}

fn csv<'a>(view: &'a View<'a>) -> Sheet<'a> {
    let header = vec![
        "namespace",
        "name",
        "mechanism",
        "roleArn",
        "targetRoleArn",
        "since",
        "pods",
        "podsOnNodeRole",
        "findings",
    ];
    let rows = items(view).map(|item| {
        let binding = item.bindings.into_iter().next();
        let name = |name: Option<Name>| name.map(|name| name.to_string()).unwrap_or_default();
        vec![
            item.namespace.to_string(),
            item.name.to_string(),
            binding.as_ref().map(|it| it.mechanism).unwrap_or_default().to_owned(),
            name(binding.as_ref().and_then(|it| it.role_arn.clone())),
            name(binding.as_ref().and_then(|it| it.target_role_arn.clone())),
            binding.and_then(|it| it.since).map(|since| since.to_string()).unwrap_or_default(),
            item.pods.total.to_string(),
            item.pods.by_identity.node_role.to_string(),
            item.findings.join(" "),
        ]
    });
    Sheet::new(header, rows)
}

fn role(view: &View<'_>, row: &AccountRow) -> String {
    let Some(binding) = row.bindings.first() else {
        return format!("{} {}", view.marks.of(IdentityKind::Nobody), IdentityKind::Nobody.label());
    };
    let usable = if binding.is_broken() { Usable::No } else { Usable::Unknown };
    let role = binding.target.as_ref().or(binding.role.as_ref());
    view.marks.identity(binding.mechanism, role, usable, view.inventory.aws().account())
}

/// Empty is empty: a zero says nothing and hides what does.
pub(super) fn count(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}
