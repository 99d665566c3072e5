//! JSON as policies are judged by: every value with its place, keys that stand twice kept, numbers as written.
//!
//! Own code, for `serde_json` tells neither places nor double keys, and the readers that do are young or large. Strict
//! by RFC 8259. One pass, nothing is looked at twice; depth is bounded, so the recursion is too.

use super::span::Span;
use std::borrow::Cow;
use std::collections::HashMap;

/// How deep values may be nested. A policy needs six levels.
const DEPTH: usize = 96;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Json<'a> {
    /// Quotes and brackets included.
    pub(super) span: Span,
    pub(super) value: Value<'a>,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// As written, however long.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// In the order written, keys that stand twice included.
    Object(Vec<Member<'a>>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member<'a> {
    pub(super) key: Cow<'a, str>,
    /// Where the key stands, quotes included.
    pub(super) key_span: Span,
    pub(super) json: Json<'a>,
}

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoJson {
    pub(super) byte: u32,
    pub(super) sentence: Cow<'static, str>,
}

/// The members whose key does not stand again further down, and those whose key does.
#[derive(Debug, PartialEq)]
pub(super) struct Settled<'m, 'a> {
    pub(super) last: Vec<&'m Member<'a>>,
    pub(super) overridden: Vec<&'m Member<'a>>,
}

/// Reads a text that holds one value and nothing else. A byte order mark before it is passed over.
pub(super) fn read(text: &str) -> Result<Json<'_>, NoJson> {
    if u32::try_from(text.len()).is_err() {
        return Err(NoJson { byte: 0, sentence: "a document of more than 4 GiB is not read".into() });
    }
    let mut reader = Reader { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    let json = reader.json(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return reader.fail("nothing may stand after the document's end");
    }
    Ok(json)
}

/// In JSON the last of several values under one key is the one that counts (RFC 8259 leaves it open; every AWS SDK and
/// the IAM console do so).
pub(super) fn settled<'m, 'a>(members: &'m [Member<'a>]) -> Settled<'m, 'a> {
    /// Up to here comparing each with each is faster than a table.
    const FEW: usize = 8;
    let mut settled = Settled { last: Vec::with_capacity(members.len()), overridden: Vec::new() };
    let mut place: HashMap<&str, usize> = HashMap::new();
    if members.len() > FEW {
        place.extend(members.iter().enumerate().map(|(index, member)| (&*member.key, index)));
    }
    for (index, member) in members.iter().enumerate() {
        let is_last = if members.len() > FEW {
            place.get(&*member.key) == Some(&index)
        } else {
            !members.iter().skip(index + 1).any(|later| later.key == member.key)
        };
        if is_last { settled.last.push(member) } else { settled.overridden.push(member) }
    }
    settled
}

impl Value<'_> {
    /// What it is, with its article, for sentences.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    /// The byte to be read next; never within a character.
    at: usize,
}

impl<'a> Reader<'a> {
    fn json(&mut self, depth: usize) -> Result<Json<'a>, NoJson> {
        self.skip_space();
        if depth > DEPTH {
            return self.fail("values are nested deeper than any policy");
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(_) => self.word()?,
            None => return self.fail("the document ends where a value must stand"),
        };
        Ok(Json { span: self.span_from(start), value })
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, NoJson> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.fail("a key in quotes must stand here");
            }
            let key = self.string()?;
            let key_span = self.span_from(start);
            self.skip_space();
            if !self.take(b':') {
                return self.fail("a `:` must stand between a key and its value");
            }
            members.push(Member { key, key_span, json: self.json(depth + 1)? });
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.take(b',') {
                return self.fail("a `,` or `}` must stand here");
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, NoJson> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.json(depth + 1)?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return self.fail("a `,` or `]` must stand here");
            }
        }
    }

    fn word(&mut self) -> Result<Value<'a>, NoJson> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.fail("no value begins so")
    }

    fn number(&mut self) -> Result<&'a str, NoJson> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return self.fail("a digit must stand here");
        }
        if self.take(b'.') && self.digits() == 0 {
            return self.fail("a digit must follow the point");
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return self.fail("an exponent must have a digit");
            }
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Passes over digits and says how many there were.
    fn digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    /// A string; borrowed where nothing in it is escaped.
    fn string(&mut self) -> Result<Cow<'a, str>, NoJson> {
        self.at += 1;
        let plain = self.plain()?;
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut owned = plain.to_owned();
        loop {
            if self.take(b'"') {
                return Ok(Cow::Owned(owned));
            }
            owned.push(self.escape()?);
            owned.push_str(self.plain()?);
        }
    }

    /// The characters up to the next quote or backslash.
    fn plain(&mut self) -> Result<&'a str, NoJson> {
        let rest = self.rest();
        let Some(length) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) else {
            self.at = self.text.len();
            return self.fail("the document ends within a string");
        };
        self.at += length;
        if !matches!(self.peek(), Some(b'"' | b'\\')) {
            return self.fail("a control character in a string must be escaped");
        }
        Ok(rest.get(..length).unwrap_or_default())
    }

    fn escape(&mut self) -> Result<char, NoJson> {
        let start = self.at;
        self.at += 1;
        let Some(kind) = self.peek().filter(u8::is_ascii) else {
            return Self::fail_at(start, "no character is escaped so");
        };
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' => Ok(char::from(kind)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.unicode(start),
            _ => Self::fail_at(start, "no character is escaped so"),
        }
    }

    /// One UTF-16 unit, or the two that make up one character.
    fn unicode(&mut self, start: usize) -> Result<char, NoJson> {
        let Some(first) = self.unit() else {
            return Self::fail_at(start, "four hexadecimal digits must follow `\\u`");
        };
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            self.at += 2;
            units.extend(self.unit());
        }
        match char::decode_utf16(units).next() {
            Some(Ok(char)) => Ok(char),
            _ => Self::fail_at(start, "half of a surrogate pair is no character"),
        }
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn span_from(&self, start: usize) -> Span {
        Span { start: start as u32, end: self.at as u32 }
    }

    fn fail<T>(&self, sentence: &'static str) -> Result<T, NoJson> {
        Self::fail_at(self.at, sentence)
    }

    fn fail_at<T>(byte: usize, sentence: &'static str) -> Result<T, NoJson> {
        Err(NoJson { byte: byte as u32, sentence: sentence.into() })
    }
}

#[cfg(test)]
mod tests;
