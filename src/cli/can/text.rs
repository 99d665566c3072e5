//! The answer for people: the decision in one line, then the statements that decided, and for a no those that came
//! nearest.

use super::asking::Asking;
use crate::domain::access::{Access, Policies, Several};
use crate::domain::model::visible;
use crate::domain::policy::{Layer, Outcome, Reason, Request, StatementRef, indented};
use crate::report::Asker;
use std::io::{self, Write};

/// Writes one answer.
pub(super) fn say(out: &mut impl Write, asking: &Asking, request: &Request, access: &Access) -> io::Result<()> {
    let asker = &asking.asker;
    writeln!(out, "{}   {} on {}", word(access), visible(request.action.as_str()), visible(request.resource.as_str()))?;
    writeln!(out, "  {:<10} {}", "who", visible(&who(asker)))?;
    if let Some(role) = &asker.identity.role_arn {
        writeln!(out, "  {:<10} {}{}", "role", visible(role), by(asker))?;
    }
    writeln!(out, "  {:<10} {}", "because", visible(&access.sentence()))?;
    let policies = asking.own.bearer.as_ref().map(|bearer| &bearer.policies);
    for reason in &access.decision.by {
        decided(out, access, reason, policies)?;
    }
    for near in &access.nearest {
        let name = named((near.layer, None), &near.statement, policies);
        writeln!(out, "  {:<10} {} {}", "nearest", visible(&name), near.misses.sentence())?;
        lines(out, (near.layer, None), &near.statement, policies)?;
    }
    for pattern in &access.allowed_on {
        writeln!(out, "  {:<10} {}", "allowed on", visible(pattern))?;
    }
    let notes = access.decision.remarks.iter().map(|note| note.sentence().into_owned());
    for remark in notes.chain(access.remarks.iter().cloned()) {
        writeln!(out, "  {:<10} {}", "remark", visible(&remark))?;
    }
    not_read(out, &Several::of([access]))
}

/// Several actions of one identity: who, what stands before every policy, then a line for each, and what is so of them all.
pub(super) fn say_each(out: &mut impl Write, asking: &Asking, answers: &[(&Request, &Access)]) -> io::Result<()> {
    let asker = &asking.asker;
    let role = asker.identity.role_arn.as_deref().map(|role| format!("   {role}{}", by(asker))).unwrap_or_default();
    writeln!(out, "{}", visible(&format!("{}{role}", who(asker))))?;
    if let Some(why) = asking.own.beforehand() {
        writeln!(out, "  {:<10} {}", "because", visible(&why))?;
    }
    let width = answers.iter().map(|(request, _)| request.action.as_str().len()).max().unwrap_or_default();
    for (request, access) in answers {
        let (action, resource) = (visible(request.action.as_str()), visible(request.resource.as_str()));
        writeln!(out, "  {:<17} {action:<width$}   {resource}", word(access))?;
    }
    let several = Several::of(answers.iter().map(|(_, access)| *access));
    let unknown: Vec<&str> = several.unknown().into_iter().map(|key| &**key).collect();
    if !unknown.is_empty() {
        writeln!(out, "  {:<10} {}", "not known", visible(&unknown.join(", ")))?;
    }
    for remark in several.remarks() {
        writeln!(out, "  {:<10} {}", "remark", visible(remark))?;
    }
    let layers: Vec<&str> = several.not_read().into_iter().map(Layer::plural).collect();
    if !layers.is_empty() {
        writeln!(out, "  {:<10} {}", "not read", layers.join(", "))?;
    }
    not_read(out, &several)
}

/// Who is asked about, with the containers that are meant.
fn who(asker: &Asker) -> String {
    let namespace = asker.namespace.as_deref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
    let containers = match asker.containers.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    format!("{}{namespace}{containers}", asker.subject)
}

fn word(access: &Access) -> &'static str {
    match access.decision.outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitDeny => "denied (explicit)",
        Outcome::ImplicitDeny => "not allowed",
        Outcome::Depends => "depends",
    }
}

/// How the role is come by.
fn by(asker: &Asker) -> &'static str {
    match asker.identity.mechanism {
        Some("webIdentity") => " by IRSA",
        Some("podIdentity") => " by Pod Identity",
        Some("node") => " by its node",
        _ => "",
    }
}

/// What was not read, each sentence once.
fn not_read(out: &mut impl Write, several: &Several<'_>) -> io::Result<()> {
    for gap in several.gaps() {
        writeln!(out, "  {:<10} {}", "not read", visible(&gap.sentence))?;
    }
    let ways = several.ways_to_give();
    if ways.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {:<10} what is not read can be given: {}", "hint", ways.join(", "))
}

fn decided(out: &mut impl Write, access: &Access, reason: &Reason, policies: Option<&Policies>) -> io::Result<()> {
    let level = reason.level.map(|level| format!(" level {}", level + 1)).unwrap_or_default();
    match &reason.statement {
        None if matches!(reason.layer, Layer::Trust | Layer::Credentials) => Ok(()), // the sentence says it
        None => {
            let is_unread = access.not_read().any(|layer| layer == reason.layer);
            let said = if is_unread { "not read" } else { "no statement allows it" };
            writeln!(out, "  {:<10} {}{level}: {said}", "by", reason.layer.noun())
        }
        Some(at) => {
            let name = named((reason.layer, reason.level), at, policies);
            writeln!(out, "  {:<10} {}{level}", "by", visible(&name))?;
            lines(out, (reason.layer, reason.level), at, policies)
        }
    }
}

fn named((layer, level): (Layer, Option<usize>), at: &StatementRef, policies: Option<&Policies>) -> String {
    let source = policies.and_then(|policies| policies.source_at(layer, level, at.policy));
    let policy = source.map_or_else(|| format!("#{}", at.policy + 1), |source| source.name.to_string());
    let sid = at.sid.as_deref().map(|sid| format!(" {sid:?}")).unwrap_or_default();
    format!("{} {policy}, {} statement {}{sid}", layer.noun(), at.effect.name(), at.statement + 1)
}

/// The statement's own lines.
fn lines(
    out: &mut impl Write,
    (layer, level): (Layer, Option<usize>),
    at: &StatementRef,
    policies: Option<&Policies>,
) -> io::Result<()> {
    let Some((source, statement)) = policies.and_then(|policies| policies.statement(layer, level, at)) else {
        return Ok(());
    };
    let text = statement.span.of(&source.text);
    let indented = indented(text);
    indented.as_deref().unwrap_or(text).lines().try_for_each(|line| writeln!(out, "  {:<10}   {}", "", visible(line)))
}
