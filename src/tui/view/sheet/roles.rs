//! Roles that the cluster names, and who uses one.

use super::{Sheet, number, sheet, warning};
use crate::domain::identity::{IdentityKind, RoleUse, RoleUser};
use crate::domain::model::{Name, Reading, Role, RoleArn, visible};
use crate::tui::app::select::{Item, SortBy};
use crate::tui::theme;
use crate::tui::view::scene::{Room, Scene};
use crate::tui::widget::table::{Cell, Column};
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Accounts,
    Pods,
    OnNodes,
    Policies,
    Boundary,
    LastUsed,
}

static SCREEN: [(Field, Column); 7] = [
    (Field::Name, Column::text("ROLE", 18, 60, 0)),
    (Field::Accounts, Column::number("SA", 4, 4)),
    (Field::Pods, Column::number("PODS", 6, 1)),
    (Field::OnNodes, Column::number("ON NODE", 8, 2)),
    (Field::Policies, Column::text("POLICIES", 20, 26, 3)),
    (Field::Boundary, Column::text("BOUNDARY", 8, 24, 6)),
    (Field::LastUsed, Column::number("USED", 5, 5)),
];

/// With room for the whole ARN.
static WIDE: [(Field, Column); 7] = [
    (Field::Name, Column::text("ROLE", 56, 120, 0)),
    (Field::Accounts, Column::number("SA", 4, 4)),
    (Field::Pods, Column::number("PODS", 6, 1)),
    (Field::OnNodes, Column::number("ON NODE", 8, 2)),
    (Field::Policies, Column::text("POLICIES", 20, 26, 3)),
    (Field::Boundary, Column::text("BOUNDARY", 8, 60, 6)),
    (Field::LastUsed, Column::number("USED", 5, 5)),
];

/// One row's facts.
struct Facts<'a> {
    arn: RoleArn,
    used: Option<&'a RoleUse>,
    read: Option<&'a Reading<Arc<Role>>>,
}

/// The sheet of roles.
pub(super) fn sheet_of<'a>(scene: &'a Scene<'a>, by: SortBy) -> Sheet<'a> {
    let sorted = match by {
        SortBy::Pods => Field::Pods,
        SortBy::Identity => Field::Policies,
        SortBy::Name | SortBy::Age | SortBy::Node => Field::Name,
    };
    let look = |item: &Item| {
        let Item::Role(arn) = item else { return None };
        let read = scene.state.inventory.aws().role(arn);
        Some(Facts { arn: RoleArn::new(arn.clone()), used: scene.state.roles.get(arn), read })
    };
    let cell = move |facts: &Facts<'a>, field| {
        let role = facts.read.and_then(Reading::value);
        let users = facts.used.map(|used| used.users.as_slice()).unwrap_or_default();
        match field {
            Field::Name => name(scene, facts),
            Field::Accounts => number(users.len(), Room::Screen),
            Field::Pods => number(users.iter().map(|user| user.pods as usize).sum(), Room::Screen),
            Field::OnNodes => warning(facts.used.map_or(0, |used| used.pods_by_node as usize), Room::Screen),
            Field::Policies => policies(facts),
            Field::Boundary => {
                let boundary = role.and_then(|role| role.boundary_arn.as_deref());
                Cell::text(boundary.and_then(|arn| arn.rsplit('/').next()).map(visible).unwrap_or_default())
            }
            Field::LastUsed => Cell::text(scene.age(role.and_then(|role| role.last_used.as_ref()).map(|used| used.at))),
        }
    };
    let fields = if scene.state.wide { &WIDE } else { &SCREEN };
    sheet(fields, Some(sorted), look, |_| false, cell)
}

fn name<'a>(scene: &'a Scene<'a>, facts: &Facts<'a>) -> Cell<'a> {
    let cell = Cell::text(scene.role(&facts.arn).into_owned());
    if facts.read.is_some_and(Reading::is_missing) || facts.arn.problem().is_some() {
        return cell.styled(theme::BROKEN).with_tail(theme::BROKEN_MARK, theme::BROKEN);
    }
    cell
}

