//! Two patterns and a text, a line each: what one pattern is said to be to the other is so of every text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall::domain::policy::{Action, ActionPattern, Pattern};

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let (Some(one), Some(other), Some(text)) = (lines.next(), lines.next(), lines.next()) else { return };
    let (wide, narrow) = (Pattern::new(one), Pattern::new(other));
    if narrow.matches(text) {
        assert!(!wide.covers(&narrow) || wide.matches(text), "what covers a pattern matches what it matches");
        assert!(!wide.matches(text) || wide.overlaps(&narrow), "patterns that match one text overlap");
    }
    assert!(wide.covers(&wide) && wide.overlaps(&wide), "a pattern is like itself");
    let action = ActionPattern::new(one);
    let named = action.matches(&Action::new(text));
    assert_eq!(named, action.matches(&Action::new(&text.to_ascii_uppercase())), "the case of an action does not count");
});
