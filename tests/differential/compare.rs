//! Both evaluators, one line: where do they disagree, and what is the smallest line on which they do?

use crate::worlds::{Answer, Domain, answer};
use serde_json::Value;
use std::collections::BTreeSet;

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

pub(crate) fn disagreement(line: &Value, engine: &dyn Fn(&Value) -> Option<Engine>) -> Option<Disagreement> {
    let said = engine(line)?;
    let reference = answer(line, Domain::Typed);
    // Where it matters what types of values an unknown key may take, either reading is right.
    if said.decision == reference.decision {
        let told = reference.silent.iter().all(|layer| said.silent.contains(*layer));
        return (!told).then(|| Disagreement { line: line.clone(), engine: said, reference });
    }
    if answer(line, Domain::Anything).decision == said.decision {
        return None;
    }
    Some(Disagreement { line: line.clone(), engine: said, reference })
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
    for name in names {
        let mut path = path.to_vec();
        path.push(name.clone());
        if let Some(value) = child(value, &name) {
            below(value, &path, found);
        }
        found.push(path);
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
