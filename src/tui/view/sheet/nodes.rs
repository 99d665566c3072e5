//! Nodes: their role, how their metadata is reached, and who falls back to it.

use super::{Sheet, sheet, warning};
use crate::domain::identity::node_role_of;
use crate::domain::model::{Node, RoleArn, visible};
use crate::tui::app::select::{Item, SortBy};
use crate::tui::theme;
use crate::tui::view::scene::{Room, Scene};
use crate::tui::view::words;
use crate::tui::widget::table::{Cell, Column};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Compute,
    Role,
    Reach,
    NodeRole,
    Instance,
    Age,
}

static SCREEN: [(Field, Column); 7] = [
    (Field::Name, Column::text("NAME", 13, 44, 0)),
    (Field::Compute, Column::text("COMPUTE", 12, 26, 4)),
    (Field::Role, Column::text("NODE ROLE", 14, 50, 1)),
    (Field::Reach, Column::text("METADATA", 17, 20, 3)),
    (Field::NodeRole, Column::number("ON NODE ROLE", 12, 2)),
    (Field::Instance, Column::text("INSTANCE", 19, 19, 6)),
    (Field::Age, Column::number("AGE", 4, 5)),
];

/// With room for whole names.
static WIDE: [(Field, Column); 7] = [
    (Field::Name, Column::text("NAME", 22, 60, 0)),
    (Field::Compute, Column::text("COMPUTE", 12, 26, 5)),
    (Field::Role, Column::text("NODE ROLE", 50, 110, 1)),
    (Field::Reach, Column::text("METADATA", 17, 20, 3)),
    (Field::NodeRole, Column::number("ON NODE ROLE", 12, 2)),
    (Field::Instance, Column::text("INSTANCE", 19, 19, 4)),
    (Field::Age, Column::number("AGE", 4, 6)),
];

/// The sheet of nodes.
pub(super) fn sheet_of<'a>(scene: &'a Scene<'a>, by: SortBy) -> Sheet<'a> {
    let sorted = match by {
        SortBy::Age => Field::Age,
        SortBy::Pods => Field::NodeRole,
        SortBy::Identity => Field::Role,
        SortBy::Name | SortBy::Node => Field::Name,
    };
    let look = |item: &Item| {
        let Item::Node(name) = item else { return None };
        let node = scene.state.inventory.node(name)?;
        Some((node, node_role_of(&scene.state.inventory, node)))
    };
    let cell = move |(node, role): &(&'a Node, Option<RoleArn>), field| match field {
        Field::Name => Cell::text(scene.node(&node.name, Room::Screen)),
        Field::Compute => Cell::text(words::compute(node)),
        Field::Role => match role {
            Some(role) => Cell::text(scene.role(role).into_owned())
                .marked(theme::mark(crate::domain::identity::IdentityKind::NodeRole)),
            None => Cell::phrase(words::no_node_role(scene, node)).styled(theme::FAINT),
        },
        Field::Reach => {
            let (said, style) = words::reach(scene, node);
            Cell::phrase(said).styled(style)
        }
        Field::NodeRole => warning(scene.state.identities.on_node_role(&node.name) as usize, Room::Screen),
        Field::Instance => Cell::text(node.instance_id().map(visible).unwrap_or_default()),
        Field::Age => Cell::text(scene.age(node.created)),
    };
    let fields = if scene.state.wide { &WIDE } else { &SCREEN };
    sheet(fields, Some(sorted), look, |_| false, cell)
}
