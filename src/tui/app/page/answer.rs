//! The page of an answer: what AWS would decide, for whom, what each layer says, and the statements that decided, lit up
//! in their documents; for a no, those that came nearest.

use super::document::{Extent, lit_up};
use super::{Line, Tone};
use crate::domain::access::{
    Access, Asked, Circumstances, Policies, RESOURCE_POLICY, SCP, Several, Source, spelled_out,
};
use crate::domain::identity::{Asking, Bearer, IdentityKind, Instead};
use crate::domain::model::{Gap, GapReason, Name, RoleArn, Time, shell_word};
use crate::domain::policy::catalogue::Catalogue;
use crate::domain::policy::{Answer, Context, Effect, Layer, LayerAnswer, Outcome, Reason, Request, StatementRef};
use crate::tui::app::screen::{AskScreen, Inquiry};
use crate::tui::app::select::Item;

/// So many actions of a pattern are answered for at most.
const ACTIONS: usize = 400;

/// The lines of an answer at that time; none where nothing was asked.
pub(in crate::tui::app) fn lines(screen: &AskScreen, catalogue: Option<&Catalogue>, now: Time) -> Vec<Line> {
    let Some(inquiry) = &screen.inquiry else { return Vec::new() };
    let Some(catalogue) = catalogue else {
        return vec![Line::new(Tone::Quiet, "", "unpacking the catalogue of actions…")];
    };
    if screen.askings.is_empty() {
        return vec![Line::new(Tone::Warning, "", "nobody is here to ask about any more: it is gone")];
    }
    let answers: Vec<Answered<'_>> =
        screen.askings.iter().map(|asking| of_identity(asking, inquiry, catalogue, now)).collect();
    let mut lines = Vec::new();
    if let [_, _, ..] = answers.as_slice() {
        // at a glance, before each of them in full
        for Answered { asking, answers, .. } in &answers {
            let first = answers.first().filter(|_| answers.len() == 1);
            lines.extend(first.map(|(_, access)| Line { label: whose(asking), ..verdict(access, access.sentence()) }));
        }
    }
    for answered in &answers {
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        if answers.len() > 1 {
            lines.push(Line::new(Tone::Title, "", whose(answered.asking)));
        }
        in_lines(answered, inquiry, &mut lines);
    }
    let role = screen.askings.first().and_then(|asking| asking.role.as_ref());
    if let Some(command) = command(&screen.subject, role, inquiry) {
        lines.push(Line::blank());
        lines.push(Line::new(Tone::Quiet, "command line", command));
    }
    lines
}

/// Which containers, or how many pods, an identity is that of.
fn whose(asking: &Asking) -> String {
    let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match asking.containers.as_slice() {
        [] if asking.pods > 0 => {
            let by = asking.by.map(|kind| format!(", {}", kind.label())).unwrap_or_default();
            format!("{}{by}", counted(asking.pods, "pod"))
        }
        [] => "no pod runs".to_owned(),
        [one] => format!("container {one}"),
        many => format!("containers {}", many.join(", ")),
    }
}

/// What an identity was asked, and what it got.
struct Answered<'a> {
    asking: &'a Asking,
    answers: Vec<(Request, Access)>,
    /// So many actions that were meant too have no answer.
    left_out: usize,
}

fn of_identity<'a>(asking: &'a Asking, inquiry: &Inquiry, catalogue: &Catalogue, now: Time) -> Answered<'a> {
    let role = asking.role.as_ref().map_or("*", |role| role.as_str());
    let principal = asking.bearer.as_ref().map_or(role, Bearer::principal);
    let asked = spelled_out(catalogue, principal, &inquiry.action, inquiry.resource.as_deref());
    let nothing = Context::default();
    let context = asking.bearer.as_ref().map_or(&nothing, |bearer| &bearer.context);
    let by = Circumstances { principal, context, keys: &inquiry.keys, now };
    let answered = |asked: &Asked| {
        let requests = asked.requests(by);
        let access = asking.answered(&requests, asked);
        Some((requests.into_iter().nth(access.at)?, access))
    };
    let answers = asked.iter().take(ACTIONS).filter_map(answered).collect();
    Answered { asking, answers, left_out: asked.len().saturating_sub(ACTIONS) }
}

