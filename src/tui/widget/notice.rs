//! What stands in a pane instead of rows: why there are none, how far they are, or why they cannot be had.

use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// Why there are no rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// There are none.
    Empty {
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
    /// They are being read.
    Loading {
        /// What is.
        what: String,
        /// How many are here.
        seen: usize,
        /// How many there will be, where it is known.
        expected: Option<usize>,
    },
    /// They cannot be read.
    Failed {
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
}

impl Notice {
    /// Draws it into a pane.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        let columns = usize::from(inner.width);
        if columns < 4 || area.height == 0 {
            return;
        }
        let mut lines: Vec<Vec<Span<'static>>> = Vec::new();
        match self {
            Self::Empty { sentence, hint } => {
                lines.extend(wrapped(sentence, columns, theme::PLAIN));
                lines.extend(wrapped(hint, columns, theme::FAINT));
            }
            Self::Failed { sentence, hint } => {
                let mut said = wrapped(sentence, columns.saturating_sub(2), theme::PLAIN);
                for (number, line) in said.iter_mut().enumerate() {
                    let lead = if number == 0 { theme::BROKEN_MARK } else { " " };
                    line.insert(0, Span::styled(format!("{lead} "), theme::BROKEN));
                }
                lines.extend(said);
                lines.extend(wrapped(hint, columns, theme::FAINT));
            }
            Self::Loading { what, seen, expected } => {
                if *seen == 0 && expected.is_none() {
                    lines.extend(wrapped(&format!("reading {what}…"), columns, theme::PLAIN));
                } else {
                    let mut line = vec![Span::styled(format!("reading {what}"), theme::PLAIN), Span::raw("  ")];
                    line.extend(gauge(*seen, *expected));
                    lines.push(line);
                }
            }
        }
        let top = area.y + u16::from(usize::from(area.height) > lines.len() + 1);
        for (y, line) in (top..area.bottom()).zip(lines) {
            let mut x = inner.x;
            for span in line {
                x = buffer.set_stringn(x, y, &span.content, usize::from(inner.right().saturating_sub(x)), span.style).0;
            }
        }
    }
}

fn wrapped(said: &str, columns: usize, style: Style) -> Vec<Vec<Span<'static>>> {
    if said.is_empty() {
        return Vec::new();
    }
    text::wrap(said, columns).into_iter().map(|line| vec![Span::styled(line, style)]).collect()
}

/// How many cells a gauge has.
const CELLS: usize = 6;

/// A gauge with its numbers: `▰▰▰▱▱▱ 212 / 340`; only the number where it is not known of how many.
pub fn gauge(done: usize, total: Option<usize>) -> Vec<Span<'static>> {
    let Some(total) = total.filter(|total| *total > 0) else {
        return vec![Span::styled(text::figure(done), theme::PLAIN)];
    };
    let full = (done.min(total) * CELLS) / total;
    vec![
        Span::styled("▰".repeat(full), theme::ACCENT),
        Span::styled("▱".repeat(CELLS - full), theme::FAINT),
        Span::styled(format!(" {} / {}", text::figure(done), text::figure(total.max(done))), theme::PLAIN),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(done: usize, total: Option<usize>) -> String {
        gauge(done, total).iter().map(|span| &*span.content).collect()
    }

    #[test]
    fn a_gauge_says_its_numbers() {
        assert_eq!(said(212, Some(340)), "▰▰▰▱▱▱ 212 / 340");
        assert_eq!(said(1_400, None), "1,400");
        assert_eq!(said(9, Some(3)), "▰▰▰▰▰▰ 9 / 9");
        assert_eq!(said(3, Some(0)), "3");
    }
}
