//! Documents as AWS takes them and as it does not: what is understood, what is remarked, and where.

use crate::domain::policy::document::{Document, Effect, Element, Kind, Selection, Statement, Version};
use crate::domain::policy::remark::Rule;
use crate::domain::policy::span::{Lines, Span};
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::{KeyName, Value, Values};
use crate::domain::policy::{Action, PrincipalKind, Resource, Test};
use proptest::prelude::*;
use std::fmt::Write as _;

mod hostile;

struct Nothing;

impl Values for Nothing {
    fn value(&self, _: &KeyName) -> Value<'_> {
        Value::Absent
    }
}

fn read(kind: Kind, text: &str) -> Document {
    Document::parse(text, kind).unwrap_or_else(|unreadable| panic!("{unreadable} in {text}"))
}

/// A document of one statement, the elements given.
fn one(elements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{elements}}}}}"#)
}

/// The rules that its remarks name.
fn rules(document: &Document) -> Vec<Rule> {
    document.remarks.iter().map(|remark| remark.rule).collect()
}

fn only(document: &Document) -> &Statement {
    let [statement] = &*document.statements else { panic!("one statement: {document:?}") };
    statement
}

const ALLOW: &str = r#""Effect":"Allow","Action":"s3:*","Resource":"*""#;

/// IAM User Guide, "Grammar of the IAM JSON policy language": what may be single, a list, or missing.
#[test]
fn every_shape_that_the_grammar_has_is_read_without_remark() {
    let principal = r#""Effect":"Deny","Action":"s3:*","Resource":"*","Principal""#;
    for (kind, text) in [
        (Kind::Identity, one(ALLOW)),
        (Kind::Identity, format!(r#"{{"Statement":[{{{ALLOW}}}]}}"#)),
        (
            Kind::Identity,
            format!(
                r#"{{"Version":"2008-10-17","Id":"x","Statement":[{{"Sid":"A1",{ALLOW}}},{{"Sid":"","Condition":{{}},{ALLOW}}}]}}"#
            ),
        ),
        (
            Kind::Identity,
            one(r#""Effect":"Deny","NotAction":["iam:*","*"],"NotResource":["arn:aws:s3:::a","arn:aws:s3*"]"#),
        ),
        (
            Kind::Identity,
            one(&format!(
                r#"{ALLOW},"Condition":{{"Bool":{{"a:b":true}},"NumericLessThan":{{"a:c":[1,"2"]}},"Null":{{"a:d":"true"}}}}"#
            )),
        ),
        (Kind::Resource, one(&format!(r#"{principal}:"*""#))),
        (Kind::Resource, one(&format!(r#"{principal}:{{"AWS":"*"}}"#))),
        (
            Kind::Resource,
            one(&format!(
                r#"{principal}:{{"AWS":["111122223333","arn:aws:iam::111122223333:role/a"],"Service":"s3.amazonaws.com"}}"#
            )),
        ),
        (
            Kind::Resource,
            one(r#""Sid":"with space","Effect":"Deny","Action":"ecr:*","NotPrincipal":{"AWS":"111122223333"}"#),
        ),
        (
            Kind::Trust,
            one(
                r#""Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"pods.eks.amazonaws.com"}"#,
            ),
        ),
        (Kind::Scp, one(r#""Sid":"with space","Effect":"Deny","NotAction":"iam:*","Resource":"*""#)),
        (Kind::Rcp, one(&format!(r#"{principal}:"*""#))),
        (Kind::Endpoint, one(&format!(r#"{principal}:"*""#))),
    ] {
        let document = read(kind, &text);
        assert_eq!(document.remarks, [], "{text}");
        assert!(document.is_understood() && document.refused().is_none(), "{text}");
    }
}

#[test]
fn what_is_read_is_what_was_written() {
    let document = read(
        Kind::Resource,
        &one(
            r#""Sid":"A","Effect":"Deny","NotPrincipal":{"AWS":"*"},"NotAction":"S3:get*","NotResource":"arn:aws:s3:::a",
           "Condition":{"ForAnyValue:StringLike":{"aws:TagKeys":["a*","${aws:username}"]},"Bool":{"aws:SecureTransport":false}}"#,
        ),
    );
    let statement = only(&document);
    assert_eq!(
        (statement.sid.as_deref(), statement.effect, document.version),
        (Some("A"), Effect::Deny, Version::V2012)
    );
    assert!(matches!(&statement.principals, Some(Selection::AllBut(all)) if all[0].kind == PrincipalKind::Anyone));
    assert!(statement.actions.is_all_but() && !statement.actions.selects(&Action::new("s3:GetObject")));
    assert!(statement.actions.selects(&Action::new("s3:PutObject")));
    let resources = statement.resources.as_ref().expect("resources");
    assert_eq!(resources.selects(&Resource::new("arn:aws:s3:::a"), Effect::Deny, &Nothing), Truth::No);
    let [tags, secure] = &*statement.conditions else { panic!("two conditions") };
    assert_eq!((tags.operator.test, tags.key.folded(), tags.values.len()), (Test::StringLike, "aws:tagkeys", 2));
    assert_eq!(tags.values[1].keys().map(KeyName::as_str).collect::<Vec<_>>(), ["aws:username"]);
    assert_eq!((secure.operator.test, secure.values[0].as_str()), (Test::Bool, "false"));
}

/// Where nothing can be understood the place is named all the same.
#[test]
fn what_cannot_be_read_at_all_is_an_error_with_its_place() {
    for (text, line, column, words) in [
        ("", 1, 1, "no JSON"),
        ("{\n  \"Statement\": [\n    {\"Sid\" \"a\"}\n  ]\n}", 3, 12, "a `:`"),
        (" []", 1, 2, "a policy is an object, not a list"),
        ("{}", 1, 1, "has a Statement"),
        ("{\n\"Statement\": \"é\"}", 2, 14, "an object or a list of objects, not a text"),
        ("{\"Statement\": null}", 1, 15, "not null"),
    ] {
        let unreadable = Document::parse(text, Kind::Identity).expect_err(text);
        let place = (unreadable.position.line, unreadable.position.column);
        assert_eq!(place, (line, column), "{unreadable}");
        assert!(unreadable.sentence.contains(words), "{unreadable}");
    }
}

/// One row per rule: kind of policy · how much of the document is given: all, one statement, or what is added to one that
/// allows · that · the rule · where the remark stands · its element · the elements that are not understood for it.
const RULES: &str = r#"
identity | allow | "Sid":"a b" | SidCharacters | "a b" | Sid |
identity | allow | "Sid":7 | WrongType | 7 | Sid |
identity | allow | "Effect":"Deny" | DuplicateKey | "Effect" | Effect |
identity | one | "effect":"Allow","Action":"s3:*","Resource":"*" | Spelling | "effect" | Effect |
identity | one | "Effect":"allow","Action":"s3:*","Resource":"*" | Effect | "allow" | Effect | Effect
identity | one | "Action":"s3:*","Resource":"*" | MissingElement | { | Effect | Effect
identity | one | "Effect":"Deny","Resource":"*" | MissingElement | { | Action | Action
identity | one | "Effect":"Deny","Action":"*" | MissingElement | { | Resource | Resource
identity | allow | "NotAction":"iam:*" | Contradiction | "NotAction" | NotAction | Action NotAction
identity | one | "Effect":"Deny","Action":["s3:*",7],"Resource":"*" | WrongType | 7 | Action | Action
identity | one | "Effect":"Deny","Action":[],"Resource":"*" | EmptyList | [] | Action |
identity | one | "Effect":"Allow","NotAction":[],"Resource":"*" | EmptyList | [] | NotAction | NotAction
identity | one | "Effect":"Deny","Action":["s3:Get,Put"],"Resource":"*" | Action | "s3:Get,Put" | Action |
identity | one | "Effect":"Deny","Action":"*","Resource":"bucket" | Resource | "bucket" | Resource |
identity | one | "Effect":"Deny","Action":"*","Resource":"arn:aws:iam::1:ro*" | TypeWord | "arn:aws:iam::1:ro*" | Resource |
identity | one | "Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${a" | Variable | "arn:aws:s3:::${a" | Resource | Resource
identity | allow | "Principal":"*" | PrincipalIgnored | "*" | Principal |
identity | allow | "Remark":"x" | UnknownElement | "Remark" | | Condition
identity | allow | "Condition":[] | WrongType | [] | Condition | Condition
identity | allow | "Condition":{"Bool":7} | WrongType | 7 | Condition | Condition
identity | allow | "Condition":{"Bool":{"a":null}} | WrongType | null | Condition | Condition
identity | allow | "Condition":{"Bool":{"":"true"}} | ConditionKey | "" | Condition | Condition
identity | allow | "Condition":{"Bool":{"a":[]}} | NoValues | [] | Condition |
identity | allow | "Condition":{"ForAnyValue:Null":{"a":"true"}} | NullOfSet | "ForAnyValue:Null" | Condition |
identity | allow | "Condition":{"Bool":{"a":"true","A":"false"}} | Twins | "A" | Condition | Condition
identity | allow | "Condition":{"Bool":{"a":"true","a":"false"}} | DuplicateKey | "a" | Condition |
identity | allow | "Condition":{"StringMatches":{"a":"b"}} | Operator | "StringMatches" | Condition |
identity | allow | "Condition":{"stringequals":{"a":"b"}} | Spelling | "stringequals" | Condition |
identity | allow | "Condition":{"StringLike":{"a":"${}"}} | Variable | "${}" | Condition | Condition
identity | allow | "Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","ten"]}} | Operand | "ten" | Condition |
identity | allow | "Condition":{"NumericLessThan":{"a":"1e"}} | Operand | "1e" | Condition |
resource | one | "Effect":"Allow","Action":"s3:*","Resource":"*" | PrincipalMissing | { | Principal |
resource | allow | "NotPrincipal":"*" | NotPrincipal | "*" | NotPrincipal |
resource | allow | "Principal":"111122223333" | WrongType | "111122223333" | Principal | Principal
resource | allow | "Principal":{"AWS":"role/*"} | Principal | "role/*" | Principal | Principal
resource | allow | "Principal":{} | EmptyList | {} | Principal |
resource | allow | "Principal":{"aws":"*"} | Spelling | "aws" | Principal |
resource | allow | "Principal":{"AWS":[]} | EmptyList | [] | Principal |
resource | one | "Effect":"Deny","Action":"*","Principal":"*","Resource":"arn:aws:s3*" | ShortArn | "arn:aws:s3*" | Resource |
resource | one | "Effect":"Deny","Action":"*","Principal":"*","Resource":"bucket" | NoArn | "bucket" | Resource |
trust | one | "Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*" | ResourceIgnored | "*" | Resource |
identity | all | {"Version":"2013","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]} | Version | "2013" | Version | Version
identity | all | {"Version":"2013","Statement":[{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}]} | Version | "2013" | Version | Version Resource
identity | all | {"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${a:b}"}} | VariableUnderOldVersion | "arn:aws:s3:::${a:b}" | Resource |
"#;

#[test]
fn every_rule_names_its_place() {
    for row in RULES.lines().filter(|row| !row.is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let &[kind, shape, given, rule, place, element, unread] = &*cells else { panic!("seven cells: {row}") };
        let kind = match kind {
            "identity" => Kind::Identity,
            "resource" => Kind::Resource,
            _ => Kind::Trust,
        };
        let text = match shape {
            "all" => given.to_owned(),
            "one" => one(given),
            _ => one(&format!("{ALLOW},{given}")),
        };
        let document = read(kind, &text);
        let [remark] = &*document.remarks else { panic!("one remark: {row}: {:?}", document.remarks) };
        assert_eq!(format!("{:?}", remark.rule), rule, "{row}");
        let found = remark.place.span.of(&text);
        assert!(found == place || place == "{" && found.starts_with('{'), "{found} in {row}");
        assert_eq!(remark.place.element.map_or("", Element::name), element, "{row}");
        let own: Vec<&str> = only(&document).unread.iter().map(|element| element.name()).collect();
        assert_eq!(own.join(" "), unread, "{row}");
        assert_eq!(document.refused().is_some(), remark.rule.is_refused(), "{row}");
    }
}

#[test]
fn a_remark_says_line_column_statement_and_element() {
    let document = read(
        Kind::Identity,
        "{\n \"Statement\": [\n  {\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"},\n  {\"Effect\": \"é\",\n   \"Action\": \"s3:\", \"Resource\": \"*\"}]}",
    );
    let told: Vec<String> = document.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 4, column 14, statement 2, Effect: Effect is Allow or Deny, in these letters, not `é`",
            "line 5, column 14, statement 2, Action: no action is named like `s3:`: it matches nothing",
        ]
    );
}

#[test]
fn sids_of_one_document_differ() {
    let document = read(Kind::Identity, &format!(r#"{{"Statement":[{{"Sid":"A",{ALLOW}}},{{"Sid":"A",{ALLOW}}}]}}"#));
    assert_eq!(rules(&document), [Rule::SidTwice]);
    assert_eq!(document.remarks[0].place.statement, Some(1));
}

/// A Deny that could not be read must never be overlooked: it stands in its place, and says so.
#[test]
fn a_statement_that_is_none_keeps_its_place() {
    let document = read(Kind::Identity, &format!(r#"{{"Statement":["Deny",{{{ALLOW}}},[]]}}"#));
    let unread: Vec<_> = document.statements.iter().map(|own| (own.effect, own.unread.as_slice())).collect();
    let none: &[Element] = &[Element::Statement];
    assert_eq!(unread, [(Effect::Deny, none), (Effect::Allow, &[]), (Effect::Deny, none)]);
    assert_eq!(rules(&document), [Rule::WrongType, Rule::WrongType]);
    assert_eq!(rules(&read(Kind::Identity, r#"{"Statement":[]}"#)), [Rule::EmptyList]);
}

#[test]
fn a_misspelt_principal_leaves_open_whom_the_statement_is_for() {
    let document = read(Kind::Resource, &one(r#""Effect":"Deny","Action":"*","Resource":"*","Principle":"*""#));
    assert_eq!(only(&document).unread, [Element::Condition, Element::Principal]);
}

/// The first reason why AWS would refuse it is said, however much is said before.
#[test]
fn of_many_remarks_the_first_are_kept_and_the_others_counted() {
    let many = vec![r#""s3:""#; 250].join(",");
    let document = read(Kind::Identity, &one(&format!(r#""Effect":"Allow","Action":[{many}],"Resource":["a","b"]"#)));
    let said: Vec<&str> = document.remarks.iter().skip(100).map(|remark| &*remark.sentence).collect();
    assert_eq!(said, ["`a` is neither an ARN nor `*`", "151 more remarks on this document are left out"]);
    assert_eq!(document.refused().map(|remark| remark.rule), Some(Rule::Resource));
    let whole = vec![r#""s3:""#; 100].join(",");
    let document = read(Kind::Identity, &one(&format!(r#""Effect":"Allow","Action":[{whole}],"Resource":"*""#)));
    assert_eq!(document.remarks.len(), 100);
}

#[test]
fn statements_and_conditions_know_their_lines() {
    let text = "{\n\"Statement\": [\n{\n\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n\"Condition\": {\"Bool\": {\n\"a\": [\n\"true\"]}}\n}\n]}";
    let document = read(Kind::Identity, text);
    let lines = Lines::of(text);
    assert_eq!(lines.of_span(only(&document).span), 3..=8);
    assert_eq!(lines.of_span(only(&document).conditions[0].span), 6..=7);
}

proptest! {
    /// Every byte of a good document replaced, doubled or left out: something or an error comes out, and what is
    /// remarked stands within the text.
    #[test]
    fn damaged_documents_are_read_or_refused(at in 0_usize..600, with in any::<char>(), how in 0..3) {
        let mut chars: Vec<char> = DAMAGED.chars().collect();
        let at = at % chars.len();
        match how {
            0 => chars[at] = with,
            1 => { chars.remove(at); }
            _ => chars.insert(at, with),
        }
        let text: String = chars.into_iter().collect();
        for kind in [Kind::Identity, Kind::Resource, Kind::Trust] {
            if let Ok(document) = Document::parse(&text, kind) {
                let within = |span: Span| span.start <= span.end && text.get(span.start as usize..span.end as usize).is_some();
                prop_assert!(document.remarks.iter().all(|remark| within(remark.place.span)));
                prop_assert!(document.statements.iter().all(|own| within(own.span)));
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let _document = Document::parse(&text, Kind::Identity);
        let _document = Document::parse(&one(&format!(r#""Action":{text:?},"Resource":{text:?},"Sid":{text:?}"#)), Kind::Scp);
    }
}

const DAMAGED: &str = r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A","Effect":"Deny","Principal":{"AWS":["*",
    "111122223333"],"Service":"a.b"},"NotAction":["s3:Get*","iam:?"],"Resource":"arn:aws:s3:::${aws:username, 'x'}/*",
    "Condition":{"ForAnyValue:StringLike":{"aws:TagKeys":["a*","\u00e9"]},"Bool":{"a:b":true},"NumericEquals":{"n":[1,2e3]}}},
    {"Effect":"Allow","Action":"*","NotResource":["*","arn:aws:iam::*:u*"],"NotPrincipal":{"Federated":"x.y"}}]}"#;
