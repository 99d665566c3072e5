//! Both relations against the texts themselves, over a small alphabet.

use super::*;
use proptest::prelude::*;

/// Every text of up to six characters. `#` stands for the characters that no pattern here names.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..6 {
        let end = all.len();
        for index in from..end {
            all.extend(['a', 'b', '#'].map(|char| format!("{}{char}", all[index])));
        }
        from = end;
    }
    all
}

#[test]
fn covers_is_told_from_overlaps_and_from_nothing() {
    for (own, other, covers, overlaps) in [
        ("*", "anything", true, true),
        ("*", "*", true, true),
        ("a*", "ab*", true, true),
        ("ab*", "a*", false, true),
        ("a*b", "a*b", true, true),
        ("*a*", "*b*", false, true),
        ("a*", "b*", false, false),
        ("?*", "*?", true, true),
        ("?*", "*a?", true, true),
        ("*??", "?*?", true, true),
        ("*??", "*?", false, true),
        ("a?*b", "a*b", false, true),
        ("*a*a*", "*aa*", true, true),
        ("*ab*", "a*b", false, true),
        ("a?c", "abc", true, true),
        ("abc", "a?c", false, true),
        ("", "*", false, true),
        ("a", "", false, false),
    ] {
        let (own, other) = (Pattern::new(own), Pattern::new(other));
        assert_eq!((own.covers(&other), own.overlaps(&other)), (covers, overlaps), "{own} and {other}");
    }
}

#[test]
fn hostile_patterns_come_to_an_end() {
    let own = Pattern::new(&format!("*a{}", "?*a".repeat(600)));
    let other = Pattern::new(&format!("*{}", "?????*b".repeat(300)));
    assert!(!own.covers(&other));
    let runs = Pattern::new(&format!("*a{}b", "?".repeat(1_000)));
    let stars = Pattern::new(&format!("*a{}", "*a".repeat(1_000)));
    assert!(!runs.covers(&stars));
    assert!(runs.overlaps(&Pattern::new("*b")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn they_agree_with_the_texts(own in "[ab*?]{0,4}", other in "[ab*?]{0,4}") {
        let (own, other) = (Pattern::new(&own), Pattern::new(&other));
        let all = texts();
        let both = all.iter().any(|text| own.matches(text) && other.matches(text));
        // Four steps cannot tell apart longer texts that these six characters do not.
        let within = all.iter().all(|text| !other.matches(text) || own.matches(text));
        prop_assert_eq!(own.overlaps(&other), both);
        prop_assert_eq!(own.covers(&other), within, "{} covers {}", own, other);
    }

    #[test]
    fn what_covers_overlaps(own in "[abc*?]{0,12}", other in "[abc*?]{0,12}", text in "[abc]{0,12}") {
        let (own, other) = (Pattern::new(&own), Pattern::new(&other));
        prop_assert!(own.covers(&own) && own.overlaps(&own));
        prop_assert_eq!(own.overlaps(&other), other.overlaps(&own));
        if own.covers(&other) {
            prop_assert!(own.overlaps(&other));
            prop_assert!(!other.matches(&text) || own.matches(&text));
        }
        if own.matches(&text) && other.matches(&text) {
            prop_assert!(own.overlaps(&other));
        }
    }
}
