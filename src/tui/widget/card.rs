//! The identity card: whom AWS sees, why, the way from pod to policies with the broken link marked, and what to do.

use super::chain::{self, Form};
use crate::domain::diagnose::{Diagnosis, Route};
use crate::domain::identity::{Fallback, Identity, IdentityKind, Mechanism, Usable, Verdict};
use crate::domain::model::{Gap, visible};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// What the card of one container says.
#[derive(Debug, Clone)]
pub struct Card<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Its findings in words.
    pub diagnoses: &'a [Diagnosis],
    /// The ways to credentials.
    pub routes: &'a [Route],
    /// The account whose roles need not be named by it.
    pub account: Option<&'a str>,
    /// The key that does what helps, where there is one.
    pub key: Option<String>,
    /// Of the ServiceAccount's pods: how many are like this one, and how many there are.
    pub alike: Option<(usize, usize)>,
}

impl Card<'_> {
    /// Draws the card into the room within its pane.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let margin = u16::from(area.width >= 90);
        let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2 + margin), ..area };
        if inner.width < 10 || inner.height == 0 {
            return;
        }
        self.draw_headline(inner, buffer);
        let body = self.body(usize::from(inner.width) - 2, usize::from(inner.height) - 1);
        for (y, line) in (inner.y + 1..inner.bottom()).zip(body) {
            buffer.set_line(inner.x + 2, y, &line, inner.width - 2);
        }
    }

    fn draw_headline(&self, area: Rect, buffer: &mut Buffer) {
        let confidence = self.verdict.confidence;
        let word = confidence.label();
        let right = text::width(word) as u16 + 2;
        let room = if area.width > 30 { area.width.saturating_sub(right) } else { area.width };
        let whole = Line::from(self.headline());
        let line = if whole.width() <= usize::from(room) { whole } else { Line::from(self.short_headline()) };
        buffer.set_line(area.x, area.y, &fitted(line, usize::from(room)), room);
        if area.width > 30 {
            buffer.set_string(area.right() - right + 2, area.y, word, theme::confidence(confidence));
        }
    }

    /// Whom AWS sees, in one line.
    fn headline(&self) -> Vec<Span<'static>> {
        let kind = self.verdict.kind();
        let style = theme::identity(kind, self.verdict.usable);
        let (what, after) = match &self.verdict.identity {
            Some(Identity::Role { role: Some(_), by }) => ("AWS sees the role", by_whom(by, self.account)),
            Some(Identity::Role { role: None, .. }) => (kind.label(), String::new()),
            Some(Identity::NodeRole { role: Some(_), .. }) => ("AWS sees the node role", String::new()),
            Some(Identity::NodeRole { .. }) => {
                ("AWS sees the role of its node", "which role that is was not read".to_owned())
            }
            Some(Identity::StaticKeys { .. }) => ("AWS sees whoever owns the static keys", String::new()),
            Some(Identity::Nobody { .. }) => ("AWS sees nobody:", String::new()),
            None => ("it cannot be told", String::new()),
        };
        let mut spans = vec![
            Span::styled(format!("{} ", theme::mark(kind)), style),
            Span::styled(format!("{what}  "), theme::STRONG),
            Span::styled(self.who(), style.patch(theme::STRONG)),
        ];
        if !after.is_empty() {
            spans.push(Span::styled(format!("  {after}"), theme::FAINT));
        }
        if self.verdict.usable == Usable::No && kind_has_role(kind) {
            spans.push(Span::styled(format!("  {} no credentials for it", theme::BROKEN_MARK), theme::BROKEN));
        }
        spans
    }

    /// The same where there is little room: `▲ node role  ng-main-node`.
    fn short_headline(&self) -> Vec<Span<'static>> {
        let kind = self.verdict.kind();
        let style = theme::identity(kind, self.verdict.usable);
        let mut spans = vec![
            Span::styled(format!("{} {}  ", theme::mark(kind), kind.label()), style),
            Span::styled(self.who(), style.patch(theme::STRONG)),
        ];
        if self.verdict.usable == Usable::No && kind_has_role(kind) {
            spans.push(Span::styled(format!(" {}", theme::BROKEN_MARK), theme::BROKEN));
        }
        spans
    }

    /// The name of whom AWS sees.
    fn who(&self) -> String {
        match &self.verdict.identity {
            Some(Identity::Role { role: Some(arn), .. } | Identity::NodeRole { role: Some(arn), .. }) => {
                text::role(arn, self.account).into_owned()
            }
            Some(Identity::Role { role: None, .. }) => "of no role".to_owned(),
            Some(Identity::NodeRole { node, .. }) => visible(node).into_owned(),
            Some(Identity::StaticKeys { from }) => visible(from).into_owned(),
            Some(Identity::Nobody { .. }) => "no credentials".to_owned(),
            None => "whom AWS sees".to_owned(),
        }
    }

    /// The routes, without notes that only repeat the headline or the reason.
    fn routes(&self) -> Vec<Route> {
        let mut routes = self.routes.to_vec();
        let reason = self.reason();
        let headline = match &self.verdict.identity {
            Some(Identity::StaticKeys { from }) => from,
            _ => "",
        };
        for link in routes.iter_mut().flat_map(|route| &mut route.links) {
            link.note.take_if(|note| *note == headline || *visible(note) == *reason);
        }
        routes
    }

    /// Everything below the headline, in the fullest form that the room allows.
    fn body(&self, columns: usize, rows: usize) -> Vec<Line<'static>> {
        let long = chain::fits(self.routes, columns);
        let forms: &[(Form, bool)] = if long {
            &[(Form::Long, true), (Form::Long, false), (Form::Short, false)]
        } else {
            &[(Form::Short, true), (Form::Short, false)]
        };
        for &(form, airy) in forms {
            let body = self.compose(columns, form, airy);
            if body.len() <= rows {
                return body;
            }
        }
        self.squeezed(columns, rows)
    }

    /// Too much even in the shortest form: the reason gives way first, then the way. What to do, what else is wrong and what
    /// was not read are never the part that is lost.
    fn squeezed(&self, columns: usize, rows: usize) -> Vec<Line<'static>> {
        let mut also: Vec<Line<'static>> = self.other_findings(columns).into_iter().collect();
        let mut unread: Vec<Line<'static>> = self.unread(columns).into_iter().collect();
        let todo = self.what_to_do(columns);
        let beside = also.len() + unread.len();
        let mut more = String::new();
        if 1 + beside + todo.len().min(1) > rows {
            // not even a line of each: they are counted behind the reason
            more = self.in_short(columns);
            (also, unread) = (Vec::new(), Vec::new());
        }
        let beside = also.len() + unread.len();
        let todo = shortened(todo, (rows / 2).min(rows.saturating_sub(1 + beside)).max(1), columns);
        let chain = chain::lines(&self.routes(), columns, Form::Short);
        let reason = text::wrap(&self.reason(), columns);
        let for_reason = rows.saturating_sub(beside + chain.len() + todo.len()).max(1);
        let mut shown: Vec<String> = reason.iter().take(for_reason).cloned().collect();
        if let Some(last) = shown.last_mut() {
            let room = columns.saturating_sub(text::width(&more));
            let cut = if reason.len() > for_reason { format!("{last} …") } else { last.clone() };
            *last = format!("{}{more}", text::cut_end(&cut, room));
        }
        let room = rows.saturating_sub(shown.len() + beside + todo.len());
        let reason = shown.into_iter().map(Line::from);
        reason.chain(also).chain(chain.into_iter().take(room)).chain(unread).chain(todo).take(rows).collect()
    }

    /// How much more there is to be said, in a few words.
    fn in_short(&self, columns: usize) -> String {
        let others = self.diagnoses.len().saturating_sub(1);
        let others = if others > 0 { format!("  and {others} more") } else { String::new() };
        let unread = if self.unread(columns).is_some() { "  not all was read" } else { "" };
        others + unread
    }

    fn compose(&self, columns: usize, form: Form, airy: bool) -> Vec<Line<'static>> {
        let blank = || airy.then(Line::default);
        let reason = text::wrap(&self.reason(), columns).into_iter().map(|line| Line::styled(line, theme::PLAIN));
        let mut lines: Vec<Line<'static>> = reason.collect();
        if let Some(also) = self.other_findings(columns) {
            lines.push(also);
        }
        lines.extend(blank());
        lines.extend(chain::lines(&self.routes(), columns, form));
        lines.extend(self.unread(columns));
        let todo = self.what_to_do(columns);
        if !todo.is_empty() {
            lines.extend(blank());
            lines.extend(todo);
        }
        lines
    }

    /// Why it is so: the most telling finding, else the first thing it was read from.
    fn reason(&self) -> String {
        if let Some(diagnosis) = self.diagnoses.first() {
            let said = match &self.verdict.identity {
                // the headline names it already
                Some(Identity::StaticKeys { from }) => diagnosis.sentence.replacen(&format!(" from {from}"), "", 1),
                _ => diagnosis.sentence.clone(),
            };
            return visible(&said).into_owned();
        }
        if self.verdict.identity.is_none()
            && let Some(gap) = self.verdict.gaps.first()
        {
            return said(gap);
        }
        match (&self.verdict.identity, self.verdict.evidence.first()) {
            (Some(Identity::NodeRole { because, .. } | Identity::Nobody { because }), _) => {
                because_of(*because).to_owned()
            }
            (_, Some(evidence)) => visible(&evidence.fact).into_owned(),
            _ => String::new(),
        }
    }

    fn other_findings(&self, columns: usize) -> Option<Line<'static>> {
        let second = self.diagnoses.get(1)?;
        let more = self.diagnoses.len() - 2;
        let after = if more > 0 { format!("  and {more} more") } else { String::new() };
        let sentence =
            text::cut_end(&visible(&second.sentence), columns.saturating_sub(5 + text::width(&after))).into_owned();
        Some(Line::from(vec![
            Span::styled("also ", theme::FAINT),
            Span::raw(sentence),
            Span::styled(after, theme::FAINT),
        ]))
    }

    /// What was not read, where that is not the reason already.
    fn unread(&self, columns: usize) -> Option<Line<'static>> {
        let skip = usize::from(self.verdict.identity.is_none() && self.diagnoses.is_empty());
        let gap = self.verdict.gaps.get(skip)?;
        let more = self.verdict.gaps.len() - skip - 1;
        let after = if more > 0 { format!("  and {more} more") } else { String::new() };
        let sentence = text::cut_end(&said(gap), columns.saturating_sub(2 + text::width(&after))).into_owned();
        Some(Line::styled(format!("? {sentence}{after}"), theme::FAINT))
    }

    /// The remedy, how many pods it concerns and where to read on: in one line, else the remedy alone in as many as it takes.
    fn what_to_do(&self, columns: usize) -> Vec<Line<'static>> {
        let mut fixes = self.diagnoses.iter().map(|diagnosis| &*diagnosis.fix.summary);
        let key = self.key.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
        let fix = fixes.find(|fix| !fix.is_empty()).map(|fix| format!("{}{key}", visible(fix)));
        let mut spans = Vec::new();
        if let Some(fix) = &fix {
            spans.push(Span::styled(TODO, theme::FAINT));
            spans.push(Span::styled(fix.clone(), theme::STRONG));
        }
        let fits = |spans: &[Span<'static>], more: &str| {
            spans.iter().map(Span::width).sum::<usize>() + text::width(more) <= columns
        };
        if let Some(fix) = fix.filter(|_| !fits(&spans, "")) {
            return todo_lines(&fix, columns);
        }
        let lead = |spans: &[Span<'static>]| if spans.is_empty() { "" } else { "      " };
        if let Some((alike, all)) = self.alike.filter(|(alike, all)| *alike > 0 && *all > 1) {
            let verb = if alike == 1 { "is" } else { "are" };
            let (alike, all) = (text::figure(alike), text::figure(all));
            let sentence = format!("{}{alike} of {all} pods {verb} like this", lead(&spans));
            if fits(&spans, &sentence) {
                spans.push(Span::styled(sentence, theme::FAINT));
            }
        }
        let evidence = format!("{}evidence ", lead(&spans));
        if !self.verdict.evidence.is_empty() && fits(&spans, &format!("{evidence}d")) {
            spans.push(Span::styled(evidence, theme::FAINT));
            spans.push(Span::styled("d", theme::TITLE));
        }
        if spans.is_empty() { Vec::new() } else { vec![Line::from(spans)] }
    }
}

