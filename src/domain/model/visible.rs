//! Making foreign text safe to show: names come from a cluster, and a terminal obeys what it is sent.

use std::borrow::Cow;

/// The text with everything that a terminal would obey, or that would make it look other than it is, replaced by `�`:
/// control characters (C0, DEL, C1), bidirectional marks and overrides, zero-width characters, line and paragraph
/// separators, tags and unassigned specials. A tab and a line break become a space. Text without any is not copied.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// Whether a terminal would obey the character, or show the text around it other than it is.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_replaced() {
        assert_eq!(visible("a\x1b[31mb\u{7}\u{9b}c"), "a\u{fffd}[31mb\u{fffd}\u{fffd}c");
        assert_eq!(visible("abc\u{202e}def\u{200b}"), "abc\u{fffd}def\u{fffd}");
        assert_eq!(visible("two\nlines\tand a tab"), "two lines and a tab");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(matches!(visible("shop-api/日本語 ü"), Cow::Borrowed(_)));
    }
}
