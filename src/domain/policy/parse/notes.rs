//! Remarks while they are collected: bytes only. Lines and columns are found once, at the end, in one pass.

use crate::domain::policy::document::{Element, Kind, Version};
use crate::domain::policy::json::Json;
use crate::domain::policy::pattern::{self, has_wildcard};
use crate::domain::policy::remark::{Place, Remark, Rule};
use crate::domain::policy::span::{Position, Span};
use crate::domain::policy::variable::may_hold_variable;

/// How much of a text a sentence quotes.
const QUOTED: usize = 60;
/// So many remarks are kept of a document; of the others, how many they are.
const MOST: usize = 100;

/// What was found so far, and what the rules depend on.
pub(super) struct Notes {
    pub(super) kind: Kind,
    pub(super) version: Version,
    /// The statement that is being read.
    pub(super) statement: Option<usize>,
    found: Vec<Found>,
    /// Whether one of them says why AWS would refuse the document: the first such is kept, whatever came before.
    has_refused: bool,
    left_out: usize,
}

struct Found {
    span: Span,
    statement: Option<usize>,
    element: Option<Element>,
    rule: Rule,
    sentence: Box<str>,
}

impl Notes {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, version: Version::V2008, statement: None, found: Vec::new(), has_refused: false, left_out: 0 }
    }

    /// Notes that what stands here goes against a rule.
    pub(super) fn add(&mut self, span: Span, element: Option<Element>, rule: Rule, sentence: impl Into<Box<str>>) {
        if self.found.len() >= MOST && (self.has_refused || !rule.is_refused()) {
            self.left_out += 1;
            return;
        }
        self.has_refused |= rule.is_refused();
        self.found.push(Found { span, statement: self.statement, element, rule, sentence: sentence.into() });
    }

    /// Notes that a value is of a type that its element does not take.
    pub(super) fn wrong_type(&mut self, json: &Json<'_>, element: Element, wanted: &str) {
        let sentence = format!("{} takes {wanted}, not {}", element.name(), json.value.noun());
        self.add(json.span, Some(element), Rule::WrongType, sentence);
    }

    /// Whether a text is too long for a pattern, which is noted.
    pub(super) fn is_too_long(&mut self, text: &str, json: &Json<'_>, element: Element) -> bool {
        let is_too_long = text.len() > pattern::MOST && (has_wildcard(text) || may_hold_variable(text));
        if is_too_long {
            let most = pattern::MOST;
            let sentence = format!(
                "{} is longer than {most} bytes, and AWS takes no such document: what it matches is not known",
                quoted(text)
            );
            self.add(json.span, Some(element), Rule::TooLong, sentence);
        }
        is_too_long
    }

    /// The remarks in the order of the text.
    pub(super) fn remarks(mut self, text: &str) -> Vec<Remark> {
        self.found.sort_by_key(|found| found.span.start);
        if self.left_out > 0 {
            let span = self.found.last().map_or_else(Span::default, |last| last.span);
            let sentence = format!("{} more remarks on this document are left out", self.left_out).into();
            self.found.push(Found { span, statement: None, element: None, rule: Rule::TooMany, sentence });
        }
        let mut cursor = Cursor { text, byte: 0, position: Position { line: 1, column: 1 } };
        let remark = |found: Found| {
            let position = cursor.moved_to(found.span.start as usize);
            let place = Place { span: found.span, position, statement: found.statement, element: found.element };
            Remark { place, rule: found.rule, sentence: found.sentence }
        };
        self.found.into_iter().map(remark).collect()
    }
}

/// Text of the document for a sentence: in backticks, and cut off where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// Counts lines and characters on the way from one place to the next.
struct Cursor<'a> {
    text: &'a str,
    byte: usize,
    position: Position,
}

impl Cursor<'_> {
    fn moved_to(&mut self, byte: usize) -> Position {
        for char in self.text.get(self.byte..byte).unwrap_or_default().chars() {
            if char == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        self.byte = byte.max(self.byte);
        self.position
    }
}
