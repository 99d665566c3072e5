//! The routes from pod to policies as lines: each link after the one it hangs on, the broken step marked, the second
//! route growing out of the pod below the first.

use crate::domain::diagnose::{Link, LinkKind, LinkState, Route};
use crate::domain::model::visible;
use crate::tui::{text, theme};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// How a chain is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Long dashes, whole labels, notes on lines of their own.
    Long,
    /// Short dashes, labels without their kind, notes in brackets where there is room.
    Short,
}

/// Whether the routes fit into the columns in their long form, none of them broken over lines.
pub(super) fn fits(routes: &[Route], columns: usize) -> bool {
    routes.iter().enumerate().all(|(number, route)| {
        let start = usize::from(number > 0);
        let links = route.links.iter().skip(usize::from(number > 0));
        start + links.map(|link| text::width(&label(link, Form::Long, usize::MAX)) + 7).sum::<usize>() <= columns + 7
    })
}

/// The routes as lines.
pub(super) fn lines(routes: &[Route], columns: usize, form: Form) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (number, route) in routes.iter().enumerate() {
        let more = number + 1 < routes.len();
        let mut drawing = Drawing { lines: vec![Pen::default()], notes: Vec::new(), columns, form, more };
        drawing.route(route, number == 0);
        lines.extend(drawing.finish());
    }
    lines
}

/// One line being written.
#[derive(Debug, Default)]
struct Pen {
    spans: Vec<Span<'static>>,
    x: usize,
}

impl Pen {
    fn write(&mut self, text: impl Into<String>, style: Style) {
        let text = text.into();
        self.x += text::width(&text);
        self.spans.push(Span::styled(text, style));
    }

    fn move_to(&mut self, x: usize) {
        if x > self.x {
            self.write(" ".repeat(x - self.x), theme::PLAIN);
        }
    }
}

/// One route being drawn.
struct Drawing {
    lines: Vec<Pen>,
    notes: Vec<(usize, String, Style)>,
    columns: usize,
    form: Form,
    /// Another route follows below.
    more: bool,
}

impl Drawing {
    fn route(&mut self, route: &Route, first: bool) {
        let mut links = route.links.iter();
        let Some(pod) = links.next() else { return };
        if first {
            let shown = label(pod, self.form, self.columns / 3);
            self.link(shown, pod, route.taken);
        } else {
            self.pen().write(" └", theme::FAINT);
        }
        let mut fresh = !first;
        for link in links {
            self.step(link, route.taken, fresh);
            fresh = false;
        }
    }

    /// The step to a link and the link itself, on the next line where this one has no room.
    fn step(&mut self, link: &Link, taken: bool, fresh: bool) {
        let shown = label(link, self.form, self.columns / 3);
        let (dash, gaps) = match self.form {
            Form::Long => ("──", 2),
            Form::Short => ("─", 2),
        };
        let (mark, style) = theme::link(link.state);
        // What a role holds is not a step that can hold or break: no tick may stand for it.
        let plain = link.kind == LinkKind::Policies && link.state != LinkState::Broken;
        let needed = text::width(dash) * 2 + 1 + gaps + text::width(&shown);
        if self.pen().x + needed > self.columns && self.pen().x > 8 {
            self.lines.push(Pen::default());
            let lead = if self.more { " │  " } else { "    " };
            self.pen().write(lead, theme::FAINT);
        } else if !fresh {
            self.pen().write(" ", theme::PLAIN);
        }
        let pen = self.pen();
        if plain {
            pen.write(format!("{dash}─{dash}"), theme::FAINT);
        } else {
            pen.write(dash, theme::FAINT);
            pen.write(mark, style);
            pen.write(dash, theme::FAINT);
        }
        pen.write(" ", theme::PLAIN);
        self.link(shown, link, taken);
    }

    fn link(&mut self, shown: String, link: &Link, taken: bool) {
        let at = self.pen().x;
        let style = match link.state {
            LinkState::Broken => theme::BROKEN,
            _ if taken => theme::PLAIN,
            _ => theme::FAINT,
        };
        self.pen().write(shown, style);
        let Some(note) = &link.note else { return };
        let note = visible(note).into_owned();
        let style = if link.state == LinkState::Broken { theme::BAD } else { theme::FAINT };
        match self.form {
            Form::Long => self.notes.push((at, note, style)),
            Form::Short => {
                let left = self.columns.saturating_sub(self.pen().x);
                if text::width(&note) + 3 <= left / 2 {
                    self.pen().write(format!(" ({note})"), style);
                }
            }
        }
    }

    fn pen(&mut self) -> &mut Pen {
        if self.lines.is_empty() {
            self.lines.push(Pen::default());
        }
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    /// The route's lines with its notes below, each under its link.
    fn finish(mut self) -> Vec<Line<'static>> {
        let notes = std::mem::take(&mut self.notes);
        let mut below: Vec<Pen> = Vec::new();
        for (at, note, style) in notes {
            let note = text::cut_end(&note, self.columns.saturating_sub(4)).into_owned();
            let at = at.max(3).min(self.columns.saturating_sub(text::width(&note)));
            let free = below.iter().position(|pen| pen.x < at);
            let line = free.unwrap_or_else(|| {
                let mut pen = Pen::default();
                pen.write(if self.more { " │" } else { "  " }, theme::FAINT);
                below.push(pen);
                below.len() - 1
            });
            if let Some(pen) = below.get_mut(line) {
                pen.move_to(at);
                pen.write(note, style);
            }
        }
        self.lines.into_iter().chain(below).map(|pen| Line::from(pen.spans)).collect()
    }
}

/// A link's label, in the short form without what its place in the chain says already.
fn label(link: &Link, form: Form, most: usize) -> String {
    let whole = visible(&link.label);
    let shown = match form {
        Form::Long => whole.into_owned(),
        Form::Short => match link.kind {
            LinkKind::ServiceAccount => whole.replacen("ServiceAccount ", "SA ", 1),
            LinkKind::Role | LinkKind::NodeRole => whole.replacen("role ", "", 1),
            LinkKind::Node => whole.replacen("node ", "", 1),
            _ => whole.into_owned(),
        },
    };
    text::cut_middle(&shown, most.max(8)).into_owned()
}
