//! Single texts within a statement: values of conditions, their keys, principals, actions.

use super::statements::{indent_before, items, list, spliced};
use crate::domain::policy::json::{Json, Member, Value, read};
use crate::domain::policy::layout::json_text;
use crate::domain::policy::span::Span;

/// Where in a statement a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot<'a> {
    /// Among the principals.
    Principal,
    /// Among the actions.
    Action,
    /// A key of a condition, under whichever operator.
    Key,
    /// Among the values of a condition with this key, under whichever operator.
    Value(&'a str),
}

/// The policy with another text in place of one, wherever it stands in that spot of a statement, which is counted from 0.
pub fn with_text(text: &str, statement: usize, spot: Spot<'_>, (old, new): (&str, &str)) -> Option<String> {
    let json = read(text).ok()?;
    let own = items(list(&json)?).get(statement)?;
    let mut places: Vec<Span> = match spot {
        Spot::Key => conditions(own).filter(|member| member.key == old).map(|member| member.key_span).collect(),
        _ => lists(own, spot).into_iter().flat_map(items).filter(|item| is_text(item, old)).map(|it| it.span).collect(),
    };
    places.sort_by_key(|span| std::cmp::Reverse(span.start));
    let first = places.first().copied();
    first.map(|_| places.into_iter().fold(text.to_owned(), |text, span| spliced(&text, span, &json_text(new))))
}

/// The policy with a text more in each list of that spot of a statement that holds `beside`.
pub fn with_text_added(text: &str, statement: usize, spot: Spot<'_>, (beside, new): (&str, &str)) -> Option<String> {
    let json = read(text).ok()?;
    let own = items(list(&json)?).get(statement)?;
    let mut lists = lists(own, spot);
    lists.retain(|list| {
        let items = items(list);
        items.iter().any(|item| is_text(item, beside)) && !items.iter().any(|item| is_text(item, new))
    });
    lists.sort_by_key(|list| std::cmp::Reverse(list.span.start));
    let first = lists.first().copied();
    first.map(|_| lists.into_iter().fold(text.to_owned(), |text, list| added(&text, list, new)))
}

fn added(text: &str, list: &Json<'_>, new: &str) -> String {
    let Value::List(own) = &list.value else {
        return spliced(text, list.span, &format!("[{}, {}]", list.span.of(text), json_text(new)));
    };
    let Some(before) = own.last() else { return spliced(text, list.span, &format!("[{}]", json_text(new))) };
    let more = match indent_before(text, before.span) {
        Some(indent) => format!(",\n{indent}{}", json_text(new)),
        None => format!(", {}", json_text(new)),
    };
    spliced(text, Span { start: before.span.end, end: before.span.end }, &more)
}

/// The lists, or single texts, that stand in a spot.
fn lists<'m, 'a>(statement: &'m Json<'a>, spot: Spot<'_>) -> Vec<&'m Json<'a>> {
    let element = |name: &str| members(statement).iter().find(|member| member.key.eq_ignore_ascii_case(name));
    match spot {
        Spot::Principal => {
            element("Principal").into_iter().flat_map(|own| members(&own.json)).map(|it| &it.json).collect()
        }
        Spot::Action => element("Action").map(|own| &own.json).into_iter().collect(),
        Spot::Key => Vec::new(),
        Spot::Value(key) => conditions(statement).filter(|member| member.key == key).map(|it| &it.json).collect(),
    }
}

/// Keys and values of all conditions, whatever the operator.
fn conditions<'m, 'a>(statement: &'m Json<'a>) -> impl Iterator<Item = &'m Member<'a>> {
    let condition = members(statement).iter().filter(|member| member.key.eq_ignore_ascii_case("Condition"));
    condition.flat_map(|own| members(&own.json)).flat_map(|operator| members(&operator.json))
}

fn members<'m, 'a>(json: &'m Json<'a>) -> &'m [Member<'a>] {
    if let Value::Object(members) = &json.value { members } else { &[] }
}

fn is_text(json: &Json<'_>, wanted: &str) -> bool {
    matches!(&json.value, Value::Text(text) if text == wanted)
}
