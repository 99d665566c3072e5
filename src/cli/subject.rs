//! Whom a command line names, kubectl's way: `TYPE/NAME`, and the object of that name.

use super::exit::{Stop, USAGE};
use super::list::{View, one_role, unreadable};
use crate::domain::inventory::{Inventory, Kind, Scope};
use crate::domain::model::{Name, Pod, Reading, RoleArn};

/// A name, and what kind of thing it was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    /// `pod/NAME`
    Pod(&'a str),
    /// `sa/NAME`
    Account(&'a str),
    /// `role/NAME`
    Role(&'a str),
    /// `NAME`
    Bare(&'a str),
    /// Something else, or nothing behind the slash.
    Other,
}

/// What a text names.
pub(super) fn named(text: &str) -> Named<'_> {
    match text.split_once('/') {
        None => Named::Bare(text),
        Some((_, "")) => Named::Other,
        Some(("pod" | "pods" | "po", name)) => Named::Pod(name),
        Some(("sa" | "serviceaccount" | "serviceaccounts", name)) => Named::Account(name),
        Some(("role" | "roles", name)) => Named::Role(name),
        Some(_) => Named::Other,
    }
}

/// What kind of thing a text calls what it names, as typed.
pub(super) fn kind_typed(text: &str) -> &str {
    text.split('/').next().unwrap_or(text)
}

/// A role's name, or path and name, without the type before it.
pub(super) fn role_name(text: &str) -> &str {
    if let Named::Role(name) = named(text) { name } else { text }
}

/// The one pod of that name.
pub(super) fn the_pod<'a>(view: &View<'a>, name: &str) -> Result<&'a Pod, Stop> {
    let covered = view.inventory.shards().filter(|(namespace, _)| view.scope.covers(namespace));
    let found: Vec<&Pod> = covered.filter_map(|(_, shard)| shard.pod(name)).collect();
    match found.as_slice() {
        [pod] => Ok(pod),
        [] => Err(none(view, Kind::Pod, &format!("pod {name}"))),
        [first, second, ..] => Err(several(&format!("pod {name}"), &first.namespace, &second.namespace)),
    }
}

/// The namespace of the one ServiceAccount of that name, be it that only pods or an association name it.
pub(super) fn the_account<'a>(view: &View<'a>, name: &str) -> Result<&'a Name, Stop> {
    let covered = view.identities.namespaces().filter(|(namespace, _)| view.scope.covers(namespace));
    let found: Vec<&Name> = covered.filter(|(_, rows)| rows.accounts.contains_key(name)).map(|it| it.0).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(none(view, Kind::ServiceAccount, &format!("ServiceAccount {name}"))),
        [first, second, ..] => Err(several(&format!("ServiceAccount {name}"), first, second)),
    }
}

/// How a role is named.
const ROLE_HINT: &str = "write arn:aws:iam::ACCOUNT:role/PATH/NAME, or role/NAME";

/// The role that a command line names: an ARN; one that the cluster names; else one of the cluster's account.
pub(super) fn role_named(view: &View<'_>, text: &str) -> Result<RoleArn, Stop> {
    if text.is_empty() || text.ends_with('/') {
        return Err(Stop::usage(format!("{text:?} names no role")).hint(ROLE_HINT));
    }
    if text.starts_with("arn:") {
        return well_formed(RoleArn::from(text));
    }
    let stop = match one_role(view, text) {
        Ok((arn, _)) => return Ok(RoleArn::new(arn)),
        Err(stop) if stop.code == USAGE => return Err(stop),
        Err(stop) => stop,
    };
    let aws = view.inventory.aws();
    let Some(account) = aws.account() else { return Err(stop.hint("give the role's whole ARN")) };
    well_formed(RoleArn::from(&*format!("arn:{}:iam::{account}:role/{}", aws.partition(), role_name(text))))
}

fn well_formed(role: RoleArn) -> Result<RoleArn, Stop> {
    match role.problem() {
        None => Ok(role),
        Some(problem) => Err(Stop::usage(format!("{role} is no role ARN: {}", problem.sentence())).hint(ROLE_HINT)),
    }
}

/// The role that IAM has under that name: it looks roles up without their path.
pub(super) fn with_its_path(inventory: &Inventory, role: RoleArn, text: Option<&str>) -> RoleArn {
    let is_name = text.is_some_and(|text| !text.starts_with("arn:"));
    if !is_name || !inventory.aws().role(role.as_str()).is_none_or(Reading::is_missing) {
        return role;
    }
    let same = |arn: &RoleArn| (arn.role_name(), arn.account()) == (role.role_name(), role.account());
    let found = inventory.aws().roles().filter_map(|(_, reading)| Some(&reading.value()?.arn)).find(|arn| same(arn));
    found.cloned().unwrap_or(role)
}

/// There is none, or nobody could look.
fn none(view: &View<'_>, kind: Kind, what: &str) -> Stop {
    let listing = view.inventory.listings().of(kind);
    if let Some(gap) = listing.gap.as_ref().filter(|_| !listing.is_read()) {
        return unreadable(gap, &view.scope);
    }
    let list = if kind == Kind::Pod { "pods" } else { "serviceaccounts" };
    let lists = format!("`rolecall {list} -A -o name` lists those that there are");
    let (place, hint) = match &view.scope {
        Scope::Namespace(namespace) => {
            (format!("in namespace {namespace}"), format!("name its namespace with -n; {lists}"))
        }
        Scope::Cluster => ("in any namespace".to_owned(), lists),
    };
    Stop::unreached(format!("there is no {what} {place}")).hint(hint)
}

fn several(what: &str, first: &Name, second: &Name) -> Stop {
    Stop::usage(format!("there is a {what} in {first} and in {second}")).hint("name its namespace with -n")
}