/// What stands before the remedy.
const TODO: &str = "what to do   ";

/// The remedy over several lines, all but the first a little further in.
fn todo_lines(fix: &str, columns: usize) -> Vec<Line<'static>> {
    // wrapping makes one blank of several: so long there stands one word for the label
    let label = "x".repeat(TODO.len() - 1);
    let room = columns.saturating_sub(2).max(TODO.len());
    let wrapped = text::wrap(&format!("{label} {fix}"), room);
    let line = |(number, line): (usize, &String)| {
        let rest = line.strip_prefix(&label).filter(|_| number == 0);
        let (lead, rest) = rest.map_or(("  ", &**line), |rest| (TODO, rest.trim_start()));
        Line::from(vec![Span::styled(lead, theme::FAINT), Span::styled(rest.to_owned(), theme::STRONG)])
    };
    wrapped.iter().enumerate().map(line).collect()
}

/// The first of the lines, with a mark where some are lost.
fn shortened(mut lines: Vec<Line<'static>>, most: usize, columns: usize) -> Vec<Line<'static>> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut().and_then(|line| line.spans.last_mut()) {
            last.content = text::cut_end(&format!("{} …", last.content), columns.saturating_sub(2)).into_owned().into();
        }
    }
    lines
}

fn kind_has_role(kind: IdentityKind) -> bool {
    matches!(kind, IdentityKind::WebIdentity | IdentityKind::PodIdentity)
}

