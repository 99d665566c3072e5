//! What each condition operator holds of, and what variables stand for.

use crate::case::{ALL, Case, ROLE, USER, allow, deny, when};
use rolecall::domain::policy::Outcome::{Allowed, Depends, ExplicitDeny, ImplicitDeny};
use rolecall::domain::policy::{Document, Kind, Layers, Note};
use std::sync::Arc;

/// A statement under a condition, allowed and denied: what holds of a key with this value.
fn holds(operator: &str, values: &str, value: Option<&str>) -> bool {
    let case = Case::new(ROLE).identity(&allow(&when(operator, "aws:k", values)));
    let case = if let Some(value) = value { case.with("aws:K", value) } else { case };
    let allowed = case.decided().outcome == Allowed;
    let denying = Case { layers: Layers::default(), ..case }
        .identity(&format!("{ALL},{}", deny(&when(operator, "aws:k", values))));
    let denied = denying.decided().outcome == ExplicitDeny;
    assert_eq!(allowed, denied, "{operator} {values} {value:?}");
    allowed
}

/// IAM user guide, "Condition operators": each with a value that it holds of, one that it does not, and none.
#[test]
fn every_operator_holds_of_what_it_says() {
    for (operator, values, yes, no) in [
        ("StringEquals", r#"["a","b"]"#, "b", "B"),
        ("StringEquals", r#""a*""#, "a*", "ab"),
        ("StringEqualsIgnoreCase", r#""Ab""#, "aB", "abc"),
        ("StringLike", r#""a*?c""#, "axc", "ac"),
        ("NumericEquals", r#""10""#, "10.0", "11"),
        ("NumericLessThan", r#""10""#, "9", "10"),
        ("NumericLessThanEquals", r#""10""#, "10", "10.01"),
        ("NumericGreaterThan", "10", "11", "10"),
        ("NumericGreaterThanEquals", r#""10""#, "10", "9.99"),
        ("DateEquals", r#""2026-01-01""#, "2026-01-01T00:00:00Z", "2026-01-02"),
        ("DateLessThan", r#""2026-01-01T00:00:00Z""#, "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
        ("DateLessThanEquals", r#""2026-01-01T00:00:00Z""#, "1767225600", "1767225601"),
        ("DateGreaterThan", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z"),
        ("DateGreaterThanEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T01:00:00+01:00", "2025-12-31T23:59:59Z"),
        ("Bool", r#""true""#, "TRUE", "false"),
        ("BinaryEquals", r#""QmluYXJ5""#, "QmluYXJ5", "qmluYXJ5"),
        ("IpAddress", r#"["203.0.113.0/24","2001:db8::/32"]"#, "2001:db8::1", "203.0.114.1"),
        ("ArnEquals", r#""arn:aws:iam::*:role/*""#, ROLE, USER),
        ("ArnLike", r#""arn:aws:s3:::b*""#, "arn:aws:s3:::b:x/y", "arn:aws:s3:::c"),
        ("ArnLike", r#""arn:aws:*:x""#, "", "arn:aws:s3:::x"),
    ] {
        if !yes.is_empty() {
            assert!(holds(operator, values, Some(yes)), "{operator} {values} {yes}");
            assert!(holds(&format!("{operator}IfExists"), values, Some(yes)));
            assert!(holds(&format!("ForAnyValue:{operator}"), values, Some(yes)));
            assert!(holds(&format!("ForAllValues:{operator}"), values, Some(yes)));
        }
        assert!(!holds(operator, values, Some(no)), "{operator} {values} {no}");
        assert!(!holds(operator, values, None), "{operator}");
        assert!(!holds(&format!("{operator}IfExists"), values, Some(no)));
        assert!(holds(&format!("{operator}IfExists"), values, None));
        assert!(!holds(&format!("ForAnyValue:{operator}"), values, None));
        assert!(holds(&format!("ForAllValues:{operator}"), values, None));
    }
}

#[test]
fn negated_operators_hold_of_what_matches_none_and_of_nothing() {
    for (operator, values, yes, no) in [
        ("StringNotEquals", r#"["a","b"]"#, "c", "b"),
        ("StringNotEqualsIgnoreCase", r#"["a","b"]"#, "c", "B"),
        ("StringNotLike", r#"["a*","b"]"#, "b1", "a1"),
        ("NumericNotEquals", r#"["1","2"]"#, "3", "2.0"),
        ("DateNotEquals", r#""2026-01-01""#, "2026-01-02", "2026-01-01T00:00:00Z"),
        ("NotIpAddress", r#"["10.0.0.0/8","192.168.0.0/16"]"#, "11.0.0.1", "192.168.1.1"),
        ("ArnNotEquals", r#""arn:aws:iam::*:role/*""#, USER, ROLE),
        ("ArnNotLike", r#""arn:aws:iam::*:role/*""#, "no arn", ROLE),
    ] {
        assert!(holds(operator, values, Some(yes)), "{operator} {values} {yes}");
        assert!(!holds(operator, values, Some(no)), "{operator} {values} {no}");
        assert!(holds(operator, values, None));
        assert!(holds(&format!("{operator}IfExists"), values, None));
        assert!(!holds(&format!("ForAnyValue:{operator}"), values, None));
        assert!(holds(&format!("ForAllValues:{operator}"), values, None));
    }
    assert!(holds("Null", r#""true""#, None) && !holds("Null", r#""true""#, Some("x")));
    assert!(holds("Null", "false", Some("x")) && !holds("Null", r#""false""#, None));
}

/// IAM user guide, "Single-valued vs. multivalued context keys".
#[test]
fn several_values_need_a_set_prefix() {
    let case = |operator: &str, values: &str, own: &[&str]| {
        Case::new(ROLE).identity(&allow(&when(operator, "aws:TagKeys", values))).with_many("aws:TagKeys", own)
    };
    case("ForAnyValue:StringEquals", r#"["a","b"]"#, &["b", "c"]).is(Allowed);
    case("ForAllValues:StringEquals", r#"["a","b"]"#, &["b", "c"]).is(ImplicitDeny);
    case("ForAllValues:StringEquals", r#"["a","b"]"#, &["b", "a"]).is(Allowed);
    case("ForAllValues:StringEquals", r#"["a","b"]"#, &[]).is(Allowed);
    case("ForAnyValue:StringEquals", r#"["a","b"]"#, &[]).is(ImplicitDeny);
    case("ForAnyValue:StringNotEquals", r#"["a","b"]"#, &["a", "c"]).is(Allowed);
    case("ForAllValues:StringNotEquals", r#"["a","b"]"#, &["a", "c"]).is(ImplicitDeny);
    for operator in ["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"] {
        let decision = case(operator, r#"["a","*"]"#, &["a"]).is(ImplicitDeny);
        assert!(matches!(decision.remarks[..], [Note::NeedsSetPrefix { .. }]), "{:?}", decision.remarks);
    }
    case("Null", r#""false""#, &["a", "b"]).is(Allowed);
}

/// Of many values and many operands it is the same, though none is compared with each.
#[test]
fn many_values_are_compared_as_few_are() {
    let many = |of: char| -> Vec<String> { (0..20_000).map(|at| format!("{of}{at}")).collect() };
    let operands = format!(r#"["{}"]"#, many('v').join(r#"",""#));
    for (operator, of, more, expected) in [
        ("ForAnyValue:StringEquals", 'w', "x", ImplicitDeny),
        ("ForAnyValue:StringEquals", 'w', "v7", Allowed),
        ("ForAnyValue:StringEquals", 'w', "V7", ImplicitDeny),
        ("ForAnyValue:StringEqualsIgnoreCase", 'w', "V7", Allowed),
        ("ForAllValues:StringEqualsIgnoreCase", 'V', "v7", Allowed),
        ("ForAllValues:StringEquals", 'v', "x", ImplicitDeny),
        ("ForAllValues:StringNotEquals", 'w', "x", Allowed),
        ("ForAllValues:StringNotEquals", 'w', "v7", ImplicitDeny),
        ("ForAnyValue:BinaryEquals", 'w', "v7", Allowed),
    ] {
        let values = many(of);
        let values: Vec<&str> = values.iter().map(String::as_str).chain([more]).collect();
        Case::new(ROLE).identity(&allow(&when(operator, "aws:k", &operands))).with_many("aws:k", &values).is(expected);
    }
}

/// IAM user guide, "Policy variables": literal values, defaults, no value, versions.
#[test]
fn variables_stand_for_values() {
    let own = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::shop/${aws:username}/*"}"#;
    let case = Case::new(ROLE).identity(own).asks("s3:GetObject", "arn:aws:s3:::shop/ann/1");
    case.clone().with("aws:username", "ann").is(Allowed);
    case.clone().with("aws:username", "*").is(ImplicitDeny);
    case.clone().is(ImplicitDeny);
    let decision = case.clone().unknown("AWS:UserName").is(Depends);
    assert_eq!(decision.unknown, [Arc::from("AWS:UserName")]);
    case.asks("s3:GetObject", "arn:aws:s3:::other/ann/1").unknown("aws:username").is(ImplicitDeny);
    let positive = when("StringEquals", "aws:k", r#""${aws:PrincipalTag/team}""#);
    Case::new(ROLE).identity(&allow(&positive)).with("aws:k", "blue").is(ImplicitDeny);
    Case::new(ROLE).identity(&allow(&positive)).with("aws:k", "blue").with("aws:principaltag/TEAM", "blue").is(Allowed);
    let negated = when("StringNotEquals", "aws:k", r#""${aws:PrincipalTag/team}""#);
    Case::new(ROLE).identity(&allow(&negated)).with("aws:k", "blue").is(Allowed);
    let with_default = when("StringEquals", "aws:k", r#""${aws:PrincipalTag/team, 'none'}""#);
    Case::new(ROLE).identity(&allow(&with_default)).with("aws:k", "none").is(Allowed);
    let old = format!(r#"{{"Version":"2008-10-17","Statement":[{}]}}"#, allow(&positive));
    let mut literal = Case::new(ROLE).with("aws:k", "${aws:PrincipalTag/team}");
    literal.layers.identity.push(Arc::new(Document::parse(&old, Kind::Identity).unwrap()));
    literal.is(Allowed);
}
