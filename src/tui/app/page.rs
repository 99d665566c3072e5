//! What stands on the pages of text, line by line: one truth for the views, which draw it, and for scrolling.

mod answer;
mod document;
mod evidence;
mod fold;
mod plan;
mod role;
mod tried;
mod trust;

use super::screen::{ExportScreen, Screen, ScreenKind, TextBody};
use super::{Layout, State, layout};
use crate::domain::model::{Gap, visible};
use crate::tui::app::select::SortBy;
use crate::tui::keymap::{Action, help_for};

pub(super) use answer::lines as answer_lines;
pub use fold::{Margins, PageRows};
pub(super) use role::json as role_json;
pub(super) use trust::{lines as trust_lines, roles as trust_roles};

/// One line of a page. Safe to show as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it is meant.
    pub tone: Tone,
    /// What stands on the left, in a column of its own; empty: the text has the whole line.
    pub label: String,
    /// The text.
    pub text: String,
    /// What stands at the right end of the line, below it where there is no room; mostly empty.
    pub aside: String,
    /// The keys are about it.
    pub is_pointed_at: bool,
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A heading.
    Title,
    /// Said as it is.
    Plain,
    /// Beside the point: an origin, a time.
    Quiet,
    /// It is as it should be.
    Good,
    /// It deserves a look.
    Warning,
    /// It is broken.
    Bad,
    /// A line of a document.
    Code,
    /// A line of a document that is pointed at.
    Lit,
    /// Another line of such a document.
    Unlit,
    /// A step of a plan.
    Step,
    /// A line that comes.
    Added,
    /// A line that goes.
    Removed,
    /// A line that stays.
    Kept,
}

impl Tone {
    /// Whether the line is one of a document.
    pub fn is_code(self) -> bool {
        matches!(self, Self::Code | Self::Lit | Self::Unlit) || self.is_diff()
    }

    /// Whether the line is one of a diff.
    pub fn is_diff(self) -> bool {
        matches!(self, Self::Added | Self::Removed | Self::Kept)
    }
}

impl Line {
    pub(super) fn new(tone: Tone, label: impl AsRef<str>, text: impl AsRef<str>) -> Self {
        let (label, text) = (visible(label.as_ref()).into_owned(), visible(text.as_ref()).into_owned());
        Self { tone, label, text, aside: String::new(), is_pointed_at: false }
    }

    /// The same with something at its right end.
    #[must_use]
    pub(super) fn aside(mut self, aside: impl AsRef<str>) -> Self {
        self.aside = visible(aside.as_ref()).into_owned();
        self
    }

    /// What was not read; what is still on its way is beside the point.
    pub(super) fn gap(label: &str, gap: &Gap) -> Self {
        Self::new(if gap.is_loading() { Tone::Quiet } else { Tone::Warning }, label, &gap.sentence)
    }

    pub(super) fn blank() -> Self {
        Self::new(Tone::Plain, "", "")
    }
}

/// The lines of the help page of a screen: groups of keys and what they do.
pub fn help_lines(of: ScreenKind, may_change: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for (group, bindings) in help_for(of, may_change) {
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        lines.push(Line::new(Tone::Title, "", group.title()));
        lines.extend(bindings.into_iter().map(|binding| Line::new(Tone::Plain, binding.keys_text(), binding.help)));
    }
    lines
}

/// What the mouse does on a screen, below its keys.
fn mouse_lines(of: ScreenKind) -> Vec<Line> {
    let has = |action| help_for(of, true).iter().any(|(_, lines)| lines.iter().any(|line| line.action == action));
    let (is_list, is_sorted) = (has(Action::In), has(Action::Sort(SortBy::Name)));
    let click = [
        is_list.then_some("select; again: go in"),
        is_sorted.then_some("a heading: sort by it"),
        Some("a key in the last line: press it"),
    ];
    let click = click.into_iter().flatten().collect::<Vec<_>>().join("; ");
    vec![
        Line::blank(),
        Line::new(Tone::Title, "", "mouse"),
        Line::new(Tone::Plain, "click", click),
        Line::new(Tone::Plain, "wheel", "scroll what lies under it"),
        Line::new(Tone::Plain, "drag", "mark text and copy it; with shift the terminal's own way"),
    ]
}

/// The lines of the shown page; none where the screen is no page.
pub fn lines(state: &State) -> Vec<Line> {
    match state.screen() {
        Screen::Help(screen) => {
            let mut lines = help_lines(screen.of, state.about.may_change);
            lines.extend(mouse_lines(screen.of).into_iter().filter(|_| !state.options.no_mouse));
            lines
        }
        Screen::Text(screen) => match &screen.body {
            TextBody::Ready(lines) => lines.iter().map(|line| Line::new(Tone::Code, "", line)).collect(),
            TextBody::Loading(_) => vec![Line::new(Tone::Quiet, "", "reading…")],
            TextBody::Failed(said, hint) => {
                let mut lines = vec![Line::new(Tone::Bad, "", said)];
                lines.extend(hint.iter().map(|hint| Line::new(Tone::Plain, "", hint)));
                lines
            }
        },
        Screen::Role(screen) => role::lines(state, &screen.arn),
        Screen::Evidence(screen) => evidence::lines(state, &screen.subject),
        Screen::Ask(screen) => screen.answer.clone(),
        Screen::Trust(screen) => screen.lines.clone(),
        Screen::Plan(screen) => plan::lines(screen),
        Screen::Export(screen) => export_lines(screen),
        Screen::Explorer(_) | Screen::List(_) | Screen::Node(_) | Screen::Choose(_) | Screen::Form(_) => Vec::new(),
    }
}

/// Where the lines of the shown page lie in its window.
pub(super) fn rows(state: &State) -> PageRows {
    let body = layout(state).body;
    PageRows::of(&lines(state), Layout::columns(body), Layout::lines(body))
}

/// A plan for others to apply, and how it is taken along.
fn export_lines(screen: &ExportScreen) -> Vec<Line> {
    let how = if screen.export.is_manifest { "for kubectl create -f" } else { "for a shell" };
    let mut lines = vec![
        Line::new(Tone::Quiet, "", format!("{how}; c copies it, ctrl-s saves it, nothing is sent")),
        Line::blank(),
    ];
    lines.extend(screen.export.text.lines().map(|line| Line::new(Tone::Code, "", line)));
    lines
}
