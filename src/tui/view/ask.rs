//! The screen of a question: the line it is typed into, and below it what it may become, or the answer.

use super::choose::draw_refusal;
use super::footer::draw_typed;
use super::page;
use super::scene::Scene;
use crate::domain::model::{RoleArn, visible};
use crate::tui::app::screen::AskScreen;
use crate::tui::app::select::Item;
use crate::tui::app::{Layout, Prompt, PromptKind, below_refusal};
use crate::tui::widget::pane::{Pane, draw_scrollbar};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

/// What can be typed, where nothing is.
const FORM: &str = "ACTION [RESOURCE] [KEY=VALUE …] [--scp FILE …] [--resource-policy FILE]";
const EXAMPLE: &str = "   for example s3:GetObject arn:aws:s3:::bucket/key";

/// Draws the screen; gives where the cursor stands, while something is typed.
pub(super) fn draw(scene: &Scene<'_>, screen: &AskScreen, places: &Layout, buffer: &mut Buffer) -> Option<Position> {
    let prompt = scene.state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Ask);
    match prompt.filter(|prompt| screen.shows_completions(prompt)) {
        Some(prompt) => draw_offers(screen, prompt, places.body, buffer),
        None => page::draw(scene, scene.state.screen(), places.body, buffer),
    }
    let subject = match &screen.subject {
        Item::Role(arn) => format!("role {}", scene.role(&RoleArn::new(arn.clone()))),
        other => page::subject(other),
    };
    let title = format!("may {subject} …?");
    let inner = Pane::named(&title, prompt.is_some()).draw(places.prompt, buffer);
    if inner.height == 0 || inner.width < 8 {
        return None;
    }
    let (x, room) = (inner.x + 1, usize::from(inner.width.saturating_sub(2)));
    let Some(prompt) = prompt else {
        let asked = screen.inquiry.as_ref().map(|inquiry| inquiry.text.as_str()).unwrap_or_default();
        buffer.set_stringn(x, inner.y, text::cut_end(&visible(asked), room), room, theme::STRONG);
        return None;
    };
    let (end, cursor) = draw_typed(prompt, (x, inner.y), room, buffer);
    if prompt.input.value().is_empty() {
        let end = buffer.set_stringn(end + 1, inner.y, text::cut_end(FORM, room - 1), room - 1, theme::FAINT).0;
        let left = usize::from(inner.right().saturating_sub(end + 1));
        if text::width(EXAMPLE) <= left {
            buffer.set_stringn(end, inner.y, EXAMPLE, left, theme::FAINT);
        }
    }
    Some(Position::new(cursor.min(inner.right().saturating_sub(1)), inner.y))
}

/// The first of what the line may become that is shown.
fn first(prompt: &Prompt, window: Rect) -> usize {
    (prompt.picked.unwrap_or_default() + 1).saturating_sub(usize::from(window.height))
}

/// What the line may become that stands there, by its place.
pub(super) fn pick_at(screen: &AskScreen, prompt: Option<&Prompt>, area: Rect, at: Position) -> Option<usize> {
    let prompt = prompt.filter(|prompt| screen.shows_completions(prompt))?;
    let window = below_refusal(screen.refused.as_deref(), Layout::inner(area));
    let place = first(prompt, window) + Layout::line_at(window, at)?;
    (place < prompt.completions.len()).then_some(place)
}

/// Draws why the last line was no question, and what the present one may become.
fn draw_offers(screen: &AskScreen, prompt: &Prompt, area: Rect, buffer: &mut Buffer) {
    let count = prompt.completions.len();
    let mut pane = Pane::named(if count == 0 { "" } else { "it may become" }, false);
    if count > 0 {
        pane.aside = Line::styled(text::figure(count), theme::FAINT);
    }
    let inner = pane.draw(area, buffer);
    if inner.width < 4 {
        return;
    }
    draw_refusal(screen.refused.as_deref(), inner, buffer);
    let inner = below_refusal(screen.refused.as_deref(), inner);
    let first = first(prompt, inner);
    let room = usize::from(inner.width.saturating_sub(2));
    for (y, (place, line)) in (inner.y..inner.bottom()).zip(prompt.completions.iter().enumerate().skip(first)) {
        let is_picked = prompt.picked == Some(place);
        let (pointer, style) = if is_picked { (theme::POINTER, theme::SELECTED) } else { (" ", theme::PLAIN) };
        buffer.set_string(inner.x, y, pointer, style);
        buffer.set_stringn(inner.x + 1, y, text::cut_middle(&visible(line), room), room, style);
    }
    draw_scrollbar(Rect { width: inner.width, ..inner }, first, count, false, buffer);
}
