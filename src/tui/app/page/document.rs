//! A policy document as a person reads it, with the statements that matter lit up.

use super::{Line, Tone};
use crate::domain::policy::{Document, Kind, Lines, indented};
use std::ops::RangeInclusive;

/// A document that is longer than this is shown around what is lit up, where that is enough.
const WHOLE: usize = 30;
/// So many lines around it.
const AROUND: usize = 2;

/// How much of a document is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// Of a long one what is around the statements.
    Around,
}

/// The lines of a document, those of the statements lit up; `statements` are counted from 0.
pub(super) fn lit_up(text: &str, kind: Kind, statements: &[usize], extent: Extent) -> Vec<Line> {
    let indented = indented(text).unwrap_or_else(|| text.to_owned());
    let lit = lit(&indented, kind, statements);
    let numbered: Vec<(usize, &str)> = (1..).zip(indented.lines()).collect();
    let is_cut = extent == Extent::Around && numbered.len() > WHOLE;
    let is_far = |number: usize| {
        let is_near =
            |range: &RangeInclusive<usize>| number + AROUND >= *range.start() && number <= *range.end() + AROUND;
        is_cut && !lit.iter().any(is_near)
    };
    let mut lines = Vec::new();
    for run in numbered.chunk_by(|(one, _), (next, _)| is_far(*one) == is_far(*next)) {
        // the mark would take a line itself
        if run.len() > 2 && run.first().is_some_and(|(number, _)| is_far(*number)) {
            lines.push(Line::new(Tone::Unlit, "", format!("… {} lines", run.len())));
            continue;
        }
        for (number, line) in run {
            let is_lit = lit.iter().any(|range| range.contains(number));
            lines.push(Line::new(if is_lit { Tone::Lit } else { Tone::Unlit }, "", line));
        }
    }
    lines
}

/// The lines, counted from 1, on which the statements stand.
fn lit(text: &str, kind: Kind, statements: &[usize]) -> Vec<RangeInclusive<usize>> {
    let Ok(document) = Document::parse(text, kind) else { return Vec::new() };
    let places = Lines::of(text);
    let own = statements.iter().filter_map(|at| document.statements.get(*at));
    own.map(|statement| places.of_span(statement.span)).collect()
}
