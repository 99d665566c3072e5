//! Places in a document: byte ranges, which cost nothing to keep, and the lines they become when a person looks.

use std::ops::RangeInclusive;

/// A range of bytes in the text of a document: from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A place as an editor names it. Both count from 1; columns count characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

/// Where the lines of a text begin, found once so that each look-up is a binary search.
///
/// ```
/// use rolecall::domain::policy::{Lines, Span};
///
/// let lines = Lines::of("{\n  \"Statement\": [\n    {}\n  ]\n}");
/// assert_eq!(lines.of_span(Span { start: 4, end: 28 }), 2..=4);
/// assert_eq!(lines.position(4).column, 3);
/// ```
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<u32>,
}

impl Span {
    /// The part of the text that it covers; empty if the text is not the one it was taken from.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl<'a> Lines<'a> {
    /// The lines of a text. Lines end with `\n`; a `\r` before it belongs to the line.
    pub fn of(text: &'a str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column of a byte; the end of the text for one beyond it.
    pub fn position(&self, byte: u32) -> Position {
        let line = self.line_index(byte);
        let start = self.starts.get(line).copied().unwrap_or_default() as usize;
        let before = self.text.as_bytes().get(start..(byte as usize).min(self.text.len())).unwrap_or_default();
        // Every character has one byte that does not continue another.
        let characters = before.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count();
        Position { line: line as u32 + 1, column: characters as u32 + 1 }
    }

    /// The lines, counted from 1, on which a span stands: what a view lights up.
    pub fn of_span(&self, span: Span) -> RangeInclusive<usize> {
        let last = span.end.saturating_sub(1).max(span.start);
        self.line_index(span.start) + 1..=self.line_index(last) + 1
    }

    fn line_index(&self, byte: u32) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let lines = Lines::of("é\"x\n\n yz");
        let at = |byte| {
            let position = lines.position(byte);
            (position.line, position.column)
        };
        assert_eq!([at(0), at(2), at(3)], [(1, 1), (1, 2), (1, 3)]);
        assert_eq!([at(5), at(6), at(7), at(99)], [(2, 1), (3, 1), (3, 2), (3, 4)]);
    }

    #[test]
    fn a_span_lights_up_its_lines_and_no_more() {
        let text = "{\n {\n }\n}\n";
        let lines = Lines::of(text);
        assert_eq!(lines.of_span(Span { start: 3, end: 7 }), 2..=3);
        assert_eq!(lines.of_span(Span { start: 3, end: 5 }), 2..=2, "the line break belongs to the line it ends");
        assert_eq!(lines.of_span(Span { start: 0, end: 0 }), 1..=1);
        assert_eq!(Span { start: 3, end: 7 }.of(text), "{\n }");
        assert_eq!(Span { start: 3, end: 99 }.of(text), "");
    }
}