/// One answer in full; of several, each in a line.
fn in_lines(answered: &Answered<'_>, inquiry: &Inquiry, lines: &mut Vec<Line>) {
    let asking = answered.asking;
    if let [(request, access)] = answered.answers.as_slice() {
        // its layers stand below
        lines.push(verdict(access, access.sentence_above_layers()));
        if asking.instead.is_none() && inquiry.resource.as_deref() != Some(request.resource.as_str()) {
            lines.push(Line::new(Tone::Plain, "asked for", request.resource.as_str()));
        }
        who(asking, lines);
        in_full(access, asking.bearer.as_ref().map(|bearer| &bearer.policies), lines);
        return;
    }
    who(asking, lines);
    if let Some(why) = asking.beforehand() {
        let tone = if matches!(asking.instead, Some(Instead::No(..))) { Tone::Bad } else { Tone::Warning };
        lines.push(Line::new(tone, "because", why));
    }
    for (request, access) in &answered.answers {
        let (tone, mark, word) = sign(access);
        let text = format!("{} on {}", request.action.as_str(), request.resource.as_str());
        lines.push(Line::new(tone, format!("{mark} {word}"), text));
    }
    if answered.left_out > 0 {
        let said = format!("and {} more: ask for fewer of them at a time", answered.left_out);
        lines.push(Line::new(Tone::Quiet, "", said));
    }
    of_all(&Several::of(answered.answers.iter().map(|(_, access)| access)), lines);
}

/// What is so of several actions, said once: keys that are not known, what is odd, what was not read.
fn of_all(several: &Several<'_>, lines: &mut Vec<Line>) {
    let unknown: Vec<&str> = several.unknown().into_iter().map(|key| &**key).collect();
    if !unknown.is_empty() {
        lines.push(Line::new(Tone::Warning, "not known", unknown.join(", ")));
    }
    lines.extend(several.remarks().into_iter().map(|remark| Line::new(Tone::Warning, "remark", remark)));
    let layers: Vec<&str> = several.not_read().into_iter().map(Layer::plural).collect();
    if !layers.is_empty() {
        lines.push(Line::new(Tone::Quiet, "? not read", layers.join(", ")));
    }
    not_read(several, lines);
}

/// Whether something that the answer hangs on is still on its way.
fn is_loading(access: &Access) -> bool {
    access.decision.outcome == Outcome::Depends && access.gaps.iter().any(Gap::is_loading)
}

/// How an answer is meant, its mark and its word.
fn sign(access: &Access) -> (Tone, &'static str, &'static str) {
    match access.decision.outcome {
        Outcome::Allowed => (Tone::Good, "✔", "allowed"),
        Outcome::ExplicitDeny => (Tone::Bad, "✖", "denied"),
        Outcome::ImplicitDeny => (Tone::Bad, "✖", "not allowed"),
        Outcome::Depends if is_loading(access) => (Tone::Warning, "…", "reading"),
        Outcome::Depends => (Tone::Warning, "?", "depends"),
    }
}

/// The answer in one line, by its sentence.
fn verdict(access: &Access, sentence: String) -> Line {
    let (tone, mark, word) = sign(access);
    let said = match sentence.strip_prefix(word) {
        _ if is_loading(access) => "reading the policies that it hangs on".to_owned(),
        Some(_) => sentence,
        None => format!("{word}: {sentence}"),
    };
    Line::new(tone, "", format!("{mark} {said}"))
}

fn who(asking: &Asking, lines: &mut Vec<Line>) {
    let by = asking.by.map(IdentityKind::label);
    let text = match (&asking.role, by) {
        (Some(role), Some(_)) if asking.by == Some(IdentityKind::NodeRole) => format!("{role} by its node"),
        (Some(role), Some(by)) => format!("{role} by {by}"),
        (Some(role), None) => role.to_string(),
        (None, Some(by)) => by.to_owned(),
        (None, None) => return,
    };
    lines.push(Line::new(Tone::Plain, "who", text));
}

