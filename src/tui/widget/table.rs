//! A table of which only the rows in its window are ever asked for.

use super::pane::draw_scrollbar;
use crate::tui::app::Layout;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use std::borrow::Cow;

/// A column: its widths depend on the room alone, never on the rows, so that nothing moves as rows come and go.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    title: &'static str,
    least: u16,
    most: u16,
    rank: u8,
    numeric: bool,
}

impl Column {
    /// A column of text, between `least` and `most` wide. The higher its `rank`, the sooner it is left out.
    pub const fn text(title: &'static str, least: u16, most: u16, rank: u8) -> Self {
        Self { title, least, most, rank, numeric: false }
    }

    /// The same column, so wide at least.
    #[must_use]
    pub fn at_least(self, least: u16) -> Self {
        Self { least, ..self }
    }

    /// A column of numbers, aligned to the right.
    pub const fn number(title: &'static str, width: u16, rank: u8) -> Self {
        Self { title, least: width, most: width, rank, numeric: true }
    }
}

/// One cell: a mark, a text that is cut to the column, and a mark that is not cut away.
#[derive(Debug, Clone, Default)]
pub struct Cell<'a> {
    mark: &'static str,
    text: Cow<'a, str>,
    tail: &'static str,
    is_phrase: bool,
    style: Style,
    tail_style: Style,
}

impl<'a> Cell<'a> {
    /// A cell with a text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A cell with words, which read from their beginning: cut at the end, where a name is cut in its middle.
    pub fn phrase(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), is_phrase: true, ..Self::default() }
    }

    /// The same in a style.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// The same with a mark before it.
    #[must_use]
    pub fn marked(mut self, mark: &'static str) -> Self {
        self.mark = mark;
        self
    }

    /// The same with a mark behind it.
    #[must_use]
    pub fn with_tail(mut self, tail: &'static str, style: Style) -> Self {
        (self.tail, self.tail_style) = (tail, style);
        self
    }
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    /// Its cells, one for each column.
    pub cells: Vec<Cell<'a>>,
    /// It is finished, or only of use to fewer readers.
    pub dimmed: bool,
}

/// The window over the rows.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The columns.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub total: usize,
    /// The first row in the window.
    pub first: usize,
    /// The selected row.
    pub selected: Option<usize>,
    /// The keys go to it.
    pub focused: bool,
    /// The column it is sorted by, where it is not the first, and whether the other way round.
    pub sorted: Option<(usize, bool)>,
}

impl Table<'_> {
    /// Draws the header and the rows of the window, which `row` gives by index.
    pub fn draw<'r>(&self, area: Rect, buffer: &mut Buffer, row: impl Fn(usize) -> Option<Row<'r>>) {
        let area = area.intersection(buffer.area);
        if area.width < 3 || area.height == 0 {
            return;
        }
        let places = places(self.columns, area);
        let body = Layout::window(area);
        if body.y > area.y {
            self.draw_header(area, &places, buffer);
        }
        let shown = usize::from(body.height).min(self.total.saturating_sub(self.first));
        for (y, index) in (body.y..body.bottom()).zip(self.first..self.first + shown) {
            if let Some(row) = row(index) {
                draw_row(&row, Rect { y, height: 1, ..body }, &places, buffer);
                self.draw_selection(index, &places, Rect { y, height: 1, ..body }, buffer);
            }
        }
        draw_scrollbar(body, self.first, self.total, self.focused, buffer);
    }

    fn draw_header(&self, area: Rect, places: &[Place], buffer: &mut Buffer) {
        for (index, (column, place)) in self.columns.iter().zip(places).enumerate() {
            let arrow = match self.sorted {
                Some((by, reversed)) if by == index => {
                    if reversed {
                        "↓"
                    } else {
                        "↑"
                    }
                }
                _ => "",
            };
            let title = Cell::text(column.title).styled(theme::FAINT);
            // behind a title that takes the whole column there is the gap to the next, or the margin
            let fits = text::width(column.title) + text::width(arrow) + usize::from(!place.numeric)
                <= usize::from(place.width);
            if fits || arrow.is_empty() {
                draw_cell(&title.with_tail(arrow, theme::ACCENT), *place, area.y, buffer);
                continue;
            }
            draw_cell(&title, *place, area.y, buffer);
            if place.width > 0 {
                buffer.set_stringn(place.x + place.width, area.y, arrow, 1, theme::ACCENT);
            }
        }
    }

    fn draw_selection(&self, index: usize, places: &[Place], area: Rect, buffer: &mut Buffer) {
        if self.selected != Some(index) {
            return;
        }
        buffer.set_string(area.x, area.y, theme::POINTER, theme::CHOSEN);
        if self.focused {
            buffer.set_style(area, theme::SELECTED.remove_modifier(Modifier::DIM));
        } else if let Some(first) = places.first() {
            buffer.set_style(
                Rect { x: first.x, width: first.width, ..area },
                theme::CHOSEN.remove_modifier(Modifier::DIM),
            );
        }
    }
}

