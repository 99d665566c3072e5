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
        let in_brackets = self.notes_in_brackets(route);
        for (place, link) in route.links.iter().enumerate() {
            let before = self.pen().x;
            match (place, first) {
                (0, true) => {}
                (0, false) => {
                    self.pen().write(" └", theme::FAINT);
                    continue;
                }
                _ => {
                    if !self.step(link, before == 2 && !first) {
                        continue;
                    }
                }
            }
            self.link(link, route.taken, in_brackets.contains(&place));
        }
    }

    /// In the short form, the places of the links whose notes have room beside them: broken ones first.
    fn notes_in_brackets(&self, route: &Route) -> Vec<usize> {
        if self.form == Form::Long {
            return Vec::new();
        }
        let used: usize = route.links.iter().map(|link| self.width(link)).sum();
        let mut room = self.columns.saturating_sub(used);
        let mut places: Vec<usize> = (0..route.links.len()).collect();
        places.sort_by_key(|&place| route.links.get(place).is_none_or(|link| link.state != LinkState::Broken));
        places.retain(|&place| {
            let note = route.links.get(place).and_then(|link| link.note.as_deref());
            let fits = note.is_some_and(|note| text::width(&visible(note)) + 3 <= room);
            room -= note.filter(|_| fits).map_or(0, |note| text::width(&visible(note)) + 3);
            fits
        });
        places
    }

    /// How much room a link takes, with the step to it.
    fn width(&self, link: &Link) -> usize {
        text::width(&label(link, self.form, self.longest())) + 2 * text::width(self.dash()) + 3
    }

    /// How long a label may be: the long form is drawn only where all of them fit whole.
    fn longest(&self) -> usize {
        if self.form == Form::Long { usize::MAX } else { self.columns / 3 }
    }

    fn dash(&self) -> &'static str {
        match self.form {
            Form::Long => "──",
            Form::Short => "─",
        }
    }

    /// Draws the step to a link, on the next line where this one has no room. `false`: the link is left out.
    fn step(&mut self, link: &Link, fresh: bool) -> bool {
        // What a role holds is not a step that can hold or break: no tick may stand for it.
        let plain = link.kind == LinkKind::Policies && link.state != LinkState::Broken;
        if self.pen().x + self.width(link) > self.columns && self.pen().x > 8 {
            if plain && self.form == Form::Short {
                return false;
            }
            self.lines.push(Pen::default());
            let lead = if self.more { " │  " } else { "    " };
            self.pen().write(lead, theme::FAINT);
        } else if !fresh {
            self.pen().write(" ", theme::PLAIN);
        }
        let (mark, style) = theme::link(link.state);
        let dash = self.dash();
        let pen = self.pen();
        if plain {
            pen.write("───", theme::FAINT);
        } else {
            pen.write(dash, theme::FAINT);
            pen.write(mark, style);
            pen.write(dash, theme::FAINT);
        }
        pen.write(" ", theme::PLAIN);
        true
    }

    fn link(&mut self, link: &Link, taken: bool, in_brackets: bool) {
        let at = self.pen().x;
        let style = match link.state {
            LinkState::Broken => theme::BROKEN,
            _ if taken => theme::PLAIN,
            _ => theme::FAINT,
        };
        let shown = label(link, self.form, self.longest());
        self.pen().write(shown, style);
        let Some(note) = &link.note else { return };
        let note = visible(note).into_owned();
        let style = if link.state == LinkState::Broken { theme::BAD } else { theme::FAINT };
        match self.form {
            Form::Long => self.notes.push((at, note, style)),
            Form::Short if in_brackets => self.pen().write(format!(" ({note})"), style),
            Form::Short => {}
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

/// A link's label, in the short form without what its place in the chain says already. Nodes go without their domain.
fn label(link: &Link, form: Form, most: usize) -> String {
    let whole = visible(&link.label);
    let shown = match (form, link.kind) {
        (Form::Long, LinkKind::Node) => host(&whole).to_owned(),
        (Form::Short, LinkKind::Node) => host(&whole).replacen("node ", "", 1),
        (Form::Short, LinkKind::ServiceAccount) => whole.replacen("ServiceAccount ", "SA ", 1),
        (Form::Short, LinkKind::Role | LinkKind::NodeRole) => whole.replacen("role ", "", 1),
        _ => whole.into_owned(),
    };
    let is_name = !matches!(
        link.kind,
        LinkKind::Agent
            | LinkKind::Trust
            | LinkKind::Policies
            | LinkKind::Metadata
            | LinkKind::Elsewhere
            | LinkKind::Nothing
    );
    let cut = if is_name { text::cut_middle } else { text::cut_end };
    cut(&shown, most.max(8)).into_owned()
}

fn host(name: &str) -> &str {
    name.split_once('.').map_or(name, |(host, _)| host)
}
