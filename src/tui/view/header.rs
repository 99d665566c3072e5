//! The header: which cluster and account, who we are, how many pods have which identity, what is still being read and
//! what could not be.

use super::scene::{COUNTED, Scene};
use crate::domain::identity::IdentityKind;
use crate::domain::inventory::Kind;
use crate::domain::model::{Confirmation, Reading, visible};
use crate::tui::app::Origin;
use crate::tui::widget::notice::gauge;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.height == 0 {
        return;
    }
    if area.height == 1 {
        let mut left = parts(vec![context(scene)], scene, false);
        left.extend([Span::raw("   ")].into_iter().chain(counts(scene, Words::Telling)));
        draw_line(left, freshness(scene, false), area, buffer);
        return;
    }
    let mut left = vec![Span::styled("rolecall", theme::TITLE), Span::raw("   ")];
    left.extend(parts(vec![context(scene)], scene, true));
    draw_line(left, freshness(scene, true), area, buffer);
    let below = Rect { y: area.y + 1, height: 1, ..area };
    let mut left = who(scene);
    if !left.is_empty() {
        left.push(Span::raw("    "));
    }
    left.extend(counts(scene, Words::Long));
    draw_line(left, unread(scene), below, buffer);
}

/// Draws a line that begins at the left and one that ends at the right. What is left has to give way.
fn draw_line(left: Vec<Span<'_>>, right: Vec<Span<'_>>, area: Rect, buffer: &mut Buffer) {
    let right = Line::from(right);
    let width = (right.width() as u16).min(area.width.saturating_sub(2));
    let room = area.width.saturating_sub(width + 4);
    let left = Line::from(left);
    let shown = buffer.set_line(area.x + 1, area.y, &left, room);
    if left.width() > usize::from(room)
        && let Some(cell) = buffer.cell_mut((shown.0.saturating_sub(1), area.y))
    {
        cell.set_symbol("…").set_style(theme::FAINT);
    }
    buffer.set_line(area.right().saturating_sub(width + 1), area.y, &right, width);
}

fn context(scene: &Scene<'_>) -> (&'static str, String) {
    match &scene.state.about.origin {
        Origin::Demo => ("", "demo".to_owned()),
        Origin::Capture(file) => ("capture ", visible(file).into_owned()),
        Origin::Live => (
            "context ",
            scene.state.about.context.as_deref().map(|name| visible(name).into_owned()).unwrap_or_default(),
        ),
    }
}

/// Context, cluster, region, account, as far as they are known.
fn parts(mut known: Vec<(&'static str, String)>, scene: &Scene<'_>, long: bool) -> Vec<Span<'static>> {
    let state = scene.state;
    let cluster = state.inventory.aws().cluster().and_then(Reading::value);
    let name = cluster.map(|cluster| &*cluster.name).or(state.about.cluster_name.as_deref());
    if let Some(name) = name.filter(|name| long || known.iter().all(|(_, said)| said != name)) {
        let version = cluster.and_then(|cluster| cluster.version.as_deref()).filter(|_| long);
        let said = version.map_or_else(|| name.to_owned(), |version| format!("{name} {version}"));
        known.push(("cluster ", visible(&said).into_owned()));
    }
    if let Some(region) = cluster.and_then(|cluster| cluster.region.as_deref()).or(state.about.region.as_deref()) {
        known.push(("", visible(region).into_owned()));
    }
    if let Some(account) = scene.account {
        known.push(("account ", visible(account).into_owned()));
    }
    let mut spans = Vec::new();
    for (label, said) in known.into_iter().filter(|(_, said)| !said.is_empty()) {
        if !spans.is_empty() {
            spans.push(Span::raw("   "));
        }
        if long {
            spans.push(Span::styled(label, theme::FAINT));
        }
        spans.push(Span::styled(said, theme::PLAIN));
    }
    let wrong = match cluster.map(|cluster| &cluster.confirmation) {
        Some(Confirmation::Refuted(_)) => Some((" ✖ another cluster's account", theme::BROKEN)),
        Some(Confirmation::Open) => Some((" ? not confirmed", theme::NODE)),
        _ => None,
    };
    if let Some((said, style)) = wrong {
        spans.push(Span::styled(if long { said } else { said.get(..4).unwrap_or(" ?") }, style));
    }
    spans
}

