//! The choice of a role: the line that narrows it, and below it the roles, those that fit first.

use super::footer::draw_typed;
use super::scene::Scene;
use crate::domain::model::{RoleArn, visible};
use crate::domain::plan::RoleChoice;
use crate::domain::policy::Truth;
use crate::tui::app::screen::{ChooseScreen, Pick};
use crate::tui::app::{Layout, PromptKind};
use crate::tui::widget::notice::Notice;
use crate::tui::widget::pane::{Pane, draw_scrollbar};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

/// What can be typed, where nothing is.
const FORM: &str = "type part of a name, or a whole ARN";

/// Draws the screen; gives where the cursor stands, while something is typed.
pub(super) fn draw(scene: &Scene<'_>, screen: &ChooseScreen, places: &Layout, buffer: &mut Buffer) -> Option<Position> {
    draw_rows(scene, screen, places.body, buffer);
    let title = format!("a role for serviceaccount/{} in {}", visible(&screen.name), visible(&screen.namespace));
    let inner = Pane::named(&title, true).draw(places.prompt, buffer);
    if inner.height == 0 || inner.width < 8 {
        return None;
    }
    let (x, room) = (inner.x + 1, usize::from(inner.width.saturating_sub(2)));
    if let Some(role) = &screen.waits {
        let said = format!("reading {}…", scene.role(&RoleArn::new(role.clone())));
        buffer.set_stringn(x, inner.y, text::cut_end(&said, room), room, theme::ACCENT);
        return None;
    }
    let prompt = scene.state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Choose)?;
    let (end, cursor) = draw_typed(prompt, (x, inner.y), room, buffer);
    if prompt.input.value().is_empty() {
        buffer.set_stringn(end + 1, inner.y, text::cut_end(FORM, room - 1), room - 1, theme::FAINT);
    }
    Some(Position::new(cursor.min(inner.right().saturating_sub(1)), inner.y))
}

fn draw_rows(scene: &Scene<'_>, screen: &ChooseScreen, area: Rect, buffer: &mut Buffer) {
    let fitting = screen.choices.iter().filter(|choice| choice.fit.answer == Truth::Yes).count();
    let shown = screen.rows.iter().filter(|pick| matches!(pick, Pick::Seen(_))).count();
    let title = format!("{} of {} roles", text::figure(shown), text::figure(screen.choices.len()));
    let mut pane = Pane::named(&title, false);
    pane.aside = Line::styled(format!("{} would let its pods in", text::figure(fitting)), theme::FAINT);
    let mut inner = pane.draw(area, buffer);
    if inner.width < 8 {
        return;
    }
    if let Some(refused) = &screen.refused {
        let columns = usize::from(inner.width.saturating_sub(2));
        for line in text::wrap(&visible(&format!("{} {refused}", theme::BROKEN_MARK)), columns) {
            if inner.height == 0 {
                return;
            }
            buffer.set_stringn(inner.x + 1, inner.y, line, columns, theme::BAD);
            inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
        }
    }
    if screen.rows.is_empty() {
        why_empty(scene, screen).draw(inner, buffer);
        return;
    }
    let height = usize::from(inner.height);
    let first = (screen.at + 1).saturating_sub(height);
    let columns = Columns::of(scene, screen, inner.width);
    for (y, (place, pick)) in (inner.y..inner.bottom()).zip(screen.rows.iter().enumerate().skip(first)) {
        let row = Rect { y, height: 1, ..inner };
        draw_row(scene, screen, pick, (row, &columns), buffer);
        if place == screen.at {
            buffer.set_string(row.x, y, theme::POINTER, theme::SELECTED);
            buffer.set_style(row, theme::SELECTED);
        }
    }
    draw_scrollbar(inner, first, screen.rows.len(), false, buffer);
}

fn why_empty(scene: &Scene<'_>, screen: &ChooseScreen) -> Notice {
    if screen.choices.is_empty() && scene.state.is_loading() {
        return Notice::Loading { what: "roles".to_owned(), seen: 0, expected: None };
    }
    let (sentence, hint) = if screen.choices.is_empty() {
        ("no role was seen".to_owned(), "type the ARN of one")
    } else {
        (
            format!("none of {} roles matches {}", text::figure(screen.choices.len()), visible(&screen.typed)),
            "a whole ARN is taken, too",
        )
    };
    Notice::Empty { sentence, hint: hint.to_owned() }
}

/// How wide the columns are: the role's name, and behind it why it does not fit.
struct Columns {
    name: usize,
    why: usize,
    used: usize,
}

/// What says how many use a role.
const USED: usize = 11;

impl Columns {
    fn of(scene: &Scene<'_>, screen: &ChooseScreen, width: u16) -> Self {
        let used = if width >= 60 { USED + 2 } else { 0 };
        let room = usize::from(width.saturating_sub(5)).saturating_sub(used);
        let names = screen.choices.iter().map(|choice| text::width(&scene.role(&choice.role))).max().unwrap_or(0);
        let name = names.max(16).min(room * 3 / 5);
        Self { name, why: room.saturating_sub(name + 2), used }
    }
}

fn draw_row(
    scene: &Scene<'_>,
    screen: &ChooseScreen,
    pick: &Pick,
    (row, columns): (Rect, &Columns),
    buffer: &mut Buffer,
) {
    let x = row.x + 1;
    let Some(choice) = screen.choice(pick) else {
        buffer.set_stringn(x, row.y, "○ no role: take the annotation away", usize::from(row.width - 1), theme::FAINT);
        return;
    };
    let (mark, style) = mark(choice.fit.answer);
    buffer.set_string(x, row.y, mark, style);
    let name = scene.role(&choice.role);
    buffer.set_stringn(x + 2, row.y, text::cut_middle(&name, columns.name), columns.name, theme::PLAIN);
    let at = x + 2 + columns.name as u16 + 2;
    let mut x = at;
    for (said, style) in why(screen, pick, choice) {
        let room = usize::from((at + columns.why as u16).saturating_sub(x));
        x = buffer.set_stringn(x, row.y, text::cut_end(&said, room), room, style).0;
    }
    if columns.used > 0 && choice.used_by > 0 {
        let said = format!("used by {}", text::short_count(choice.used_by));
        let at = row.right().saturating_sub(text::width(&said) as u16 + 1);
        buffer.set_string(at, row.y, said, theme::FAINT);
    }
}

fn mark(answer: Truth) -> (&'static str, Style) {
    match answer {
        Truth::Yes => ("✔", theme::OWN),
        Truth::No => (theme::BROKEN_MARK, theme::BAD),
        Truth::Depends => ("?", theme::FAINT),
    }
}

/// Whether it fits, and why not.
fn why(screen: &ChooseScreen, pick: &Pick, choice: &RoleChoice) -> Vec<(String, Style)> {
    let mut said = Vec::new();
    let mut say = |text: String, style: Style| {
        if !said.is_empty() {
            said.push((" · ".to_owned(), theme::FAINT));
        }
        said.push((text, style));
    };
    if screen.present.as_deref() == Some(choice.role.as_str()) {
        say("bound now".to_owned(), theme::STRONG);
    }
    match choice.fit.answer {
        Truth::Yes => say("lets its pods in".to_owned(), theme::OWN),
        Truth::No => say(visible(&choice.fit.because).into_owned(), theme::PLAIN),
        Truth::Depends => say(visible(&choice.fit.because).into_owned(), theme::FAINT),
    }
    if matches!(pick, Pick::Typed(_)) {
        say("as typed".to_owned(), theme::FAINT);
    }
    said
}
