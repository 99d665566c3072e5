//! The keys that can be used, side by side in the last line: drawn there, and found there again by the pointer.

use super::scene::Scene;
use super::words;
use crate::tui::app::select::Item;
use crate::tui::keymap::{Action, Binding, Chord, Code, hints_for};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

/// A key of a line that something is typed into.
pub(super) struct Key {
    /// The key.
    pub(super) chord: Chord,
    /// How it is written, with others that do the like.
    pub(super) written: &'static str,
    /// What it does.
    pub(super) does: &'static str,
}

impl Key {
    /// A key, how it is written, and what it does.
    pub(super) const fn new(code: Code, written: &'static str, does: &'static str) -> Self {
        Self { chord: Chord::plain(code), written, does }
    }

    /// How wide it is with what it does.
    fn width(&self) -> u16 {
        (text::width(self.written) + 1 + text::width(self.does)) as u16
    }
}

/// How wide keys are, one beside the other.
pub(super) fn keys_width(keys: &[Key]) -> usize {
    keys.iter().map(|key| usize::from(key.width()) + 2).sum::<usize>().saturating_sub(2)
}

/// Where keys begin. The last leads out of the line and keeps its room; of the others those are there that fit.
fn placed(keys: &[Key], area: Rect) -> Vec<(u16, &Key)> {
    let Some((last, others)) = keys.split_last() else { return Vec::new() };
    let mut room = area.width.saturating_sub(2 + last.width());
    let fitting = others.iter().filter(|key| {
        let fits = room >= key.width() + 2;
        room = room.saturating_sub(if fits { key.width() + 2 } else { 0 });
        fits
    });
    let mut x = area.x + 1;
    let mut place = |key: &'_ Key| {
        let at = x;
        x += key.width() + 2;
        at
    };
    fitting.chain([last]).map(|key| (place(key), key)).collect()
}

/// The keys of the line that something is typed into; it alone has them.
pub(super) fn draw_keys(keys: &[Key], area: Rect, buffer: &mut Buffer) {
    for (x, key) in placed(keys, area) {
        let left = |x: u16| usize::from(area.right().saturating_sub(x));
        if left(x) < text::width(key.written) {
            return;
        }
        let x = buffer.set_stringn(x, area.y, key.written, left(x), theme::TITLE).0 + 1;
        let said = if text::width(key.does) <= left(x) { key.does } else { "" };
        buffer.set_stringn(x, area.y, said, left(x), theme::FAINT);
    }
}

/// The key that stands there.
pub(super) fn key_at(keys: &[Key], area: Rect, at: Position) -> Option<Chord> {
    let mut placed = placed(keys, area).into_iter();
    let found = placed.find(|(x, key)| (*x..x + key.width()).contains(&at.x));
    found.map(|(_, key)| key.chord)
}

/// A hint: a key of the table, and what it does now.
struct Hint {
    x: u16,
    width: u16,
    binding: &'static Binding,
    key: String,
    does: &'static str,
}

/// The hints that fit. `?` is always among them: it leads to all others.
fn hints(scene: &Scene<'_>, area: Rect) -> Vec<Hint> {
    let usable = hints_for(scene.state.screen().kind(), scene.state.about.may_change)
        .filter(|binding| words::is_usable(scene, binding));
    let (help, others): (Vec<_>, Vec<_>) = usable.partition(|binding| binding.action == Action::Help);
    let hint = |binding: &'static Binding| {
        let key = binding.keys.first().map(ToString::to_string).unwrap_or_default();
        let does = does(scene, binding);
        Hint { x: 0, width: (text::width(&key) + 1 + text::width(does)) as u16, binding, key, does }
    };
    let mut hints: Vec<Hint> = others.into_iter().map(hint).collect();
    let mut last: Vec<Hint> = help.into_iter().map(hint).collect();
    let Some(last) = last.pop().or_else(|| hints.pop()) else { return Vec::new() };
    let gap = if scene.shows_panes() { 3 } else { 2 };
    let mut room = area.width.saturating_sub(last.width);
    let fitting = hints.into_iter().take_while(|hint| {
        let fits = room >= hint.width + gap;
        room = room.saturating_sub(hint.width + gap);
        fits
    });
    let mut x = area.x;
    let place = |hint: Hint| {
        let at = x;
        x += hint.width + gap;
        Hint { x: at, ..hint }
    };
    let placed = fitting.collect::<Vec<_>>().into_iter().chain([last]).map(place);
    placed.take_while(|hint| hint.x + hint.width <= area.right()).collect()
}

/// Draws the hints.
pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    for hint in hints(scene, area) {
        let style = theme::ACCENT.add_modifier(Modifier::BOLD);
        let x = buffer.set_stringn(hint.x, area.y, &hint.key, usize::from(area.width), style).0 + 1;
        buffer.set_stringn(x, area.y, hint.does, usize::from(area.width), theme::FAINT);
    }
}

/// The key of the hint that stands there.
pub(super) fn at(scene: &Scene<'_>, area: Rect, at: Position) -> Option<Chord> {
    let mut hints = hints(scene, area).into_iter();
    let found = hints.find(|hint| (hint.x..hint.x + hint.width).contains(&at.x));
    found.and_then(|hint| hint.binding.keys.first().copied())
}

fn does(scene: &Scene<'_>, binding: &'static Binding) -> &'static str {
    match binding.action {
        Action::ProblemsOnly if scene.state.problems_only => "all rows again",
        Action::Back if scene.state.list().is_some_and(|list| !list.filter.is_empty()) => "clear filter",
        Action::Apply | Action::TakeStep => super::plan::hint(scene, binding),
        Action::Details if super::plan::is_whole(scene) => "in short",
        Action::Text if matches!(scene.state.subject(), Some(Item::Role(_))) => "json",
        _ => binding.hint,
    }
}