/// Whether it is the present, and what is still being read.
fn freshness(scene: &Scene<'_>, long: bool) -> Vec<Span<'static>> {
    let state = scene.state;
    let mut spans = loading(scene, long);
    if !spans.is_empty() {
        spans.push(Span::raw("   "));
    }
    let stalled = state.inventory.listings().iter().filter_map(|(_, listing)| listing.stalled).min();
    match (&state.about.origin, stalled, state.about.taken_at) {
        (Origin::Live, Some(since), _) => {
            spans.push(Span::styled(format!("of {} ago", text::age(since, state.now)), theme::NODE));
        }
        (Origin::Live, None, _) => spans.push(Span::styled("live", theme::PLAIN)),
        (Origin::Capture(_), _, Some(taken)) => {
            spans.push(Span::styled(format!("taken {}", text::moment(taken)), theme::FAINT));
        }
        (Origin::Capture(_), _, None) => spans.push(Span::styled("capture", theme::FAINT)),
        (Origin::Demo, ..) => spans.push(Span::styled("made up", theme::FAINT)),
    }
    spans
}

/// The one thing that is being read and takes longest: a list, else roles.
fn loading(scene: &Scene<'_>, long: bool) -> Vec<Span<'static>> {
    let state = scene.state;
    let listings = state.inventory.listings();
    let running = [Kind::Pod, Kind::ServiceAccount, Kind::Node].into_iter().find(|kind| {
        let listing = listings.of(*kind);
        listing.running && !listing.is_read()
    });
    let (what, done, total) = if let Some(kind) = running {
        let listing = listings.of(kind);
        (kind.resource(), listing.seen, listing.expected)
    } else {
        let open = state.unanswered.len();
        if open == 0 {
            return Vec::new();
        }
        let roles = state.roles.len();
        let read = state.inventory.aws().roles().size_hint().0.min(roles);
        if read < roles {
            ("roles", read, Some(roles))
        } else {
            ("from AWS", state.asked.len().saturating_sub(open), Some(state.asked.len()))
        }
    };
    let mut spans = vec![Span::styled(format!("reading {what} "), theme::FAINT)];
    if long {
        spans.extend(gauge(done, total));
    } else {
        let share = total.filter(|total| *total > 0).map(|total| format!("{} %", done.min(total) * 100 / total));
        spans.push(Span::raw(share.unwrap_or_else(|| text::figure(done))));
    }
    spans
}

fn who(scene: &Scene<'_>) -> Vec<Span<'static>> {
    let inventory = &scene.state.inventory;
    let user = inventory.user().and_then(Reading::value).map(|user| visible(&user.name).into_owned());
    let caller = inventory.aws().caller().and_then(Reading::value).map(|caller| {
        let arn = visible(&caller.arn).into_owned();
        arn.rsplit(':').next().map(str::to_owned).unwrap_or(arn)
    });
    let mut spans = Vec::new();
    if user.is_some() || caller.is_some() {
        spans.push(Span::styled("you: ", theme::FAINT));
    }
    let both = user.is_some() && caller.is_some();
    spans.extend(user.map(|user| Span::raw(text::cut_middle(&user, 36).into_owned())));
    if both {
        spans.push(Span::styled(" → ", theme::FAINT));
    }
    spans.extend(caller.map(|caller| Span::raw(text::cut_middle(&caller, 36).into_owned())));
    spans
}

/// How the counts are worded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// All kinds.
    Long,
    /// Only what deserves a look.
    Telling,
}

fn counts(scene: &Scene<'_>, words: Words) -> Vec<Span<'static>> {
    let total = scene.state.identities.total();
    let mut spans: Vec<Span<'static>> = Vec::new();
    for kind in COUNTED {
        let telling = matches!(kind, IdentityKind::NodeRole | IdentityKind::StaticKeys | IdentityKind::Unknown);
        let number = total.of(kind) as usize;
        if number == 0 || (words == Words::Telling && !telling) {
            continue;
        }
        if !spans.is_empty() {
            spans.push(Span::raw("   "));
        }
        let label = if words == Words::Telling && kind == IdentityKind::StaticKeys { "keys" } else { kind.label() };
        let style: Style = theme::identity(kind, crate::domain::identity::Usable::Yes);
        spans.push(Span::styled(format!("{} {label} ", theme::mark(kind)), style));
        spans.push(Span::styled(text::figure(number), theme::PLAIN));
    }
    spans
}

/// What could not be read.
fn unread(scene: &Scene<'_>) -> Vec<Span<'static>> {
    let listings = scene.state.inventory.listings();
    let missing: Vec<&str> =
        listings.iter().filter(|(_, listing)| listing.is_unreadable()).map(|(kind, _)| kind.resource()).collect();
    let troubles = scene.state.troubles.len();
    let said = match (missing.as_slice(), troubles) {
        ([], 0) => return Vec::new(),
        ([], many) => format!("{} {} not read  ", theme::BROKEN_MARK, text::figure(many)),
        ([one], _) => format!("{} {one} not readable  ", theme::BROKEN_MARK),
        (many, _) => format!("{} {} lists not readable  ", theme::BROKEN_MARK, many.len()),
    };
    vec![Span::styled(said, theme::BAD), Span::styled("!", theme::TITLE), Span::styled(" why", theme::FAINT)]
}
