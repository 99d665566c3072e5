//! The last line: what is being typed, else what just came of something, else the keys that can be used here.

use super::hints::{self, Key, draw_keys};
use super::scene::Scene;
use super::words;
use crate::domain::model::visible;
use crate::tui::app::screen::{Pane, Screen};
use crate::tui::app::{Prompt, PromptKind, Spot, Status, StatusKind};
use crate::tui::keymap::Code;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The most lines that what came of something may take.
const LINES_OF_STATUS: usize = 3;

/// Draws the line; gives where the cursor stands, while something is typed.
pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.height == 0 || area.width < 4 {
        return None;
    }
    if let Some(prompt) = &scene.state.prompt {
        if let Some(keys) = keys_of(scene, prompt.kind) {
            draw_keys(&keys, area, buffer);
            return None;
        }
        if prompt.kind == PromptKind::Consent {
            return super::plan::draw_consent(scene, prompt, area, buffer);
        }
        return Some(draw_prompt(scene, prompt, area, buffer));
    }
    if let Some(status) = &scene.state.status {
        draw_status(status, area, buffer);
    } else if let Some(path) = shown_path(scene, area) {
        buffer.set_stringn(area.x + 1, area.y, &path, usize::from(area.width), theme::ACCENT);
    }
    if let Some(area) = hints_area(scene, area) {
        hints::draw(scene, area, buffer);
    }
    None
}

/// What can be pressed there, of what this line has, or lies above it and covers what is below.
pub(super) fn spot_at(scene: &Scene<'_>, area: Rect, at: Position) -> Option<Spot> {
    if let Some(prompt) = &scene.state.prompt {
        let keys = keys_of(scene, prompt.kind).filter(|_| area.contains(at))?;
        return hints::key_at(&keys, area, at).map(Spot::Key);
    }
    let covered = scene.state.status.as_ref().map_or(0, |status| status_lines(status, area).len().saturating_sub(1));
    if at.y < area.y && usize::from(area.y - at.y) <= covered {
        return Some(Spot::Cover);
    }
    if !area.contains(at) {
        return None;
    }
    let hint = hints_area(scene, area).and_then(|area| hints::at(scene, area, at));
    hint.map(Spot::Key).or_else(|| step_at(scene, area, at).map(Spot::Step))
}

/// The keys of a line that is typed elsewhere on the screen.
fn keys_of(scene: &Scene<'_>, kind: PromptKind) -> Option<Vec<Key>> {
    let (enter, esc) = (|does| Key::new(Code::Enter, "enter", does), Key::new(Code::Esc, "esc", "leave"));
    match kind {
        PromptKind::Ask => Some(vec![enter("ask"), Key::new(Code::Tab, "tab ↓ ↑", "pick"), esc]),
        PromptKind::Choose => Some(vec![enter("see the plan"), Key::new(Code::Down, "↓ ↑", "pick"), esc]),
        PromptKind::Field => Some(super::form::keys(scene)),
        PromptKind::Consent | PromptKind::Command | PromptKind::Filter => None,
    }
}

/// Where hints stand: behind what just came of something, where that is in its only line, as behind the last word of a
/// sentence that was broken off they would read as more of it; else behind the path.
fn hints_area(scene: &Scene<'_>, area: Rect) -> Option<Rect> {
    let from = match &scene.state.status {
        Some(status) => match &status_lines(status, area)[..] {
            [line] => area.x + 3 + text::width(line) as u16 + 4,
            _ => return None,
        },
        None => area.x + 1 + shown_path(scene, area).map_or(0, |path| text::width(&path) as u16 + 2),
    };
    Some(Rect { x: from, width: area.right().saturating_sub(from + 1), ..area })
}

/// The path to where one is, where the screen does not show it.
fn shown_path(scene: &Scene<'_>, area: Rect) -> Option<String> {
    let is_shown = !scene.shows_panes() && area.width >= 70;
    is_shown.then(|| text::cut_middle(&words::steps(scene).join(STEP), usize::from(area.width) / 2).into_owned())
}

/// Between the steps of the path.
const STEP: &str = " › ";

