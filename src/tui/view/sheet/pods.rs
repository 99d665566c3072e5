//! Pods, one row each for their worst main container, and the containers of one pod.

use super::{Sheet, findings, sheet};
use crate::domain::identity::{Confidence, IdentityKind, PodRow, Usable, Verdict, verdict_of};
use crate::domain::model::{ContainerKind, Pod, visible};
use crate::tui::app::select::{Item, Of, SortBy};
use crate::tui::view::list::Heading;
use crate::tui::view::scene::{Room, Scene};
use crate::tui::widget::table::{Cell, Column};
use crate::tui::{text, theme};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Namespace,
    Name,
    Account,
    Identity,
    Node,
    Age,
    Phase,
    Container,
    Findings,
}

static PANE: [(Field, Column); 5] = [
    (Field::Name, Column::text("NAME", 14, 40, 0)),
    (Field::Identity, Column::text("IDENTITY", 13, 40, 1)),
    (Field::Node, Column::text("NODE", 7, 16, 4)),
    (Field::Age, Column::number("AGE", 4, 3)),
    (Field::Findings, Column::number("!", 2, 2)),
];

static PANE_OF_MANY: [(Field, Column); 6] = [
    (Field::Namespace, Column::text("NAMESPACE", 9, 16, 3)),
    (Field::Name, Column::text("NAME", 13, 40, 0)),
    (Field::Identity, Column::text("IDENTITY", 13, 40, 1)),
    (Field::Node, Column::text("NODE", 7, 16, 5)),
    (Field::Age, Column::number("AGE", 4, 4)),
    (Field::Findings, Column::number("!", 2, 2)),
];

static SCREEN: [(Field, Column); 6] = [
    (Field::Name, Column::text("NAME", 14, 48, 0)),
    (Field::Identity, Column::text("IDENTITY", 14, 46, 1)),
    (Field::Node, Column::text("NODE", 8, 22, 4)),
    (Field::Age, Column::number("AGE", 4, 3)),
    (Field::Container, Column::text("CONTAINER", 9, 18, 5)),
    (Field::Findings, Column::number("!", 2, 2)),
];

static SCREEN_OF_MANY: [(Field, Column); 8] = [
    (Field::Namespace, Column::text("NAMESPACE", 9, 20, 3)),
    (Field::Name, Column::text("NAME", 14, 48, 0)),
    (Field::Identity, Column::text("IDENTITY", 14, 46, 1)),
    (Field::Account, Column::text("SERVICEACCOUNT", 14, 24, 6)),
    (Field::Node, Column::text("NODE", 8, 22, 5)),
    (Field::Age, Column::number("AGE", 4, 4)),
    (Field::Container, Column::text("CONTAINER", 9, 16, 7)),
    (Field::Findings, Column::number("!", 2, 2)),
];

static ON_NODE: [(Field, Column); 7] = [
    (Field::Namespace, Column::text("NAMESPACE", 9, 20, 3)),
    (Field::Name, Column::text("NAME", 14, 48, 0)),
    (Field::Identity, Column::text("IDENTITY", 14, 46, 1)),
    (Field::Account, Column::text("SERVICEACCOUNT", 14, 24, 5)),
    (Field::Age, Column::number("AGE", 4, 4)),
    (Field::Container, Column::text("CONTAINER", 9, 16, 6)),
    (Field::Findings, Column::number("!", 2, 2)),
];

/// With whole names: how much of them there is room for depends on the screen ([`whole_names`]).
static WIDE: [(Field, Column); 9] = [
    (Field::Namespace, Column::text("NAMESPACE", 9, 20, 3)),
    (Field::Name, Column::text("NAME", 16, 48, 0)),
    (Field::Identity, Column::text("IDENTITY", 20, 110, 1)),
    (Field::Account, Column::text("SERVICEACCOUNT", 14, 24, 6)),
    (Field::Node, Column::text("NODE", 16, 60, 4)),
    (Field::Age, Column::number("AGE", 4, 5)),
    (Field::Container, Column::text("CONTAINER", 9, 16, 7)),
    (Field::Phase, Column::text("PHASE", 9, 9, 8)),
    (Field::Findings, Column::number("!", 2, 2)),
];

/// From this width on, there is room for the names of hosts.
const ROOMY: u16 = 150;

/// A column of the wide mode on a screen of that width: it takes what a whole name needs, where that does not push out the
/// namespace and the node.
fn whole_names(field: Field, column: Column, width: u16) -> Column {
    match field {
        Field::Name => column.at_least((width / 5).clamp(16, 24)),
        Field::Identity => column.at_least(width.saturating_sub(66).clamp(20, 48)),
        Field::Node if width >= ROOMY => column.at_least(42),
        _ => column,
    }
}

