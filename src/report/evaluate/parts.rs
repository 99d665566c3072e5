//! A line, its parts still as text: a mistake in one of them loses neither the name nor what else there is to say.

use super::line::Line;
use super::members::misshapen;
use super::object::Object;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Parts<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    policies: Option<&'a RawValue>,
    #[serde(borrow)]
    unknown: Option<&'a RawValue>,
}

/// The name alone, of a line of which something else is wrong.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
}

/// A line that could not be read.
pub(super) struct Misread<'a> {
    pub(super) name: Option<&'a RawValue>,
    /// What is wrong, and where.
    pub(super) error: String,
}

/// The line, part by part.
pub(super) fn read(text: &str) -> Result<Line<'_>, Misread<'_>> {
    let parts: Parts<'_> = serde_json::from_str(text).map_err(|error| Misread {
        name: serde_json::from_str::<Named<'_>>(text).ok().and_then(|line| line.name),
        error: format!("column {}: {}", error.column(), said(&error)),
    })?;
    parts.line().map_err(|error| Misread { name: parts.name, error })
}

impl<'a> Parts<'a> {
    fn line(&self) -> Result<Line<'a>, String> {
        let request = object("request", self.request.ok_or("`request` is missing")?)?;
        let unknown = self.unknown.map(|raw| serde_json::from_str(raw.get())).transpose();
        let unknown = unknown.map_err(|error| format!("unknown: it is a list of condition keys: {}", said(&error)))?;
        let policies = self.policies.map(|raw| object("policies", raw)).transpose()?;
        Ok(Line { name: self.name, request: Object(request), policies: policies.map(Object), unknown })
    }
}

/// A part that has members.
fn object<'a, T: Deserialize<'a>>(name: &str, raw: &'a RawValue) -> Result<T, String> {
    if raw.get().starts_with('[') {
        return Err(format!("{name}: it is an object, not a list"));
    }
    let is_wrong =
        |error: serde_json::Error| misshapen(name, raw).unwrap_or_else(|| format!("{name}: {}", said(&error)));
    serde_json::from_str(raw.get()).map_err(is_wrong)
}

/// serde's message without its place, which counts from the part's beginning and would mislead.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(said, _)| said.to_owned())
}