/// The pane of the explorer whose step of the path stands there; of a path that was cut nobody knows.
fn step_at(scene: &Scene<'_>, area: Rect, at: Position) -> Option<Pane> {
    let steps = words::steps(scene);
    let is_whole = shown_path(scene, area).is_some_and(|path| path == steps.join(STEP));
    if scene.state.status.is_some() || !is_whole || !matches!(scene.state.screen(), Screen::Explorer(_)) {
        return None;
    }
    let mut x = area.x + 1;
    steps.iter().zip(Pane::ALL).find_map(|(step, pane)| {
        let from = x;
        x += (text::width(step) + text::width(STEP)) as u16;
        (from..from + text::width(step) as u16).contains(&at.x).then_some(pane)
    })
}

fn draw_prompt(scene: &Scene<'_>, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Position {
    let sign = match prompt.kind {
        PromptKind::Command => ":",
        _ => "/",
    };
    let x = buffer.set_stringn(area.x + 1, area.y, sign, text::width(sign), theme::TITLE).0;
    let aside = match prompt.kind {
        PromptKind::Filter => words::matches(scene, prompt.input.value()),
        _ => String::new(),
    };
    let reserved = text::width(&aside) as u16 + 4;
    let room = usize::from(area.right().saturating_sub(x + reserved)).max(6);
    let (end, cursor) = draw_typed(prompt, (x, area.y), room, buffer);
    let mut at = end.max(cursor) + 3;
    for (place, completion) in prompt.completions.iter().enumerate() {
        let shown = visible(completion);
        if usize::from(at) + text::width(&shown) + 3 > usize::from(area.right()) {
            if at < area.right().saturating_sub(1) {
                buffer.set_string(at, area.y, "…", theme::FAINT);
            }
            break;
        }
        let style = if prompt.picked == Some(place) { theme::SELECTED } else { theme::FAINT };
        at = buffer.set_stringn(at, area.y, &shown, text::width(&shown), style).0 + 2;
    }
    if !aside.is_empty() {
        let width = text::width(&aside) as u16;
        buffer.set_string(area.right().saturating_sub(width + 1), area.y, &aside, theme::FAINT);
    }
    Position::new(cursor.min(area.right().saturating_sub(1)), area.y)
}

/// Draws what is being typed; gives where it ends and where the cursor stands.
pub(super) fn draw_typed(prompt: &Prompt, (x, y): (u16, u16), room: usize, buffer: &mut Buffer) -> (u16, u16) {
    let scroll = prompt.input.visual_scroll(room);
    let typed = visible(prompt.input.value());
    let shown = typed.get(text::head(&typed, scroll).len()..).unwrap_or_default();
    let end = buffer.set_stringn(x, y, shown, room, theme::PLAIN).0;
    (end, x + prompt.input.visual_cursor().saturating_sub(scroll) as u16)
}

/// The lines in which it is said what just came of something.
fn status_lines(status: &Status, area: Rect) -> Vec<String> {
    let room = usize::from(area.width.saturating_sub(4));
    let said = visible(&status.text);
    let lines = text::wrap(&said, room).len();
    // lines that are as long as one another, rather than a last one of one word
    let even = (room / 2..room).find(|room| text::wrap(&said, *room).len() <= lines);
    let mut lines = text::wrap(&said, even.filter(|_| lines > 1).unwrap_or(room));
    // what is longer than the line takes those above it for as long as it stands there
    let most = LINES_OF_STATUS.min(usize::from(area.y) / 4 + 1);
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(text::cut_end(&rest, room).into_owned());
    }
    lines
}

fn draw_status(status: &Status, area: Rect, buffer: &mut Buffer) {
    let (mark, style) = match status.kind {
        StatusKind::Done => ("✔", theme::OWN),
        StatusKind::Busy => ("…", theme::ACCENT),
        StatusKind::Failed => (theme::BROKEN_MARK, theme::BROKEN),
    };
    let width = usize::from(area.width);
    let lines = status_lines(status, area);
    let first = area.y - (lines.len() as u16 - 1);
    let text_style = if status.kind == StatusKind::Failed { theme::BAD } else { theme::PLAIN };
    for (y, line) in (first..=area.y).zip(lines) {
        if y < area.y {
            buffer.set_stringn(area.x, y, " ".repeat(width), width, theme::PLAIN);
        }
        buffer.set_stringn(area.x + 3, y, line, width.saturating_sub(4), text_style);
    }
    buffer.set_stringn(area.x + 1, first, mark, 1, style);
}
