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

/// So much of a name is shown, and so much where there is little room.
const NAMES: usize = 48;
const SHORT_NAMES: usize = 16;

/// The room that is kept for how far the reading is, and for that something was not read, so that nothing moves as they come
/// and go.
const READING: usize = "reading 33,120".len();
const READING_BARS: usize = "reading from AWS ###### 212 / 340".len();
const NOT_READ: usize = "x not read !".len();

pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.height == 0 {
        return;
    }
    let known = Known::of(scene);
    if area.height == 1 {
        draw_all(scene, &known, area, buffer);
        return;
    }
    let lefts = known.forms();
    let rights = [Gauge::Bars, Gauge::Share, Gauge::Bare].map(|gauge| freshness(scene, gauge));
    let kept = if area.width < ROOMY { READING } else { READING_BARS } + 3 + width(&age(scene));
    draw_line(lefts, rights.to_vec(), kept, area, buffer);
    let below = Rect { y: area.y + 1, height: 1, ..area };
    // what is of least use goes first: the caller's session, long words, who we are, then the counts of what is as it should be
    let forms =
        [(who(scene, 40), Words::Long), (who(scene, 18), Words::Long), (who(scene, 18), Words::Short)].into_iter();
    let without = [Words::Long, Words::Short, Words::OwnByMark, Words::NotOwn, Words::Telling, Words::Marks];
    let forms = forms.chain(without.map(|words| (Parts::new(), words)));
    let lefts = forms.map(|(who, words)| spaced([who, counts(scene, words)], "    ")).collect();
    draw_line(lefts, unread(scene), NOT_READ, below, buffer);
}

/// Everything in one line. The account stays longer than the words of the counts do.
fn draw_all(scene: &Scene<'_>, known: &Known, area: Rect, buffer: &mut Buffer) {
    let (whole, own) = ([Part::Context, Part::Region, Part::Account], [Part::Context, Part::Account]);
    let forms: [(&[Part], usize, Words); 9] = [
        (&whole, NAMES, Words::Telling),
        (&own, NAMES, Words::Telling),
        (&own, NAMES, Words::Brief),
        (&own, NAMES, Words::Marks),
        (&own, SHORT_NAMES, Words::Marks),
        (&own[..1], NAMES, Words::Telling),
        (&[], NAMES, Words::Telling),
        (&own[..1], NAMES, Words::Marks),
        (&own[..1], SHORT_NAMES, Words::Marks),
    ];
    let lefts = forms.map(|(form, most, words)| spaced([known.parts(form, false, most), counts(scene, words)], "   "));
    let missing = unread(scene).pop().filter(|_| area.width >= NARROW).unwrap_or_default();
    let reading = loading(scene, Gauge::Bare);
    // while something is being read there may be no room for more
    let rights = if reading.is_empty() {
        vec![spaced([missing, age(scene)], "   ")]
    } else {
        vec![freshness(scene, Gauge::Bare), reading]
    };
    let age = width(&age(scene));
    let kept = if area.width < NARROW { age } else { READING.max(NOT_READ + 3 + age) };
    draw_line(lefts.to_vec(), rights, kept, area, buffer);
}

