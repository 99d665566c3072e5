//! Which member of a part of the line is of another shape than it takes: of that serde's message says neither.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// What a member takes.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Documents,
    Levels,
}

/// The members of each part that take but one shape.
const SHAPES: [(&str, &str, Shape); 10] = [
    ("request", "principal", Shape::Text),
    ("request", "action", Shape::Text),
    ("request", "resource", Shape::Text),
    ("request", "resourceAccount", Shape::Text),
    ("policies", "identity", Shape::Documents),
    ("policies", "boundary", Shape::Documents),
    ("policies", "session", Shape::Documents),
    ("policies", "endpoint", Shape::Documents),
    ("policies", "scp", Shape::Levels),
    ("policies", "rcp", Shape::Levels),
];

/// What is wrong with the first member that is of another shape than it takes.
pub(super) fn misshapen(part: &str, raw: &RawValue) -> Option<String> {
    let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(raw.get()).ok()?;
    SHAPES.iter().filter(|(of, ..)| *of == part).find_map(|(_, name, shape)| {
        let value = members.get(*name)?.get();
        (!shape.takes(value)).then(|| format!("{part}.{name} takes {}, not {}", shape.noun(), shape.instead(value)))
    })
}

impl Shape {
    fn takes(self, value: &str) -> bool {
        match self {
            Self::Text => is::<String>(value),
            Self::Documents => is::<Option<Vec<&RawValue>>>(value),
            Self::Levels => is::<Option<Vec<Vec<&RawValue>>>>(value),
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Documents => "a list of documents",
            Self::Levels => "a list of levels, each a list of documents",
        }
    }

    /// What stands there.
    fn instead(self, value: &str) -> &'static str {
        match (self, value.bytes().next()) {
            (_, Some(b'{')) => "an object",
            (Self::Levels, Some(b'[')) => "a list of something else",
            (_, Some(b'[')) => "a list",
            (_, Some(b'"')) => "a text",
            (_, Some(b't' | b'f')) => "a truth value",
            (_, Some(b'n')) => "null",
            _ => "a number",
        }
    }
}

fn is<'a, T: Deserialize<'a>>(value: &'a str) -> bool {
    serde_json::from_str::<T>(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::Evaluator;
    use serde_json::{Value, json};

    fn answered(line: &Value) -> Value {
        let mut out = Vec::new();
        Evaluator::default().answer(line.to_string().as_bytes(), &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_member_of_another_shape_is_named_and_what_it_takes() {
        let role = "arn:aws:iam::111122223333:role/a";
        let request = json!({ "principal": role, "action": "s3:GetObject", "resource": "*" });
        for (part, member, value, wrong) in [
            ("request", "principal", json!(5), "request.principal takes a text, not a number"),
            ("request", "action", json!(["a"]), "request.action takes a text, not a list"),
            ("request", "resource", Value::Null, "request.resource takes a text, not null"),
            (
                "request",
                "resourceAccount",
                json!(111_122_223_333_u64),
                "request.resourceAccount takes a text, not a number",
            ),
            ("policies", "identity", json!({}), "policies.identity takes a list of documents, not an object"),
            ("policies", "endpoint", json!(true), "policies.endpoint takes a list of documents, not a truth value"),
            (
                "policies",
                "scp",
                json!([{ "Statement": [] }]),
                "policies.scp takes a list of levels, each a list of documents, not a list of something else",
            ),
            (
                "policies",
                "rcp",
                json!("a"),
                "policies.rcp takes a list of levels, each a list of documents, not a text",
            ),
            ("policies", "identities", json!([]), "policies: unknown field `identities`"),
        ] {
            let mut line = json!({ "name": "n", "request": request, "policies": {} });
            line[part][member] = value;
            let answer = answered(&line);
            assert!(answer["error"].as_str().is_some_and(|said| said.starts_with(wrong)), "{wrong}: {answer}");
        }
    }

    #[test]
    fn parts_are_objects_and_a_line_keeps_its_name() {
        for (part, value, wrong) in [
            ("request", json!(5), "request: invalid type: integer `5`, expected an object"),
            ("policies", json!("x"), "policies: invalid type: string \"x\", expected an object"),
            ("unknown", json!({}), "unknown: it is a list of condition keys: "),
            ("polices", json!({}), "column 21: unknown field `polices`, expected one of "),
        ] {
            let mut line = json!({ "name": "n" });
            if part == "policies" || part == "unknown" {
                line["request"] = json!({ "principal": "*", "action": "s3:GetObject", "resource": "*" });
            }
            line[part] = value;
            let answer = answered(&line);
            assert_eq!(answer["name"], "n", "{answer}");
            assert!(answer["error"].as_str().is_some_and(|said| said.starts_with(wrong)), "{wrong}: {answer}");
        }
    }
}
