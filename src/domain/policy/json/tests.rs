//! The reader against `serde_json`, and where they must differ.

use super::*;
use proptest::prelude::*;

/// What both readers must agree on: the value, the last of double keys counting.
fn plain(json: &Json<'_>) -> serde_json::Value {
    match &json.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str(text).unwrap_or(serde_json::Value::Null),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            serde_json::Value::Object(members.iter().map(|own| (own.key.to_string(), plain(&own.json))).collect())
        }
    }
}

fn failure(text: &str) -> (u32, String) {
    let failure = read(text).expect_err(text);
    (failure.byte, failure.sentence.into_owned())
}

#[test]
fn values_keep_their_places() {
    let text = r#" {"a" : [1.5e3, "x\ty", true], "a":{}}"#;
    let json = read(text).expect("JSON");
    let Value::Object(members) = &json.value else { panic!("no object") };
    let spans: Vec<&str> = members.iter().flat_map(|own| [own.key_span.of(text), own.json.span.of(text)]).collect();
    assert_eq!(spans, [r#""a""#, r#"[1.5e3, "x\ty", true]"#, r#""a""#, "{}"]);
    assert_eq!(json.span.of(text), text.trim());
}

#[test]
fn the_last_of_double_keys_counts_and_the_others_are_known() {
    let keys = |text: &str| {
        let json = read(text).expect("JSON");
        let Value::Object(members) = json.value else { panic!("no object") };
        let settled = settled(&members);
        let starts = |members: &[&Member<'_>]| members.iter().map(|own| own.key_span.start).collect::<Vec<_>>();
        (starts(&settled.last), starts(&settled.overridden))
    };
    assert_eq!(keys(r#"{"a":1,"b":2,"a":3}"#), (vec![7, 13], vec![1]));
    assert_eq!(keys(r#"{"a":1,"\u0061":3}"#), (vec![7], vec![1]), "escaped or not, it is the same key");
    let many: Vec<String> = (0..50).map(|key| format!("\"k{key}\":0")).collect();
    let (last, overridden) = keys(&format!("{{{},\"k0\":0}}", many.join(",")));
    assert_eq!((last.len(), overridden), (50, vec![1]));
}

#[test]
fn what_is_no_json_is_refused_at_its_place() {
    for (text, byte, words) in [
        ("", 0, "ends where a value"),
        ("{", 1, "a key in quotes"),
        ("{\"a\" 1}", 5, "a `:`"),
        ("{\"a\":1,}", 7, "a key in quotes"),
        ("[1,]", 3, "no value begins so"),
        ("[1 2]", 3, "a `,` or `]`"),
        ("{} x", 3, "nothing may stand after"),
        ("\"a", 2, "within a string"),
        ("\"a\nb\"", 2, "control character"),
        ("\"a\\x\"", 2, "escaped so"),
        ("\"\\u12g4\"", 1, "hexadecimal"),
        ("\"\\ud83d\"", 1, "surrogate"),
        ("\"\\ud83d\\u0041\"", 1, "surrogate"),
        ("\"\\ude00\"", 1, "surrogate"),
        ("01", 1, "nothing may stand after"),
        ("-", 1, "a digit"),
        ("1.", 2, "follow the point"),
        ("1e+", 3, "exponent"),
        ("tru", 0, "no value begins so"),
        ("{'a':1}", 1, "a key in quotes"),
    ] {
        let (at, sentence) = failure(text);
        assert!(at == byte && sentence.contains(words), "{text}: {at} {sentence}");
    }
}

#[test]
fn odd_but_good_json_is_read() {
    let text = |json| match read(json).expect("JSON").value {
        Value::Text(text) => text.into_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(r#""\ud83d\ude00é\/\b\f""#), "😀é/\u{8}\u{c}");
    assert_eq!(text("\u{feff}\"a\""), "a");
    let huge = format!("1{}", "0".repeat(100_000));
    assert_eq!(read(&huge).expect("JSON").value, Value::Number(&huge));
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(DEPTH)).is_ok());
    for open in ["[", "{\"a\":"] {
        assert!(failure(&open.repeat(1_000_000)).1.contains("nested deeper"));
    }
}

/// JSON of every shape.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((".{0,3}", inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in json(), pretty in any::<bool>()) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let own = read(&text).expect("JSON");
        prop_assert_eq!(plain(&own), value);
        prop_assert_eq!(own.span.of(&text), &text);
    }

    #[test]
    fn both_readers_accept_the_same_texts(text in r#"[\[\]{}",:0-9eE+.\-truefalsn\\u dD8C\n]{0,24}"#) {
        let other: Result<serde_json::Value, _> = serde_json::from_str(&text);
        match (read(&text), other) {
            (Ok(own), Ok(other)) => prop_assert_eq!(plain(&own), other),
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("out of range"), "{}", error),
            (Err(own), Ok(_)) => prop_assert!(false, "{:?}", own),
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let _read = read(&text);
    }
}