fn width(parts: &[Span<'_>]) -> usize {
    parts.iter().map(Span::width).sum()
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

/// Draws a line that begins at the left with the first of `lefts` that leaves so much room, and ends at the right with the
/// first of `rights` that fits beside it: what stands on the left hangs on neither.
fn draw_line(mut lefts: Vec<Parts>, mut rights: Vec<Parts>, kept: usize, area: Rect, buffer: &mut Buffer) {
    let columns = usize::from(area.width.saturating_sub(2));
    let least = rights.last().map_or(0, |right| width(right)).max(kept).min(columns);
    let room = columns.saturating_sub(least + 2);
    let fitting = |forms: &[Parts], room| forms.iter().position(|form| width(form) <= room);
    let Some(left) = fitting(&lefts, room).map(|place| lefts.swap_remove(place)).or_else(|| lefts.pop()) else {
        return;
    };
    let left = Line::from(left);
    let end = buffer.set_line(area.x + 1, area.y, &left, room as u16).0;
    if left.width() > room
        && let Some(cell) = buffer.cell_mut((end.saturating_sub(1), area.y))
    {
        cell.set_symbol("…").set_style(theme::FAINT);
    }
    let room = columns.saturating_sub(left.width().min(room) + 2).max(least);
    let right = fitting(&rights, room).map(|place| rights.swap_remove(place)).or_else(|| rights.pop());
    let right = Line::from(right.unwrap_or_default());
    let width = (right.width() as u16).min(area.width.saturating_sub(2));
    buffer.set_line(area.right().saturating_sub(width + 1), area.y, &right, width);
}

/// A part of the first line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Program,
    Context,
    /// With its version.
    Cluster,
    ClusterName,
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

    /// The first line in its forms: the account stays in each.
    fn forms(&self) -> Vec<Parts> {
        let all = [Part::Program, Part::Context, Part::Cluster, Part::Region, Part::Account];
        let without = [Part::Context, Part::ClusterName, Part::Region, Part::Account];
        let from = usize::from(self.is_named_alike());
        vec![
            self.parts(&all, true, NAMES),
            self.parts(&all[1..], true, NAMES),
            self.parts(&all[1 + from..], true, NAMES),
            self.parts(&without[from..], true, NAMES),
            self.parts(&without[from..], false, NAMES),
            self.parts(&without[from..], false, SHORT_NAMES),
            self.parts(&[Part::Context, Part::Account], false, SHORT_NAMES),
        ]
    }

    fn parts(&self, form: &[Part], labelled: bool, most: usize) -> Parts {
        let mut spans = Parts::new();
        for part in form {
            let (label, said, style) = match part {
                Part::Program => ("", Some("rolecall".to_owned()), theme::TITLE),
                Part::Context => (self.origin, Some(self.context.clone()), theme::PLAIN),
                Part::Cluster => {
                    ("cluster ", self.cluster.as_ref().map(|name| format!("{name}{}", self.version)), theme::PLAIN)
                }
                Part::ClusterName => ("cluster ", self.cluster.clone(), theme::PLAIN),
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
            spans.push(Span::styled(text::cut_middle(&said, most).into_owned(), style));
        }
        if let Some((said, style)) = self.doubt {
            spans.push(Span::styled(if labelled { said } else { text::head(said, 2) }, style));
        }
        spans
    }
}

/// From this width on there is room for a gauge.
const ROOMY: u16 = 110;

/// Below this width there is room for how far the reading is or for how fresh it is.
const NARROW: u16 = 60;

/// What is still being read, and whether it is the present.
fn freshness(scene: &Scene<'_>, gauge: Gauge) -> Parts {
    spaced([loading(scene, gauge), age(scene)], "   ")
}

/// Whether it is the present.
fn age(scene: &Scene<'_>) -> Parts {
    let state = scene.state;
    let stalled = state.inventory.listings().iter().filter_map(|(_, listing)| listing.stalled).min();
    vec![match (&state.about.origin, stalled, state.about.taken_at) {
        (Origin::Live, Some(since), _) => Span::styled(format!("as of {} ago", scene.age(Some(since))), theme::NODE),
        (Origin::Live, None, _) => Span::styled("live", theme::PLAIN),
        (Origin::Capture(_), _, Some(taken)) => Span::styled(format!("taken {}", text::moment(taken)), theme::FAINT),
        (Origin::Capture(_), _, None) => Span::styled("capture", theme::FAINT),
        (Origin::Demo, ..) => Span::styled("made up", theme::FAINT),
    }]
}

/// How it is said how far the reading is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gauge {
    /// What is read, a gauge and its numbers.
    Bars,
    /// What is read, and how much of it is here.
    Share,
    /// How much is here.
    Bare,
}

/// The one thing that is being read and takes longest: a list, else roles.
fn loading(scene: &Scene<'_>, form: Gauge) -> Parts {
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
    let what = if form == Gauge::Bare { String::new() } else { format!("{what} ") };
    let mut spans = vec![Span::styled(format!("reading {what}"), theme::FAINT)];
    if form == Gauge::Bars {
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
    /// The same in short words.
    Short,
    /// The same, own roles by their marks alone.
    OwnByMark,
    /// All but own roles.
    NotOwn,
    /// Only what deserves a look.
    Telling,
    /// The same in shorter words.
    Brief,
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
            Words::Long | Words::Short | Words::OwnByMark => false,
            Words::NotOwn => own,
            Words::Telling | Words::Brief | Words::Marks => !telling,
        };
        if number == 0 || left_out {
            continue;
        }
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        let label = match (words, kind) {
            (Words::Marks, _) => String::new(),
            (Words::OwnByMark, _) if own => String::new(),
            (Words::Brief, IdentityKind::NodeRole) => " node".to_owned(),
            (words, IdentityKind::StaticKeys) if words != Words::Long => " keys".to_owned(),
            _ => format!(" {}", kind.label()),
        };
        let style: Style = theme::identity(kind, crate::domain::identity::Usable::Yes);
        spans.push(Span::styled(format!("{}{label} ", theme::mark(kind)), style));
        spans.push(Span::styled(text::figure(number), theme::PLAIN));
    }
    spans
}

/// What could not be read, in its forms; empty: nothing.
fn unread(scene: &Scene<'_>) -> Vec<Parts> {
    let listings = scene.state.inventory.listings();
    let missing: Vec<&str> =
        listings.iter().filter(|(_, listing)| listing.is_unreadable()).map(|(kind, _)| kind.resource()).collect();
    // a context that does not exist, a table that was not saved: said once, and nothing that is shown lacks it
    let troubles = scene.state.troubles.iter().filter(|trouble| !trouble.over && !trouble.open.is_empty()).count();
    let said = match (missing.as_slice(), troubles) {
        ([], 0) => return Vec::new(),
        ([], many) => format!("{} not read", text::figure(many)),
        ([one], _) => format!("{one} not readable"),
        (many, _) => format!("{} lists not readable", many.len()),
    };
    let form = |said: &str| {
        let said = format!("{} {said} ", theme::BROKEN_MARK);
        vec![Span::styled(said, theme::BAD), Span::styled("!", theme::TITLE)]
    };
    let with_why = spaced([form(&said), vec![Span::styled("why", theme::FAINT)]], " ");
    vec![with_why, form(&said), form("not read")]
}
