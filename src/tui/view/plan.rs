//! What belongs to a plan beside its page: which keys can be used on it, and the line in which one agrees to it.

use super::footer::draw_typed;
use super::hints::{Key, draw_keys, keys_width};
use super::scene::Scene;
use crate::domain::model::visible;
use crate::domain::plan::Consent;
use crate::tui::app::screen::{Phase, PlanScreen, Screen};
use crate::tui::app::select::{Item, Of};
use crate::tui::app::{OFFERS, Prompt, why_not};
use crate::tui::keymap::{Action, Binding, Code};
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
pub(super) fn hint(scene: &Scene<'_>, binding: &'static Binding) -> &'static str {
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

/// The keys that answer a question, and those that end what is typed.
const ANSWERS: [Key; 2] = [Key::new(Code::Char('y'), "y", "yes"), Key::new(Code::Esc, "esc", "no")];
const TYPED: [Key; 2] = [Key::new(Code::Enter, "enter", "apply"), Key::new(Code::Esc, "esc", "no")];

/// Draws the question whether the plan shall be applied; gives where the cursor stands, where something is typed.
pub(super) fn draw_consent(scene: &Scene<'_>, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let screen = shown(scene)?;
    let wanted = screen.wanted.first()?;
    let steps = screen.plan.taken().count();
    let what = if steps == 1 { "this step".to_owned() } else { format!("these {steps} steps") };
    // a margin on either side, and the gap before the keys
    let room = usize::from(area.width).saturating_sub(2 + GAP);
    let (x, from) = (area.x + 1, |end: u16| Rect { x: end, width: area.right().saturating_sub(end), ..area });
    if *wanted == Consent::Yes {
        let room = room.saturating_sub(keys_width(&ANSWERS));
        let said = question(&what, screen.place.name().map(|name| visible(name)).as_deref(), room);
        let end = buffer.set_stringn(x, area.y, &said, room, theme::STRONG).0 + 2;
        draw_keys(&ANSWERS, from(end), buffer);
        return None;
    }
    // what the word is for stands at the top of the screen: here the word itself has to be seen, and the way out
    let word = visible(wanted.word());
    let typed = (text::width(&word) + 1).max(4);
    let said = asked_for(wanted, &word, &what, room.saturating_sub(typed + 1));
    let all = text::width(&said) + 1 + typed + keys_width(&TYPED) <= room;
    let keys = if all { &TYPED[..] } else { &TYPED[1..] };
    let end = buffer.set_stringn(x, area.y, &said, usize::from(area.width), theme::STRONG).0 + 1;
    let left = usize::from(area.right().saturating_sub(end + 1)).saturating_sub(GAP + keys_width(keys));
    let (typed, cursor) = draw_typed(prompt, (end, area.y), left.max(4), buffer);
    draw_keys(keys, from(typed.max(cursor) + 2), buffer);
    Some(Position::new(cursor.min(area.right().saturating_sub(1)), area.y))
}

/// Between what is asked and the keys.
const GAP: usize = 3;

/// The question in the words that there is room for: where it happens is said as long as it can be.
fn question(what: &str, place: Option<&str>, room: usize) -> String {
    let Some(place) = place else {
        let whole = format!("apply {what}?");
        return if text::width(&whole) <= room { whole } else { text::cut_end("apply?", room).into_owned() };
    };
    let whole = format!("apply {what} to {place}?");
    let left = room.saturating_sub(text::width("apply to ?"));
    match text::width(&whole) {
        width if width <= room => whole,
        _ if left >= 6 => format!("apply to {}?", text::cut_middle(place, left)),
        _ => text::cut_end("apply?", room).into_owned(),
    }
}

/// What is to be typed, in the words that there is room for beside the way out.
fn asked_for(wanted: &Consent, word: &str, what: &str, room: usize) -> String {
    let because = match wanted {
        Consent::Loss => "pods lose something: ",
        Consent::Others => "others use the role: ",
        Consent::Yes | Consent::Name(_) => "",
    };
    let whole = match wanted {
        Consent::Loss => format!("{because}type {word} to apply it all the same:"),
        Consent::Others => format!("{because}type {word} to apply it for all:"),
        Consent::Yes | Consent::Name(_) => format!("type {word} to apply {what} there:"),
    };
    let forms = [(whole, keys_width(&TYPED)), (format!("{because}type {word}:"), keys_width(&TYPED[1..]))];
    let fits = |(said, keys): &&(String, usize)| text::width(said) + keys <= room;
    let fitting = forms.iter().find(fits).map(|(said, _)| said.clone());
    let least = room.saturating_sub(keys_width(&TYPED[1..])).max(6);
    fitting.unwrap_or_else(|| text::cut_end(&format!("type {word}:"), least).into_owned())
}
