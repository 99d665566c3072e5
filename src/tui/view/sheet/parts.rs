//! What sheets are put together from.

use super::Sheet;
use crate::tui::app::select::Item;
use crate::tui::view::scene::Room;
use crate::tui::widget::table::{Cell, Column, Row};
use crate::tui::{text, theme};

/// Fields with their columns, the one it is sorted by, and how a row is looked up and said field by field.
pub(super) fn sheet<'a, F: Copy + PartialEq + 'static, T>(
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
pub(super) fn number<'a>(count: usize, room: Room) -> Cell<'a> {
    Cell::text(match room {
        Room::Pane => text::short_count(count),
        Room::Screen => text::count(count),
    })
}

/// A number of what deserves a look.
pub(super) fn warning<'a>(count: usize, room: Room) -> Cell<'a> {
    number(count, room).styled(theme::NODE)
}

/// How many findings there are.
pub(super) fn findings<'a>(count: usize) -> Cell<'a> {
    Cell::text(text::count(count)).styled(theme::BAD)
}
