//! A framed part of the screen. Neighbours overlap by one column or row, and their borders grow together.

use crate::tui::app::Layout;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};

/// So much of a name tells what it is.
const NAME: usize = 6;

/// A frame with a title in its upper edge.
#[derive(Debug, Clone, Default)]
pub struct Pane<'a> {
    /// What it shows.
    pub title: Line<'a>,
    /// What stands at the right end of the upper edge.
    pub aside: Line<'a>,
    /// The keys go to it. Draw it after its neighbours, so that shared edges are its own.
    pub focused: bool,
}

impl<'a> Pane<'a> {
    /// A pane with a name, and how many things are in it.
    pub fn counted(name: &'a str, count: &str, focused: bool) -> Self {
        let style = if focused { theme::TITLE } else { theme::STRONG };
        let title = Line::from(vec![Span::styled(name, style), Span::styled(format!(" {count}"), theme::FAINT)]);
        Self { title, aside: Line::default(), focused }
    }

    /// A pane with a name alone.
    pub fn named(name: &'a str, focused: bool) -> Self {
        let style = if focused { theme::TITLE } else { theme::STRONG };
        Self { title: Line::styled(name, style), aside: Line::default(), focused }
    }

    /// The same pane with something at the right end of its upper edge.
    #[must_use]
    pub fn with_aside(mut self, aside: Line<'a>) -> Self {
        self.aside = aside;
        self
    }

    /// Draws the frame and gives the room within.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) -> Rect {
        let area = area.intersection(buffer.area);
        if area.width < 2 || area.height < 2 {
            return Layout::inner(area);
        }
        self.draw_edges(area, buffer);
        let room = usize::from(area.width.saturating_sub(4));
        let right = self.aside.width();
        let aside_fits = right > 0 && right + self.least_title() + 4 <= room;
        let left = if aside_fits { room - right - 4 } else { room };
        draw_label(&self.title, area.x + 1, area.y, left, buffer);
        if aside_fits {
            draw_label(&self.aside, area.right() - 5 - right as u16, area.y, right + 2, buffer);
        }
        Layout::inner(area)
    }

    /// How wide the title is at least: a piece of its name, and the whole count; a name alone may tell a count itself.
    fn least_title(&self) -> usize {
        let name = self.title.spans.first().map_or(0, Span::width);
        let least = if self.title.spans.len() > 1 { NAME } else { 2 * NAME };
        self.title.width() - name + name.min(least) + 1
    }

    fn draw_edges(&self, area: Rect, buffer: &mut Buffer) {
        let style = if self.focused { theme::ACCENT } else { theme::FAINT };
        let (left, right) = (area.x, area.right() - 1);
        let (top, bottom) = (area.y, area.bottom() - 1);
        for x in left + 1..right {
            join(buffer, x, top, "─", style);
            join(buffer, x, bottom, "─", style);
        }
        for y in top + 1..bottom {
            join(buffer, left, y, "│", style);
            join(buffer, right, y, "│", style);
        }
        for (x, y, corner) in [(left, top, "┌"), (right, top, "┐"), (left, bottom, "└"), (right, bottom, "┘")] {
            join(buffer, x, y, corner, style);
        }
    }
}

/// Puts a piece of border where another may be already, or a neighbour's title, which stays.
fn join(buffer: &mut Buffer, x: u16, y: u16, symbol: &str, style: Style) {
    let is_label = |symbol: &str| !symbol.chars().all(|c| matches!(c, ' ' | '\u{2500}'..='\u{257f}'));
    if let Some(cell) = buffer.cell_mut((x, y)).filter(|cell| !is_label(cell.symbol())) {
        cell.merge_symbol(symbol, MergeStrategy::Exact).set_style(Style::reset().patch(style));
    }
}

/// Writes a label into an edge, a blank before and behind it. Where it does not fit, what stands first in it is shortened:
/// a name, before its count.
fn draw_label(label: &Line<'_>, x: u16, y: u16, room: usize, buffer: &mut Buffer) {
    if label.width() == 0 || room < 3 {
        return;
    }
    let mut x = x + 1;
    buffer.set_string(x, y, " ", Style::reset());
    x += 1;
    let end = usize::from(x) + room.saturating_sub(1);
    let mut behind = label.width();
    for span in &label.spans {
        let left = end.saturating_sub(usize::from(x));
        behind -= span.width();
        let own = left.saturating_sub(behind).max(left.min(1));
        let shown = text::cut_middle(&span.content, own);
        x = buffer.set_stringn(x, y, shown, left, Style::reset().patch(label.style).patch(span.style)).0;
    }
    buffer.set_stringn(x, y, " ", usize::from(buffer.area.right().saturating_sub(x)), Style::reset());
}

/// Draws the position in a long list over the right edge, where not all of it can be seen.
pub fn draw_scrollbar(area: Rect, first: usize, total: usize, focused: bool, buffer: &mut Buffer) {
    let height = usize::from(area.height);
    if total <= height || height == 0 {
        return;
    }
    let length = (height * height / total).clamp(1, height);
    let hidden = total - height;
    let start = (first.min(hidden) * (height - length) + hidden / 2) / hidden;
    let style = if focused { theme::ACCENT } else { theme::PLAIN };
    for y in (area.y..area.bottom()).skip(start).take(length) {
        if let Some(cell) = buffer.cell_mut((area.right(), y)) {
            cell.set_symbol("┃").set_style(Style::reset().patch(style));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_grow_together() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 13, 5));
        Pane::named("a", false).draw(Rect::new(0, 0, 7, 3), &mut buffer);
        Pane::named("b", false).draw(Rect::new(6, 0, 7, 3), &mut buffer);
        Pane::named("c", false).draw(Rect::new(0, 2, 13, 3), &mut buffer);
        let lines: Vec<String> =
            buffer.content.chunks(13).map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect()).collect();
        assert_eq!(lines, ["┌─ a ─┬─ b ─┐", "│     │     │", "├─ c ─┴─────┤", "│           │", "└───────────┘"]);
    }

    #[test]
    fn a_name_is_shortened_before_its_count() {
        let heading = |width, aside: &'static str| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, 2));
            let pane = Pane::counted("ServiceAccounts of edge", "4 of 5", true).with_aside(Line::raw(aside));
            pane.draw(buffer.area, &mut buffer);
            buffer.content.iter().take(usize::from(width)).map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(heading(40, ""), "┌─ ServiceAccounts of edge 4 of 5 ─────┐");
        assert_eq!(heading(34, ""), "┌─ ServiceAcco…ts of edge 4 of 5 ┐");
        assert_eq!(heading(32, ""), "┌─ ServiceAcc…s of edge 4 of 5 ┐");
        assert_eq!(heading(34, "problems"), "┌─ Servi…edge 4 of 5 ─ problems ─┐");
        assert_eq!(heading(30, "problems"), "┌─ Ser…ge 4 of 5 ─ problems ─┐");
        assert_eq!(heading(29, "problems"), "┌─ ServiceA… of edge 4 of 5 ┐");
    }

    #[test]
    fn a_pane_without_room_draws_nothing_and_gives_no_room() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 3));
        for (width, height) in [(0, 0), (1, 1), (2, 1), (1, 2), (9, 9)] {
            let inner = Pane::named("name", true).draw(Rect::new(0, 0, width, height), &mut buffer);
            assert!(inner.width <= 3 && inner.height <= 3);
        }
    }
}
