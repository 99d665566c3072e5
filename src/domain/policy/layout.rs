//! A document's text, apart from what it means: laid out for people, and compared with another's.

use super::json::{Json, Value, read, settled};
use std::fmt::Write as _;

/// Whether two texts are the same JSON, whatever their white space and the order of their keys. What is no JSON is only
/// the same as itself.
pub fn same_document(one: &str, other: &str) -> bool {
    one == other || matches!((read(one), read(other)), (Ok(one), Ok(other)) if is_same(&one, &other))
}

/// A document with a line a thing, as a person reads it. `None` for what is no JSON.
pub fn indented(text: &str) -> Option<String> {
    let json = read(text).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    write(&mut out, &json, 0);
    Some(out)
}

/// A document without the white space between its parts: what IAM counts of a policy's size (IAM user guide, "IAM and
/// STS quotas": white space is not counted).
pub fn compact(text: &str) -> String {
    let (mut out, mut is_text, mut is_escaped) = (String::with_capacity(text.len()), false, false);
    for c in text.chars() {
        if is_text || !matches!(c, ' ' | '\t' | '\n' | '\r') {
            out.push(c);
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            _ => {}
        }
    }
    out
}

/// A text as a JSON string.
pub fn json_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(&mut out, text);
    out
}

fn is_same(one: &Json<'_>, other: &Json<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let (mut one, mut other) = (settled(one).last, settled(other).last);
            one.sort_by(|a, b| a.key.cmp(&b.key));
            other.sort_by(|a, b| a.key.cmp(&b.key));
            one.len() == other.len()
                && one.iter().zip(&other).all(|(one, other)| one.key == other.key && is_same(&one.json, &other.json))
        }
        (one, other) => one == other,
    }
}

fn write(out: &mut String, json: &Json<'_>, depth: usize) {
    match &json.value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => out.push_str(number),
        Value::Text(text) => quote(out, text),
        Value::List(items) if items.is_empty() => out.push_str("[]"),
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                line(out, place, depth + 1);
                write(out, item, depth + 1);
            }
            line(out, 0, depth);
            out.push(']');
        }
        Value::Object(members) if members.is_empty() => out.push_str("{}"),
        Value::Object(members) => {
            out.push('{');
            for (place, member) in members.iter().enumerate() {
                line(out, place, depth + 1);
                quote(out, &member.key);
                out.push_str(": ");
                write(out, &member.json, depth + 1);
            }
            line(out, 0, depth);
            out.push('}');
        }
    }
}

/// A new line of that depth, behind a comma where something stands before.
fn line(out: &mut String, place: usize, depth: usize) {
    out.push_str(if place > 0 { ",\n" } else { "\n" });
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// A text as JSON writes it (RFC 8259, section 7).
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_the_same_by_what_they_say() {
        assert!(same_document(r#"{"a":1,"b":[true,null]}"#, "{ \"b\" : [ true , null ],\n\"a\":1 }"));
        for other in [r#"{"a":1}"#, r#"{"a":1,"b":[null,true]}"#, r#"{"a":1.0,"b":[true,null]}"#, "{"] {
            assert!(!same_document(r#"{"a":1,"b":[true,null]}"#, other), "{other}");
        }
        assert!(same_document("{", "{"));
    }

    #[test]
    fn a_compact_text_is_the_same_document() {
        let text = "{ \"a b\" :\n [ \"x \\\" y\", 1 ] }";
        assert_eq!(compact(text), "{\"a b\":[\"x \\\" y\",1]}");
        assert!(same_document(text, &compact(text)));
    }

    #[test]
    fn a_layout_is_the_same_document() {
        let text = r#"{"Statement":[{"Effect":"Allow","Action":["a:B","a:C"],"Note":"x\"\\\n\u0001é","None":[],"No":{}}],"n":-1.5e3}"#;
        let laid_out = indented(text).unwrap();
        assert!(same_document(text, &laid_out), "{laid_out}");
        assert_eq!(laid_out.lines().nth(3), Some("      \"Effect\": \"Allow\","));
        assert_eq!(indented("{"), None);
    }
}
