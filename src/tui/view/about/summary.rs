//! A card of lines: what it is in one line, and below it what is to be said, each under its label.

use crate::domain::identity::{Counts, Usable};
use crate::tui::view::scene::COUNTED;
use crate::tui::widget::pane::Pane;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Between two items of one line.
const GAP: &str = "   ";

/// What a card says.
#[derive(Default)]
pub(super) struct Summary {
    title: String,
    headline: Vec<Span<'static>>,
    lines: Vec<(&'static str, Vec<Span<'static>>)>,
}

impl Summary {
    pub(super) fn new(title: String) -> Self {
        Self { title, ..Self::default() }
    }

    pub(super) fn headline(&mut self, spans: Vec<Span<'static>>) -> &mut Self {
        self.headline = spans;
        self
    }

    /// A line under a label; without a text it is left out.
    pub(super) fn say(&mut self, label: &'static str, said: impl Into<String>, style: Style) -> &mut Self {
        let said = said.into();
        if !said.is_empty() {
            self.lines.push((label, vec![Span::styled(said, style)]));
        }
        self
    }

    /// A line of several parts under a label.
    pub(super) fn say_parts(&mut self, label: &'static str, parts: Vec<Span<'static>>) -> &mut Self {
        if !parts.is_empty() {
            self.lines.push((label, parts));
        }
        self
    }

    pub(super) fn draw(self, area: Rect, buffer: &mut Buffer) {
        let inner = Pane::named(&self.title, false).draw(area, buffer);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        if inner.height == 0 || inner.width < 10 {
            return;
        }
        let headline = Line::from(self.headline);
        let end = buffer.set_line(inner.x, inner.y, &headline, inner.width).0;
        if headline.width() > usize::from(inner.width)
            && let Some(cell) = buffer.cell_mut((end.saturating_sub(1), inner.y))
        {
            cell.set_symbol("…");
        }
        let label_width = self.lines.iter().map(|(label, _)| text::width(label)).max().unwrap_or(0) as u16 + 3;
        let label_width = if inner.width < 50 { label_width.min(12) } else { label_width };
        let airy = usize::from(inner.height) > self.lines.len() + 1;
        let mut y = inner.y + 1 + u16::from(airy);
        let room = inner.width.saturating_sub(label_width + 2);
        for (label, parts) in self.lines {
            let lines = match &parts[..] {
                [part] => wrapped(part, usize::from(room)),
                parts => packed(parts, usize::from(room)),
            };
            for (number, line) in lines.into_iter().enumerate() {
                if y >= inner.bottom() {
                    return;
                }
                if number == 0 {
                    buffer.set_stringn(inner.x + 2, y, label, usize::from(label_width), theme::FAINT);
                }
                buffer.set_line(inner.x + 2 + label_width, y, &line, room);
                y += 1;
            }
        }
    }
}

fn wrapped(part: &Span<'static>, room: usize) -> Vec<Line<'static>> {
    text::wrap(&part.content, room).into_iter().take(3).map(|line| Line::styled(line, part.style)).collect()
}

/// As many to a line as fit; what stands between two gaps stays together.
fn packed(parts: &[Span<'static>], room: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = vec![Line::default()];
    for item in parts.split(|part| part.content == GAP) {
        let width: usize = item.iter().map(Span::width).sum();
        if let Some(line) = lines.last_mut()
            && (line.spans.is_empty() || line.width() + GAP.len() + width <= room)
        {
            if !line.spans.is_empty() {
                line.push_span(GAP);
            }
            line.spans.extend(item.iter().cloned());
            continue;
        }
        lines.push(Line::from(item.to_vec()));
    }
    lines
}

/// Pods by identity: `◆ IRSA 3   ▲ node role 2`.
pub(super) fn by_identity(counts: &Counts) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for kind in COUNTED {
        let number = counts.of(kind) as usize;
        if number == 0 {
            continue;
        }
        if !spans.is_empty() {
            spans.push(Span::raw(GAP));
        }
        let style = theme::identity(kind, Usable::Yes);
        spans.push(Span::styled(format!("{} {} ", theme::mark(kind), kind.label()), style));
        spans.push(Span::raw(text::figure(number)));
    }
    spans
}
