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

/// A part of a line.
type Parts = Vec<Span<'static>>;

pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.height == 0 {
        return;
    }
    let known = Known::of(scene);
    if area.height == 1 {
        let telling = counts(scene, Words::Telling);
        let forms =
            [&[Part::Context, Part::Region, Part::Account][..], &[Part::Context, Part::Account], &[Part::Context], &[]];
        let mut lefts = forms.map(|form| spaced([known.parts(form, false), telling.clone()], "   ")).to_vec();
        lefts.push(spaced([known.parts(&[Part::Context], false), counts(scene, Words::Marks)], "   "));
        let mut right = unread_in_short(scene, area.width);
        right.extend(freshness(scene, false));
        draw_line(lefts, right, area, buffer);
        return;
    }
    let all = [Part::Program, Part::Context, Part::Cluster, Part::Region, Part::Account];
    let forms = [&all[..], &all[1..], if known.is_named_alike() { &all[2..] } else { &all[1..] }];
    draw_line(forms.map(|form| known.parts(form, true)).to_vec(), freshness(scene, true), area, buffer);
    let below = Rect { y: area.y + 1, height: 1, ..area };
    // what is of least use goes first: the caller's session, who we are, then the counts of what is as it should be
    let forms = [(who(scene, 40), Words::Long), (who(scene, 18), Words::Long)];
    let without = [Words::Long, Words::NotOwn, Words::Telling, Words::Marks].map(|words| (Parts::new(), words));
    let lefts = forms.into_iter().chain(without).map(|(who, words)| spaced([who, counts(scene, words)], "    "));
    draw_line(lefts.collect(), unread(scene), below, buffer);
}

/// The parts one after the other, those that say something.
fn spaced(parts: [Parts; 2], gap: &'static str) -> Parts {
    let [mut left, right] = parts;
    if !left.is_empty() && !right.is_empty() {
        left.push(Span::raw(gap));
    }
    left.extend(right);
    left
}

/// Draws a line that ends at the right with `right`, and begins at the left with the first of `lefts` that fits.
fn draw_line(lefts: Vec<Parts>, right: Parts, area: Rect, buffer: &mut Buffer) {
    let right = Line::from(right);
    let width = (right.width() as u16).min(area.width.saturating_sub(2));
    let room = area.width.saturating_sub(width + 4);
    let mut lefts: Vec<Line<'static>> = lefts.into_iter().map(Line::from).collect();
    let fitting = lefts.iter().position(|left| left.width() <= usize::from(room));
    let Some(left) = fitting.map(|place| lefts.swap_remove(place)).or_else(|| lefts.pop()) else { return };
    let end = buffer.set_line(area.x + 1, area.y, &left, room).0;
    if left.width() > usize::from(room)
        && let Some(cell) = buffer.cell_mut((end.saturating_sub(1), area.y))
    {
        cell.set_symbol("…").set_style(theme::FAINT);
    }
    buffer.set_line(area.right().saturating_sub(width + 1), area.y, &right, width);
}

/// A part of the first line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Program,
    Context,
    Cluster,
    Region,
    Account,
}

