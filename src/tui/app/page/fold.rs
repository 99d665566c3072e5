//! How the lines of a page are folded to its width: one truth for the view, which draws them, and for scrolling, which must
//! know where the end is.

use super::{Line, Tone};
use crate::tui::text;

/// The widest column of labels.
const LABELS: usize = 24;

/// What stands before the lines of a document some of which are lit up: the mark of those, and a blank.
const GUTTER: u16 = 2;

/// The columns of a page: its labels' and its texts'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margins {
    /// How wide the column of labels is, the gap behind it included; 0: there is none.
    pub labels: u16,
    width: u16,
}

impl Margins {
    /// Those of a page that is so many columns wide.
    pub fn of<'l>(lines: impl Iterator<Item = &'l Line>, width: u16) -> Self {
        let most = LABELS.min(usize::from(width) / 3);
        let labels = match lines.map(|line| text::width(&line.label)).max().unwrap_or(0).min(most) {
            0 => 0,
            labels => labels as u16 + 2,
        };
        Self { labels, width }
    }

    /// Where a line's text begins. Asides without a label belong to the line above.
    pub fn indent(self, line: &Line) -> u16 {
        match line.tone {
            Tone::Lit | Tone::Unlit => GUTTER,
            tone if line.label.is_empty() && tone != Tone::Quiet && !tone.is_diff() => 0,
            _ => self.labels,
        }
    }

    /// How many columns a line's text has.
    pub fn room(self, line: &Line) -> u16 {
        self.width.saturating_sub(self.indent(line))
    }

    /// How many rows a line takes.
    pub fn rows(self, line: &Line) -> usize {
        let room = usize::from(self.room(line));
        let rows =
            if line.tone.is_code() { text::fold(&line.text, room).len() } else { text::wrap(&line.text, room).len() };
        rows + if self.aside_fits(line) { 0 } else { text::wrap(&line.aside, room).len() }
    }

    /// Whether what stands at a line's right end has room beside its text.
    pub fn aside_fits(self, line: &Line) -> bool {
        let both = text::width(&line.text) + 2 + text::width(&line.aside);
        line.aside.is_empty() || both <= usize::from(self.room(line))
    }
}

/// The first line of the last page: from there to the end, everything fits into the height.
pub fn last_start(lines: &[Line], width: u16, height: usize) -> usize {
    let margins = Margins::of(lines.iter(), width);
    let mut used = 0;
    let fitting = lines.iter().rev().take_while(|line| {
        used += margins.rows(line);
        used <= height
    });
    let first = lines.len() - fitting.count();
    first.min(lines.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_ends_with_the_last_line() {
        let lines: Vec<Line> = (0..10).map(|_| Line::new(Tone::Code, "", "x".repeat(15))).collect();
        assert_eq!(last_start(&lines, 20, 4), 6);
        assert_eq!(last_start(&lines, 10, 4), 8, "each takes two rows");
        assert_eq!(last_start(&lines, 20, 40), 0);
        assert_eq!(last_start(&lines, 3, 1), 9);
        assert_eq!(last_start(&[], 3, 1), 0);
    }
}
