//! What a table's columns are and what a row says in each.

mod accounts;
mod feeds;
mod namespaces;
mod nodes;
mod pods;
mod roles;

use super::list::Heading;
use super::scene::{Room, Scene};
use crate::tui::app::screen::{List, ListScreen};
use crate::tui::app::select::{Item, Of};
use crate::tui::widget::table::{Cell, Column, Row};
use crate::tui::{text, theme};

/// The columns of a table, and how a row comes about.
pub(super) struct Sheet<'a> {
    pub(super) columns: Vec<Column>,
    pub(super) row: RowOf<'a>,
    /// The column that it is sorted by.
    pub(super) sorted: Option<usize>,
}

/// What a row says; nothing for an object that is gone.
type RowOf<'a> = Box<dyn Fn(&Item) -> Option<Row<'a>> + 'a>;

/// The sheet of a list of what lies in the inventory.
pub(super) fn of_list<'a>(scene: &'a Scene<'a>, list: &List, heading: &Heading) -> Sheet<'a> {
    let by = list.sort.by;
    match &list.of {
        Of::Namespaces => namespaces::sheet_of(scene, heading.room, by),
        Of::Accounts => accounts::sheet_of(scene, heading, by),
        Of::Containers(..) => pods::containers(scene),
        Of::Nodes => nodes::sheet_of(scene, by),
        Of::Roles => roles::sheet_of(scene, by),
        Of::UsersOfRole(arn) => roles::users(scene, arn.clone(), by),
        Of::Troubles => feeds::troubles(scene),
        Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) => {
            pods::sheet_of(scene, list, heading)
        }
        Of::Calls | Of::Contexts | Of::Profiles => Sheet { columns: Vec::new(), row: Box::new(|_| None), sorted: None },
    }
}

/// The sheet of a screen that is one table.
pub(super) fn of_screen<'a>(scene: &'a Scene<'a>, screen: &'a ListScreen, heading: &Heading) -> Sheet<'a> {
    match &screen.list.of {
        Of::Calls => feeds::calls(scene, screen),
        Of::Contexts | Of::Profiles => feeds::targets(screen),
        _ => of_list(scene, &screen.list, heading),
    }
}

/// Fields with their columns, the one it is sorted by, and how a row is looked up and said field by field.
fn sheet<'a, F: Copy + PartialEq + 'static, T>(
    fields: &'static [(F, Column)],
    sorted: Option<F>,
    look: impl Fn(&Item) -> Option<T> + 'a,
    is_dimmed: impl Fn(&T) -> bool + 'a,
    cell: impl Fn(&T, F) -> Cell<'a> + 'a,
) -> Sheet<'a> {
    let row = move |item: &Item| {
        let found = look(item)?;
        let cells = fields.iter().map(|(field, _)| cell(&found, *field)).collect();
        Some(Row { cells, dimmed: is_dimmed(&found) })
    };
    Sheet {
        columns: fields.iter().map(|(_, column)| *column).collect(),
        row: Box::new(row),
        sorted: sorted.and_then(|sorted| fields.iter().position(|(field, _)| *field == sorted)),
    }
}

/// A number; nothing for none.
fn number<'a>(count: usize, room: Room) -> Cell<'a> {
    Cell::text(match room {
        Room::Pane => text::short_count(count),
        Room::Screen => text::count(count),
    })
}

/// A number of what deserves a look.
fn warning<'a>(count: usize, room: Room) -> Cell<'a> {
    number(count, room).styled(theme::NODE)
}

/// How many findings there are.
fn findings<'a>(count: usize) -> Cell<'a> {
    Cell::text(text::count(count)).styled(theme::BAD)
}
