//! Namespaces, and what their pods are.

use super::{Sheet, findings, number, sheet, warning};
use crate::domain::identity::{Counts, IdentityKind};
use crate::domain::model::{Time, visible};
use crate::tui::app::select::{Item, SortBy};
use crate::tui::theme;
use crate::tui::view::scene::{Room, Scene};
use crate::tui::widget::table::{Cell, Column};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Accounts,
    Pods,
    OwnRole,
    Of(IdentityKind),
    Age,
    Findings,
}

static PANE: [(Field, Column); 4] = [
    (Field::Name, Column::text("NAME", 10, 30, 0)),
    (Field::Accounts, Column::number("SA", 4, 3)),
    (Field::Pods, Column::number("PODS", 4, 1)),
    (Field::Of(IdentityKind::NodeRole), Column::number("▲", 4, 2)),
];

static SCREEN: [(Field, Column); 10] = [
    (Field::Name, Column::text("NAME", 12, 46, 0)),
    (Field::Accounts, Column::number("SA", 4, 7)),
    (Field::Pods, Column::number("PODS", 7, 1)),
    (Field::OwnRole, Column::number("ROLE", 6, 5)),
    (Field::Of(IdentityKind::NodeRole), Column::number("NODE ROLE", 9, 2)),
    (Field::Of(IdentityKind::StaticKeys), Column::number("STATIC KEYS", 11, 4)),
    (Field::Of(IdentityKind::Nobody), Column::number("NONE", 7, 6)),
    (Field::Of(IdentityKind::Unknown), Column::number("UNKNOWN", 7, 8)),
    (Field::Age, Column::number("AGE", 4, 9)),
    (Field::Findings, Column::number("WRONG", 5, 3)),
];

/// One row's facts.
struct Facts {
    name: String,
    accounts: usize,
    counts: Counts,
    created: Option<Time>,
    terminating: bool,
}

/// The sheet of namespaces.
pub(super) fn sheet_of<'a>(scene: &'a Scene<'a>, room: Room, by: SortBy) -> Sheet<'a> {
    let fields: &'static [(Field, Column)] = if room == Room::Pane { &PANE } else { &SCREEN };
    let sorted = match by {
        SortBy::Age => Some(Field::Age),
        SortBy::Pods => Some(Field::Pods),
        // the worst that there is in it: no column says that
        SortBy::Identity => None,
        SortBy::Name | SortBy::Node => Some(Field::Name),
    };
    let cell = move |facts: &Facts, field| match field {
        Field::Name => Cell::text(facts.name.clone()),
        Field::Accounts => number(facts.accounts, room),
        Field::Pods => number(facts.counts.total() as usize, room),
        Field::OwnRole => number(facts.counts.own_role() as usize, room).styled(theme::OWN),
        Field::Of(IdentityKind::NodeRole) => warning(facts.counts.of(IdentityKind::NodeRole) as usize, room),
        Field::Of(IdentityKind::StaticKeys) => {
            number(facts.counts.of(IdentityKind::StaticKeys) as usize, room).styled(theme::BROKEN)
        }
        Field::Of(kind) => number(facts.counts.of(kind) as usize, room).styled(theme::FAINT),
        Field::Age => Cell::text(scene.age(facts.created)),
        Field::Findings => findings(facts.counts.with_findings as usize),
    };
    sheet(fields, sorted, |item| facts(scene, item), |facts| facts.terminating, cell)
}

fn facts(scene: &Scene<'_>, item: &Item) -> Option<Facts> {
    let identities = &scene.state.identities;
    let name = match item {
        Item::All => {
            let accounts = identities.namespaces().map(|(_, rows)| rows.accounts.len()).sum();
            let counts = *identities.total();
            return Some(Facts { name: "all".to_owned(), accounts, counts, created: None, terminating: false });
        }
        Item::Namespace(name) => name,
        _ => return None,
    };
    let rows = identities.namespace(name);
    let namespace = scene.shard(name).and_then(|shard| shard.namespace());
    Some(Facts {
        name: visible(name).into_owned(),
        accounts: rows.map_or(0, |rows| rows.accounts.len()),
        counts: rows.map(|rows| rows.counts).unwrap_or_default(),
        created: namespace.and_then(|namespace| namespace.created),
        terminating: namespace.is_some_and(|namespace| namespace.terminating),
    })
}
