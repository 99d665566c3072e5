//! Policy variables: `${aws:PrincipalTag/team}`, `${aws:PrincipalTag/team, 'none'}`, and the escapes `${*}`, `${?}`,
//! `${$}`.
//!
//! IAM User Guide, "IAM policy elements: Variables and tags". They live under version 2012-10-17 only; where they live,
//! [`Reading`] says. A text is compiled once into a [`Template`]; what a variable stands for is asked when it is matched.

use super::document::Version;
use super::operator::Reading;
use super::pattern::{self, Pattern, STAR, push_wild};
use super::shape::Shape;
use super::truth::Truth;
use crate::domain::model::Name;
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The name of a key of the request's context. Case does not count.
#[derive(Debug, Clone)]
pub struct KeyName {
    folded: Name,
    written: Name,
}

/// What the request says of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// The request does not carry it.
    Absent,
    /// It may have any value or be absent.
    Unknown,
    /// It has one value, which is not known but for its shape.
    Shaped(&'a Shape),
    /// It has this one value.
    One(&'a str),
    /// It is a key of several values, be they one or many; never none, which is [`Value::Absent`].
    Many(&'a [Box<str>]),
}

impl Value<'_> {
    /// Whether the answer may hang on it: its value is not known, or not whole.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unknown | Self::Shaped(_))
    }
}

/// Who knows what keys stand for.
pub trait Values {
    /// What the request says of a key.
    fn value(&self, key: &KeyName) -> Value<'_>;
}

/// A text of a policy, compiled: with wildcards and variables, as far as it is read so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: Box<str>,
    compiled: Compiled,
}

/// What a template comes to for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved<'a> {
    /// Every variable has a value. Wildcards in values are plain characters.
    Ready(Cow<'a, Pattern>),
    /// A variable has no value: it matches nothing.
    Null,
    /// A variable's value is not known: it can match what this pattern matches, and need not.
    Unknown(Pattern),
}

/// The compiled part of a template, without the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Compiled {
    /// No variable.
    Fixed(Pattern),
    /// With variables.
    Pieces(Box<[Piece]>),
}

/// A piece of a text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Compiled code of a pattern.
    Code(Box<[u8]>),
    /// A variable.
    Variable {
        /// The key it stands for.
        key: KeyName,
        /// What it stands for where the key has no value.
        default: Option<Box<str>>,
    },
}

impl KeyName {
    /// The key of this name.
    pub fn new(text: &str) -> Self {
        let written = Name::from(text);
        let is_folded = if text.is_ascii() {
            !text.bytes().any(|byte| byte.is_ascii_uppercase())
        } else {
            !text.chars().any(char::is_uppercase)
        };
        let folded = if is_folded { written.clone() } else { text.to_lowercase().into() };
        Self { folded, written }
    }

    /// As written, for people.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// In lower case, for comparing.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

impl PartialEq for KeyName {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for KeyName {}

impl PartialOrd for KeyName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for KeyName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl Hash for KeyName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Template {
    /// The template that a text stands for, read this way in a document of this version.
    pub fn new(text: &str, reading: Reading, version: Version) -> Self {
        Self { text: text.into(), compiled: Compiled::new(text, reading, version) }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The keys its variables stand for, in order.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        self.compiled.keys()
    }

    /// What it comes to for a request that says this of its keys. Nothing is allocated where there are no variables.
    pub fn resolved<V: Values + ?Sized>(&self, values: &V) -> Resolved<'_> {
        self.compiled.resolved(values)
    }

    /// Whether it matches the text.
    pub fn matches<V: Values + ?Sized>(&self, text: &str, values: &V) -> Truth {
        self.compiled.matches(text, values)
    }
}

impl Compiled {
    pub(super) fn new(text: &str, reading: Reading, version: Version) -> Self {
        let has_variables = version == Version::V2012 && reading != Reading::Plain && may_hold_variable(text);
        match (has_variables, reading) {
            (true, _) => pieces_of(text, reading),
            (false, Reading::Wildcards) => Self::Fixed(Pattern::new(text)),
            (false, _) => Self::Fixed(Pattern::text(text)),
        }
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &KeyName> {
        let pieces: &[Piece] = match self {
            Self::Fixed(_) => &[],
            Self::Pieces(pieces) => pieces,
        };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(key),
            Piece::Code(_) => None,
        })
    }

