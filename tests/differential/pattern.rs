//! Wildcards and policy variables, one character at a time.

use std::collections::BTreeSet;

/// One piece of a pattern as written in a policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// A character of the pattern's own text.
    Text(char),
    /// A character that a variable brought: it is never a wildcard and never separates the segments of an ARN.
    Value(char),
    /// `?`
    One,
    /// `*`
    Many,
}

/// The value of a variable's key, where it has one.
type ValueOf<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A pattern's pieces; `None` where a variable has no value, so that the pattern matches nothing.
///
/// IAM user guide, `reference_policies_variables`: variables live under version 2012-10-17 only (`value_of` is `None`
/// otherwise), `${key, 'text'}` carries a default, `${*}`, `${?}` and `${$}` are the characters themselves.
pub(crate) fn pieces(pattern: &str, value_of: Option<ValueOf<'_>>) -> Option<Vec<Piece>> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(value_of) = value_of
            && let Some((inside, after)) = rest.strip_prefix("${").and_then(|text| text.split_once('}'))
        {
            found.extend(variable(inside, value_of)?.chars().map(Piece::Value));
            rest = after;
            continue;
        }
        found.push(match first {
            '*' => Piece::Many,
            '?' => Piece::One,
            other => Piece::Text(other),
        });
        rest = rest.split_at(first.len_utf8()).1;
    }
    Some(found)
}

fn variable(inside: &str, value_of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    if matches!(inside, "*" | "?" | "$") {
        return Some(inside.to_owned());
    }
    match inside.split_once(',') {
        Some((key, default)) => {
            let default = default.trim().trim_matches('\'').to_owned();
            Some(value_of(key.trim()).unwrap_or(default))
        }
        None => value_of(inside.trim()),
    }
}

/// Does the pattern stand for the whole text? `*` is any number of characters, `?` exactly one, the rest itself.
pub(crate) fn stands_for(pattern: &[Piece], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(Piece::Many), _) => {
            stands_for(&pattern[1..], text) || (!text.is_empty() && stands_for(pattern, &text[1..]))
        }
        (None, Some(_)) | (Some(_), None) => false,
        (Some(Piece::One), Some(_)) => stands_for(&pattern[1..], &text[1..]),
        (Some(Piece::Text(wanted) | Piece::Value(wanted)), Some(got)) => {
            wanted == got && stands_for(&pattern[1..], &text[1..])
        }
    }
}

/// A text that two patterns both stand for, where there is one.
pub(crate) fn common(one: &[Piece], other: &[Piece]) -> Option<String> {
    let mut dead = BTreeSet::new();
    common_beyond(one, other, &mut dead)
}

/// As [`common`]; `dead` are the lengths of ends that have nothing in common.
fn common_beyond(one: &[Piece], other: &[Piece], dead: &mut BTreeSet<(usize, usize)>) -> Option<String> {
    if dead.contains(&(one.len(), other.len())) {
        return None;
    }
    let found = match (one, other) {
        ([], []) => Some(String::new()),
        ([Piece::Many, rest @ ..], _) if let Some(found) = common_beyond(rest, other, dead) => Some(found),
        (_, [Piece::Many, rest @ ..]) if let Some(found) = common_beyond(one, rest, dead) => Some(found),
        ([], _) | (_, []) | ([Piece::Many, ..], [Piece::Many, ..]) => None,
        ([first, rest @ ..], [second, others @ ..]) => {
            let read = match (first, second) {
                (Piece::One | Piece::Many, Piece::One | Piece::Many) => Some('q'),
                (Piece::One | Piece::Many, Piece::Text(it) | Piece::Value(it))
                | (Piece::Text(it) | Piece::Value(it), Piece::One | Piece::Many) => Some(*it),
                (Piece::Text(a) | Piece::Value(a), Piece::Text(b) | Piece::Value(b)) => (a == b).then_some(*a),
            };
            let rest = if *first == Piece::Many { one } else { rest };
            let others = if *second == Piece::Many { other } else { others };
            read.and_then(|read| Some(format!("{read}{}", common_beyond(rest, others, dead)?)))
        }
    };
    if found.is_none() {
        dead.insert((one.len(), other.len()));
    }
    found
}

/// As [`stands_for`], for a pattern without variables.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    pieces(pattern, None).is_some_and(|pattern| stands_for(&pattern, &text))
}

/// A pattern cut at the colons of its own text, into six pieces at most: the parts of an ARN.
pub(crate) fn segments(pattern: &[Piece]) -> Vec<Vec<Piece>> {
    let mut parts = vec![Vec::new()];
    for piece in pattern {
        if *piece == Piece::Text(':') && parts.len() < 6 {
            parts.push(Vec::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(piece.clone());
        }
    }
    parts
}

/// Do the six parts of the pattern stand for the six parts of the ARN, each for its own?
pub(crate) fn arn_like(pattern: &[Vec<Piece>], arn: &str) -> bool {
    let parts: Vec<Vec<char>> = arn.splitn(6, ':').map(|part| part.chars().collect()).collect();
    pattern.len() == 6 && parts.len() == 6 && pattern.iter().zip(&parts).all(|(part, text)| stands_for(part, text))
}

#[test]
fn wildcards_stand_for_what_the_documentation_says() {
    for (pattern, text, wanted) in [
        ("*", "", true),
        ("a*c", "abbc", true),
        ("a*c", "ac", true),
        ("a?c", "ac", false),
        ("a?c", "abc", true),
        ("A", "a", false),
        ("*a*", "bab", true),
        ("**", "x", true),
        ("a*b*c", "aXbXbXc", true),
        ("a*b*c", "aXcXb", false),
    ] {
        assert_eq!(like(pattern, text), wanted, "{pattern} and {text}");
    }
}

#[test]
fn variables_bring_their_value_or_make_the_pattern_null() {
    let value_of = |key: &str| (key == "k").then(|| "v*".to_owned());
    let as_text = |pattern: &str| {
        pieces(pattern, Some(&value_of)).map(|all| {
            all.iter()
                .map(|piece| match piece {
                    Piece::Text(it) | Piece::Value(it) => *it,
                    Piece::One => '¿',
                    Piece::Many => '×',
                })
                .collect::<String>()
        })
    };
    assert_eq!(as_text("a${k}/*").as_deref(), Some("av*/×"));
    assert_eq!(as_text("${gone}"), None);
    assert_eq!(as_text("${gone, 'x y'}?").as_deref(), Some("x y¿"));
    assert_eq!(as_text("${*}${?}${$}").as_deref(), Some("*?$"));
}
