//! Documents made to hurt: large, deep, repetitive. Each is read in time that grows with its length alone.

use super::*;
use std::time::{Duration, Instant};

/// What each may take here, unoptimised, on a busy machine. Quadratic time would take minutes.
const PATIENCE: Duration = Duration::from_secs(20);

fn timed(text: &str) -> Document {
    let start = Instant::now();
    let document = read(Kind::Identity, text);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    document
}

#[test]
fn ten_thousand_statements_all_of_them_odd_on_one_line() {
    let statement = r#"{"Sid":"é é","Effect":"Maybe","Action":["s3:",7],"Resource":"${","Principal":"*","X":0},"#;
    let text = format!(r#"{{"Statement":[{}0]}}"#, statement.repeat(10_000));
    let document = timed(&text);
    assert_eq!(document.statements.len(), 10_001);
    let [.., last, more] = &*document.remarks else { panic!("no remarks") };
    assert_eq!((document.remarks.len(), more.rule), (101, Rule::TooMany));
    let before = text.get(..last.place.span.start as usize).expect("a place in the text");
    assert_eq!((last.place.position.line, last.place.position.column as usize), (1, before.chars().count() + 1));
}

#[test]
fn one_object_of_a_hundred_thousand_keys_half_of_them_twice() {
    let mut text =
        String::from(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"#);
    for key in 0..100_000 {
        let _written = write!(text, r#""k{}":"{}","#, key % 75_000, "*a".repeat(8));
    }
    text.push_str(r#""end":"b"}}}}"#);
    let document = timed(&text);
    let more = document.remarks.last().expect("remarks");
    assert_eq!(&*more.sentence, "24900 more remarks on this document are left out");
    assert_eq!(only(&document).conditions.len(), 75_001);
}

#[test]
fn a_million_levels_and_a_million_digits() {
    let deep = format!(r#"{{"Statement":{}"#, "[{\"a\":".repeat(1_000_000));
    assert!(Document::parse(&deep, Kind::Identity).is_err());
    let digits = "9".repeat(1_000_000);
    let huge = one(&format!(r#"{ALLOW},"Condition":{{"NumericEquals":{{"n":{digits}}}}}"#));
    assert_eq!(only(&timed(&huge)).conditions[0].values[0].as_str(), digits);
}

#[test]
fn a_million_variables_that_are_none() {
    for piece in ["${", "${a", "${a,'", "${a, '${", "$", "${*"] {
        let text = one(&format!(r#""Effect":"Deny","Action":"*","Resource":"{}""#, piece.repeat(200_000)));
        assert_eq!(timed(&text).statements.len(), 1, "{piece}");
    }
}
