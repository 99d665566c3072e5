//! A form: a line for each field, below the one that is typed into what is wrong with it and what it may become.

use super::footer::draw_typed;
use super::hints::Key;
use super::scene::Scene;
use crate::domain::identity::account_of;
use crate::domain::inventory::Lookup;
use crate::domain::model::{Name, visible};
use crate::tui::app::screen::{Draft, Field, FieldKind, Form, FormScreen, Screen};
use crate::tui::app::{Layout, Prompt, PromptKind, refusal};
use crate::tui::keymap::{Chord, Code};
use crate::tui::widget::document::folded;
use crate::tui::widget::pane::Pane;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

/// How wide the labels are, pointer and gap included.
const LABELS: u16 = 16;
/// So many lines of a document, or of what a field may become, are shown.
const SHOWN: usize = 12;

/// What can be pressed while a field of the shown form is typed into: a document alone is written in an editor.
pub(super) fn keys(scene: &Scene<'_>) -> Vec<Key> {
    let has_document = match scene.state.screen() {
        Screen::Form(screen) => screen.fields.iter().any(|field| field.kind == FieldKind::Document),
        _ => false,
    };
    let mut keys = vec![
        Key::new(Code::Enter, "enter", "see the plan"),
        Key::new(Code::Down, "↓ ↑", "field"),
        Key::new(Code::Tab, "tab", "complete"),
    ];
    keys.extend(has_document.then_some(Key { chord: Chord::ctrl('o'), written: "ctrl-o", does: "editor" }));
    keys.push(Key::new(Code::Esc, "esc", "leave"));
    keys
}

/// One row below or between the fields.
enum Row<'a> {
    /// A field, by its place.
    Field(usize, &'a Field),
    /// Something about the field above.
    Said(Line<'static>),
}

/// Draws the form; gives where the cursor stands.
pub(super) fn draw(scene: &Scene<'_>, screen: &FormScreen, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let inner = Pane::named(&title(scene, screen), true).draw(area, buffer);
    if inner.height == 0 || inner.width < LABELS + 8 {
        return None;
    }
    let above = above(scene, screen, inner);
    for (y, (said, style)) in (inner.y..).zip(&above) {
        buffer.set_stringn(inner.x + 1, y, said, usize::from(inner.width.saturating_sub(2)), *style);
    }
    let Window { inner, rows, first } = window(scene, screen, (inner, above.len()));
    let prompt = typed(scene);
    let mut cursor = None;
    for (y, row) in (inner.y..inner.bottom()).zip(rows.iter().skip(first)) {
        let line = Rect { y, height: 1, ..inner };
        match row {
            Row::Field(place, field) => {
                let prompt = prompt.filter(|_| *place == screen.at);
                let aside = aside(scene, screen, (*place, field));
                cursor = draw_field((*place == screen.at, field), (prompt, &aside), line, buffer).or(cursor);
            }
            Row::Said(said) => {
                buffer.set_line(line.x + LABELS, y, said, line.width.saturating_sub(LABELS + 1));
            }
        }
    }
    cursor
}

/// What is typed into a field.
fn typed<'a>(scene: &Scene<'a>) -> Option<&'a Prompt> {
    scene.state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Field)
}

/// The lines above the fields that there is room for: why it is not planned, and what is read for it.
fn above(scene: &Scene<'_>, screen: &FormScreen, inner: Rect) -> Vec<(String, Style)> {
    let refused = screen.refused.as_deref().map(|said| refusal(said, usize::from(inner.width.saturating_sub(2))));
    let mut above: Vec<(String, Style)> = refused.into_iter().flatten().map(|line| (line, theme::BAD)).collect();
    if scene.state.awaited.is_some() {
        above.push(("reading what the plan hangs on…".to_owned(), theme::ACCENT));
    }
    above.truncate(usize::from(inner.height.saturating_sub(1)));
    above
}

/// The rows that are shown, and where.
struct Window<'a> {
    inner: Rect,
    rows: Vec<Row<'a>>,
    first: usize,
}

