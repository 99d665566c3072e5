//! What is marked with the pointer: shown as a terminal shows it, and read from what is drawn.

use super::frame::paint;
use crate::tui::app::{Marked, State};
use crate::tui::text;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Turns the colours of what is marked round; of the selected row, where they are so already, back.
pub(super) fn highlight(marked: Marked, buffer: &mut Buffer) {
    for (y, from, to) in marked.lines() {
        for (x, columns) in signs(buffer, y, (from, to)) {
            for x in x..x + columns {
                if let Some(cell) = buffer.cell_mut((x, y)) {
                    cell.modifier.toggle(Modifier::REVERSED);
                }
            }
        }
    }
}

/// The text that is marked, as it is drawn, without the blanks at the ends of its lines. A line that is folded on the screen
/// stays folded: what stands there is what one sees, and which rows belong together is not the screen's to tell, where
/// columns and indents stand beside one another. What is to be had whole has keys of its own, `c`, `Y` and `ctrl-s`.
pub fn text_of(state: &State, marked: Marked) -> String {
    let (width, height) = state.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    paint(state, &mut buffer);
    let line = |(y, from, to)| {
        let signs = signs(&buffer, y, (from, to));
        let symbols = signs.into_iter().filter_map(|(x, _)| buffer.cell((x, y)).map(Cell::symbol));
        symbols.collect::<String>().trim_end().to_owned()
    };
    let lines: Vec<String> = marked.lines().map(line).collect();
    lines.join("\n").trim_end().to_owned()
}

/// The signs of a line that have a cell between two columns: where each begins, and how many columns it takes. The second
/// cell of a wide one is none.
fn signs(buffer: &Buffer, y: u16, (from, to): (u16, u16)) -> Vec<(u16, u16)> {
    let mut signs = Vec::new();
    let mut x = buffer.area.x;
    while x <= to {
        let Some(cell) = buffer.cell((x, y)) else { break };
        let columns = text::width(cell.symbol()).max(1) as u16;
        if x + columns > from {
            signs.push((x, columns));
        }
        x += columns;
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    #[test]
    fn wide_signs_are_taken_whole_and_once() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "a日本b", Style::new());
        let taken = |from, to| {
            let signs = signs(&buffer, 0, (from, to)).into_iter();
            signs.filter_map(|(x, _)| buffer.cell((x, 0)).map(Cell::symbol)).collect::<String>()
        };
        assert_eq!(taken(0, 5), "a日本b");
        assert_eq!(taken(2, 3), "日本", "half of each");
        assert_eq!(taken(2, 2), "日");
        assert_eq!(taken(4, 5), "本b");
        assert_eq!(taken(5, 40).trim_end(), "b");
    }

    #[test]
    fn what_is_marked_is_turned_round_and_what_was_so_is_turned_back() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 2));
        let area = buffer.area;
        buffer.set_string(0, 0, "a日b", Style::new());
        buffer.set_style(Rect { width: 4, height: 1, ..area }, Style::new().add_modifier(Modifier::REVERSED));
        highlight(Marked::new(area, (2, 0).into(), (1, 1).into()), &mut buffer);
        let is_reversed = |x, y| buffer.cell((x, y)).is_some_and(|cell| cell.modifier.contains(Modifier::REVERSED));
        let row = |y| (0..6).map(|x| is_reversed(x, y)).collect::<Vec<_>>();
        assert_eq!(row(0), [true, false, false, false, true, true]);
        assert_eq!(row(1), [true, true, false, false, false, false]);
    }
}