/// Where a column stands; no width where it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    x: u16,
    width: u16,
    numeric: bool,
}

/// Whether a column has room where there is so much of it.
pub fn is_shown(columns: &[Column], width: u16, column: usize) -> bool {
    places(columns, Rect::new(0, 0, width, 1)).get(column).is_some_and(|place| place.width > 0)
}

/// The column that stands there in a table with that room; the gap behind it is still its own.
pub fn column_at(columns: &[Column], area: Rect, x: u16) -> Option<usize> {
    let places = places(columns, area);
    let is_before = |place: &Place| place.width > 0 && place.x <= x;
    places.iter().rposition(is_before).filter(|_| x < area.right())
}

/// Gives each column its place: the most needed ones come first, and what room is left is shared out.
fn places(columns: &[Column], area: Rect) -> Vec<Place> {
    let gap: u16 = if area.width >= 56 { 2 } else { 1 };
    let room = area.width.saturating_sub(2);
    // a column beside the first that would have whole ARNs does not push out all the others
    let most = if gap > 1 { room / 2 } else { room };
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|&index| columns[index].rank);
    let mut widths = vec![0u16; columns.len()];
    let mut used = 0u16;
    for index in order {
        let column = columns[index];
        let least = if column.rank == 0 { column.least.min(room) } else { column.least.min(most) };
        let before = if used == 0 { 0 } else { used + gap };
        if used == 0 {
            widths[index] = least;
            used = least;
        } else if before + least <= room {
            widths[index] = least;
            used = before + least;
        } else {
            break;
        }
    }
    share_out(columns, &mut widths, room.saturating_sub(used));
    let mut x = area.x + 1;
    let mut place = |(column, width): (&Column, u16)| {
        let place = Place { x, width, numeric: column.numeric };
        x += if width > 0 { width + gap } else { 0 };
        place
    };
    columns.iter().zip(widths).map(&mut place).collect()
}

/// Widens the columns that are there in turn, the two most needed ones by three and two cells where the others get one:
/// what wants little has it soon, and long names get the rest.
fn share_out(columns: &[Column], widths: &mut [u16], mut rest: u16) {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|&index| columns[index].rank);
    let can_grow = |index: usize, widths: &[u16]| (1..columns[index].most).contains(&widths[index]);
    while rest > 0 && order.iter().any(|&index| can_grow(index, widths)) {
        for &index in &order {
            if can_grow(index, widths) {
                let column = columns[index];
                let more = u16::from(3_u8.saturating_sub(column.rank).max(1));
                let more = more.min(rest).min(column.most - widths[index]);
                widths[index] += more;
                rest -= more;
            }
        }
    }
}

fn draw_row(row: &Row<'_>, area: Rect, places: &[Place], buffer: &mut Buffer) {
    for (cell, place) in row.cells.iter().zip(places) {
        draw_cell(cell, *place, area.y, buffer);
    }
    if row.dimmed {
        buffer.set_style(area, theme::FAINT);
    }
}

