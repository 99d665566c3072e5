//! The answer for people: the decision in one line, then the statements that decided, and for a no those that came
//! nearest.

use crate::domain::access::{Access, Policies, Source};
use crate::domain::identity::Bearer;
use crate::domain::model::visible;
use crate::domain::policy::{Document, Kind, Layer, Outcome, Reason, Request, StatementRef};
use crate::report::Asker;
use std::io::{self, Write};

/// Writes one answer.
pub(super) fn say(
    out: &mut impl Write,
    asker: &Asker,
    request: &Request,
    access: &Access,
    bearer: Option<&Bearer>,
) -> io::Result<()> {
    writeln!(out, "{}   {} on {}", word(access), visible(request.action.as_str()), visible(request.resource.as_str()))?;
    let containers = match asker.containers.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let namespace = asker.namespace.as_deref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
    writeln!(out, "  {:<10} {}", "who", visible(&format!("{}{namespace}{containers}", asker.subject)))?;
    if let Some(role) = &asker.identity.role_arn {
        writeln!(out, "  {:<10} {}{}", "role", visible(role), by(asker))?;
    }
    writeln!(out, "  {:<10} {}", "because", visible(&access.sentence()))?;
    let policies = bearer.map(|bearer| &bearer.policies);
    for reason in &access.decision.by {
        decided(out, reason, policies)?;
    }
    for near in &access.nearest {
        let name = named(near.layer, &near.statement, near.source.as_ref());
        writeln!(out, "  {:<10} {} {}", "nearest", visible(&name), near.misses.sentence())?;
        lines(out, &near.statement, near.layer, near.source.as_ref())?;
    }
    for pattern in &access.allowed_on {
        writeln!(out, "  {:<10} {}", "allowed on", visible(pattern))?;
    }
    let notes = access.decision.remarks.iter().map(|note| note.sentence().into_owned());
    for remark in notes.chain(access.remarks.iter().cloned()) {
        writeln!(out, "  {:<10} {}", "remark", visible(&remark))?;
    }
    not_read(out, access)
}

/// Several actions of one identity: who, then a line for each.
pub(super) fn say_each(out: &mut impl Write, asker: &Asker, answers: &[(&Request, &Access)]) -> io::Result<()> {
    let namespace = asker.namespace.as_deref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
    let role = asker.identity.role_arn.as_deref().map(|role| format!("   {role}{}", by(asker))).unwrap_or_default();
    writeln!(out, "{}", visible(&format!("{}{namespace}{role}", asker.subject)))?;
    let width = answers.iter().map(|(request, _)| request.action.as_str().len()).max().unwrap_or_default();
    for (request, access) in answers {
        let (action, resource) = (visible(request.action.as_str()), visible(request.resource.as_str()));
        writeln!(out, "  {:<17} {action:<width$}   {resource}", word(access))?;
    }
    match answers.first() {
        Some((_, access)) => not_read(out, access),
        None => Ok(()),
    }
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
fn not_read(out: &mut impl Write, access: &Access) -> io::Result<()> {
    let mut said: Vec<&str> = Vec::new();
    for gap in &access.gaps {
        if !said.contains(&&*gap.sentence) {
            said.push(&gap.sentence);
            writeln!(out, "  {:<10} {}", "not read", visible(&gap.sentence))?;
        }
    }
    let is_unasked = |layer| access.not_read().any(|it| it == layer);
    let ways = [(Layer::Scp, "--scp FILE"), (Layer::Resource, "--resource-policy FILE")];
    let ways: Vec<&str> = ways.into_iter().filter(|(layer, _)| is_unasked(*layer)).map(|(_, way)| way).collect();
    if ways.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {:<10} what is not read can be given: {}", "hint", ways.join(", "))
}

fn decided(out: &mut impl Write, reason: &Reason, policies: Option<&Policies>) -> io::Result<()> {
    let level = reason.level.map(|level| format!(" level {level}")).unwrap_or_default();
    match &reason.statement {
        None if matches!(reason.layer, Layer::Trust | Layer::Credentials) => Ok(()), // the sentence says it
        None => writeln!(out, "  {:<10} {}{level}: no statement allows it", "by", reason.layer.noun()),
        Some(at) => {
            let source = policies.and_then(|policies| policies.source(reason.layer, at.policy));
            let name = named(reason.layer, at, source);
            writeln!(out, "  {:<10} {}{level}", "by", visible(&name))?;
            lines(out, at, reason.layer, source)
        }
    }
}

fn named(layer: Layer, at: &StatementRef, source: Option<&Source>) -> String {
    let policy = source.map_or_else(|| format!("#{}", at.policy), |source| source.name.to_string());
    let sid = at.sid.as_deref().map(|sid| format!(" {sid:?}")).unwrap_or_default();
    format!("{} {policy}, {} statement {}{sid}", layer.noun(), at.effect.name(), at.statement)
}

/// The statement's own lines.
fn lines(out: &mut impl Write, at: &StatementRef, layer: Layer, source: Option<&Source>) -> io::Result<()> {
    let Some(source) = source else { return Ok(()) };
    let kind = match layer {
        Layer::Boundary => Kind::Boundary,
        Layer::Session => Kind::Session,
        Layer::Resource => Kind::Resource,
        _ => Kind::Identity,
    };
    let document = Document::parse(&source.text, kind).ok();
    let Some(statement) = document.as_ref().and_then(|document| document.statements.get(at.statement)) else {
        return Ok(());
    };
    let text = statement.span.of(&source.text);
    let pretty = serde_json::from_str::<serde_json::Value>(text).ok();
    let pretty = pretty.and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.as_deref().unwrap_or(text).lines().try_for_each(|line| writeln!(out, "  {:<10}   {}", "", visible(line)))
}
