//! The cards of what went wrong, of a call and of what can be done: the whole of what a row cuts.

use super::summary::Summary;
use crate::domain::model::visible;
use crate::tui::app::screen::{Feed, Screen};
use crate::tui::app::{OFFERS, why_not};
use crate::tui::keymap::key_of;
use crate::tui::view::scene::Scene;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the card of something that went wrong.
pub(super) fn draw_trouble(scene: &Scene<'_>, place: usize, area: Rect, buffer: &mut Buffer) {
    let Some(trouble) = scene.state.troubles.get(place) else { return };
    let mut card = Summary::new(visible(&trouble.source).into_owned());
    let times = if trouble.times > 1 { format!(", {} times", text::figure(trouble.times)) } else { String::new() };
    let (mark, style, over, what) = if trouble.over {
        (theme::GOOD_MARK, theme::OWN, "; over: it was read since", "what was so")
    } else {
        (theme::BROKEN_MARK, theme::BROKEN, "", "what is so")
    };
    card.headline(vec![
        Span::styled(format!("{mark} "), style),
        Span::styled(format!("{} ago{times}{over}", scene.age(Some(trouble.at))), theme::FAINT),
    ]);
    card.say(what, visible(&trouble.said).into_owned(), theme::PLAIN);
    card.say(
        "what to do",
        trouble.hint.as_deref().map(|hint| visible(hint).into_owned()).unwrap_or_default(),
        theme::STRONG,
    );
    card.draw(area, buffer);
}

/// Draws the card of something that can be done, or cannot.
pub(super) fn draw_offer(scene: &Scene<'_>, place: usize, area: Rect, buffer: &mut Buffer) {
    let (Some(offer), Some(subject)) = (OFFERS.get(place), scene.state.subject()) else { return };
    let key = key_of(offer.action);
    let mut card = Summary::new(if key.is_empty() { "no key: enter".to_owned() } else { format!("key {key}") });
    card.headline(vec![Span::styled(offer.title, theme::PLAIN)]);
    let why_not = why_not(scene.state, offer, &subject).unwrap_or_default();
    card.say("why not here", visible(&why_not).into_owned(), theme::BAD);
    card.draw(area, buffer);
}

/// Draws the card of a call.
pub(super) fn draw_call(scene: &Scene<'_>, number: usize, area: Rect, buffer: &mut Buffer) {
    let Screen::List(screen) = scene.state.screen() else { return };
    let Feed::Calls(calls) = &screen.feed else { return };
    let Some(call) = calls.line(number) else { return };
    let mut card = Summary::new("the line that does the same".to_owned());
    card.headline(vec![Span::styled(format!("{} ago", scene.age(Some(call.at))), theme::FAINT)]);
    card.say("line", visible(&call.command).into_owned(), theme::PLAIN);
    match &call.outcome {
        Some(Err(said)) => card.say("came of it", visible(said).into_owned(), theme::BAD),
        Some(Ok(())) => card.say("came of it", "ok", theme::OWN),
        None => card.say("came of it", "still waiting", theme::FAINT),
    };
    card.draw(area, buffer);
}
