//! Policies and requests made to hurt: many of everything, each held against each. Each is decided in time, and memory, that
//! grows with its length alone.

use crate::case::{ALL, Case, ROLE, SESSION, allow, deny, document, to, when};
use allocation_counter::measure;
use rolecall::domain::policy::Outcome::{Allowed, Depends, ExplicitDeny, ImplicitDeny};
use rolecall::domain::policy::{Kind, Rule};
use std::time::{Duration, Instant};

/// What each may take here, unoptimised, on a busy machine. Quadratic time would take minutes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Squares of what is made here take hundreds.
const MOST_MEMORY: u64 = 64 << 20;
const MANY: usize = 16_000;

fn timed<T>(decide: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let decided = decide();
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    decided
}

fn listed(item: &dyn Fn(usize) -> String) -> String {
    (0..MANY).map(item).collect::<Vec<_>>().join(",")
}

#[test]
fn many_principals_of_whom_the_caller_may_be_one_are_not_held_against_each_other() {
    let sessions = listed(&|at| format!(r#""arn:aws:sts::111122223333:assumed-role/api/{at}""#));
    let canonical = listed(&|at| format!(r#""{at:064x}""#));
    let of_role = Case::new(ROLE).resource(&to(&format!(r#"{{"AWS":[{sessions}]}}"#)));
    let of_account = Case::new(SESSION)
        .identity(ALL)
        .account("444455556666")
        .resource(&to(&format!(r#"{{"CanonicalUser":[{canonical}]}}"#)));
    for case in [of_role, of_account] {
        let taken = measure(|| drop(timed(|| case.is(Depends))));
        assert!(taken.bytes_max < MOST_MEMORY, "{} bytes at most", taken.bytes_max);
    }
}

#[test]
fn many_statements_that_decide_are_found_without_looking_for_each_among_all() {
    let denying = listed(&|_| deny(&when("StringLikeIfExists", "aws:k", r#""*""#)));
    let case = Case::new(ROLE).identity(&format!("{ALL},{denying}")).unknown("aws:k");
    assert_eq!(timed(|| case.is(ExplicitDeny)).by.len(), MANY);
    let mut case = Case::new(ROLE).identity(ALL);
    case.layers.scp = vec![vec![document(ALL, Kind::Scp)]; MANY];
    assert_eq!(timed(|| case.is(Allowed)).by.len(), MANY + 1);
}

#[test]
fn many_values_are_looked_up_among_many_operands() {
    let values: Vec<String> = (0..500).map(|at| (at * 32).to_string()).collect();
    let addresses: Vec<String> = (0..500).map(|at| format!("10.{}.{}.1", at / 250, at % 250)).collect();
    let borrowed = |all: &[String]| -> Vec<Box<str>> { all.iter().map(|one| one.as_str().into()).collect() };
    for (operator, operands, values) in [
        ("NumericEquals", listed(&|at| format!(r#""{at}.5""#)), &values),
        ("DateEquals", listed(&|at| format!(r#""{at}.5""#)), &values),
        ("IpAddress", listed(&|at| format!(r#""11.{}.{}.0/25""#, at / 250, at % 250)), &addresses),
        ("StringEquals", listed(&|at| format!(r#""x${{aws:l}}{at}""#)), &values),
    ] {
        let statement = allow(&when(&format!("ForAnyValue:{operator}"), "aws:k", &format!("[{operands}]")));
        let mut case = Case::new(ROLE).identity(&statement).with("aws:l", "l");
        case.request.context.set_many("aws:k", borrowed(values));
        timed(|| case.is(ImplicitDeny));
    }
    // one value that takes long to read
    let operands = listed(&|at| format!(r#""{at}""#));
    let case = Case::new(ROLE).identity(&allow(&when("NumericEquals", "aws:k", &format!("[{operands}]"))));
    timed(|| case.with("aws:k", &"1".repeat(64 * 1024)).is(ImplicitDeny));
}

/// No document that AWS keeps has such a pattern: what it was meant to match is not known.
#[test]
fn a_pattern_longer_than_any_document_is_not_understood() {
    let long = format!("*{}?b", "a".repeat(70_000));
    let resource = |effect: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"s3:*","Resource":["arn:aws:s3:::{long}","arn:aws:s3:::x"]}}"#)
    };
    let condition = when("StringLike", "aws:k", &format!(r#"["{long}","x"]"#));
    let rows = [
        (resource("Allow"), resource("Deny"), Depends),
        // of the values that were understood none matches
        (allow(&condition), deny(&condition), ImplicitDeny),
    ];
    for (allowing, denying, without) in rows {
        let asked = |statements: &str| Case::new(ROLE).identity(statements).with("aws:k", &"a".repeat(64 * 1024));
        timed(|| asked(&allowing).is(without));
        let case = asked(&format!("{ALL},{denying}"));
        timed(|| case.is(Depends));
        let rules: Vec<Rule> = case.layers.identity[0].remarks.iter().map(|remark| remark.rule).collect();
        assert_eq!(rules, [Rule::TooLong]);
    }
    // without wildcards it is a text, and compared as one
    let text = "a".repeat(70_000);
    let plain = allow(&when("StringLike", "aws:k", &format!(r#""{text}""#)));
    Case::new(ROLE).identity(&plain).with("aws:k", &text).is(Allowed);
}

#[test]
fn variables_of_long_values_over_and_over_take_no_more_than_a_text_can_have() {
    let pattern = format!("arn:aws:s3:::{}", "${aws:k}".repeat(8_000));
    let statement = format!(r#"{{"Effect":"Allow","Action":"s3:*","Resource":"{pattern}"}}"#);
    let case = Case::new(ROLE).identity(&statement).with("aws:k", &"a".repeat(64 * 1024));
    let taken = measure(|| drop(timed(|| case.is(ImplicitDeny))));
    assert!(taken.bytes_max < MOST_MEMORY, "{} bytes at most", taken.bytes_max);
}
