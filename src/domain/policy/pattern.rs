//! Text with wildcards: `*` for any characters, also none, and `?` for exactly one.
//!
//! IAM User Guide, "Resource" and "String condition operators". A pattern is compiled once and matched without
//! allocation; each `*` is settled before the next, so nothing is exponential.

use std::fmt;

/// `*` in compiled code. No byte of UTF-8 has this value.
pub(super) const STAR: u8 = 0xff;
/// `?` in compiled code.
pub(super) const ANY: u8 = 0xfe;

/// A longer text with wildcards or variables is no document's that AWS keeps: the longest have 100 KiB all in all (OpenSearch
/// Service developer guide, "Quotas", access policies), most 20 KiB or less.
pub(super) const MOST: usize = 64 * 1024;

/// Text with wildcards, compiled.
///
/// ```
/// use rolecall::domain::policy::Pattern;
///
/// assert!(Pattern::new("logs/*/?.gz").matches("logs/2026/11/a.gz"));
/// assert!(!Pattern::text("logs/*").matches("logs/a"), "here the star is a plain character");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Form);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    /// `*`
    Everything,
    /// No wildcard.
    Text(Box<str>),
    /// Characters in UTF-8, [`STAR`] and [`ANY`]. In a run of wildcards every [`ANY`] stands before the one [`STAR`].
    Wild(Box<[u8]>),
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// This character.
    Char(char),
    /// `?`
    Any,
    /// `*`
    Star,
}

impl Pattern {
    /// The pattern that a text stands for.
    pub fn new(text: &str) -> Self {
        if !has_wildcard(text) {
            return Self::text(text);
        }
        let mut code = Vec::with_capacity(text.len());
        push_wild(&mut code, text);
        Self::compiled(code)
    }

    /// The pattern that matches nothing but this text.
    pub fn text(text: &str) -> Self {
        Self(Form::Text(text.into()))
    }

    /// The pattern of `*`.
    pub const fn everything() -> Self {
        Self(Form::Everything)
    }

    /// From compiled code: UTF-8 of literal text, [`STAR`] and [`ANY`].
    pub(super) fn compiled(code: Vec<u8>) -> Self {
        if code == [STAR] {
            return Self::everything();
        }
        match String::from_utf8(code) {
            Ok(text) => Self(Form::Text(text.into())),
            Err(wild) => Self(Form::Wild(wild.into_bytes().into())),
        }
    }

    /// Appends its compiled code.
    pub(super) fn push_to(&self, code: &mut Vec<u8>) {
        match &self.0 {
            Form::Everything => code.push(STAR),
            Form::Text(own) => code.extend_from_slice(own.as_bytes()),
            Form::Wild(own) => code.extend_from_slice(own),
        }
    }

    /// Whether it matches every text.
    pub fn is_everything(&self) -> bool {
        self.0 == Form::Everything
    }

    /// The one text it matches, if it has no wildcard.
    pub fn as_text(&self) -> Option<&str> {
        match &self.0 {
            Form::Text(text) => Some(text),
            Form::Everything | Form::Wild(_) => None,
        }
    }

    /// Whether it matches the text. Case counts.
    pub fn matches(&self, text: &str) -> bool {
        match &self.0 {
            Form::Everything => true,
            Form::Text(own) => **own == *text,
            Form::Wild(code) => is_match(code, text.as_bytes()),
        }
    }

    /// Whether it matches an ARN part by part: no wildcard in the first five reaches over a colon. A text or pattern of
    /// fewer than six parts matches nothing (IAM User Guide, "Amazon Resource Name (ARN) condition operators").
    pub(super) fn matches_arn(&self, text: &str) -> bool {
        let own: &[u8] = match &self.0 {
            Form::Everything => return false,
            Form::Text(own) => own.as_bytes(),
            Form::Wild(code) => code,
        };
        let (mut own, mut text) = (parts(own), parts(text.as_bytes()));
        (0..6).all(|_| matches!((own.next(), text.next()), (Some(own), Some(text)) if is_match(own, text)))
    }

    /// The same in lower case: what it matches of texts in lower case, it matches of others but for their case.
    pub(super) fn folded(&self) -> Self {
        let mut code = Vec::new();
        for step in self.steps() {
            match step {
                Step::Char(char) => code.extend(char.to_lowercase().collect::<String>().bytes()),
                Step::Any => code.push(ANY),
                Step::Star => code.push(STAR),
            }
        }
        Self::compiled(code)
    }

    /// Its steps, one for each character or wildcard.
    pub(super) fn steps(&self) -> Vec<Step> {
        match &self.0 {
            Form::Everything => vec![Step::Star],
            Form::Text(text) => text.chars().map(Step::Char).collect(),
            Form::Wild(code) => {
                let chunks = code.chunk_by(|a, b| !is_wildcard(*a) && !is_wildcard(*b));
                chunks.flat_map(steps_of).collect()
            }
        }
    }
}

