//! One line of output: the decision and what it rests on, or why the line could not be read.

use super::documents::Documents;
use super::line::{Line, PoliciesWire};
use crate::domain::policy::{Decision, Document, Kind, Layer, Layers, Reason, decide};
use crate::report::json::to_json_line;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// Answers lines, one after the other.
#[derive(Default)]
pub struct Evaluator {
    documents: Documents,
}

/// `{"name":…,"decision":…,"by":[…],"unknown":[…],"remarks":[…]}`
#[derive(Serialize)]
struct DecisionWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a RawValue>,
    decision: &'static str,
    by: Vec<ByWire<'a>>,
    unknown: &'a [crate::domain::model::Name],
    remarks: Vec<String>,
}

/// A statement that decided; or a layer, or level of it, that did not allow.
#[derive(Debug, Serialize)]
pub struct ByWire<'a> {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<&'static str>,
}

#[derive(Serialize)]
struct ErrorWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a RawValue>,
    error: &'a str,
}

/// The layers of one line, and what its documents have to be said about.
#[derive(Default)]
struct Play {
    layers: Layers,
    remarks: Vec<String>,
}

impl Evaluator {
    /// Answers one line, which comes without its end, and writes one line with it. `false`: the line could not be read,
    /// and the answer says why.
    pub fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let line: Line<'_> = match std::str::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => return self.refuse("the line is empty", out),
            // an array of four would be taken for the four members in their order
            Ok(text) if text.trim_start().starts_with('[') => {
                return self.refuse("a line is an object, not a list", out);
            }
            Ok(text) => match Line::read(text) {
                Ok(line) => line,
                Err(misread) => return refused(misread.name, &misread.error, out),
            },
            Err(error) => {
                return self.refuse(&format!("no UTF-8 from byte {} on", error.valid_up_to() + 1), out);
            }
        };
        match self.decided(&line) {
            Ok((decision, remarks)) => {
                let by = decision.by.iter().map(ByWire::from).collect();
                let remarks =
                    remarks.into_iter().chain(decision.remarks.iter().map(|note| note.sentence().into_owned()));
                let (decision_name, unknown) = (decision.outcome.name(), decision.unknown.as_slice());
                let wire =
                    DecisionWire { name: line.name, decision: decision_name, by, unknown, remarks: remarks.collect() };
                to_json_line(out, &wire);
                true
            }
            Err(error) => refused(line.name, &error, out),
        }
    }

    /// Writes the line that stands for one that could not be read at all; `false`, as [`Self::answer`] says it.
    pub fn refuse(&self, error: &str, out: &mut Vec<u8>) -> bool {
        refused(None, error, out)
    }

    fn decided(&mut self, line: &Line<'_>) -> Result<(Decision, Vec<String>), String> {
        let request = line.asked()?;
        let own = request.action.kind_of_resource_policy();
        let play = line.policies.as_ref().map(|policies| self.play(&policies.0, own)).transpose()?.unwrap_or_default();
        Ok((decide(&request, &play.layers), play.remarks))
    }

    fn play(&mut self, policies: &PoliciesWire<'_>, own: Kind) -> Result<Play, String> {
        let mut remarks = Vec::new();
        let mut flat = |layer: Layer, raws: &Option<Vec<&RawValue>>| {
            let place = |at| format!("{}[{at}]", layer.name());
            self.documents(raws.as_deref().unwrap_or_default(), layer.kind(), &place, &mut remarks)
        };
        let (identity, boundary) =
            (flat(Layer::Identity, &policies.identity)?, flat(Layer::Boundary, &policies.boundary)?);
        let (session, endpoint) =
            (flat(Layer::Session, &policies.session)?, flat(Layer::Endpoint, &policies.endpoint)?);
        let resource =
            self.documents(policies.resource.as_slice(), own, &|_| Layer::Resource.name().to_owned(), &mut remarks)?;
        let mut levels = |layer: Layer, levels: &Option<Vec<Vec<&RawValue>>>| {
            let of_level = |(level, raws): (usize, &Vec<&RawValue>)| {
                let place = |at| format!("{}[{level}][{at}]", layer.name());
                self.documents(raws, layer.kind(), &place, &mut remarks)
            };
            levels.iter().flatten().enumerate().map(of_level).collect::<Result<Vec<_>, _>>()
        };
        let (scp, rcp) = (levels(Layer::Scp, &policies.scp)?, levels(Layer::Rcp, &policies.rcp)?);
        let layers = Layers { identity, boundary, session, resource, scp, rcp, endpoint, ..Layers::default() };
        Ok(Play { layers, remarks })
    }

    /// The documents of a layer or level; `place` names one of them, where there is something to say of it.
    fn documents(
        &mut self,
        raws: &[&RawValue],
        kind: Kind,
        place: &dyn Fn(usize) -> String,
        remarks: &mut Vec<String>,
    ) -> Result<Vec<Arc<Document>>, String> {
        let mut documents = Vec::with_capacity(raws.len());
        for (at, raw) in raws.iter().enumerate() {
            let read = self.documents.read(raw, kind);
            let document = read.map_err(|error| format!("policies.{}: {error}", place(at)))?;
            remarks.extend(document.remarks.iter().map(|remark| format!("{}: {remark}", place(at))));
            documents.push(document);
        }
        Ok(documents)
    }
}

impl<'a> From<&'a Reason> for ByWire<'a> {
    fn from(reason: &'a Reason) -> Self {
        let statement = reason.statement.as_ref();
        Self {
            layer: reason.layer.name(),
            level: reason.level,
            policy: statement.map(|it| it.policy),
            statement: statement.map(|it| it.statement),
            sid: statement.and_then(|it| it.sid.as_deref()),
            effect: statement.map(|it| it.effect.name()),
        }
    }
}

fn refused(name: Option<&RawValue>, error: &str, out: &mut Vec<u8>) -> bool {
    to_json_line(out, &ErrorWire { name, error });
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_not_taken_for_the_members_of_an_object() {
        let request = r#"{"principal":"arn:aws:iam::111122223333:role/a","action":"s3:GetObject","resource":"*"}"#;
        let answer = |line: &str| {
            let mut out = Vec::new();
            let is_read = Evaluator::default().answer(line.as_bytes(), &mut out);
            (is_read, String::from_utf8(out).unwrap())
        };
        assert!(answer(&format!(r#"{{"name":1,"request":{request}}}"#)).0);
        for line in [
            format!(r#" ["a",{request},{{}},[]]"#),
            r#"{"request":["arn:aws:iam::111122223333:role/a","s3:GetObject","*",null,{}]}"#.to_owned(),
            format!(r#"{{"request":{request},"policies":[[],[],[],null,[],[],[]]}}"#),
        ] {
            let (is_read, said) = answer(&line);
            assert!(!is_read && said.contains("object, not a list"), "{line}: {said}");
        }
    }
}
