//! How the lines of a page are folded to its width: one truth for the view, which draws them, and for scrolling, which must
//! know where the end is.

use super::{Line, Tone};
use crate::tui::app::screen::Scroll;
use crate::tui::keymap::Motion;
use crate::tui::text;
use std::ops::Range;

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
        let rows = match text::width(&line.text) {
            width if width <= room => 1,
            _ if line.tone.is_diff() => text::fold_diff(&line.text, room).len(),
            _ if line.tone.is_code() => text::fold(&line.text, room).len(),
            _ => text::wrap_below_mark(&line.text, room).len(),
        };
        rows + if self.aside_fits(line) { 0 } else { text::wrap(&line.aside, room).len() }
    }

    /// Whether what stands at a line's right end has room beside its text.
    pub fn aside_fits(self, line: &Line) -> bool {
        let both = text::width(&line.text) + 2 + text::width(&line.aside);
        line.aside.is_empty() || both <= usize::from(self.room(line))
    }
}

/// Where the lines of a page lie, in rows, and how many of these its window shows.
#[derive(Debug, Clone)]
pub struct PageRows {
    /// The first row of each line; behind them, how many rows there are.
    starts: Vec<usize>,
    height: usize,
}

impl PageRows {
    /// Those of a page that is so many columns wide, in a window of so many rows.
    pub fn of(lines: &[Line], width: u16, height: usize) -> Self {
        let margins = Margins::of(lines.iter(), width);
        let mut starts = vec![0];
        let mut end = 0;
        starts.extend(lines.iter().map(|line| {
            end += margins.rows(line);
            end
        }));
        Self { starts, height: height.max(1) }
    }

    /// How many rows there are.
    pub fn total(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    /// The first row in the window: never one from which on the page does not fill it, where it could.
    pub fn first(&self, scroll: Scroll) -> usize {
        let end = self.start(scroll.line + 1).saturating_sub(1);
        (self.start(scroll.line) + scroll.row).min(end).min(self.last())
    }

    /// What has that row at the top of the window.
    pub fn scroll(&self, row: usize) -> Scroll {
        let line = self.line_of(row);
        Scroll { line, row: row - self.start(line) }
    }

    /// Where a motion leads. A page down shows all that was not shown, a page up all that stood above.
    pub fn moved(&self, from: Scroll, motion: Motion) -> Scroll {
        let at = self.first(from);
        let row = match motion {
            Motion::Up => at.saturating_sub(1),
            Motion::Down => at + 1,
            Motion::PageUp => self.page_up(at),
            Motion::PageDown => self.page_down(at),
            Motion::First => 0,
            Motion::Last => self.last(),
        };
        self.scroll(row.min(self.last()))
    }

    /// The scrolling that shows these lines whole: the one that is, where it does.
    pub fn showing(&self, from: Scroll, lines: Range<usize>) -> Scroll {
        let at = self.first(from);
        if self.start(lines.start) >= at && self.start(lines.end) <= at + self.height {
            return from;
        }
        self.scroll(self.start(lines.start.saturating_sub(2)).min(self.last()))
    }

    /// From the first line on that was not whole in the window; of one that is taller than it, what comes next.
    fn page_down(&self, at: usize) -> usize {
        let next = at + self.height;
        let whole = self.start(self.line_of(next));
        if whole > at { whole } else { next }
    }

    /// What stands above, from the first line on that is whole there.
    fn page_up(&self, at: usize) -> usize {
        let next = at.saturating_sub(self.height);
        let whole = self.starts.iter().find(|start| **start >= next);
        whole.copied().filter(|start| *start < at).unwrap_or(next)
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or_else(|| self.total())
    }

    fn line_of(&self, row: usize) -> usize {
        self.starts.partition_point(|start| *start <= row).saturating_sub(1)
    }

    /// The first row of the last page: from there to the end, everything fits into the window.
    fn last(&self) -> usize {
        self.total().saturating_sub(self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(widths: &[usize]) -> Vec<Line> {
        widths.iter().map(|width| Line::new(Tone::Code, "", "x".repeat(*width))).collect()
    }

    #[test]
    fn the_last_page_ends_with_the_last_row() {
        let last = |lines: &[Line], width, height| {
            let scroll = PageRows::of(lines, width, height).moved(Scroll::default(), Motion::Last);
            (scroll.line, scroll.row)
        };
        let lines = page(&[15; 10]);
        assert_eq!(last(&lines, 20, 4), (6, 0));
        assert_eq!(last(&lines, 10, 4), (8, 0), "each takes two rows");
        assert_eq!(last(&lines, 10, 3), (8, 1), "of the first only its end fits");
        assert_eq!(last(&lines, 20, 40), (0, 0));
        assert_eq!(last(&[], 3, 1), (0, 0));
    }

    #[test]
    fn a_page_begins_with_a_whole_line_where_one_fits() {
        let lines = page(&[5, 15, 15, 5, 90, 5]);
        let rows = PageRows::of(&lines, 10, 4);
        let go = |from: Scroll, motion| rows.moved(from, motion);
        let second = go(Scroll::default(), Motion::PageDown);
        assert_eq!((second.line, second.row), (2, 0), "the third line was cut");
        let third = go(second, Motion::PageDown);
        assert_eq!((third.line, third.row), (4, 0), "the fifth line was cut");
        let fourth = go(third, Motion::PageDown);
        assert_eq!((fourth.line, fourth.row), (4, 4), "it is taller than the window");
        assert_eq!((go(third, Motion::Down).row, go(fourth, Motion::PageUp)), (1, third));
        assert_eq!((go(third, Motion::PageUp), go(second, Motion::PageUp)), (second, Scroll::default()));
    }

    #[test]
    fn a_step_is_shown_with_what_stands_above_it() {
        let rows = PageRows::of(&page(&[5; 20]), 10, 6);
        assert_eq!(rows.showing(Scroll::default(), 4..6), Scroll::default());
        assert_eq!(rows.showing(Scroll::default(), 5..7).line, 3);
    }

    proptest! {
        #[test]
        fn all_pages_together_are_all_rows(
            widths in prop::collection::vec(0_usize..120, 0..40),
            width in 3_u16..60,
            height in 1_usize..12,
        ) {
            let rows = PageRows::of(&page(&widths), width, height);
            for (from, motion) in [(Motion::First, Motion::PageDown), (Motion::Last, Motion::PageUp)] {
                let mut seen = vec![false; rows.total()];
                let mut at = rows.moved(Scroll::default(), from);
                loop {
                    let first = rows.first(at);
                    seen.iter_mut().skip(first).take(height).for_each(|seen| *seen = true);
                    prop_assert_eq!(rows.scroll(first), at);
                    let next = rows.moved(at, motion);
                    if next == at {
                        break;
                    }
                    at = next;
                }
                prop_assert!(seen.iter().all(|seen| *seen), "{:?} {:?}", motion, seen);
            }
        }
    }
}
