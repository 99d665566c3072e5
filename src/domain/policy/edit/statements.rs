//! Whole statements: put in, taken out, replaced.

use crate::domain::policy::json::{Json, Value, read, settled};
use crate::domain::policy::layout::compact;
use crate::domain::policy::span::Span;

/// The text of each statement, in the order written; `None` where the text is no policy.
pub fn statement_texts(text: &str) -> Option<Vec<&str>> {
    let json = read(text).ok()?;
    let list = list(&json)?;
    Some(items(list).iter().map(|own| own.span.of(text)).collect())
}

/// The policy with a statement more, behind the others and laid out as they are.
pub fn with_statement(text: &str, statement: &str) -> Option<String> {
    let json = read(text).ok()?;
    let list = list(&json)?;
    match &list.value {
        Value::List(own) => match own.last() {
            Some(before) => {
                let more = match indent_before(text, before.span) {
                    Some(indent) => format!(",\n{indent}{}", indented_by(statement, indent)),
                    None => format!(", {}", compact(statement)),
                };
                Some(spliced(text, Span { start: before.span.end, end: before.span.end }, &more))
            }
            None => Some(spliced(text, list.span, &format!("[{}]", compact(statement)))),
        },
        Value::Object(_) => {
            let both = format!("[{}, {}]", list.span.of(text), compact(statement));
            Some(spliced(text, list.span, &both))
        }
        _ => None,
    }
}

/// The policy with another text in place of a statement, which is counted from 0.
pub fn with_statement_as(text: &str, at: usize, statement: &str) -> Option<String> {
    let json = read(text).ok()?;
    let own = items(list(&json)?).get(at)?;
    Some(spliced(text, own.span, statement))
}

/// The policy without a statement; `None` also where it is the only one, for a policy without any is none.
pub fn without_statement(text: &str, at: usize) -> Option<String> {
    let json = read(text).ok()?;
    let own = items(list(&json)?);
    let one = own.get(at)?;
    let (start, end) = match (at.checked_sub(1).and_then(|before| own.get(before)), own.get(at + 1)) {
        (Some(before), _) => (before.span.end, one.span.end),
        (None, Some(next)) => (one.span.start, next.span.start),
        (None, None) => return None,
    };
    Some(spliced(text, Span { start, end }, ""))
}

/// What stands under `Statement`.
pub(super) fn list<'m, 'a>(json: &'m Json<'a>) -> Option<&'m Json<'a>> {
    let Value::Object(members) = &json.value else { return None };
    settled(members).last.into_iter().find(|member| member.key.eq_ignore_ascii_case("Statement")).map(|own| &own.json)
}

/// The items of a list; one thing is a list of one.
pub(super) fn items<'m, 'a>(json: &'m Json<'a>) -> &'m [Json<'a>] {
    match &json.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(json),
    }
}

/// The text with another in place of a span.
pub(super) fn spliced(text: &str, span: Span, with: &str) -> String {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default();
    format!("{before}{with}{after}")
}

/// The white space before a thing, where nothing else stands before it on its line.
pub(super) fn indent_before(text: &str, span: Span) -> Option<&str> {
    let before = text.get(..span.start as usize)?;
    let line = before.rsplit_once('\n')?.1;
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(line)
}

fn indented_by(statement: &str, indent: &str) -> String {
    statement.lines().collect::<Vec<_>>().join(&format!("\n{indent}"))
}
