//! The matcher against one that is obvious.

use super::*;
use proptest::prelude::*;

/// Straight from the definition, and exponential.
fn obvious(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=text.len()).any(|taken| obvious(rest, &text[taken..])),
        (['?', rest @ ..], [_, after @ ..]) => obvious(rest, after),
        ([a, rest @ ..], [b, after @ ..]) => a == b && obvious(rest, after),
        _ => false,
    }
}

#[test]
fn wildcards_match_what_they_should() {
    for (pattern, text, matches) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("*", "anything/at:all", true),
        ("?", "", false),
        ("?", "é", true),
        ("??", "é", false),
        ("a*c", "abbc", true),
        ("a*c", "abbcd", false),
        ("*ab", "aab", true),
        ("*a?c*", "xxabcxx", true),
        ("shop/*/a?", "shop/x/y/ab", true),
        ("A", "a", false),
        ("*é", "aé", true),
        ("**??", "a", false),
    ] {
        assert_eq!(Pattern::new(pattern).matches(text), matches, "{pattern} on {text}");
    }
}

#[test]
fn stars_cost_no_more_than_length_times_length() {
    let pattern = Pattern::new(&format!("{}b", "*a".repeat(5_000)));
    assert!(!pattern.matches(&"a".repeat(20_000)));
}

#[test]
fn neither_question_marks_nor_letters_without_case_cost_length_times_length() {
    let (long, text) = ("ab".repeat(5_000), "ab".repeat(200_000));
    assert!(!Pattern::new(&format!("*{long}?c")).matches(&text));
    assert!(Pattern::new(&format!("*{long}?b")).matches(&text));
    assert!(!matches_without_case(&format!("*{}c", long.to_uppercase()), &text));
    assert!(matches_without_case(&format!("*{}*", long.to_uppercase()), &text));
}

#[test]
fn patterns_know_what_they_are() {
    assert!(Pattern::new("***").is_everything());
    assert_eq!(Pattern::new("a").as_text(), Some("a"));
    assert_eq!(Pattern::new("a*").as_text(), None);
    assert_eq!(Pattern::text("*").as_text(), Some("*"));
    assert_eq!(Pattern::new("*?a**?").to_string(), "?*a?*");
    assert_eq!(Pattern::new("*?").clone(), Pattern::new("?*"));
}

proptest! {
    #[test]
    fn it_agrees_with_the_obvious_matcher(pattern in "[ab€*?]{0,8}", text in "[ab€]{0,10}") {
        let steps: Vec<char> = pattern.chars().collect();
        let chars: Vec<char> = text.chars().collect();
        prop_assert_eq!(Pattern::new(&pattern).matches(&text), obvious(&steps, &chars));
    }

    #[test]
    fn long_ones_are_matched_alike(pattern in "([ab€*?]{0,8}|[ab*?]{60,70})", text in "([ab€]{0,10}|[ab]{60,70})") {
        let alike = long::is_match::<b'*', b'?'>(pattern.as_bytes(), text.as_bytes(), |a, b| a == b);
        prop_assert_eq!(alike, Pattern::new(&pattern).matches(&text));
    }

    #[test]
    fn any_text_matches_itself(text in ".{0,20}") {
        prop_assert!(Pattern::text(&text).matches(&text));
        prop_assert!(Pattern::new(&text).matches(&text));
        let (around, within) = (format!("*{text}*"), format!("x{text}é"));
        prop_assert!(Pattern::new(&around).matches(&within));
    }
}