/// What every layer says, what decided, what came near, what is odd, what was not read.
fn in_full(access: &Access, policies: Option<&Policies>, lines: &mut Vec<Line>) {
    layers(access, lines);
    if !access.decision.unknown.is_empty() {
        lines.push(Line::new(Tone::Warning, "not known", access.decision.unknown.join(", ")));
        let first = access.decision.unknown.first().map_or("KEY", |key| &**key);
        lines.push(Line::new(Tone::Quiet, "", format!("ask again with its value: {first}=…")));
    }
    let notes = access.decision.remarks.iter().map(|note| note.sentence().into_owned());
    lines.extend(notes.chain(access.remarks.iter().cloned()).map(|remark| Line::new(Tone::Warning, "remark", remark)));
    if !access.allowed_on.is_empty() {
        lines.push(Line::new(Tone::Plain, "allowed on", access.allowed_on.join(", ")));
    }
    decided(access, policies, lines);
    if matches!(access.decision.outcome, Outcome::ImplicitDeny | Outcome::Depends) {
        nearest(access, policies, lines);
    }
    not_read(&Several::of([access]), lines);
}

/// What was not read, and how it could be given.
fn not_read(several: &Several<'_>, lines: &mut Vec<Line>) {
    let mut label = "not read";
    for gap in several.gaps().into_iter().filter(|gap| !gap.is_loading()) {
        if gap.reason != GapReason::NotSupported {
            lines.push(Line::new(Tone::Warning, "not read", &gap.sentence));
            continue;
        }
        if label == "not read" {
            lines.push(Line::blank());
        }
        // one label is enough for what is never read
        lines.push(Line::new(Tone::Quiet, std::mem::take(&mut label), &gap.sentence));
    }
    let ways = several.ways_to_give();
    if !ways.is_empty() {
        lines.push(Line::new(Tone::Quiet, "", format!("ask again with {}", ways.join(", "))));
    }
}

/// One line for each layer, in the order in which AWS asks them; those that were not read and follow one another in one.
fn layers(access: &Access, lines: &mut Vec<Line>) {
    let is_unread = |line: &LayerAnswer| line.answer == Answer::NotRead;
    let is_partly = access.partly.is_some() && access.decision.unknown.is_empty();
    for run in access.layers.chunk_by(|one, next| is_unread(one) && is_unread(next)) {
        let Some(first) = run.first() else { continue };
        if is_unread(first) {
            let names: Vec<&str> = run.iter().map(|line| line.layer.plural()).collect();
            lines.push(Line::new(Tone::Quiet, "? not read", names.join(", ")));
            continue;
        }
        let level = first.level.map(|level| format!(" {}", level + 1)).unwrap_or_default();
        let (tone, said) = match (first.layer, first.answer) {
            (Layer::Credentials, _) => (Tone::Bad, "✖ there are none"),
            (Layer::Trust, Answer::Depends) => (Tone::Warning, "? whether the role is handed out is not known"),
            (Layer::Trust, _) => (Tone::Bad, "✖ the role is not handed out"),
            (_, Answer::Allow) => (Tone::Good, "✔ allows it"),
            (_, Answer::Deny) => (Tone::Bad, "✖ denies it"),
            (_, Answer::Silent) => (Tone::Warning, "○ says nothing of it"),
            (_, Answer::NotAllowed) => (Tone::Warning, "○ allows nothing of it; whether it denies is not known"),
            // nothing is unknown of a pattern that is allowed in part
            (_, Answer::Depends) if is_partly => (Tone::Warning, "? allows a part of it"),
            (_, Answer::Depends) => (Tone::Warning, "? hangs on what is not known"),
            (_, Answer::NotRead) => (Tone::Quiet, "? not read"),
        };
        lines.push(Line::new(tone, format!("{}{level}", first.layer.noun()), said));
    }
}

/// The statements that decided, each lit up in its document.
fn decided(access: &Access, policies: Option<&Policies>, lines: &mut Vec<Line>) {
    let with_statement = |reason: &Reason| reason.statement.clone().map(|at| (reason.layer, reason.level, at));
    let deciding: Vec<_> = access.decision.by.iter().filter_map(with_statement).collect();
    let mut shown = Vec::new();
    for (layer, level, at) in &deciding {
        if shown.contains(&(*layer, *level, at.policy)) {
            continue;
        }
        shown.push((*layer, *level, at.policy));
        let same = deciding.iter().filter(|(of, on, other)| (of, on) == (layer, level) && other.policy == at.policy);
        let statements: Vec<&StatementRef> = same.map(|(_, _, statement)| statement).collect();
        let source = policies.and_then(|policies| policies.source_at(*layer, *level, at.policy));
        lines.push(Line::blank());
        lines.push(Line::new(Tone::Title, "", title(*layer, at.policy, source)));
        lines.extend(statements.iter().map(|at| Line::new(tone(at.effect), "", named(at))));
        document(*layer, &statements, source, lines);
    }
}

