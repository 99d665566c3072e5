//! Both evaluators, one line: where do they disagree, and what is the smallest line on which they do?

use crate::context::texts;
use crate::worlds::{Answer, Domain, Worlds, answer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// What the program answers to one line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Engine {
    pub(crate) decision: String,
    pub(crate) silent: BTreeSet<String>,
}

/// A line on which they disagree, and what each says.
#[derive(Clone, Debug)]
pub(crate) struct Disagreement {
    pub(crate) line: Value,
    pub(crate) engine: Engine,
    pub(crate) reference: Answer,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, engine, reference } = self;
        write!(out, "engine {} by {:?}, ", engine.decision, engine.silent)?;
        write!(out, "documentation {} by {:?}: {line}", reference.decision, reference.silent)
    }
}

pub(crate) fn disagreement(line: &Value, engine: &dyn Fn(&Value) -> Option<Engine>) -> Option<Disagreement> {
    disagreement_in(&Worlds::of(line, Domain::Typed), line, engine)
}

/// As [`disagreement`], of a line whose worlds are known.
pub(crate) fn disagreement_in(
    worlds: &Worlds,
    line: &Value,
    engine: &dyn Fn(&Value) -> Option<Engine>,
) -> Option<Disagreement> {
    let said = engine(line)?;
    let reference = worlds.answer();
    // Where it matters what types of values an unknown key may take, either reading is right.
    if said.decision == reference.decision {
        // Which layers did not allow is one answer only where there is one world.
        let told = !reference.certain || reference.silent.iter().all(|layer| said.silent.contains(*layer));
        return (!told).then(|| Disagreement { line: line.clone(), engine: said, reference });
    }
    if [Domain::Single, Domain::Anything].iter().any(|domain| answer(line, *domain).decision == said.decision) {
        return None;
    }
    if said.decision == "depends" && ties_unknown_keys(line) {
        return None;
    }
    Some(Disagreement { line: line.clone(), engine: said, reference })
}

/// Does a condition compare an unknown key with a variable? Then whether any two values would do is a puzzle of its own,
/// and `depends` is an answer that nobody is misled by.
fn ties_unknown_keys(line: &Value) -> bool {
    let text = line["policies"].to_string().to_lowercase();
    texts(line.get("unknown")).iter().any(|key| text.contains(&format!("${{{}", key.to_lowercase())))
}

/// The same disagreement on less: every part of the policies, the context and the unknown keys is left out in turn.
pub(crate) fn smallest(found: Disagreement, engine: &dyn Fn(&Value) -> Option<Engine>) -> Disagreement {
    let mut best = found;
    'smaller: loop {
        for path in parts(&best.line) {
            let mut line = best.line.clone();
            remove(&mut line, &path);
            if let Some(found) = disagreement(&line, engine) {
                best = found;
                continue 'smaller;
            }
        }
        return best;
    }
}

/// What a statement cannot be without: a smaller line must still be one that AWS would take.
const NEEDED: [&str; 8] =
    ["Statement", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"];

/// Paths to everything that may be left out, the largest first.
fn parts(line: &Value) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for start in [&["policies"][..], &["request", "context"], &["unknown"]] {
        let mut value = line;
        for name in start {
            value = &value[*name];
        }
        below(value, &start.iter().map(ToString::to_string).collect::<Vec<_>>(), &mut found);
    }
    found.push(vec!["request".to_owned(), "resourceAccount".to_owned()]);
    found.retain(|path| path.iter().try_fold(line, |value, name| child(value, name)).is_some());
    found.sort_by_key(Vec::len);
    found
}

fn below(value: &Value, path: &[String], found: &mut Vec<Vec<String>>) {
    let names: Vec<String> = match value {
        Value::Object(all) => all.keys().cloned().collect(),
        Value::Array(all) => (0..all.len()).map(|index| index.to_string()).collect(),
        _ => return,
    };
    let alone = value.is_array() && names.len() == 1;
    let in_statement = path.iter().any(|name| name == "Statement");
    for name in names {
        let mut path = path.to_vec();
        path.push(name.clone());
        if let Some(value) = child(value, &name) {
            below(value, &path, found);
        }
        if !NEEDED.contains(&name.as_str()) && !(alone && (in_statement || path.len() > 3)) {
            found.push(path);
        }
    }
}

fn child<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Array(all) => all.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    }
}

fn remove(value: &mut Value, path: &[String]) {
    match (path, value) {
        ([last], Value::Object(all)) => drop(all.shift_remove(last)),
        ([last], Value::Array(all)) => drop(last.parse().map(|index: usize| all.remove(index))),
        ([first, rest @ ..], Value::Object(all)) => {
            if let Some(next) = all.get_mut(first) {
                remove(next, rest);
            }
        }
        ([first, rest @ ..], Value::Array(all)) => {
            if let Some(next) = first.parse().ok().and_then(|index: usize| all.get_mut(index)) {
                remove(next, rest);
            }
        }
        _ => {}
    }
}
