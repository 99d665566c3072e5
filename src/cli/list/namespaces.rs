//! `rolecall namespaces`.

use super::View;
use super::accounts::count;
use crate::cli::args::Format;
use crate::cli::sheet::Sheet;
use crate::domain::identity::NamespaceRows;
use crate::domain::model::Name;
use crate::report::NamespaceItem;

/// The namespaces that exist, or that anything was seen of where they could not be listed.
fn rows<'a>(view: &'a View<'a>) -> impl Iterator<Item = (&'a Name, Option<&'a NamespaceRows>)> + 'a {
    let shards = view.inventory.shards().filter(|(namespace, _)| view.scope.covers(namespace));
    shards.map(|(name, _)| (name, view.identities.namespace(name)))
}

/// One item for each namespace.
pub(super) fn items<'a>(view: &'a View<'a>) -> impl Iterator<Item = NamespaceItem> + 'a {
    let empty = NamespaceRows::default();
    rows(view).map(move |(name, rows)| NamespaceItem::of(name, rows.unwrap_or(&empty)))
}

/// One row for each namespace.
pub(super) fn sheet<'a>(view: &'a View<'a>) -> Sheet<'a> {
    let csv = view.format == Format::Csv;
    let header = if csv {
        vec!["name", "serviceAccounts", "pods", "role", "nodeRole", "staticKeys", "none", "unknown", "findings"]
    } else {
        vec!["name", "serviceaccounts", "pods", "role", "node role", "static keys", "none", "unknown", "findings"]
    };
    let rows = items(view).map(move |item| {
        let kinds = item.pods.by_identity;
        let accounts = u32::try_from(item.service_accounts).unwrap_or(u32::MAX);
        let numbers =
            [accounts, item.pods.total, kinds.role, kinds.node_role, kinds.static_keys, kinds.none, kinds.unknown];
        let shown = |number: u32| if csv { number.to_string() } else { count(number) };
        let mut cells = vec![item.name.to_string()];
        cells.extend(numbers.map(shown));
        cells.push(item.findings.join(if csv { " " } else { ", " }));
        cells
    });
    let mut sheet = Sheet::new(header, rows);
    sheet.numbers = &[1, 2, 3, 4, 5, 6, 7];
    sheet
}
