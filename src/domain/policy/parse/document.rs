//! The document as a whole.

use super::element::{Elements, items, text};
use super::notes::{Notes, quoted};
use super::statement;
use crate::domain::policy::document::{Condition, Document, Element, Kind, Selection, Statement, Version};
use crate::domain::policy::json::{self, Json, Value};
use crate::domain::policy::remark::{Rule, Unreadable};
use crate::domain::policy::resource::ResourcePattern;
use crate::domain::policy::span::{Lines, Span};
use crate::domain::policy::variable::may_hold_variable;
use foldhash::fast::RandomState;
use std::collections::HashSet;

const ELEMENTS: [Element; 3] = [Element::Version, Element::Id, Element::Statement];

/// Reads a document.
pub(in crate::domain::policy) fn document(text: &str, kind: Kind) -> Result<Document, Unreadable> {
    let json = json::read(text).map_err(|no| unreadable(text, no.byte, format!("no JSON: {}", no.sentence)))?;
    let Value::Object(members) = &json.value else {
        return Err(unreadable(text, json.span.start, format!("a policy is an object, not {}", json.value.noun())));
    };
    let mut notes = Notes::new(kind);
    let elements = Elements::of(members, &ELEMENTS, &mut notes);
    let Some(list) = elements.json(Element::Statement) else {
        return Err(unreadable(text, json.span.start, "a policy has a Statement; this one has none".into()));
    };
    if elements.twins.contains(&Element::Statement) {
        let sentence = "Statement stands here twice, in other letters: which of them counts is not known";
        return Err(unreadable(text, list.span.start, sentence.into()));
    }
    if !matches!(list.value, Value::Object(_) | Value::List(_)) {
        let sentence = format!("Statement takes an object or a list of objects, not {}", list.value.noun());
        return Err(unreadable(text, list.span.start, sentence));
    }
    let version = match elements.json(Element::Version) {
        _ if elements.twins.contains(&Element::Version) => None,
        json => version(json, &mut notes),
    };
    notes.version = version.unwrap_or(Version::V2012);
    let id = elements.json(Element::Id).and_then(|json| self::text(json, Element::Id, &mut notes));
    let id = id.map(Box::from);
    let mut statements = statements(list, &mut notes);
    if version.is_none() {
        statements.iter_mut().for_each(version_unread);
    }
    Ok(Document { version: notes.version, id, statements, remarks: notes.remarks(text) })
}

/// Marks what of a statement the version decides: whether a `${…}` in it is a variable.
fn version_unread(statement: &mut Statement) {
    statement.unread.push(Element::Version);
    let in_resources = |own: &Selection<ResourcePattern>| own.items().iter().any(|it| may_hold_variable(it.as_str()));
    let in_values = |own: &Condition| own.values.iter().any(|it| may_hold_variable(it.as_str()));
    let variables = [
        (Element::Resource, statement.resources.as_ref().is_some_and(in_resources)),
        (Element::Condition, statement.conditions.iter().any(in_values)),
    ];
    for (element, _) in variables.into_iter().filter(|(_, there)| *there) {
        if !statement.unread.contains(&element) {
            statement.unread.push(element);
        }
    }
}

/// The version; `None` for one that is not known.
fn version(json: Option<&Json<'_>>, notes: &mut Notes) -> Option<Version> {
    let Some(json) = json else { return Some(Version::V2008) };
    match text(json, Element::Version, notes)? {
        "2012-10-17" => Some(Version::V2012),
        "2008-10-17" => Some(Version::V2008),
        other => {
            let sentence = format!("the language has the versions 2012-10-17 and 2008-10-17, not {}", quoted(other));
            notes.add(json.span, Some(Element::Version), Rule::Version, sentence);
            None
        }
    }
}

fn statements(list: &Json<'_>, notes: &mut Notes) -> Vec<Statement> {
    let mut statements = Vec::with_capacity(items(list).len());
    let mut sids = Vec::new();
    for (index, json) in items(list).iter().enumerate() {
        notes.statement = Some(index);
        let (statement, sid) = statement::statement(json, notes);
        sids.extend(sid.map(|sid| (index, sid)));
        statements.push(statement);
    }
    note_sids(&sids, notes);
    notes.statement = None;
    if statements.is_empty() {
        notes.add(list.span, Some(Element::Statement), Rule::EmptyList, "Statement is empty: nothing is said");
    }
    statements
}

/// IAM User Guide, "Sid": letters and digits where IAM stores the policy, and no two alike. Services that store
/// policies of their own take more. The console writes `""`, which counts as none.
fn note_sids(sids: &[(usize, (&str, Span))], notes: &mut Notes) {
    let is_strict = matches!(notes.kind, Kind::Identity | Kind::Boundary | Kind::Session | Kind::Trust);
    let mut seen = HashSet::with_capacity_and_hasher(sids.len(), RandomState::default());
    for (index, (sid, span)) in sids.iter().filter(|(_, (sid, _))| !sid.is_empty()) {
        notes.statement = Some(*index);
        if is_strict && !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let sentence = format!("the Sid {} may hold only letters and digits", quoted(sid));
            notes.add(*span, Some(Element::Sid), Rule::SidCharacters, sentence);
        }
        if !seen.insert(*sid) {
            let sentence = format!("the Sid {} is an earlier statement's too", quoted(sid));
            notes.add(*span, Some(Element::Sid), Rule::SidTwice, sentence);
        }
    }
}

fn unreadable(text: &str, byte: u32, sentence: String) -> Unreadable {
    Unreadable { position: Lines::of(text).position(byte), byte, sentence: sentence.into() }
}