fn draw_cell(cell: &Cell<'_>, place: Place, y: u16, buffer: &mut Buffer) {
    let Place { mut x, width, numeric } = place;
    let mut room = usize::from(width);
    if room == 0 {
        return;
    }
    if !cell.mark.is_empty() {
        let after = buffer.set_stringn(x, y, cell.mark, room, cell.style).0;
        room = room.saturating_sub(usize::from(after - x) + 1);
        x = after + 1;
    }
    let tail = if cell.tail.is_empty() { 0 } else { text::width(cell.tail) + usize::from(!numeric) };
    let cut = if cell.is_phrase { text::cut_end } else { text::cut_middle };
    let shown = cut(&cell.text, room.saturating_sub(tail));
    if numeric {
        x += (room.saturating_sub(tail + text::width(&shown))) as u16;
    }
    let after = buffer.set_stringn(x, y, &shown, room, cell.style).0;
    if tail > 0 && tail <= room {
        buffer.set_string(after + u16::from(!numeric), y, cell.tail, cell.tail_style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell as Counter;

    const COLUMNS: [Column; 3] =
        [Column::text("NAME", 6, 20, 0), Column::text("ROLE", 6, 20, 1), Column::number("POD", 4, 2)];

    fn lines(buffer: &Buffer) -> Vec<String> {
        let width = usize::from(buffer.area.width).max(1);
        buffer.content.chunks(width).map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect()).collect()
    }

    fn draw(area: Rect, total: usize, first: usize) -> (Vec<String>, usize) {
        let mut buffer = Buffer::empty(area);
        let asked = Counter::new(0);
        let table = Table { columns: &COLUMNS, total, first, selected: Some(1), focused: false, sorted: None };
        table.draw(area, &mut buffer, |index| {
            asked.set(asked.get() + 1);
            let role = Cell::text("eks/some-very-long-role").marked("◆").with_tail("✖", theme::BROKEN);
            Some(Row { cells: vec![Cell::text(format!("日本-{index}")), role, Cell::text("7")], dimmed: false })
        });
        (lines(&buffer), asked.get())
    }

    #[test]
    fn columns_leave_by_rank_and_stay_aligned() {
        let (wide, _) = draw(Rect::new(0, 0, 30, 3), 2, 0);
        assert_eq!(
            wide,
            [" NAME         ROLE        POD ", " 日 本 -0       ◆ eks…le ✖    7 ", "▸日 本 -1       ◆ eks…le ✖    7 ",]
        );
        let (narrow, _) = draw(Rect::new(0, 0, 9, 2), 2, 0);
        assert_eq!(narrow[0], " NAME    ");
    }

    #[test]
    fn only_rows_in_the_window_are_asked_for() {
        let (_, asked) = draw(Rect::new(0, 0, 80, 24), 100_000, 70_000);
        assert_eq!(asked, 23);
    }

    #[test]
    fn a_sorted_column_keeps_its_whole_title() {
        let columns = [Column::text("NAME", 6, 6, 0), Column::number("PODS", 4, 1), Column::number("AGE", 4, 2)];
        for (sorted, heading) in [(0, " NAME ↑ PODS  AGE "), (1, " NAME   PODS↑ AGE "), (2, " NAME   PODS AGE↑ ")]
        {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 18, 1));
            let sorted = Some((sorted, false));
            let table = Table { columns: &columns, total: 0, first: 0, selected: None, focused: false, sorted };
            table.draw_header(buffer.area, &places(&columns, buffer.area), &mut buffer);
            assert_eq!(lines(&buffer), [heading]);
        }
    }

    #[test]
    fn nothing_breaks_without_room() {
        for (width, height) in [(0, 0), (1, 1), (3, 1), (5, 2), (2, 9)] {
            draw(Rect::new(0, 0, width, height), 5, 3);
        }
    }
}
