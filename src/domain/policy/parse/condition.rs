//! `Condition`: operators, the keys under each, and the values of each key.

use super::element::items;
use super::notes::quoted;
use super::statement::Reader;
use crate::domain::policy::condition::is_operand;
use crate::domain::policy::document::{Condition, Element};
use crate::domain::policy::json::{Json, Member, Value};
use crate::domain::policy::operator::{Operator, Reading, SetPrefix, Test};
use crate::domain::policy::remark::Rule;
use crate::domain::policy::span::Span;
use crate::domain::policy::variable::{KeyName, Template};

const ELEMENT: Element = Element::Condition;

/// The conditions, one for each pair of operator and key.
pub(super) fn conditions(reader: &mut Reader<'_, '_, '_>, json: &Json<'_>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for member in members(reader, json, "an object of operators") {
        let operator = Operator::new(&member.key);
        note_operator(reader, &operator, member);
        for member in members(reader, &member.json, "an object of keys under an operator") {
            if member.key.trim().is_empty() {
                reader.notes.add(member.key_span, Some(ELEMENT), Rule::ConditionKey, "a condition needs a key");
                reader.understood(ELEMENT, false);
            }
            let values = values(reader, &operator, &member.json);
            let span = Span { start: member.key_span.start, end: member.json.span.end };
            conditions.push(Condition { operator: operator.clone(), key: KeyName::new(&member.key), values, span });
        }
    }
    conditions
}

/// The members of an object, those overridden by a later one left out.
fn members<'m, 'a>(reader: &mut Reader<'_, '_, '_>, json: &'m Json<'a>, wanted: &str) -> Vec<&'m Member<'a>> {
    let Value::Object(members) = &json.value else {
        reader.notes.wrong_type(json, ELEMENT, wanted);
        reader.understood(ELEMENT, false);
        return Vec::new();
    };
    reader.settled(members, ELEMENT)
}

fn note_operator(reader: &mut Reader<'_, '_, '_>, operator: &Operator, member: &Member<'_>) {
    let (rule, sentence) = if operator.test == Test::Unknown {
        let name = quoted(&operator.text);
        (Rule::Operator, format!("{name} is no operator that this program knows: whether it holds is not known"))
    } else if let (Test::Null, Some(set)) = (operator.test, operator.set) {
        let holds = if set == SetPrefix::ForAllValues { "always holds" } else { "never holds" };
        (Rule::NullOfSet, format!("{} {holds}, whatever the key: Null takes no prefix", quoted(&operator.text)))
    } else {
        let spelling = operator.spelling();
        if *spelling == *operator.text {
            return;
        }
        (Rule::Spelling, format!("{} is spelt {spelling}", quoted(&operator.text)))
    };
    reader.notes.add(member.key_span, Some(ELEMENT), rule, sentence);
}

/// The values of a key: texts, numbers and truth values, one or a list.
fn values(reader: &mut Reader<'_, '_, '_>, operator: &Operator, json: &Json<'_>) -> Vec<Template> {
    let (version, reading) = (reader.notes.version, operator.test.reading());
    let mut values = Vec::with_capacity(items(json).len());
    for item in items(json) {
        let text = match &item.value {
            Value::Text(text) => text.as_ref(),
            Value::Number(text) => text,
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Null | Value::List(_) | Value::Object(_) => {
                reader.notes.wrong_type(item, ELEMENT, "a text, number or truth value, or a list of them, for a key");
                reader.understood(ELEMENT, false);
                continue;
            }
        };
        if reader.notes.is_too_long(text, item, ELEMENT) {
            reader.understood(ELEMENT, false);
            continue;
        }
        if reading != Reading::Plain {
            reader.variables(text, item.span, ELEMENT);
        }
        if !is_operand(operator.test, text) {
            let what = if operator.test == Test::ArnLike {
                "has fewer than the six parts of an ARN, and AWS does not say what it matches"
            } else {
                "is nothing that it compares: it equals nothing"
            };
            let sentence = format!("{} under {} {what}", quoted(text), operator.text);
            reader.notes.add(item.span, Some(ELEMENT), Rule::Operand, sentence);
        }
        values.push(Template::new(text, reading, version));
    }
    if matches!(&json.value, Value::List(items) if items.is_empty()) {
        let sentence = format!("{} compares with nothing, and AWS does not say what follows", quoted(&operator.text));
        reader.notes.add(json.span, Some(ELEMENT), Rule::NoValues, sentence);
    }
    values
}
