//! The choice of a role or a policy: the line that narrows it, and below it what there is, what fits first.

use super::footer::draw_typed;
use super::scene::Scene;
use crate::domain::model::{Name, RoleArn, visible};
use crate::domain::plan::Candidate;
use crate::domain::policy::Truth;
use crate::tui::app::screen::{Choice, ChooseScreen, Pick};
use crate::tui::app::{Layout, PromptKind, below_refusal, refusal};
use crate::tui::widget::notice::Notice;
use crate::tui::widget::pane::{Pane, draw_scrollbar};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use std::borrow::Cow;

/// What can be typed, where nothing is.
const FORM: &str = "type part of a name, or a whole ARN";

/// Draws the screen; gives where the cursor stands, while something is typed.
pub(super) fn draw(scene: &Scene<'_>, screen: &ChooseScreen, places: &Layout, buffer: &mut Buffer) -> Option<Position> {
    draw_rows(scene, screen, places.tables, buffer);
    if places.card.height > 0 {
        draw_picked(scene, screen, places.card, buffer);
    }
    let inner = Pane::named(&title(scene, &screen.of), true).draw(places.prompt, buffer);
    if inner.height == 0 || inner.width < 8 {
        return None;
    }
    let (x, room) = (inner.x + 1, usize::from(inner.width.saturating_sub(2)));
    if let Some(picked) = screen.picked().filter(|_| scene.state.awaited.is_some()) {
        let said = format!("reading {}…", name(scene, &screen.of, picked));
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

/// What is chosen, and for whom.
fn title(scene: &Scene<'_>, of: &Choice) -> String {
    let account = |namespace: &str, name: &str| format!("serviceaccount/{} in {}", visible(name), visible(namespace));
    match of {
        Choice::Annotate { namespace, name } => format!("a role for {}", account(namespace, name)),
        Choice::Associate { namespace, name } => {
            format!("a role by Pod Identity for {}", account(namespace, name))
        }
        Choice::Attach { role } => format!("a policy to attach to role {}", scene.role(role)),
        Choice::Detach { role } => format!("a policy to detach from role {}", scene.role(role)),
    }
}

fn kind(of: &Choice) -> &'static str {
    match of {
        Choice::Annotate { .. } | Choice::Associate { .. } => "roles",
        Choice::Attach { .. } => "policies",
        Choice::Detach { .. } => "attached policies",
    }
}

/// What is true of those that fit, where it has to be said.
fn what_fits(of: &Choice) -> Option<&'static str> {
    match of {
        Choice::Annotate { .. } | Choice::Associate { .. } => Some("would let its pods in"),
        Choice::Attach { .. } => Some("can be attached"),
        Choice::Detach { .. } => None,
    }
}

/// A role or a policy as it is shown: by path and name, whole in the wide mode.
fn name<'n>(scene: &Scene<'_>, of: &Choice, arn: &'n Name) -> Cow<'n, str> {
    if of.is_of_roles() {
        return Cow::Owned(scene.role(&RoleArn::new(arn.clone())).into_owned());
    }
    let short = arn.split_once(":policy/").map_or(&**arn, |(_, rest)| rest);
    visible(if scene.state.wide { arn } else { short })
}

fn draw_rows(scene: &Scene<'_>, screen: &ChooseScreen, area: Rect, buffer: &mut Buffer) {
    let fitting = screen.candidates.iter().filter(|candidate| candidate.fit.answer == Truth::Yes).count();
    let shown = screen.rows.iter().filter(|pick| matches!(pick, Pick::Seen(_))).count();
    let kind = kind(&screen.of);
    let title = format!("{} of {} {kind}", text::figure(shown), text::figure(screen.candidates.len()));
    let mut pane = Pane::named(&title, false);
    if let Some(said) = what_fits(&screen.of) {
        pane.aside = Line::styled(format!("{} {said}", text::figure(fitting)), theme::FAINT);
    }
    let inner = pane.draw(area, buffer);
    if inner.width < 8 {
        return;
    }
    draw_refusal(screen.refused.as_deref(), inner, buffer);
    let inner = below_refusal(screen.refused.as_deref(), inner);
    if inner.height == 0 {
        return;
    }
    if screen.rows.is_empty() {
        why_empty(scene, screen).draw(inner, buffer);
        return;
    }
    let first = screen.top;
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

/// Draws why what was taken or asked is refused.
pub(super) fn draw_refusal(refused: Option<&str>, inner: Rect, buffer: &mut Buffer) {
    let columns = usize::from(inner.width.saturating_sub(2));
    let lines = refused.map_or_else(Vec::new, |said| refusal(said, columns));
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        buffer.set_stringn(inner.x + 1, y, line, columns, theme::BAD);
    }
}

