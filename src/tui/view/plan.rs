//! What belongs to a plan beside its page: which keys can be used on it, and the line in which one agrees to it.

use super::footer::{draw_keys, draw_typed};
use super::scene::Scene;
use crate::domain::model::visible;
use crate::domain::plan::Consent;
use crate::tui::app::screen::{Phase, PlanScreen, Screen};
use crate::tui::app::select::{Item, Of};
use crate::tui::app::{OFFERS, Prompt, why_not};
use crate::tui::keymap::{Action, Binding};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

fn shown<'a>(scene: &Scene<'a>) -> Option<&'a PlanScreen> {
    match scene.state.screen() {
        Screen::Plan(screen) => Some(screen),
        _ => None,
    }
}

/// Whether a key of plans can be used now.
pub(super) fn is_usable(scene: &Scene<'_>, binding: &Binding) -> bool {
    let Some(screen) = shown(scene) else {
        // the log
        let Some(Item::Change(id)) = scene.state.selected() else { return false };
        let Screen::List(list) = scene.state.screen() else { return false };
        let crate::tui::app::screen::Feed::Changes(entries) = &list.feed else { return false };
        return entries.iter().any(|entry| entry.id == *id && entry.way_back().is_some());
    };
    match binding.action {
        Action::Apply | Action::DryRun => screen.can_be_applied() && !screen.is_barred(),
        Action::TakeStep => screen.offer().is_some(),
        Action::TakeBack => screen.way_back().is_some(),
        Action::PlanAnew => screen.can_be_planned_anew() && screen.phase != Phase::Preview,
        _ => true,
    }
}

/// Whether an action can be done to the row, or there is one that is about it at all.
pub(super) fn is_offered(scene: &Scene<'_>, binding: &Binding) -> bool {
    let Some(item) = scene.state.subject() else { return false };
    if binding.action == Action::Actions {
        return OFFERS.iter().any(|offer| (offer.is_about)(&item));
    }
    if scene.state.list().is_some_and(|list| matches!(list.of, Of::Actions(_))) {
        return false; // the row says it
    }
    OFFERS.iter().any(|offer| offer.action == binding.action && why_not(scene.state, offer, &item).is_none())
}

/// What the key does now.
pub(super) fn hint<'b>(scene: &Scene<'_>, binding: &'b Binding) -> &'b str {
    let Some(screen) = shown(scene) else { return binding.hint };
    let is_taken = screen.offer().and_then(|place| screen.plan.steps.get(place)).is_some_and(|step| step.taken);
    match binding.action {
        Action::Apply if screen.is_gone_on_with() => "go on…",
        Action::TakeStep if is_taken => "leave out",
        _ => binding.hint,
    }
}

/// Whether documents are shown in full.
pub(super) fn is_whole(scene: &Scene<'_>) -> bool {
    shown(scene).is_some_and(|screen| screen.whole)
}

/// Draws the question whether the plan shall be applied; gives where the cursor stands, where something is typed.
pub(super) fn draw_consent(scene: &Scene<'_>, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let screen = shown(scene)?;
    let wanted = screen.wanted.first()?;
    let steps = screen.plan.taken().count();
    let what = if steps == 1 { "this step".to_owned() } else { format!("these {steps} steps") };
    let place = screen.place.name().map(|name| format!(" to {}", visible(name))).unwrap_or_default();
    let room = |x: u16| usize::from(area.right().saturating_sub(x + 1));
    let x = area.x + 1;
    if *wanted == Consent::Yes {
        let said = format!("apply {what}{place}?");
        let end = buffer.set_stringn(x, area.y, text::cut_end(&said, room(x)), room(x), theme::STRONG).0 + 2;
        draw_keys(
            &[("y", "yes"), ("esc", "no")],
            Rect { x: end, width: area.right().saturating_sub(end), ..area },
            buffer,
        );
        return None;
    }
    let word = visible(wanted.word());
    // what the word is for stands at the top of the screen: here the word itself has to be seen
    let said = match wanted {
        Consent::Loss => format!("pods lose something: type {word} to apply it all the same:"),
        Consent::Others => format!("others use the role: type {word} to apply it for all:"),
        Consent::Yes | Consent::Name(_) => format!("type {word} to apply {what} there:"),
    };
    let end =
        buffer.set_stringn(x, area.y, text::cut_end(&said, room(x).saturating_sub(8)), room(x), theme::STRONG).0 + 1;
    let (typed, cursor) = draw_typed(prompt, (end, area.y), room(end).max(4), buffer);
    let end = typed.max(cursor) + 3;
    draw_keys(
        &[("enter", "apply"), ("esc", "no")],
        Rect { x: end, width: area.right().saturating_sub(end), ..area },
        buffer,
    );
    Some(Position::new(cursor.min(area.right().saturating_sub(1)), area.y))
}