/// What is known of what is read.
struct Known {
    context: String,
    origin: &'static str,
    cluster: Option<String>,
    version: String,
    region: Option<String>,
    account: Option<String>,
    doubt: Option<(&'static str, Style)>,
}

impl Known {
    fn of(scene: &Scene<'_>) -> Self {
        let about = &scene.state.about;
        let shown = |text: &str| visible(text).into_owned();
        let cluster = scene.state.inventory.aws().cluster().and_then(Reading::value);
        let (origin, context) = match &about.origin {
            Origin::Demo => ("", "demo".to_owned()),
            Origin::Capture(file) => ("capture ", shown(file)),
            // `aws eks update-kubeconfig` names contexts by the cluster's ARN
            Origin::Live => (
                "context ",
                about
                    .context
                    .as_deref()
                    .map(|name| shown(name.rsplit_once(":cluster/").map_or(name, |(_, name)| name)))
                    .unwrap_or_default(),
            ),
        };
        Self {
            origin,
            context,
            cluster: scene.state.inventory.cluster_name(about).map(shown),
            version: cluster
                .and_then(|cluster| cluster.version.as_deref())
                .map(|version| format!(" {}", visible(version)))
                .unwrap_or_default(),
            region: scene.state.inventory.region(about).map(shown),
            account: scene.account.map(shown),
            doubt: match cluster.map(|cluster| &cluster.confirmation) {
                Some(Confirmation::Refuted(_)) => Some((" ✖ another cluster's account", theme::BROKEN)),
                Some(Confirmation::Open) => Some((" ? not confirmed", theme::NODE)),
                _ => None,
            },
        }
    }

    /// Whether the context says nothing that the cluster's name does not.
    fn is_named_alike(&self) -> bool {
        self.cluster.as_ref().is_some_and(|cluster| *cluster == self.context)
    }