/// The sheet of pods.
pub(super) fn sheet_of<'a>(scene: &'a Scene<'a>, of: &Of, by: SortBy, heading: &Heading) -> Sheet<'a> {
    let room = heading.room;
    let many =
        heading.many_namespaces || *of == Of::Pods && crate::tui::view::words::namespace_in_view(scene).is_none();
    let fields: &'static [(Field, Column)] = match (room, many, scene.state.wide) {
        (Room::Pane, false, _) => &PANE,
        (Room::Pane, true, _) => &PANE_OF_MANY,
        (Room::Screen, _, true) => &WIDE,
        (Room::Screen, ..) if matches!(of, Of::PodsOnNode(_)) => &ON_NODE,
        (Room::Screen, false, false) => &SCREEN,
        (Room::Screen, true, false) => &SCREEN_OF_MANY,
    };
    let sorted = match by {
        SortBy::Age => Field::Age,
        SortBy::Identity => Field::Identity,
        SortBy::Node => Field::Node,
        SortBy::Name | SortBy::Pods => Field::Name,
    };
    // names of hosts are long and alike: they are whole only where that takes nothing from the others
    let node_room = if scene.state.size.0 >= ROOMY { room } else { Room::Pane };
    let (is_wide, width) = (room == Room::Screen && scene.state.wide, scene.state.size.0);
    let look = |item: &Item| item.pod().and_then(|(namespace, name)| scene.pod(namespace, name));
    let cell = move |&(pod, row): &(&'a Pod, &'a PodRow), field| match field {
        Field::Namespace => Cell::text(visible(&pod.namespace)),
        Field::Name => Cell::text(visible(&pod.name)),
        Field::Account => Cell::text(visible(&pod.spec.service_account)),
        Field::Identity => identity(scene, row),
        // a whole name is told apart by its beginning: the domain behind it is most nodes'
        Field::Node if is_wide => Cell::phrase(pod.node.as_deref().map(visible).unwrap_or_default()),
        Field::Node => Cell::text(pod.node.as_deref().map(|node| scene.node(node, node_room)).unwrap_or_default()),
        Field::Age => Cell::text(scene.age(pod.created)),
        Field::Phase => Cell::text(if pod.terminating { "Ending" } else { pod.phase.word() }),
        Field::Container => Cell::text(container(pod, row)),
        Field::Findings => findings(row.findings.len()),
    };
    let mut sheet = sheet(fields, Some(sorted), look, |(_, row)| row.dimmed, cell);
    if is_wide {
        for (column, (field, _)) in sheet.columns.iter_mut().zip(fields) {
            *column = whole_names(*field, *column, width);
        }
    }
    sheet
}

/// The identity of the worst container: its kind, and for an own role which.
fn identity<'a>(scene: &'a Scene<'a>, row: &'a PodRow) -> Cell<'a> {
    let said = match (row.kind, &row.role) {
        (IdentityKind::WebIdentity | IdentityKind::PodIdentity, Some(role)) => scene.role(role),
        (IdentityKind::NodeRole, Some(role)) if scene.state.wide => format!("node role {}", scene.role(role)).into(),
        (kind, _) => kind.label().into(),
    };
    let cell = Cell::text(said).marked(theme::mark(row.kind)).styled(theme::identity(row.kind, row.usable));
    let has_role = matches!(row.kind, IdentityKind::WebIdentity | IdentityKind::PodIdentity);
    if has_role && row.usable == Usable::No { cell.with_tail(theme::BROKEN_MARK, theme::BROKEN) } else { cell }
}

/// The container that the row speaks of, and how many others there are.
fn container(pod: &Pod, row: &PodRow) -> String {
    let name =
        pod.spec.containers.get(usize::from(row.container)).map(|container| visible(&container.name).into_owned());
    let name = name.unwrap_or_default();
    if row.containers > 1 { format!("{name} +{}", row.containers - 1) } else { name }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Kind,
    Identity,
    Role,
    Sure,
    Findings,
}

static CONTAINERS: [(Part, Column); 6] = [
    (Part::Name, Column::text("CONTAINER", 12, 40, 0)),
    (Part::Kind, Column::text("KIND", 9, 9, 3)),
    (Part::Identity, Column::text("IDENTITY", 14, 14, 1)),
    (Part::Role, Column::text("ROLE", 12, 60, 4)),
    (Part::Sure, Column::text("SURE", 10, 10, 5)),
    (Part::Findings, Column::number("!", 2, 2)),
];

/// The sheet of a pod's containers.
pub(super) fn containers<'a>(scene: &'a Scene<'a>) -> Sheet<'a> {
    let look = |item: &Item| {
        let Item::Container(namespace, name, place) = item else { return None };
        let (pod, _) = scene.pod(namespace, name)?;
        let container = pod.spec.containers.get(usize::from(*place))?;
        Some((container, verdict_of(&scene.state.inventory, pod, usize::from(*place))))
    };
    let cell = move |(container, verdict): &(&'a crate::domain::model::Container, Verdict), part| match part {
        Part::Name => Cell::text(visible(&container.name)),
        Part::Kind => Cell::text(kind(container.kind)),
        Part::Identity => {
            let cell = Cell::phrase(verdict.kind().label()).marked(theme::mark(verdict.kind()));
            cell.styled(theme::identity(verdict.kind(), verdict.usable))
        }
        Part::Role => {
            let role = verdict.identity.as_ref().and_then(|identity| identity.role());
            let cell = Cell::text(role.map(|role| scene.role(role).into_owned()).unwrap_or_default());
            // without a role there is nothing that could be broken
            if verdict.usable == Usable::No && role.is_some() {
                cell.with_tail(theme::BROKEN_MARK, theme::BROKEN)
            } else {
                cell
            }
        }
        Part::Sure => Cell::text(verdict.confidence.label()).styled(match verdict.confidence {
            Confidence::Proven => theme::PLAIN,
            Confidence::Likely | Confidence::Unknown => theme::FAINT,
        }),
        Part::Findings => Cell::text(text::count(verdict.findings.len())).styled(theme::BAD),
    };
    sheet(&CONTAINERS, None, look, |_| false, cell)
}

fn kind(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Main => "main",
        ContainerKind::Init => "init",
        ContainerKind::Sidecar => "sidecar",
        ContainerKind::Ephemeral => "ephemeral",
    }
}