/// The row of the choice that stands there, by its place.
pub(super) fn pick_at(screen: &ChooseScreen, area: Rect, at: Position) -> Option<usize> {
    let window = below_refusal(screen.refused.as_deref(), Layout::inner(area));
    let place = screen.top + Layout::line_at(window, at)?;
    (place < screen.rows.len()).then_some(place)
}

/// Draws what a row cuts: the whole name of the picked one, and why it fits or does not.
fn draw_picked(scene: &Scene<'_>, screen: &ChooseScreen, area: Rect, buffer: &mut Buffer) {
    let picked = screen.rows.get(screen.at).and_then(|pick| Some((pick, screen.candidate(pick)?)));
    let title = picked.map(|(_, candidate)| name(scene, &screen.of, &candidate.arn)).unwrap_or_default();
    let inner = Pane::named(&title, false).draw(area, buffer);
    let room = usize::from(inner.width.saturating_sub(2));
    let Some((pick, candidate)) = picked.filter(|_| room > 0) else { return };
    let said: String = why(screen, pick, candidate).into_iter().map(|(said, _)| said).collect();
    for (y, line) in (inner.y..inner.bottom()).zip(text::wrap(&said, room)) {
        buffer.set_stringn(inner.x + 1, y, line, room, theme::PLAIN);
    }
}

fn why_empty(scene: &Scene<'_>, screen: &ChooseScreen) -> Notice {
    let (kind, count) = (kind(&screen.of), screen.candidates.len());
    if count == 0 && scene.state.is_loading() {
        return Notice::Loading { what: kind.to_owned(), seen: 0, expected: None };
    }
    let takes_arns = !matches!(screen.of, Choice::Detach { .. });
    let (sentence, hint) = if count == 0 {
        (format!("no {kind} were seen"), if takes_arns { "type the ARN of one" } else { "" })
    } else {
        (
            format!("none of {} {kind} matches {}", text::figure(count), visible(&screen.typed)),
            if takes_arns { "a whole ARN is taken, too" } else { "" },
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
        let names = screen.candidates.iter().map(|own| text::width(&name(scene, &screen.of, &own.arn)));
        let names = names.max().unwrap_or(0);
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
    let Some(candidate) = screen.candidate(pick) else {
        let said = format!("○ {}", screen.of.nothing().unwrap_or_default());
        buffer.set_stringn(x, row.y, said, usize::from(row.width - 1), theme::FAINT);
        return;
    };
    let (mark, style) = mark(candidate.fit.answer);
    buffer.set_string(x, row.y, mark, style);
    let name = name(scene, &screen.of, &candidate.arn);
    buffer.set_stringn(x + 2, row.y, text::cut_middle(&name, columns.name), columns.name, theme::PLAIN);
    let at = x + 2 + columns.name as u16 + 2;
    let mut x = at;
    for (said, style) in why(screen, pick, candidate) {
        let room = usize::from((at + columns.why as u16).saturating_sub(x));
        x = buffer.set_stringn(x, row.y, text::cut_end(&said, room), room, style).0;
    }
    if columns.used > 0 && candidate.used_by > 0 {
        let said = format!("used by {}", text::short_count(candidate.used_by));
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
fn why(screen: &ChooseScreen, pick: &Pick, candidate: &Candidate) -> Vec<(String, Style)> {
    let mut said = Vec::new();
    let mut say = |text: String, style: Style| {
        if !said.is_empty() {
            said.push((" · ".to_owned(), theme::FAINT));
        }
        said.push((text, style));
    };
    if screen.present.as_ref() == Some(&candidate.arn) {
        say("bound now".to_owned(), theme::STRONG);
    }
    let because = visible(&candidate.fit.because).into_owned();
    match candidate.fit.answer {
        Truth::Yes if screen.of.is_of_roles() => say("lets its pods in".to_owned(), theme::OWN),
        Truth::Yes | Truth::Depends => say(because, theme::FAINT),
        Truth::No => say(because, theme::PLAIN),
    }
    if matches!(pick, Pick::Typed(_)) {
        say("as typed".to_owned(), theme::FAINT);
    }
    said
}