    fn parts(&self, form: &[Part], labelled: bool) -> Parts {
        let mut spans = Parts::new();
        for part in form {
            let (label, said, style) = match part {
                Part::Program => ("", Some("rolecall".to_owned()), theme::TITLE),
                Part::Context => (self.origin, Some(self.context.clone()), theme::PLAIN),
                Part::Cluster => {
                    ("cluster ", self.cluster.as_ref().map(|name| format!("{name}{}", self.version)), theme::PLAIN)
                }
                Part::Region => ("", self.region.clone(), theme::PLAIN),
                Part::Account => ("account ", self.account.clone(), theme::PLAIN),
            };
            let Some(said) = said.filter(|said| !said.is_empty()) else { continue };
            if !spans.is_empty() {
                spans.push(Span::raw("   "));
            }
            if labelled {
                spans.push(Span::styled(label, theme::FAINT));
            }
            spans.push(Span::styled(text::cut_middle(&said, 48).into_owned(), style));
        }
        if let Some((said, style)) = self.doubt {
            spans.push(Span::styled(if labelled { said } else { text::head(said, 2) }, style));
        }
        spans
    }
}

/// Below this width there is room for how far the reading is or for how fresh it is.
const NARROW: u16 = 60;

/// Whether it is the present, and what is still being read.
fn freshness(scene: &Scene<'_>, long: bool) -> Parts {
    let state = scene.state;
    let mut spans = loading(scene, long);
    if !spans.is_empty() && scene.state.size.0 < NARROW {
        return spans;
    }
    if !spans.is_empty() {
        spans.push(Span::raw("   "));
    }
    let stalled = state.inventory.listings().iter().filter_map(|(_, listing)| listing.stalled).min();
    match (&state.about.origin, stalled, state.about.taken_at) {
        (Origin::Live, Some(since), _) => {
            spans.push(Span::styled(format!("as of {} ago", scene.age(Some(since))), theme::NODE));
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
fn loading(scene: &Scene<'_>, long: bool) -> Parts {
    let state = scene.state;
    let listings = state.inventory.listings();
    // before its first page is here, too: what hangs on it is not known yet
    let running =
        [Kind::Pod, Kind::ServiceAccount, Kind::Node].into_iter().find(|kind| !listings.of(*kind).is_settled());
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
    let what = if long { format!("{what} ") } else { String::new() };
    let mut spans = vec![Span::styled(format!("reading {what}"), theme::FAINT)];
    if long {
        spans.extend(gauge(done, total));
    } else {
        let share = total.filter(|total| *total > 0).map(|total| format!("{} %", done.min(total) * 100 / total));
        spans.push(Span::raw(share.unwrap_or_else(|| text::figure(done))));
    }
    spans
}

/// Who we are on both sides, each in at most so many columns; where they are few, the caller's role goes without the
/// session.
fn who(scene: &Scene<'_>, most: usize) -> Parts {
    let inventory = &scene.state.inventory;
    let user = inventory.user().and_then(Reading::value).map(|user| visible(&user.name).into_owned());
    let caller = inventory.aws().caller().and_then(Reading::value).map(|caller| {
        let arn = visible(&caller.arn).into_owned();
        let name = arn.rsplit(':').next().unwrap_or(&arn);
        let role = name.strip_prefix("assumed-role/").and_then(|name| name.split('/').next());
        role.filter(|_| most < 40).unwrap_or(name).to_owned()
    });
    let mut spans = Vec::new();
    if user.is_some() || caller.is_some() {
        spans.push(Span::styled("you: ", theme::FAINT));
    }
    let both = user.is_some() && caller.is_some();
    spans.extend(user.map(|user| Span::raw(text::cut_middle(&user, most).into_owned())));
    if both {
        spans.push(Span::styled(" → ", theme::FAINT));
    }
    spans.extend(caller.map(|caller| Span::raw(text::cut_middle(&caller, most).into_owned())));
    spans
}

/// How the counts are worded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// All kinds.
    Long,
    /// All but own roles.
    NotOwn,
    /// Only what deserves a look.
    Telling,
    /// The same by their marks alone.
    Marks,
}

fn counts(scene: &Scene<'_>, words: Words) -> Vec<Span<'static>> {
    let total = scene.state.identities.total();
    let mut spans: Vec<Span<'static>> = Vec::new();
    for kind in COUNTED {
        let telling = matches!(kind, IdentityKind::NodeRole | IdentityKind::StaticKeys | IdentityKind::Unknown);
        let number = total.of(kind) as usize;
        let own = matches!(kind, IdentityKind::WebIdentity | IdentityKind::PodIdentity);
        let left_out = match words {
            Words::Long => false,
            Words::NotOwn => own,
            Words::Telling | Words::Marks => !telling,
        };
        if number == 0 || left_out {
            continue;
        }
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        let label = match (words, kind) {
            (Words::Marks, _) => String::new(),
            (Words::Telling, IdentityKind::StaticKeys) => " keys".to_owned(),
            _ => format!(" {}", kind.label()),
        };
        let style: Style = theme::identity(kind, crate::domain::identity::Usable::Yes);
        spans.push(Span::styled(format!("{}{label} ", theme::mark(kind)), style));
        spans.push(Span::styled(text::figure(number), theme::PLAIN));
    }
    spans
}

/// That something could not be read, where there is one line for everything.
fn unread_in_short(scene: &Scene<'_>, width: u16) -> Parts {
    // while something is being read there is no room for more
    if width < NARROW || !loading(scene, false).is_empty() || unread(scene).is_empty() {
        return Parts::new();
    }
    vec![Span::styled("not read ", theme::BAD), Span::styled("!", theme::TITLE), Span::raw("   ")]
}

/// What could not be read.
fn unread(scene: &Scene<'_>) -> Vec<Span<'static>> {
    let listings = scene.state.inventory.listings();
    let missing: Vec<&str> =
        listings.iter().filter(|(_, listing)| listing.is_unreadable()).map(|(kind, _)| kind.resource()).collect();
    // a context that does not exist, a table that was not saved: said once, and nothing that is shown lacks it
    let troubles = scene.state.troubles.iter().filter(|trouble| !trouble.over && !trouble.open.is_empty()).count();
    let said = match (missing.as_slice(), troubles) {
        ([], 0) => return Vec::new(),
        ([], many) => format!("{} {} not read  ", theme::BROKEN_MARK, text::figure(many)),
        ([one], _) => format!("{} {one} not readable  ", theme::BROKEN_MARK),
        (many, _) => format!("{} {} lists not readable  ", theme::BROKEN_MARK, many.len()),
    };
    vec![Span::styled(said, theme::BAD), Span::styled("!", theme::TITLE), Span::styled(" why", theme::FAINT)]
}
