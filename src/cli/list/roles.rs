//! `rolecall roles`, and one role of them.

use super::View;
use super::accounts::count;
use crate::cli::args::Format;
use crate::cli::exit::Stop;
use crate::cli::sheet::Sheet;
use crate::cli::subject::role_name;
use crate::domain::identity::{RoleUse, RoleUser, role_uses};
use crate::domain::model::{Name, RoleArn, visible};
use crate::report::RoleItem;
use crate::tui::text;
use std::collections::BTreeMap;

/// The roles that the cluster names.
pub(in crate::cli) fn uses(view: &View<'_>) -> BTreeMap<Name, RoleUse> {
    role_uses(view.inventory, view.identities)
}

/// Path and name of a role, fit for a terminal. A malformed ARN has neither and stays as written.
pub(in crate::cli) fn name(arn: &Name) -> String {
    let arn = RoleArn::new(arn.clone());
    let shown = if arn.problem().is_some() { arn.as_str() } else { arn.path_and_name() };
    visible(shown).into_owned()
}

/// One item for each role.
pub(super) fn items<'a>(view: &'a View<'a>, uses: &'a BTreeMap<Name, RoleUse>) -> impl Iterator<Item = RoleItem> + 'a {
    uses.iter().map(|(arn, role_use)| RoleItem::of(view.inventory, arn, role_use, false))
}

/// The one role that `wanted` names: an ARN, `role/NAME`, a name, or path and name.
pub(in crate::cli) fn one(view: &View<'_>, wanted: &str) -> Result<(Name, RoleUse), Stop> {
    let uses = uses(view);
    let mut named = uses.into_iter().filter(|(arn, _)| is_named(arn, wanted));
    let Some(first) = named.next() else {
        let said = format!("no binding, pod or node of this cluster names the role {wanted}");
        return Err(Stop::unreached(said).hint("`rolecall roles -o name` lists those that are named"));
    };
    match named.next() {
        None => Ok(first),
        Some((second, _)) => {
            let said = format!("{wanted} names more than one role: {} and {second}", first.0);
            Err(Stop::usage(said).hint("give the whole ARN"))
        }
    }
}

fn is_named(arn: &Name, wanted: &str) -> bool {
    if &**arn == wanted {
        return true;
    }
    let wanted = role_name(wanted);
    let role = RoleArn::new(arn.clone());
    role.path_and_name() == wanted || role.role_name() == wanted
}

/// One row for each role.
pub(super) fn sheet<'a>(view: &'a View<'a>, uses: &'a BTreeMap<Name, RoleUse>) -> Sheet<'a> {
    let csv = view.format == Format::Csv;
    let full = csv || view.format == Format::Wide;
    let header = match view.format {
        Format::Csv => {
            vec!["arn", "usedBy", "pods", "nodes", "policies", "boundary", "lastUsed", "findings"]
        }
        Format::Wide => vec!["role", "used by", "pods", "nodes", "policies", "boundary", "last used", "findings"],
        _ => vec!["role", "used by", "pods", "nodes", "policies", "findings"],
    };
    let rows = uses.iter().map(move |(arn, role_use)| {
        let item = RoleItem::of(view.inventory, arn, role_use, false);
        let shown = |number: u32| if csv { number.to_string() } else { count(number) };
        let nodes = u32::try_from(item.nodes.len()).unwrap_or(u32::MAX);
        let policies = u32::try_from(item.attached.len() + item.inline.len()).unwrap_or(u32::MAX);
        let pods = role_use.users.iter().map(|user| user.pods).sum::<u32>() + role_use.pods_by_node;
        let name = if full { arn.to_string() } else { shown_role(view, arn) };
        let mut cells = vec![format!("{name}{}", view.marks.broken(!csv && item.exists == Some(false)))];
        cells.extend([users(&role_use.users, full), shown(pods), shown(nodes), shown(policies)]);
        if full {
            cells.push(item.boundary.map(|arn| arn.to_string()).unwrap_or_default());
            cells.push(
                item.last_used.map(|at| if csv { at.to_string() } else { text::age(at, view.now) }).unwrap_or_default(),
            );
        }
        cells.push(item.findings.join(if csv { " " } else { ", " }));
        cells
    });
    let mut sheet = Sheet::new(header, rows);
    sheet.numbers = &[2, 3, 4];
    sheet
}

fn shown_role(view: &View<'_>, arn: &Name) -> String {
    text::role(&RoleArn::new(arn.clone()), view.inventory.aws().account()).into_owned()
}

/// Who uses it, but for those who have it from their nodes, which are counted beside it: all of them, or the first and
/// how many more.
fn users(of: &[RoleUser], all: bool) -> String {
    let mut users = of.iter().map(|user| format!("{}/{}", user.namespace, user.service_account));
    if all {
        return users.collect::<Vec<_>>().join(" ");
    }
    match (users.next(), of.len()) {
        (None, _) => String::new(),
        (Some(first), 1) => first,
        (Some(first), many) => format!("{first} (+{} more)", many - 1),
    }
}
