//! What the request carries: one world, in which every key is known.

use serde_json::Value;
use std::collections::BTreeMap;

/// A key's value in a world where nothing is unknown. A key that is not there is not in the map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Held {
    Single(String),
    /// A list, even of one: a multivalued key.
    Many(Vec<String>),
    /// What an unknown key may have: values, and the one that a policy means which takes it for a single-valued key.
    Either(Vec<String>, String),
}

/// The keys of one request, in lower case: key names have no case (`reference_policies_elements_condition`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    keys: BTreeMap<String, Held>,
}

impl Context {
    pub(crate) fn of(request: &Value) -> Self {
        let mut context = Self::default();
        for (key, value) in request.get("context").and_then(Value::as_object).into_iter().flatten() {
            context.set(key, held(value));
        }
        context
    }

    /// `None` takes the key out.
    pub(crate) fn set(&mut self, key: &str, value: Option<Held>) {
        match value {
            Some(value) => self.keys.insert(key.to_lowercase(), value),
            None => self.keys.remove(&key.to_lowercase()),
        };
    }

    pub(crate) fn held(&self, key: &str) -> Option<&Held> {
        self.keys.get(&key.to_lowercase())
    }

    /// What a variable of this name stands for: only a single-valued key has one value to stand for.
    pub(crate) fn variable(&self, key: &str) -> Option<String> {
        match self.held(key) {
            Some(Held::Single(value)) => Some(value.clone()),
            _ => None,
        }
    }

    pub(crate) fn values(&self) -> Vec<String> {
        let mut found = Vec::new();
        for held in self.keys.values() {
            match held {
                Held::Single(value) => found.push(value.clone()),
                Held::Many(values) | Held::Either(values, _) => found.extend(values.iter().cloned()),
            }
        }
        found
    }
}

/// A JSON value as a key holds it; an empty list and `null` are an absent key.
fn held(value: &Value) -> Option<Held> {
    match value {
        Value::Array(all) if all.is_empty() => None,
        Value::Array(all) => Some(Held::Many(all.iter().map(text).collect())),
        Value::Null => None,
        other => Some(Held::Single(text(other))),
    }
}

/// A JSON scalar as text: policies may write `true`, `"true"`, `5` and `"5"` alike.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One value or a list of them, as policies write nearly everything.
pub(crate) fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

/// As [`list`], as text.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    list(value).into_iter().map(text).collect()
}
