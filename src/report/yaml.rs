//! YAML that a terminal may be shown: what its writer leaves as it is, bidirectional and invisible characters, is
//! escaped here, which YAML allows between double quotes alone.

use super::json::escaped;
use crate::domain::model::is_unsafe;
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_saphyr::DoubleQuoted;
use std::io::{self, Write};

/// Writes the value as YAML. Fails where the writer does, or where the value has no JSON form.
pub fn to_yaml<T: Serialize>(out: impl Write, value: &T) -> io::Result<()> {
    let mut out = Escaping { out, failed: None };
    let written = serde_saphyr::to_fmt_writer(&mut out, value);
    match (out.failed, written) {
        (Some(failed), _) => Err(failed),
        (None, Err(error)) => Err(io::Error::other(error.to_string())),
        (None, Ok(())) => Ok(()),
    }
}

/// A value by way of JSON's own values: policy documents stand in it verbatim, which YAML cannot take as they are.
#[derive(Debug)]
pub struct AsYaml<T>(pub T);

impl<T: Serialize> Serialize for AsYaml<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(&self.0).map_err(S::Error::custom)?;
        Quoted(&value).serialize(serializer)
    }
}

/// A value whose unsafe strings stand between double quotes.
struct Quoted<'a>(&'a Value);

impl Serialize for Quoted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) if text.chars().any(is_unsafe_in_yaml) => DoubleQuoted(text).serialize(serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Quoted)),
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    if key.chars().any(is_unsafe_in_yaml) {
                        map.serialize_entry(&DoubleQuoted(key), &Quoted(value))?;
                    } else {
                        map.serialize_entry(key, &Quoted(value))?;
                    }
                }
                map.end()
            }
            other => other.serialize(serializer),
        }
    }
}

/// Line breaks and tabs have their own place in YAML.
fn is_unsafe_in_yaml(c: char) -> bool {
    is_unsafe(c) && !matches!(c, '\n' | '\t')
}

/// Escapes what still is unsafe on its way out: by then it stands between double quotes.
struct Escaping<W> {
    out: W,
    /// The writer's own error, so that a closed pipe is still seen to be one.
    failed: Option<io::Error>,
}

impl<W: Write> std::fmt::Write for Escaping<W> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let written = text.split_inclusive(['\n', '\t']).try_for_each(|line| {
            let inner = line.trim_end_matches(['\n', '\t']);
            escaped(&mut self.out, inner)?;
            self.out.write_all(line.strip_prefix(inner).unwrap_or_default().as_bytes())
        });
        written.map_err(|error| {
            self.failed = Some(error);
            std::fmt::Error
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const HOSTILE: &str = "a\u{1b}[31m\u{7f}\u{9b}2J\u{202e}\u{200b}\u{feff} é 日本\n";

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_nothing_is_lost() {
        let hostile =
            BTreeMap::from([("plain", "two\nlines"), ("name", HOSTILE), (HOSTILE, "x"), ("bidi", "a\u{202e}b")]);
        let mut out = Vec::new();
        to_yaml(&mut out, &AsYaml(&hostile)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.chars().any(is_unsafe_in_yaml), "{text:?}");
        assert!(text.contains("bidi: \"a\\u202eb\""), "{text}");
        let read: BTreeMap<String, String> = serde_saphyr::from_str(&text).unwrap();
        assert!(read.iter().map(|(key, value)| (&**key, &**value)).eq(hostile), "{text}");
    }

    #[test]
    fn a_tag_beyond_the_first_plane_is_written_too() {
        let mut out = Vec::new();
        to_yaml(&mut out, &AsYaml("x\u{e0041}")).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.chars().any(is_unsafe_in_yaml), "{text:?}");
    }
}