/// The window over the rows, below so many lines.
fn window<'a>(scene: &Scene<'_>, screen: &'a FormScreen, (inner, above): (Rect, usize)) -> Window<'a> {
    let inner = Rect { y: inner.y + above as u16, height: inner.height - above as u16, ..inner };
    let rows = rows(screen, typed(scene), usize::from(inner.width.saturating_sub(LABELS + 1)));
    let first = first(&rows, screen.at, usize::from(inner.height));
    Window { inner, rows, first }
}

/// The field that stands there, by its place; what is said about it is its own.
pub(super) fn field_at(scene: &Scene<'_>, screen: &FormScreen, area: Rect, at: Position) -> Option<usize> {
    let inner = Layout::inner(area);
    let Window { inner, rows, first } = window(scene, screen, (inner, above(scene, screen, inner).len()));
    let row = first + Layout::line_at(inner, at)?;
    rows.get(..=row)?.iter().rev().find_map(|row| match row {
        Row::Field(place, _) => Some(*place),
        Row::Said(_) => None,
    })
}

fn title(scene: &Scene<'_>, screen: &FormScreen) -> String {
    match &screen.of {
        Form::Role { namespace } => match screen.said(FieldKind::Account) {
            "" => format!("create a role for a ServiceAccount in {}", visible(namespace)),
            name => format!("create a role for serviceaccount/{} in {}", visible(name), visible(namespace)),
        },
        Form::Tokens { namespace, name } => {
            format!("change the tokens of serviceaccount/{} in {}", visible(name), visible(namespace))
        }
        Form::Policy { role } => format!("put into an inline policy of role {}", scene.role(role)),
    }
}

/// The rows, from the first field to the last.
fn rows<'a>(screen: &'a FormScreen, prompt: Option<&Prompt>, columns: usize) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for (place, field) in screen.fields.iter().enumerate() {
        rows.push(Row::Field(place, field));
        if let Some(wrong) = &field.wrong {
            let said = format!("{} {}", theme::BROKEN_MARK, wrong.said);
            let lines = text::wrap(&visible(&said), columns).into_iter();
            rows.extend(lines.map(|line| Row::Said(Line::styled(line, theme::BAD))));
        }
        if place != screen.at {
            continue;
        }
        if let (FieldKind::Document, Some(draft)) = (field.kind, &screen.document) {
            let line = field.wrong.as_ref().and_then(|wrong| wrong.line);
            rows.extend(document(draft, line, columns).into_iter().map(Row::Said));
        }
        rows.extend(prompt.into_iter().flat_map(|prompt| completions(prompt, field.kind, columns)).map(Row::Said));
    }
    rows
}

/// Some lines of a document: from its beginning, or about the one that is wrong.
fn document(draft: &Draft, wrong: Option<usize>, columns: usize) -> Vec<Line<'static>> {
    let lines: Vec<&str> = draft.text.lines().collect();
    let last = lines.len().saturating_sub(SHOWN);
    let from = wrong.map_or(0, |line| line.saturating_sub(SHOWN / 2)).min(last);
    let mut shown = Vec::new();
    for (number, line) in lines.iter().enumerate().skip(from).take(SHOWN).map(|(at, line)| (at + 1, line)) {
        let is_wrong = wrong == Some(number);
        let (mark, style) = if is_wrong { (theme::BROKEN_MARK, theme::BAD) } else { (" ", theme::FAINT) };
        let mut own = Line::styled(format!("{mark}{number:>4} "), style);
        let room = columns.saturating_sub(6).max(1);
        own.spans.extend(folded(&visible(line), room).into_iter().next().unwrap_or_default().spans);
        shown.push(own);
    }
    if lines.len() > from + SHOWN {
        shown.push(Line::styled(format!("… {} more lines", lines.len() - from - SHOWN), theme::FAINT));
    }
    shown
}

