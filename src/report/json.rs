//! JSON that a terminal may be shown: serde escapes C0 controls alone, and DEL, C1 and bidirectional characters would
//! be obeyed as well.

use crate::domain::model::is_unsafe;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Writes the value as indented JSON; whatever [`visible`](crate::domain::model::visible) would replace stands in it
/// as `\u…`, so that nothing is lost. Fails where the writer does.
pub fn to_json<T: Serialize>(out: impl Write, value: &T) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Safe(PrettyFormatter::new()));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Writes the value as one line of JSON, its end included; as safe as [`to_json`].
pub(super) fn to_json_line<T: Serialize>(out: &mut Vec<u8>, value: &T) {
    let before = out.len();
    let mut serializer = Serializer::with_formatter(&mut *out, Safe(CompactFormatter));
    if value.serialize(&mut serializer).is_err() {
        out.truncate(before); // memory takes every write, and our own types have no keys but texts
    }
    out.push(b'\n');
}

/// Writes text with every unsafe character as JSON's (and YAML's) `\uXXXX`, in two halves beyond U+FFFF.
pub(super) fn escaped<W: Write + ?Sized>(out: &mut W, text: &str) -> io::Result<()> {
    if is_plain(text) {
        return out.write_all(text.as_bytes());
    }
    let mut rest = text;
    while let Some((at, unsafe_one)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
        let (safe, after) = rest.split_at(at);
        out.write_all(safe.as_bytes())?;
        for half in unsafe_one.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{half:04x}")?;
        }
        rest = after.strip_prefix(unsafe_one).unwrap_or_default();
    }
    out.write_all(rest.as_bytes())
}

/// Whether it is printable ASCII through and through, as nearly everything is: told a vector of bytes at a time.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// serde's own layout, with strings made safe.
struct Safe<F>(F);

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        escaped(out, fragment)
    }

    /// A policy document, verbatim: valid JSON has unsafe characters in strings only, but for the white space between.
    fn write_raw_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if is_plain(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        for line in fragment.split_inclusive(['\n', '\r', '\t']) {
            let text = line.trim_end_matches(['\n', '\r', '\t']);
            escaped(out, text)?;
            out.write_all(line.strip_prefix(text).unwrap_or_default().as_bytes())?;
        }
        Ok(())
    }

    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::value::RawValue;
    use std::collections::BTreeMap;

    const HOSTILE: &str = "a\u{1b}[31m\u{7f}\u{9b}2J\u{202e}\u{200b}\u{e0041}\u{feff} é 日本\n";

    fn written<T: Serialize>(value: &T) -> String {
        let mut out = Vec::new();
        to_json(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_in_keys_and_values_and_nothing_is_lost() {
        let value = BTreeMap::from([(HOSTILE, HOSTILE)]);
        let text = written(&value);
        assert!(!text.chars().any(|c| is_unsafe(c) && c != '\n'), "{text:?}");
        assert!(text.contains(r"\u007f\u009b2J\u202e\u200b\udb40\udc41\ufeff é 日本"), "{text}");
        assert_eq!(
            serde_json::from_str::<BTreeMap<String, String>>(&text).unwrap(),
            [(HOSTILE.into(), HOSTILE.into())].into()
        );
    }

    #[test]
    fn a_document_in_it_keeps_its_lines_and_is_as_safe() {
        let raw = "{\n\t\"Sid\": \"x\u{7f}\u{202e}\",\r\n \"Version\": 1e2 }";
        let document: Box<RawValue> = serde_json::from_str(raw).unwrap();
        let text = written(&document);
        assert_eq!(text, "{\n\t\"Sid\": \"x\\u007f\\u202e\",\r\n \"Version\": 1e2 }");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), serde_json::from_str::<Value>(raw).unwrap());
    }

    #[test]
    fn the_layout_is_serdes_own() {
        let value: Value = serde_json::from_str(r#"{"a":[],"b":{},"c":[1,{"d":null}],"e":"x\"y\\z"}"#).unwrap();
        assert_eq!(written(&value), serde_json::to_string_pretty(&value).unwrap());
    }
}
