//! What is decided where a key is not known or a value cannot be read.

use crate::case::{ALL, Case, ROLE, allow, deny, when};
use rolecall::domain::policy::Outcome::{Allowed, Depends, ExplicitDeny, ImplicitDeny};
use rolecall::domain::policy::{Note, Pattern};
use std::sync::Arc;

/// design: an unparsable number, date or address equals nothing, and so does what is no ARN; a Deny that fails for that alone is in doubt.
#[test]
fn an_operand_that_cannot_be_read_equals_nothing() {
    for (operator, value, own) in [
        ("NumericLessThan", "few", "5"),
        ("DateGreaterThan", "soon", "2026-01-01"),
        ("IpAddress", "10.0.0.*", "10.0.0.1"),
    ] {
        let condition = when(operator, "aws:k", &format!(r#""{value}""#));
        Case::new(ROLE).identity(&allow(&condition)).with("aws:k", own).is(ImplicitDeny);
        let denying = format!("{ALL},{}", deny(&condition));
        Case::new(ROLE).identity(&denying).with("aws:k", own).is(Depends);
        Case::new(ROLE).identity(&denying).is(Allowed);
        Case::new(ROLE).identity(&denying).unknown("aws:k").is(Depends);
        Case::new(ROLE).identity(&deny(&condition)).with("aws:k", own).is(ImplicitDeny);
    }
    for (operator, value) in
        [("ArnLike", "*"), ("ArnEquals", "arn:aws:iam::*"), ("ArnNotLike", "*"), ("ArnNotEquals", "arn:aws:iam::*")]
    {
        let condition = when(operator, "aws:k", &format!(r#""{value}""#));
        Case::new(ROLE).identity(&allow(&condition)).with("aws:k", ROLE).is(Depends);
        Case::new(ROLE).identity(&format!("{ALL},{}", deny(&condition))).with("aws:k", ROLE).is(Depends);
        Case::new(ROLE).identity(&deny(&condition)).with("aws:k", ROLE).is(ImplicitDeny);
    }
    let negated = when("NotIpAddress", "aws:k", r#""10.0.0.*""#);
    Case::new(ROLE).identity(&allow(&negated)).with("aws:k", "10.0.0.1").is(Allowed);
    Case::new(ROLE).identity(&format!("{ALL},{}", deny(&negated))).with("aws:k", "10.0.0.1").is(ExplicitDeny);
}

/// Each is a question of its own, and looked for among all others.
#[test]
fn many_unknown_keys_and_operators_are_many_questions() {
    let many = |name: &dyn Fn(usize) -> String| -> Vec<String> { (0..20_000).map(name).collect() };
    let operators = many(&|at| format!(r#""Odd{at}":{{"aws:k":"a"}}"#)).join(",");
    Case::new(ROLE).identity(&allow(&format!(r#","Condition":{{{operators}}}"#))).is(Depends);
    let keys = many(&|at| format!("k:{}", 20_000 - at));
    let conditions: Vec<String> = keys.iter().map(|key| format!(r#""{key}":"a""#)).collect();
    let mut case =
        Case::new(ROLE).identity(&allow(&format!(r#","Condition":{{"StringEquals":{{{}}}}}"#, conditions.join(","))));
    for key in &keys {
        case.request.context.set_unknown(key);
    }
    assert_eq!(case.is(Depends).unknown.len(), keys.len());
}

/// Held against each other they would take the square of their number, in time and in memory.
#[test]
fn many_numbers_of_one_unknown_key_are_not_held_against_each_other() {
    let equal = |at: usize| allow(&when("NumericEquals", "aws:k", &format!(r#""{at}""#)));
    let statements: Vec<String> = (0..10_000).map(equal).collect();
    let decision = Case::new(ROLE).identity(&statements.join(",")).unknown("aws:k").is(Depends);
    assert_eq!(decision.unknown, [Arc::from("aws:k")]);
}

/// A session's `aws:userid` is its role's ID and a name that is not known.
#[test]
fn what_is_known_of_a_value_in_part_decides_as_far_as_it_goes() {
    let asked = |statements: &str| {
        let mut case = Case::new(ROLE).identity(statements);
        case.request.context.set_shaped("aws:userid", Pattern::new("AROA1:eks-*"));
        case
    };
    let id = |operator: &str, values: &str| when(operator, "aws:userid", values);
    for (operator, values, outcome) in [
        ("StringLike", r#""AROA1:*""#, Allowed),
        ("StringLike", r#"["AROA2:*","AROA1:?*"]"#, Allowed),
        ("StringLike", r#""AROA2:*""#, ImplicitDeny),
        ("StringLike", r#""AROA1:eks-blue-*""#, Depends),
        ("StringEquals", r#""AROA1:i-0a""#, ImplicitDeny),
        ("StringNotLike", r#"["AROA2:*","AIDA1"]"#, Allowed),
        ("StringNotLike", r#""AROA1:*""#, ImplicitDeny),
        ("StringEqualsIgnoreCase", r#""aroa2:i-0a""#, ImplicitDeny),
        ("StringEqualsIgnoreCase", r#""aroa1:EKS-0a""#, Depends),
        ("ForAnyValue:StringLike", r#""AROA1:*""#, Allowed),
        ("ForAllValues:StringLike", r#""AROA2:*""#, ImplicitDeny),
        ("Null", r#""false""#, Allowed),
        ("Null", r#""true""#, ImplicitDeny),
    ] {
        asked(&allow(&id(operator, values))).is(outcome);
    }
    // who has another role is denied, and one of this role is not
    asked(&format!("{ALL},{}", deny(&id("StringNotLike", r#""AROA2:*""#)))).is(ExplicitDeny);
    asked(&format!("{ALL},{}", deny(&id("StringNotLike", r#""AROA1:*""#)))).is(Allowed);
    let own = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::shop/${aws:userid}/*"}"#;
    asked(own).asks("s3:GetObject", "arn:aws:s3:::shop/AROA2:eks-a/1").is(ImplicitDeny);
    let decision = asked(own).asks("s3:GetObject", "arn:aws:s3:::shop/AROA1:eks-a/1").is(Depends);
    assert_eq!(decision.unknown, ["aws:userid".into()]);
}

#[test]
fn what_is_not_known_is_decided_where_every_value_agrees() {
    let two = |a: &str, b: &str| Case::new(ROLE).identity(a).identity(b).unknown("aws:k").unknown("aws:l");
    let none = r#"{"Effect":"Allow","Action":"sqs:Nothing","Resource":"*"}"#;
    let k = |operator: &str, values: &str| when(operator, "aws:k", values);
    // the same in an Allow and a Deny
    two(&allow(&k("StringEquals", r#""a""#)), &deny(&k("StringEquals", r#""a""#))).is(ImplicitDeny);
    two(&allow(&k("StringEquals", r#""a""#)), &deny(&k("StringLike", r#""?""#))).is(ImplicitDeny);
    two(&allow(&k("StringLike", r#""a*""#)), &deny(&k("StringLike", r#""*b""#))).is(Depends);
    two(&allow(&k("StringEquals", r#""ab""#)), &deny(&k("StringLike", r#""*b""#))).is(ImplicitDeny);
    // either way
    two(&allow(&k("StringEquals", r#""a""#)), &allow(&k("StringNotEquals", r#""a""#))).is(Allowed);
    two(&allow(&k("Null", r#""true""#)), &allow(&k("Null", r#""false""#))).is(Allowed);
    two(&allow(&k("StringLikeIfExists", r#""*""#)), none).is(Allowed);
    two(&allow(&k("NumericLessThan", r#""5""#)), &deny(&k("NumericLessThan", r#""7""#))).is(ImplicitDeny);
    two(&allow(&k("NumericLessThan", r#""7""#)), &deny(&k("NumericLessThan", r#""5""#))).is(Depends);
    two(&allow(&k("IpAddress", r#""10.1.0.0/16""#)), &deny(&k("IpAddress", r#""10.0.0.0/8""#))).is(ImplicitDeny);
    two(&allow(&k("ForAnyValue:StringEquals", r#""a""#)), &deny(&k("ForAllValues:StringLike", r#""*""#)))
        .is(ExplicitDeny);
    two(&allow(&k("ForAnyValue:StringEquals", r#""a""#)), &deny(&k("ForAnyValue:StringEquals", r#""b""#))).is(Depends);
    two(&allow(&k("StringEquals", r#""a""#)), &deny(&k("ForAnyValue:StringEquals", r#""a""#))).is(ImplicitDeny);
    // a variable on both sides
    let home = |effect: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"s3:*","Resource":"arn:aws:s3:::shop/${{aws:k}}/1"}}"#)
    };
    two(&home("Allow"), &home("Deny")).is(ImplicitDeny);
    two(&home("Allow"), none).asks("s3:GetObject", "arn:aws:s3:::shop/a/1").is(Depends);
    // only the keys that make the difference are named
    let decision =
        two(&allow(&k("StringEquals", r#""a""#)), &allow(&when("StringLikeIfExists", "aws:l", r#""*""#))).is(Allowed);
    assert!(decision.unknown.is_empty());
    let decision =
        two(&allow(&k("StringEquals", r#""a""#)), &deny(&when("StringEquals", "aws:m", r#""a""#))).is(Depends);
    assert_eq!(decision.unknown, [Arc::from("aws:k")]);
}

#[test]
fn a_deny_that_hangs_on_what_is_not_known_never_becomes_allowed() {
    let denying = deny(&when("StringNotEquals", "aws:SourceVpc", r#""vpc-1""#));
    let decision = Case::new(ROLE).identity(&format!("{ALL},{denying}")).unknown("aws:SourceVpc").is(Depends);
    assert_eq!(decision.by[0].statement.as_ref().unwrap().statement, 1);
    Case::new(ROLE).identity(&denying).unknown("aws:SourceVpc").is(ImplicitDeny);
    Case::new(ROLE).identity(&format!("{ALL},{denying}")).is(ExplicitDeny);
    let unknown_operator = deny(&when("StringSounds", "aws:k", r#""a""#));
    Case::new(ROLE).identity(&format!("{ALL},{unknown_operator}")).with("aws:k", "a").is(Depends);
    let unread = r#"{"Effect":"Refuse","Action":"s3:*","Resource":"*"}"#;
    Case::new(ROLE).identity(&format!("{ALL},{unread}")).is(Depends);
}

/// A canonical user ID stands for an account, and whose it is only that account tells.
#[test]
fn a_canonical_user_may_be_the_callers_account() {
    let id = r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#;
    let denying = format!(r#"{{"Effect":"Deny","Principal":{id},"Action":"s3:*","Resource":"*"}}"#);
    let allowing = denying.replace("Deny", "Allow");
    let nothing = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
    Case::new(ROLE).identity(ALL).resource(&denying).is(Depends);
    // to the account alone it allows nothing
    Case::new(ROLE).identity(nothing).resource(&allowing).is(ImplicitDeny);
    Case::new(ROLE).identity(ALL).resource(&allowing).is(Allowed);
    Case::new("arn:aws:iam::444455556666:role/x").identity(ALL).resource(&allowing).account("111122223333").is(Depends);
    Case::new("*").resource(&allowing).is(ImplicitDeny);
    let root = Case::new("arn:aws:iam::111122223333:root").resource(&denying).is(Depends);
    assert!(!root.remarks.contains(&Note::NamesOneSession), "{root:?}");
}

/// A role got without an MFA device: the key is absent or `false`, and nobody says which.
#[test]
fn a_key_that_is_absent_or_has_one_value_decides_where_both_agree() {
    let asked = |statements: &str| {
        let mut case = Case::new(ROLE).identity(statements);
        case.request.context.set_shaped_or_absent("aws:mfa", Pattern::text("false"));
        case
    };
    let mfa = |operator: &str, value: &str| when(operator, "aws:mfa", &format!(r#""{value}""#));
    asked(&allow(&mfa("Bool", "true"))).is(ImplicitDeny);
    asked(&allow(&mfa("Bool", "false"))).is(Depends);
    asked(&allow(&mfa("BoolIfExists", "false"))).is(Allowed);
    asked(&format!("{ALL},{}", deny(&mfa("BoolIfExists", "false")))).is(ExplicitDeny);
    asked(&format!("{ALL},{}", deny(&mfa("Bool", "true")))).is(Allowed);
    asked(&format!("{ALL},{}", deny(&mfa("Bool", "yes")))).is(Depends);
    asked(&format!("{ALL},{}", deny(&mfa("Null", "true")))).is(Depends);
    // one of the two holds either way
    asked(&format!("{},{}", allow(&mfa("Bool", "false")), allow(&mfa("Null", "true")))).is(Allowed);
}