impl fmt::Display for Pattern {
    /// As it would be written where wildcards match; a literal `*` looks like one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.steps() {
            match step {
                Step::Char(char) => fmt::Write::write_char(f, char)?,
                Step::Any => f.write_str("?")?,
                Step::Star => f.write_str("*")?,
            }
        }
        Ok(())
    }
}

/// Whether a text holds `*` or `?`.
pub(super) fn has_wildcard(text: &str) -> bool {
    memchr::memchr2(b'*', b'?', text.as_bytes()).is_some()
}

/// Appends a text whose `*` and `?` match, keeping runs of wildcards in their one order: `*?*` is `?*`.
pub(super) fn push_wild(code: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        let after_star = code.last() == Some(&STAR);
        match byte {
            b'*' if after_star => {}
            b'*' => code.push(STAR),
            b'?' if after_star => {
                code.pop();
                code.extend([ANY, STAR]);
            }
            b'?' => code.push(ANY),
            byte => code.push(byte),
        }
    }
}

fn is_wildcard(byte: u8) -> bool {
    byte >= ANY
}

/// The parts of an ARN: six, where it has so many.
fn parts(arn: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(arn);
    (0..6).map_while(move |at| {
        let own = rest?;
        let end = if at < 5 { memchr::memchr(b':', own) } else { None };
        rest = end.and_then(|end| own.get(end + 1..));
        own.get(..end.unwrap_or(own.len()))
    })
}

fn steps_of(chunk: &[u8]) -> Vec<Step> {
    match chunk {
        [STAR] => vec![Step::Star],
        [ANY] => vec![Step::Any],
        text => String::from_utf8_lossy(text).chars().map(Step::Char).collect(),
    }
}

/// Whether compiled code matches.
fn is_match(code: &[u8], text: &[u8]) -> bool {
    is_match_by::<STAR, ANY, true>(code, text, |a, b| a == b)
}

/// Whether a text with wildcards, as it is written, matches: without compiling it first.
pub(super) fn matches_as_written(pattern: &str, text: &str) -> bool {
    is_match_by::<b'*', b'?', true>(pattern.as_bytes(), text.as_bytes(), |a, b| a == b)
}

/// The same without case, in ASCII.
pub(super) fn matches_without_case(pattern: &str, text: &str) -> bool {
    is_match_by::<b'*', b'?', false>(pattern.as_bytes(), text.as_bytes(), |a, b| a.eq_ignore_ascii_case(&b))
}

/// The matcher: runs forward, and where it is stuck lets the last star take one more character. An earlier star never
/// needs another try, for whatever it could take, the last one can take as well.
///
/// Where bytes are compared as they are, the star skips at once to where the characters behind it stand next: long texts
/// and patterns of a few characters over and over would take the product of their lengths else. Where that does not help,
/// long texts are left to [`long`].
fn is_match_by<const STAR: u8, const ANY: u8, const EXACT: bool>(
    code: &[u8],
    text: &[u8],
    is_same: impl Fn(u8, u8) -> bool,
) -> bool {
    let is_long = code.len() <= long::MOST && code.len().saturating_mul(text.len()) > LONG;
    if is_long && !(EXACT && memchr::memchr(ANY, code).is_none()) {
        return long::is_match::<STAR, ANY>(code, text, is_same);
    }
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(read) {
        match code.get(at) {
            Some(&wild) if wild == STAR => {
                at += 1;
                if at == code.len() {
                    return true;
                }
                star = Some((at, read));
            }
            Some(&wild) if wild == ANY => {
                at += 1;
                read += length_of(*byte);
            }
            Some(expected) if is_same(*expected, *byte) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after, from)) = star else { return false };
                let from = from + text.get(from).map_or(1, |first| length_of(*first));
                let rest = text.get(from..).unwrap_or_default();
                let from = match (EXACT && rest.len() > SHORT).then(|| skipped::<STAR, ANY>(code, after, rest)) {
                    None => from,
                    Some(Some(skipped)) => from + skipped,
                    Some(None) => return false,
                };
                star = Some((after, from));
                (at, read) = (after, from);
            }
        }
    }
    code.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == STAR))
}

/// Of longer patterns and texts the lengths, multiplied, are more than this.
const LONG: usize = 4 * 1024 * 1024;

/// Texts no longer than this are gone through byte by byte: looking for a run of them would take longer to begin.
const SHORT: usize = 64;

/// How many bytes of the text a star takes at least, until the characters behind it in the code stand there; `None` where
/// they never do.
fn skipped<const STAR: u8, const ANY: u8>(code: &[u8], after: usize, text: &[u8]) -> Option<usize> {
    let code = code.get(after..).unwrap_or_default();
    let end = code.iter().position(|byte| *byte == STAR || *byte == ANY);
    match end {
        Some(end) => memchr::memmem::find(text, code.get(..end)?),
        // the last of them have to stand at the end
        None => text.len().checked_sub(code.len()),
    }
}

/// How many bytes the character has that begins with this one.
fn length_of(first: u8) -> usize {
    match first.leading_ones() {
        0 => 1,
        ones => ones as usize,
    }
}

mod long;

#[cfg(test)]
mod tests;