/// What the field may become, about the one that is picked.
fn completions(prompt: &Prompt, kind: FieldKind, columns: usize) -> Vec<Line<'static>> {
    let picked = prompt.picked.unwrap_or_default();
    let first = (picked + 1).saturating_sub(SHOWN);
    let mut shown: Vec<Line<'static>> = Vec::new();
    for (place, completion) in prompt.completions.iter().enumerate().skip(first).take(SHOWN) {
        let is_picked = prompt.picked == Some(place);
        let style = if is_picked { theme::SELECTED } else { theme::FAINT };
        // of a list what is added stands at its end, and so does a file in its folder
        let folder = || completion.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
        let at = if kind == FieldKind::Document { folder() } else { completion.rfind(' ').map_or(0, |at| at + 1) };
        let last = completion.get(at..).unwrap_or(completion);
        shown.push(Line::styled(text::cut_middle(&visible(last), columns).into_owned(), style));
    }
    let left = prompt.completions.len().saturating_sub(first + SHOWN);
    if left > 0 {
        shown.push(Line::styled(format!("… {left} more; type part of a name"), theme::FAINT));
    }
    shown
}

/// The first row that is shown: the field that is typed into is always, with as much of what is below it as there is room.
fn first(rows: &[Row<'_>], at: usize, height: usize) -> usize {
    let is_it = |row: &Row<'_>| matches!(row, Row::Field(place, _) if *place == at);
    let own = rows.iter().position(is_it).unwrap_or_default();
    let below = rows.iter().skip(own + 1).take_while(|row| matches!(row, Row::Said(_))).count();
    (own + 1 + below).saturating_sub(height).min(own)
}

/// Draws one field; gives where the cursor stands, where it is typed into.
fn draw_field(
    (is_at, field): (bool, &Field),
    (prompt, aside): (Option<&Prompt>, &str),
    line: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    if is_at {
        buffer.set_string(line.x, line.y, theme::POINTER, theme::SELECTED);
    }
    let style = if is_at { theme::TITLE } else { theme::ACCENT };
    buffer.set_stringn(line.x + 1, line.y, field.kind.label(), usize::from(LABELS - 2), style);
    let (x, room) = (line.x + LABELS, usize::from(line.width.saturating_sub(LABELS + 1)));
    let Some(prompt) = prompt else {
        let (said, style) =
            if field.text.trim().is_empty() { (&field.default, theme::FAINT) } else { (&field.text, theme::PLAIN) };
        let end = buffer.set_stringn(x, line.y, text::cut_end(&visible(said), room), room, style).0;
        draw_aside(aside, (end, x), line, buffer);
        return None;
    };
    let (end, cursor) = draw_typed(prompt, (x, line.y), room, buffer);
    let mut end = end.max(cursor);
    if prompt.input.value().is_empty() && !field.default.is_empty() {
        // where it stood before: the cursor stands on it, and what is typed takes its place
        end = buffer.set_stringn(end, line.y, text::cut_end(&visible(&field.default), room), room, theme::FAINT).0;
    }
    draw_aside(aside, (end, x), line, buffer);
    Some(Position::new(cursor.min(line.right().saturating_sub(1)), line.y))
}

/// What stands behind a field: how it is said, where nothing is; how long its document is; that it is made, too.
fn aside(scene: &Scene<'_>, screen: &FormScreen, (place, field): (usize, &Field)) -> String {
    let is_at = place == screen.at;
    if let (FieldKind::Account, Form::Role { namespace }) = (field.kind, &screen.of) {
        let said = Name::from(screen.said(field.kind));
        let is_new = matches!(account_of(&scene.state.inventory, namespace, &said), Lookup::Absent);
        if is_new && !said.is_empty() && field.wrong.is_none() {
            return "there is none of that name: it is made, too".to_owned();
        }
    }
    if field.kind == FieldKind::Document {
        if screen.reading.is_some() {
            return "reading…".to_owned();
        }
        if let Some(draft) = screen.document.as_ref().filter(|_| screen.unread_path().is_none()) {
            let lines = draft.text.lines().count();
            return if draft.path.is_some() { format!("{lines} lines") } else { format!("as written, {lines} lines") };
        }
    }
    if is_at && field.text.is_empty() { field.kind.form().to_owned() } else { String::new() }
}

fn draw_aside(said: &str, (end, x): (u16, u16), line: Rect, buffer: &mut Buffer) {
    let at = if end > x { end + 2 } else { end + 1 };
    let room = usize::from(line.right().saturating_sub(at + 1));
    if !said.is_empty() && room > 4 {
        buffer.set_stringn(at, line.y, text::cut_end(said, room), room, theme::FAINT);
    }
}
