//! How much memory is taken: by a decision without reasons none, for documents are compiled once and a request is only
//! looked at; by the catalogue of actions as much as its text and where its lines begin.

use crate::case::{ALL, Case, OBJECT, ROLE, SESSION};
use allocation_counter::measure;
use rolecall::domain::policy::{Outcome, outcome};
use rolecall::source::catalogue::unpacked;

/// 20 MiB.
const MOST_OF_CATALOGUE: u64 = 20 << 20;

#[test]
fn the_catalogue_takes_less_memory_than_it_may() {
    let mut catalogue = None;
    let taken = measure(|| catalogue = unpacked());
    assert!(catalogue.is_some_and(|catalogue| catalogue.action("s3:GetObject").is_some()));
    assert!(taken.bytes_max < MOST_OF_CATALOGUE, "{} bytes at most", taken.bytes_max);
}

#[test]
fn a_decision_without_reasons_takes_no_memory() {
    let reads = r#"{"Effect":"Allow","Action":["s3:Get*","sqs:SendMessage"],"Resource":["arn:aws:s3:::shop/*","arn:aws:sqs:*:*:q"]}"#;
    let insecure = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"},
        "NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/eks/*"}}}"#;
    let shared =
        format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{ROLE}"}},"Action":"s3:GetObject","Resource":"{OBJECT}"}}"#);
    let with_keys = |case: Case| {
        let mut case = case.identity(reads).identity(insecure);
        for (key, value) in [("aws:SecureTransport", "true"), ("aws:SourceIp", "10.1.2.3"), ("aws:PrincipalArn", ROLE)]
        {
            case.request.context.set(key, value);
        }
        case
    };
    for (case, expected) in [
        (Case::new(ROLE).identity(reads), Outcome::Allowed),
        (with_keys(Case::new(SESSION)).boundary(ALL).session(ALL), Outcome::Allowed),
        (with_keys(Case::new(ROLE)).boundary(reads).resource(&shared), Outcome::Allowed),
        (Case::new(ROLE).identity(reads).asks("s3:PutObject", OBJECT), Outcome::ImplicitDeny),
        (
            Case::new(ROLE).identity(ALL).identity(r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#),
            Outcome::ExplicitDeny,
        ),
    ] {
        let mut decided = None;
        let taken = measure(|| decided = Some(outcome(&case.request, &case.layers)));
        assert_eq!((decided, taken.count_total), (Some(expected), 0), "{:?}", case.request);
    }
}
