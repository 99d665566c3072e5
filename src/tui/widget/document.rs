//! JSON and YAML in colours, long lines folded.

use crate::tui::{text, theme};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// A line of a document in its colours, folded to the columns.
pub fn folded(line: &str, columns: usize) -> Vec<Line<'static>> {
    let mut tokens = tokens(line).into_iter();
    let mut open = tokens.next();
    let mut rows = Vec::new();
    for row in text::fold(line, columns) {
        let mut spans = Vec::new();
        if !rows.is_empty() {
            spans.push(Span::raw(" ".repeat(text::hang(line, columns))));
        }
        let mut room = row.len();
        while let Some((part, style)) = open.filter(|_| room > 0) {
            let (here, after) = part.split_at_checked(room).unwrap_or((part, ""));
            spans.push(Span::styled(here.to_owned(), style));
            room -= here.len();
            open = if after.is_empty() { tokens.next() } else { Some((after, style)) };
        }
        rows.push(Line::from(spans));
    }
    rows
}

/// The parts of a line with their styles: keys, strings, other values, punctuation, comments.
///
/// One line is enough to tell them apart in both languages, as far as a reader needs it.
fn tokens(line: &str) -> Vec<(&str, Style)> {
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
    fn folded_lines_keep_their_colours() {
        let rows = folded(r#"  "Effect": "Deny","#, 12);
        let texts: Vec<String> = rows.iter().map(ToString::to_string).collect();
        assert_eq!(texts, [r#"  "Effect": "#, r#"    "Deny","#]);
        assert!(rows[1].spans.iter().any(|span| span.content == "\"Deny\"" && span.style == theme::BROKEN));
    }
}
