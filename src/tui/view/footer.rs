//! The last line: what is being typed, else what just came of something, else the keys that can be used here.

use super::scene::Scene;
use super::words;
use crate::domain::model::visible;
use crate::tui::app::select::Item;
use crate::tui::app::{Prompt, PromptKind, Status, StatusKind};
use crate::tui::keymap::{Action, Binding, hints_for};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

/// The most lines that what came of something may take.
const LINES_OF_STATUS: usize = 3;

/// Draws the line; gives where the cursor stands, while something is typed.
pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.height == 0 || area.width < 4 {
        return None;
    }
    if let Some(prompt) = &scene.state.prompt {
        match prompt.kind {
            PromptKind::Ask => {
                draw_keys(&[("enter", "ask"), ("tab ↓ ↑", "pick"), ("esc", "leave")], area, buffer);
                return None;
            }
            PromptKind::Choose => {
                draw_keys(&[("enter", "see the plan"), ("↓ ↑", "pick"), ("esc", "leave")], area, buffer);
                return None;
            }
            PromptKind::Field => {
                draw_keys(&super::form::keys(scene), area, buffer);
                return None;
            }
            PromptKind::Consent => return super::plan::draw_consent(scene, prompt, area, buffer),
            PromptKind::Command | PromptKind::Filter => {}
        }
        return Some(draw_prompt(scene, prompt, area, buffer));
    }
    if let Some(status) = &scene.state.status {
        if let Some(end) = draw_status(status, area, buffer).map(|end| end + 4) {
            draw_hints(scene, Rect { x: end, width: area.right().saturating_sub(end + 1), ..area }, buffer);
        }
        return None;
    }
    let mut from = area.x + 1;
    let path = words::path(scene);
    if !scene.shows_panes() && area.width >= 70 {
        let room = usize::from(area.width) / 2;
        let shown = text::cut_middle(&path, room).into_owned();
        from = buffer.set_stringn(from, area.y, &shown, room, theme::ACCENT).0 + 2;
    }
    draw_hints(scene, Rect { x: from, width: area.right().saturating_sub(from + 1), ..area }, buffer);
    None
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

/// A key, and what it does.
pub(super) type Key = (&'static str, &'static str);

/// How wide a key is with what it does.
fn key_width((key, does): &Key) -> u16 {
    (text::width(key) + 1 + text::width(does)) as u16
}

/// How wide keys are, one beside the other.
pub(super) fn keys_width(keys: &[Key]) -> usize {
    keys.iter().map(|key| usize::from(key_width(key)) + 2).sum::<usize>().saturating_sub(2)
}

/// The keys of the line that something is typed into; it alone has them. The last leads out of it and keeps its room; of the
/// others those are there that fit.
pub(super) fn draw_keys(keys: &[Key], area: Rect, buffer: &mut Buffer) {
    let Some((last, others)) = keys.split_last() else { return };
    let mut room = area.width.saturating_sub(2 + key_width(last));
    let fitting = others.iter().filter(|key| {
        let fits = room >= key_width(key) + 2;
        room = room.saturating_sub(if fits { key_width(key) + 2 } else { 0 });
        fits
    });
    let mut x = area.x + 1;
    for (key, does) in fitting.chain([last]) {
        let left = |x: u16| usize::from(area.right().saturating_sub(x));
        if left(x) < text::width(key) {
            return;
        }
        x = buffer.set_stringn(x, area.y, key, left(x), theme::TITLE).0 + 1;
        let said = if text::width(does) <= left(x) { does } else { "" };
        x = buffer.set_stringn(x, area.y, said, left(x), theme::FAINT).0 + 2;
    }
}

/// Draws what just came of something; gives where it ends, where that is in its only line: behind the last word of a
/// sentence that was broken off, hints would read as more of it.
fn draw_status(status: &Status, area: Rect, buffer: &mut Buffer) -> Option<u16> {
    let (mark, style) = match status.kind {
        StatusKind::Done => ("✔", theme::OWN),
        StatusKind::Busy => ("…", theme::ACCENT),
        StatusKind::Failed => (theme::BROKEN_MARK, theme::BROKEN),
    };
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
    let first = area.y - (lines.len() as u16 - 1);
    let text_style = if status.kind == StatusKind::Failed { theme::BAD } else { theme::PLAIN };
    let mut end = area.x;
    for (y, line) in (first..=area.y).zip(lines) {
        if y < area.y {
            buffer.set_stringn(area.x, y, " ".repeat(usize::from(area.width)), usize::from(area.width), theme::PLAIN);
        }
        end = buffer.set_stringn(area.x + 3, y, line, room, text_style).0;
    }
    buffer.set_stringn(area.x + 1, first, mark, 1, style);
    (first == area.y).then_some(end)
}

/// The hints that fit. `?` is always among them: it leads to all others.
fn draw_hints(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let usable = hints_for(scene.state.screen().kind(), scene.state.about.may_change)
        .filter(|binding| words::is_usable(scene, binding));
    let (help, others): (Vec<_>, Vec<_>) = usable.partition(|binding| binding.action == Action::Help);
    let hints: Vec<(String, &str)> =
        others.into_iter().chain(help).map(|binding| (key(binding), hint(scene, binding))).collect();
    let width = |(key, hint): &(String, &str)| (text::width(key) + 1 + text::width(hint)) as u16;
    let Some(last) = hints.last() else { return };
    let gap = if scene.shows_panes() { 3 } else { 2 };
    let mut room = area.width.saturating_sub(width(last));
    let fitting = hints.iter().take(hints.len() - 1).take_while(|hint| {
        let fits = room >= width(hint) + gap;
        room = room.saturating_sub(width(hint) + gap);
        fits
    });
    let mut x = area.x;
    for (key, hint) in fitting.chain([last]) {
        if x + width(&(key.clone(), hint)) > area.right() {
            break;
        }
        x = buffer.set_stringn(x, area.y, key, usize::from(area.width), theme::ACCENT.add_modifier(Modifier::BOLD)).0
            + 1;
        x = buffer.set_stringn(x, area.y, hint, usize::from(area.width), theme::FAINT).0 + gap;
    }
}

fn key(binding: &Binding) -> String {
    binding.keys.first().map(ToString::to_string).unwrap_or_default()
}

fn hint<'b>(scene: &Scene<'_>, binding: &'b Binding) -> &'b str {
    match binding.action {
        Action::ProblemsOnly if scene.state.problems_only => "all rows again",
        Action::Back if scene.state.list().is_some_and(|list| !list.filter.is_empty()) => "clear filter",
        Action::Apply | Action::TakeStep => super::plan::hint(scene, binding),
        Action::Details if super::plan::is_whole(scene) => "in short",
        Action::Text if matches!(scene.state.subject(), Some(Item::Role(_))) => "json",
        _ => binding.hint,
    }
}
