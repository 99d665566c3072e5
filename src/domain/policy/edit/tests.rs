//! Edits change what they say and no byte else.

use super::*;
use crate::domain::policy::same_document;
use proptest::prelude::*;

const LAID_OUT: &str =
    "{\n  \"Statement\": [\n    {\n      \"Sid\": \"a\",\n      \"Action\": \"b\"\n    }\n  ],\n  \"Id\": \"x\"\n}";

#[test]
fn a_statement_is_added_in_the_style_of_the_others() {
    let added = with_statement(LAID_OUT, "{\n  \"Sid\": \"c\"\n}").unwrap();
    let wanted = "    },\n    {\n      \"Sid\": \"c\"\n    }\n  ],\n  \"Id\": \"x\"\n}";
    assert!(added.ends_with(wanted), "{added}");
    let compact = with_statement(r#"{"Statement":[{"Sid":"a"}]}"#, "{\n  \"Sid\": \"c d\"\n}").unwrap();
    assert_eq!(compact, r#"{"Statement":[{"Sid":"a"}, {"Sid":"c d"}]}"#);
    let of_one = with_statement(r#"{"Statement": {"Sid":"a"} }"#, r#"{"Sid":"c"}"#).unwrap();
    assert_eq!(of_one, r#"{"Statement": [{"Sid":"a"}, {"Sid":"c"}] }"#);
    assert_eq!(with_statement(r#"{"Statement":[]}"#, "{}").unwrap(), r#"{"Statement":[{}]}"#);
    assert_eq!(with_statement("[]", "{}"), None);
}

#[test]
fn texts_are_replaced_and_added_where_they_are_meant() {
    let text = r#"{"Statement":[{"Principal":{"Federated":"p"},"Action":"a","Condition":{"StringEquals":{"k":"v","l":["v"]},"StringLike":{"k":["w","v"]}}}]}"#;
    assert_eq!(with_text(text, 0, Spot::Principal, ("p", "q")).unwrap(), text.replace("\"p\"", "\"q\""));
    assert_eq!(with_text_added(text, 0, Spot::Action, ("a", "b")).unwrap(), text.replace("\"a\"", r#"["a", "b"]"#));
    assert_eq!(
        with_text_added(text, 0, Spot::Value("k"), ("v", "n\"")).unwrap(),
        text.replace(r#""k":"v""#, r#""k":["v", "n\""]"#).replace(r#"["w","v"]"#, r#"["w","v", "n\""]"#)
    );
    assert_eq!(with_text(text, 0, Spot::Key, ("k", "m")).unwrap(), text.replace("\"k\"", "\"m\""));
    assert_eq!(with_text(text, 0, Spot::Value("l"), ("x", "y")), None);
    assert_eq!(with_text(text, 1, Spot::Key, ("k", "m")), None);
}

/// A policy of a few statements, its white space at random.
fn policies() -> impl Strategy<Value = String> {
    let space = prop_oneof![Just(""), Just(" "), Just("\n  "), Just("\n\t")];
    let statement = (0..50_u8, space.clone()).prop_map(|(sid, space)| format!("{{{space}\"Sid\":{space}\"s{sid}\"}}"));
    (proptest::collection::vec(statement, 1..5), space).prop_map(|(statements, space)| {
        format!("{{{space}\"Statement\":{space}[{space}{}{space}]}}", statements.join(&format!(",{space}")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_added_can_be_taken_out_again(text in policies(), sid in 100..200_u8) {
        let statement = format!("{{\n  \"Sid\": \"s{sid}\"\n}}");
        let more = with_statement(&text, &statement).unwrap();
        let count = statement_texts(&text).unwrap().len();
        let texts = statement_texts(&more).unwrap();
        prop_assert_eq!(texts.len(), count + 1);
        prop_assert!(same_document(texts[count], &statement));
        prop_assert_eq!(without_statement(&more, count).unwrap(), text, "byte for byte");
    }

    #[test]
    fn taking_one_out_leaves_the_others(text in policies(), at in 0..5_usize) {
        let before = statement_texts(&text).unwrap();
        match without_statement(&text, at) {
            Some(less) => {
                let mut wanted = before.clone();
                wanted.remove(at);
                prop_assert_eq!(statement_texts(&less).unwrap(), wanted);
            }
            None => prop_assert!(before.len() == 1 || at >= before.len()),
        }
    }
}
