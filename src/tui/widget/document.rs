//! JSON and YAML in colours, visible lines only.

use crate::domain::model::visible;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A text with a window over its lines.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The text.
    pub text: &'a str,
    /// The first line in the window.
    pub first: usize,
    /// How many columns are scrolled away to the left.
    pub left: usize,
    /// Whether the keys go to it.
    pub focused: bool,
}

impl Document<'_> {
    /// Draws the visible lines.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        for (y, line) in (inner.y..inner.bottom()).zip(self.text.lines().skip(self.first)) {
            draw_line(line, self.left, Rect { y, height: 1, ..inner }, buffer);
        }
        if self.first > 0 || self.text.lines().nth(usize::from(area.height)).is_some() {
            super::pane::draw_scrollbar(area, self.first, self.text.lines().count(), self.focused, buffer);
        }
    }
}

fn draw_line(line: &str, left: usize, area: Rect, buffer: &mut Buffer) {
    let line = visible(line);
    let (mut x, mut skip) = (area.x, left);
    for (part, style) in tokens(&line) {
        let mut part = part;
        if skip > 0 {
            let gone = text::head(part, skip);
            skip -= text::width(gone).min(skip);
            part = part.get(gone.len()..).unwrap_or_default();
        }
        x = buffer.set_stringn(x, area.y, part, usize::from(area.right().saturating_sub(x)), style).0;
    }
}

/// The parts of a line with their styles: keys, strings, other values, punctuation, comments.
///
/// One line is enough to tell them apart in both languages, as far as a reader needs it.
pub fn tokens(line: &str) -> Vec<(&str, Style)> {
    let mut parts = Vec::new();
    let mut rest = line;
    let indent = rest.len() - rest.trim_start_matches([' ', '-']).len();
    take(&mut rest, indent, theme::FAINT, &mut parts);
    if rest.starts_with('#') {
        parts.push((rest, theme::FAINT));
        return parts;
    }
    if let Some(end) = key_end(rest) {
        take(&mut rest, end, theme::ACCENT, &mut parts);
        take(&mut rest, 1, theme::FAINT, &mut parts);
    }
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                let end = string_end(rest);
                let style = match rest.get(..end) {
                    Some("\"Allow\"") => theme::OWN,
                    Some("\"Deny\"") => theme::BROKEN,
                    _ => theme::PLAIN,
                };
                take(&mut rest, end, style, &mut parts);
            }
            '{' | '}' | '[' | ']' | ',' => take(&mut rest, 1, theme::FAINT, &mut parts),
            _ => {
                let end = rest.find(['{', '}', '[', ']', ',', '"']).filter(|end| *end > 0).unwrap_or(rest.len());
                take(&mut rest, end, theme::PLAIN, &mut parts);
            }
        }
    }
    parts
}

fn take<'a>(rest: &mut &'a str, length: usize, style: Style, parts: &mut Vec<(&'a str, Style)>) {
    if let Some((part, after)) = rest.split_at_checked(length)
        && !part.is_empty()
    {
        parts.push((part, style));
        *rest = after;
    } else if length > 0 {
        parts.push((rest, style));
        *rest = "";
    }
}

/// Where a key ends, if the text begins with one: `"Action": …`, `name: …`, `name:`.
fn key_end(text: &str) -> Option<usize> {
    let end = if text.starts_with('"') {
        string_end(text)
    } else {
        text.find([':', ' ', '{', '[']).filter(|end| *end > 0)?
    };
    // A plain YAML key may hold colons (`eks.amazonaws.com/role-arn` does not, an ARN in a list does): a key's is
    // followed by a blank or nothing.
    let after = text.get(end..)?.strip_prefix(':')?;
    (after.is_empty() || after.starts_with(' ')).then_some(end)
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A policy document as a person reads it: indented, a blank line between statements. What is no JSON stays as it is.
pub fn readable(document: &str) -> String {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(document) else { return document.to_owned() };
    let Ok(pretty) = serde_json::to_string_pretty(&value) else { return document.to_owned() };
    // Statements stand one level below the document: four columns in.
    pretty.replace("\n    },\n    {", "\n    },\n\n    {")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &[(&str, Style)]) {
        assert_eq!(tokens(line), expect, "{line}");
        assert_eq!(tokens(line).iter().map(|(part, _)| *part).collect::<String>(), line);
    }

    #[test]
    fn lines_fall_into_parts() {
        check(
            r#"  "Effect": "Deny","#,
            &[
                ("  ", theme::FAINT),
                (r#""Effect""#, theme::ACCENT),
                (":", theme::FAINT),
                (" ", theme::PLAIN),
                (r#""Deny""#, theme::BROKEN),
                (",", theme::FAINT),
            ],
        );
        check("- arn:aws:iam::1:role/x", &[("- ", theme::FAINT), ("arn:aws:iam::1:role/x", theme::PLAIN)]);
        check("name: api", &[("name", theme::ACCENT), (":", theme::FAINT), (" api", theme::PLAIN)]);
        check("# said", &[("# said", theme::FAINT)]);
        check(r#""no end\""#, &[(r#""no end\""#, theme::PLAIN)]);
        check("日本: 語", &[("日本", theme::ACCENT), (":", theme::FAINT), (" 語", theme::PLAIN)]);
    }

    #[test]
    fn statements_are_set_apart_and_what_is_no_json_stays() {
        let shown = readable(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"},{"Effect":"Deny"}]}"#);
        assert!(shown.contains("    },\n\n    {"), "{shown}");
        assert_eq!(readable("{broken"), "{broken");
    }
}