fn by_whom(by: &Mechanism, account: Option<&str>) -> String {
    match by {
        Mechanism::WebIdentity => "by IRSA".to_owned(),
        Mechanism::PodIdentity { via: None } => "by Pod Identity".to_owned(),
        Mechanism::PodIdentity { via: Some(role) } => format!("by Pod Identity, through {}", text::role(role, account)),
    }
}

/// Why a container has no role of its own, as a sentence; a finding says it better where there is one.
pub fn because_of(fallback: Fallback) -> &'static str {
    match fallback {
        Fallback::NoBinding => "its ServiceAccount is bound to no role",
        Fallback::StartedBeforeBinding => "it started before its ServiceAccount was bound to a role",
        Fallback::NotInjected => "its ServiceAccount is bound to a role, but nothing was injected, for no known reason",
        Fallback::Skipped => "the webhook was told to leave it alone, so nothing was injected",
        Fallback::WebhookNotActing => "the webhook that injects roles is missing, or its selector leaves the pod out",
        Fallback::Overridden => "its own environment stands in the way of injection",
        Fallback::BindingUnknown => "whether its ServiceAccount is bound to a role could not be read",
    }
}

fn said(gap: &Gap) -> String {
    visible(&gap.sentence).into_owned()
}

/// A line of a name among words, cut to its room: its longest part gives way, in its middle.
fn fitted(line: Line<'static>, room: usize) -> Line<'static> {
    let over = line.width().saturating_sub(room);
    if over == 0 {
        return line;
    }
    let mut spans = line.spans;
    if let Some(longest) = spans.iter_mut().max_by_key(|span| span.width()) {
        let keep = longest.width().saturating_sub(over).max(6);
        let style: Style = longest.style;
        *longest = Span::styled(text::cut_middle(&longest.content, keep).into_owned(), style);
    }
    Line::from(spans)
}