/// The Allow statements that came nearest, with what they miss, policy by policy.
fn nearest(access: &Access, policies: Option<&Policies>, lines: &mut Vec<Line>) {
    let is_decider = |layer: Layer, at: &StatementRef| {
        access.decision.by.iter().any(|reason| reason.layer == layer && reason.statement.as_ref() == Some(at))
    };
    let near: Vec<_> = access.nearest.iter().filter(|near| !is_decider(near.layer, &near.statement)).collect();
    let mut shown = Vec::new();
    for first in &near {
        let of = (first.layer, first.statement.policy);
        if shown.contains(&of) {
            continue;
        }
        shown.push(of);
        let same: Vec<_> = near.iter().filter(|other| (other.layer, other.statement.policy) == of).collect();
        lines.push(Line::blank());
        let source = policies.and_then(|policies| policies.source_at(first.layer, None, first.statement.policy));
        let title = title(first.layer, first.statement.policy, source);
        lines.push(Line::new(Tone::Title, "", format!("nearest: {title}")));
        for other in &same {
            let said = format!("{}: {}", named(&other.statement), other.misses.sentence());
            lines.push(Line::new(Tone::Plain, "", said));
        }
        let statements: Vec<&StatementRef> = same.iter().map(|other| &other.statement).collect();
        document(first.layer, &statements, source, lines);
    }
}

/// The kind of policy and its name; whose it is where it is not the account's own.
fn title(layer: Layer, policy: usize, source: Option<&Source>) -> String {
    let Some(source) = source else { return format!("{} {}", layer.noun(), policy + 1) };
    let of_aws = if source.name.contains(":iam::aws:policy/") { " of AWS" } else { "" };
    let name = if source.managed { source.name.rsplit('/').next().unwrap_or(&source.name) } else { &source.name };
    format!("{} {name}{of_aws}", layer.noun())
}

fn tone(effect: Effect) -> Tone {
    match effect {
        Effect::Allow => Tone::Good,
        Effect::Deny => Tone::Bad,
    }
}

/// `Allow, statement 2 "Objects"`
fn named(at: &StatementRef) -> String {
    let sid = at.sid.as_deref().map(|sid| format!(" {sid:?}")).unwrap_or_default();
    format!("{}, statement {}{sid}", at.effect.name(), at.statement + 1)
}

/// The document, the statements lit up; of a long one only what is around them.
fn document(layer: Layer, statements: &[&StatementRef], source: Option<&Source>, lines: &mut Vec<Line>) {
    let Some(source) = source else { return };
    let places: Vec<usize> = statements.iter().map(|at| at.statement).collect();
    lines.extend(lit_up(&source.text, layer.kind(), &places, Extent::Around));
}

/// The same question on the command line, which knows no node but by its role.
fn command(subject: &Item, role: Option<&RoleArn>, inquiry: &Inquiry) -> Option<String> {
    let within = |kind: &str, namespace: &Name, name: &Name| format!("{kind}/{name} -n {namespace}");
    let subject = match subject {
        Item::Account(namespace, name) => within("sa", namespace, name),
        Item::Pod(namespace, name) | Item::Container(namespace, name, _) => within("pod", namespace, name),
        _ => role?.to_string(),
    };
    let keys = inquiry.keys.iter().map(|(key, value)| format!("--with {}", shell_word(&format!("{key}={value}"))));
    let scp = inquiry.scp.iter().map(|file| format!("{SCP} {}", shell_word(file)));
    let own = inquiry.resource_policy.iter().map(|file| format!("{RESOURCE_POLICY} {}", shell_word(file)));
    let words = [shell_word(&inquiry.action)].into_iter().chain(inquiry.resource.as_deref().map(shell_word));
    let words = words.chain(keys).chain(scp).chain(own);
    Some(format!("rolecall can {subject} {}", words.collect::<Vec<_>>().join(" ")))
}