    pub(super) fn resolved<V: Values + ?Sized>(&self, values: &V) -> Resolved<'_> {
        match self {
            Self::Fixed(pattern) => Resolved::Ready(Cow::Borrowed(pattern)),
            Self::Pieces(pieces) => filled(pieces, values),
        }
    }

    pub(super) fn matches<V: Values + ?Sized>(&self, text: &str, values: &V) -> Truth {
        match self.resolved(values) {
            Resolved::Ready(pattern) => pattern.matches(text).into(),
            Resolved::Null => Truth::No,
            Resolved::Unknown(widest) => Truth::from(widest.matches(text)).and(Truth::Depends),
        }
    }
}

/// Whether a text has a `$`, which begins every variable.
pub(super) fn may_hold_variable(text: &str) -> bool {
    memchr::memchr(b'$', text.as_bytes()).is_some()
}

/// A variable or escape at the head of a text that begins with `${`, and what comes after it; `None` if it cannot be
/// read as one.
pub(super) fn variable_at(text: &str) -> Option<(Head<'_>, &str)> {
    let inner = text.strip_prefix("${")?;
    for (escape, char) in [("*}", '*'), ("?}", '?'), ("$}", '$')] {
        if let Some(rest) = inner.strip_prefix(escape) {
            return Some((Head::Escape(char), rest));
        }
    }
    let end = inner.find(['}', ',', '\'', '{', '$', '*', '?'])?;
    let (key, rest) = inner.split_at_checked(end)?;
    let key = Some(key.trim()).filter(|key| !key.is_empty())?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((Head::Variable { key, default: None }, rest));
    }
    let quoted = rest.strip_prefix(',')?.trim_start().strip_prefix('\'')?;
    let (default, rest) = quoted.split_once('\'')?;
    Some((Head::Variable { key, default: Some(default) }, rest.trim_start().strip_prefix('}')?))
}

/// What stands between `${` and `}`.
pub(super) enum Head<'a> {
    /// A character that shall not be read as anything else.
    Escape(char),
    /// A key, and what it stands for without one.
    Variable { key: &'a str, default: Option<&'a str> },
}

/// Text with `${`, compiled. What cannot be read as a variable stands as text.
fn pieces_of(text: &str, reading: Reading) -> Compiled {
    let (mut pieces, mut code, mut rest) = (Vec::new(), Vec::new(), text);
    while let Some((plain, from)) = rest.find("${").and_then(|at| rest.split_at_checked(at)) {
        push(&mut code, plain, reading);
        match variable_at(from) {
            Some((Head::Escape(char), after)) => {
                code.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            Some((Head::Variable { key, default }, after)) => {
                if !code.is_empty() {
                    pieces.push(Piece::Code(std::mem::take(&mut code).into()));
                }
                pieces.push(Piece::Variable { key: KeyName::new(key), default: default.map(Into::into) });
                rest = after;
            }
            None => {
                push(&mut code, "${", reading);
                rest = from.strip_prefix("${").unwrap_or_default();
            }
        }
    }
    push(&mut code, rest, reading);
    if pieces.is_empty() {
        return Compiled::Fixed(Pattern::compiled(code));
    }
    if !code.is_empty() {
        pieces.push(Piece::Code(code.into()));
    }
    Compiled::Pieces(pieces.into())
}

fn push(code: &mut Vec<u8>, text: &str, reading: Reading) {
    if reading == Reading::Wildcards {
        push_wild(code, text);
    } else {
        code.extend_from_slice(text.as_bytes());
    }
}

/// More code than this of one template holds values longer than any text that is held against it.
const MOST_CODE: usize = 2 * pattern::MOST;

/// The pieces with values in place. One that is null settles it, known or not what the others are; and so do values of such
/// a length together that no text is as long.
fn filled<V: Values + ?Sized>(pieces: &[Piece], values: &V) -> Resolved<'static> {
    let (mut code, mut known) = (Vec::new(), true);
    for piece in pieces {
        match piece {
            Piece::Code(own) => code.extend_from_slice(own),
            Piece::Variable { key, default } => match (values.value(key), default) {
                (Value::One(value), _) => code.extend_from_slice(value.as_bytes()),
                (Value::Unknown, _) => {
                    known = false;
                    code.push(STAR);
                }
                (Value::Shaped(shape), _) => {
                    known = false;
                    if shape.may_be_absent {
                        code.push(STAR);
                    } else {
                        shape.pattern.push_to(&mut code);
                    }
                }
                // "You can use any single-valued condition key as a variable. You can't use a multivalued one."
                (Value::Absent | Value::Many(_), Some(default)) => code.extend_from_slice(default.as_bytes()),
                (Value::Absent | Value::Many(_), None) => return Resolved::Null,
            },
        }
        if code.len() > MOST_CODE {
            return Resolved::Null;
        }
    }
    if known {
        Resolved::Ready(Cow::Owned(Pattern::compiled(code)))
    } else {
        Resolved::Unknown(Pattern::compiled(code))
    }
}
