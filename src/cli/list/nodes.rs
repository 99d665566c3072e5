//! `rolecall nodes`.

use super::View;
use super::accounts::count;
use crate::cli::args::Format;
use crate::cli::sheet::Sheet;
use crate::domain::model::{Name, RoleArn};
use crate::report::NodeItem;
use crate::report::capture::{EndpointWire, MetadataWire, TokensWire};
use crate::tui::text;

/// One item for each node.
pub(super) fn items<'a>(view: &'a View<'a>) -> impl Iterator<Item = NodeItem> + 'a {
    view.inventory.nodes().map(|node| NodeItem::of(view.inventory, view.identities, node, &view.gaps))
}

/// One row for each node.
pub(super) fn sheet<'a>(view: &'a View<'a>) -> Sheet<'a> {
    let full = matches!(view.format, Format::Wide | Format::Csv);
    let csv = view.format == Format::Csv;
    let header = match view.format {
        Format::Csv => {
            vec!["name", "compute", "roleArn", "metadata", "podsOnNodeRole", "instanceId", "instanceProfile"]
        }
        Format::Wide => vec!["name", "compute", "role", "metadata", "on node role", "instance", "profile"],
        _ => vec!["name", "compute", "role", "metadata", "on node role"],
    };
    let rows = items(view).map(move |item| {
        let role = item.role_arn.map(|arn| shown_role(view, arn, full)).unwrap_or_default();
        let on_role = item.pods_on_node_role;
        let mut cells = vec![item.name.to_string(), item.compute.to_owned(), role, metadata(item.metadata)];
        cells.push(if csv { on_role.to_string() } else { count(on_role) });
        if full {
            cells.push(item.instance_id.unwrap_or_default());
            cells.push(item.instance_profile.map(|arn| arn.to_string()).unwrap_or_default());
        }
        cells
    });
    let mut sheet = Sheet::new(header, rows);
    sheet.numbers = &[4];
    sheet
}

fn shown_role(view: &View<'_>, arn: Name, full: bool) -> String {
    if full {
        return arn.to_string();
    }
    text::role(&RoleArn::new(arn), view.inventory.aws().account()).into_owned()
}

/// How a pod reaches the metadata: `tokens required, hop limit 2`.
fn metadata(options: Option<MetadataWire>) -> String {
    let Some(options) = options else { return String::new() };
    if options.endpoint == EndpointWire::Disabled {
        return "off".to_owned();
    }
    let tokens = if options.tokens == TokensWire::Required { "required" } else { "optional" };
    format!("tokens {tokens}, hop limit {}", options.hop_limit)
}
