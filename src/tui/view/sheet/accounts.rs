//! ServiceAccounts, and what they are bound to.

use super::{Sheet, findings, number, sheet, warning};
use crate::domain::identity::{AccountRow, Counts, IdentityKind, Usable};
use crate::domain::model::{Name, Time, visible};
use crate::tui::app::select::{Item, SortBy};
use crate::tui::theme;
use crate::tui::view::list::Heading;
use crate::tui::view::scene::{Room, Scene};
use crate::tui::widget::table::{Cell, Column};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Namespace,
    Name,
    Role,
    Pods,
    NodeRole,
    Age,
    Findings,
}

static PANE: [(Field, Column); 4] = [
    (Field::Name, Column::text("NAME", 8, 24, 0)),
    (Field::Role, Column::text("ROLE", 12, 40, 1)),
    (Field::Pods, Column::number("PODS", 4, 3)),
    (Field::NodeRole, Column::number("ON NODE", 7, 2)),
];

static PANE_OF_MANY: [(Field, Column); 5] = [
    (Field::Namespace, Column::text("NAMESPACE", 9, 16, 2)),
    (Field::Name, Column::text("NAME", 7, 24, 0)),
    (Field::Role, Column::text("ROLE", 12, 40, 1)),
    (Field::Pods, Column::number("PODS", 4, 4)),
    (Field::NodeRole, Column::number("▲", 4, 3)),
];

static SCREEN: [(Field, Column); 7] = [
    (Field::Namespace, Column::text("NAMESPACE", 10, 24, 4)),
    (Field::Name, Column::text("NAME", 12, 36, 0)),
    (Field::Role, Column::text("ROLE", 16, 60, 1)),
    (Field::Pods, Column::number("PODS", 6, 3)),
    (Field::NodeRole, Column::number("ON NODE ROLE", 12, 2)),
    (Field::Age, Column::number("AGE", 4, 6)),
    (Field::Findings, Column::number("WRONG", 5, 5)),
];

/// With room for the whole ARN of a role.
static WIDE: [(Field, Column); 7] = [
    (Field::Namespace, Column::text("NAMESPACE", 10, 24, 3)),
    (Field::Name, Column::text("NAME", 12, 36, 0)),
    (Field::Role, Column::text("ROLE", 52, 110, 1)),
    (Field::Pods, Column::number("PODS", 6, 4)),
    (Field::NodeRole, Column::number("ON NODE ROLE", 12, 2)),
    (Field::Age, Column::number("AGE", 4, 6)),
    (Field::Findings, Column::number("WRONG", 5, 5)),
];

/// One row's facts.
struct Facts<'a> {
    namespace: Option<Name>,
    name: String,
    row: Option<&'a AccountRow>,
    counts: Counts,
    created: Option<Time>,
    /// Its associations could not be read, so that no binding does not mean none.
    is_open: bool,
}

/// The sheet of ServiceAccounts.
pub(super) fn sheet_of<'a>(scene: &'a Scene<'a>, heading: &Heading, by: SortBy) -> Sheet<'a> {
    let (room, many) = (heading.room, heading.many_namespaces);
    let fields: &'static [(Field, Column)] = match (room, many, scene.state.wide) {
        (Room::Pane, false, _) => &PANE,
        (Room::Pane, true, _) => &PANE_OF_MANY,
        (Room::Screen, _, true) => &WIDE,
        (Room::Screen, true, false) => &SCREEN,
        (Room::Screen, false, false) => SCREEN.get(1..).unwrap_or(&SCREEN),
    };
    let sorted = match by {
        SortBy::Age => Field::Age,
        SortBy::Pods => Field::Pods,
        SortBy::Identity => Field::Role,
        SortBy::Name | SortBy::Node => Field::Name,
    };
    let cell = move |facts: &Facts<'a>, field| match field {
        Field::Namespace => {
            Cell::text(facts.namespace.as_deref().map(|name| visible(name).into_owned()).unwrap_or_default())
        }
        Field::Name => Cell::text(facts.name.clone()),
        Field::Role => role(scene, facts),
        Field::Pods => number(facts.counts.total() as usize, room),
        Field::NodeRole => warning(facts.counts.of(IdentityKind::NodeRole) as usize, room),
        Field::Age => Cell::text(scene.age(facts.created)),
        // its pods' as in every other list; a binding that is broken is wrong without any
        Field::Findings => {
            let own = facts.row.is_some_and(|row| !row.findings.is_empty());
            findings((facts.counts.with_findings as usize).max(usize::from(own)))
        }
    };
    sheet(fields, Some(sorted), |item| facts(scene, item), |_| false, cell)
}

fn role<'a>(scene: &'a Scene<'a>, facts: &Facts<'a>) -> Cell<'a> {
    let Some(row) = facts.row else { return Cell::default() };
    let Some(binding) = row.bindings.first() else {
        let (kind, said) =
            if facts.is_open { (IdentityKind::Unknown, "not read") } else { (IdentityKind::Nobody, "none") };
        return Cell::phrase(said).marked(theme::mark(kind)).styled(theme::FAINT);
    };
    let usable = if binding.is_broken() { Usable::No } else { Usable::Yes };
    let role = binding.target.as_ref().or(binding.role.as_ref());
    let said = role.map_or_else(|| "a role that was not read".into(), |arn| scene.role(arn));
    let cell =
        Cell::text(said).marked(theme::mark(binding.mechanism)).styled(theme::identity(binding.mechanism, usable));
    if binding.is_broken() { cell.with_tail(theme::BROKEN_MARK, theme::BROKEN) } else { cell }
}

fn facts<'a>(scene: &'a Scene<'a>, item: &Item) -> Option<Facts<'a>> {
    let identities = &scene.state.identities;
    let (namespace, name) = match item {
        Item::All => {
            let counts = match crate::tui::view::words::namespace_in_view(scene) {
                Some(namespace) => identities.namespace(namespace).map(|rows| rows.counts).unwrap_or_default(),
                None => *identities.total(),
            };
            return Some(Facts {
                namespace: None,
                name: "all".to_owned(),
                row: None,
                counts,
                created: None,
                is_open: false,
            });
        }
        Item::Account(namespace, name) => (namespace, name),
        _ => return None,
    };
    let row = identities.account(namespace, name);
    Some(Facts {
        namespace: Some(namespace.clone()),
        name: visible(name).into_owned(),
        counts: row.map(|row| row.pods).unwrap_or_default(),
        row,
        created: scene
            .shard(namespace)
            .and_then(|shard| shard.service_account(name))
            .and_then(|account| account.created),
        is_open: scene.state.inventory.aws().association(namespace, name).is_unread(),
    })
}