fn policies<'a>(facts: &Facts<'a>) -> Cell<'a> {
    let faint = |said: &'static str| Cell::text(said).styled(theme::FAINT);
    if facts.arn.problem().is_some() {
        return Cell::text("no role ARN").styled(theme::BAD);
    }
    match facts.read {
        None => faint("reading…"),
        Some(Reading::Missing { .. }) => Cell::text("no such role").styled(theme::BAD),
        Some(Reading::Unread(gap)) if gap.is_loading() => faint("reading…"),
        Some(Reading::Unread(_)) => faint("? not read"),
        Some(Reading::Read { value, .. }) => match (&value.attached, &value.inline) {
            (Ok(attached), Ok(inline)) => Cell::text(match (attached.len(), inline.len()) {
                (0, 0) => "none".to_owned(),
                (attached, 0) => format!("{attached} attached"),
                (0, inline) => format!("{inline} inline"),
                (attached, inline) => format!("{attached} attached, {inline} inline"),
            }),
            _ => faint("? not all read"),
        },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Namespace,
    Name,
    How,
    Pods,
    Bound,
}

static USERS: [(Part, Column); 5] = [
    (Part::Namespace, Column::text("NAMESPACE", 10, 26, 2)),
    (Part::Name, Column::text("SERVICEACCOUNT OR NODE", 22, 46, 0)),
    (Part::How, Column::text("HOW", 14, 14, 1)),
    (Part::Pods, Column::number("PODS", 6, 3)),
    (Part::Bound, Column::text("", 24, 40, 4)),
];

/// One user: a ServiceAccount or a node.
enum User<'a> {
    Account(&'a RoleUser),
    Node(Name),
}

/// The sheet of who uses a role.
pub(super) fn users<'a>(scene: &'a Scene<'a>, arn: Name, by: SortBy) -> Sheet<'a> {
    let sorted = match by {
        SortBy::Pods => Part::Pods,
        SortBy::Identity => Part::How,
        SortBy::Name | SortBy::Age | SortBy::Node => Part::Name,
    };
    let look = move |item: &Item| match item {
        Item::Account(namespace, name) => {
            let users = &scene.state.roles.get(&arn)?.users;
            let is_it = |user: &&RoleUser| user.namespace == *namespace && user.service_account == *name;
            users.iter().find(is_it).map(User::Account)
        }
        Item::Node(name) => Some(User::Node(name.clone())),
        _ => None,
    };
    let cell = move |user: &User<'a>, part| match (user, part) {
        (User::Account(user), Part::Namespace) => Cell::text(visible(&user.namespace)),
        (User::Account(user), Part::Name) => Cell::text(visible(&user.service_account)),
        (User::Account(user), Part::How) => how(user.mechanism),
        (User::Account(user), Part::Pods) => number(user.pods as usize, Room::Screen),
        (User::Account(user), Part::Bound) => {
            Cell::text(if user.bound { "" } else { "no longer bound: only running pods" }).styled(theme::FAINT)
        }
        (User::Node(name), Part::Name) => Cell::text(scene.node(name, Room::Screen).into_owned()),
        (User::Node(_), Part::How) => how(IdentityKind::NodeRole),
        (User::Node(name), Part::Pods) => warning(scene.state.identities.on_node_role(name) as usize, Room::Screen),
        (User::Node(_), Part::Namespace | Part::Bound) => Cell::default(),
    };
    sheet(&USERS, Some(sorted), look, |_| false, cell)
}

fn how<'a>(kind: IdentityKind) -> Cell<'a> {
    Cell::text(kind.label())
        .marked(theme::mark(kind))
        .styled(theme::identity(kind, crate::domain::identity::Usable::Yes))
}
