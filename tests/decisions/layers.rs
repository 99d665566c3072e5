//! Which layers must allow, and which statements and layers an answer names.

use crate::case::{ALL, Case, ROLE, allow, deny};
use rolecall::domain::policy::Outcome::{Allowed, Depends, ExplicitDeny, ImplicitDeny};
use rolecall::domain::policy::{Answer, Context, Layer, Note, Others, Reason, Requester};

#[test]
fn by_default_everything_is_denied_and_a_deny_wins() {
    let nothing = Case::new(ROLE).is(ImplicitDeny);
    assert_eq!(nothing.by, [Reason { layer: Layer::Identity, level: None, statement: None }]);
    let allowed = Case::new(ROLE).identity(&allow("")).is(Allowed);
    assert_eq!(allowed.by.len(), 1);
    let denied = Case::new(ROLE).identity(&format!("{},{}", allow(""), deny(r#","Sid":"No""#))).is(ExplicitDeny);
    let by = denied.by[0].statement.as_ref().unwrap();
    assert_eq!((by.policy, by.statement, by.sid.as_deref(), denied.by.len()), (0, 1, Some("No"), 1));
    for layer in [Case::boundary, Case::session, Case::scp, Case::identity] {
        let all = Case::new(ROLE).identity(&allow(""));
        layer(all, &format!("{ALL},{}", deny(""))).is(ExplicitDeny);
    }
    let anyone = deny(r#","Principal":"*""#);
    Case::new(ROLE).identity(&allow("")).resource(&anyone).is(ExplicitDeny);
    let open = ALL.replace(r#""Action""#, r#""Principal":"*","Action""#);
    Case::new(ROLE).identity(&allow("")).rcp(&format!("{open},{anyone}")).is(ExplicitDeny);
    Case::new(ROLE).identity(&allow("")).endpoint(&format!("{open},{anyone}")).is(ExplicitDeny);
}

#[test]
fn every_layer_that_is_there_must_allow_and_all_that_do_not_are_named() {
    let other = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
    let anyone = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*","Principal":"*"}"#;
    let decision = Case::new(ROLE)
        .identity(other)
        .boundary(other)
        .session(other)
        .scp(ALL)
        .scp(other)
        .rcp(anyone)
        .endpoint(anyone)
        .is(ImplicitDeny);
    let blockers: Vec<_> = decision.by.iter().map(|reason| (reason.layer, reason.level)).collect();
    assert_eq!(
        blockers,
        [
            (Layer::Rcp, Some(0)),
            (Layer::Scp, Some(1)),
            (Layer::Identity, None),
            (Layer::Boundary, None),
            (Layer::Session, None),
            (Layer::Endpoint, None)
        ]
    );
    for layer in [Case::boundary, Case::session, Case::scp, Case::rcp, Case::endpoint] {
        let open = Case::new(ROLE).identity(&allow(""));
        layer(open.clone(), other).is(ImplicitDeny);
        open.is(Allowed);
    }
    // an empty level allows nothing, an empty layer is not there
    let mut empty = Case::new(ROLE).identity(&allow(""));
    empty.layers.scp.push(Vec::new());
    empty.is(ImplicitDeny);
}

/// AWS Organizations user guide: SCPs and RCPs do not reach service-linked roles.
#[test]
fn service_linked_roles_are_out_of_reach_of_organisations() {
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
    let decision = Case::new(linked).identity(&allow("")).scp(&deny("")).is(Allowed);
    assert!(decision.remarks.contains(&Note::ServiceLinkedRole));
}

/// AWS Organizations user guide, "List of AWS services that support RCPs".
#[test]
fn an_rcp_that_decides_for_a_service_it_is_not_known_to_reach_is_remarked() {
    let open = ALL.replace(r#""Action""#, r#""Principal":"*","Action""#);
    let denying = format!("{open},{}", open.replace("Allow", "Deny"));
    for (action, rcp, outcome, remarked) in [
        ("ec2:RunInstances", &*denying, ExplicitDeny, true),
        ("ec2:RunInstances", "", ImplicitDeny, true),
        ("ec2:RunInstances", &*open, Allowed, false),
        ("s3:GetObject", &*denying, ExplicitDeny, false),
    ] {
        let decision = Case::new(ROLE).identity(ALL).rcp(rcp).asks(action, "*").is(outcome);
        let notes = decision.remarks.iter().filter(|note| matches!(note, Note::RcpOfOtherService { .. }));
        assert_eq!(notes.count(), usize::from(remarked), "{action} {rcp}");
    }
}

#[test]
fn layers_that_could_not_be_read_are_not_taken_for_good() {
    let mut case = Case::new(ROLE).identity(&allow(""));
    for (layer, expected) in [
        (Layer::Identity, Depends),
        (Layer::Boundary, Depends),
        (Layer::Session, Depends),
        (Layer::Resource, Allowed),
        (Layer::Scp, Allowed),
        (Layer::Rcp, Allowed),
        (Layer::Endpoint, Allowed),
    ] {
        case.layers.unread = [layer].into_iter().collect();
        let decision = case.is(expected);
        assert!(decision.layers.iter().any(|answer| answer.layer == layer && answer.answer == Answer::NotRead));
        let denied = case.clone().identity(&deny(""));
        denied.is(ExplicitDeny);
    }
    case.layers.unread = [Layer::Resource].into_iter().collect();
    case.clone().account("444455556666").is(Depends);
    case.request.context = Context::new(Others::Unknown);
    case.request.principal = Requester::read("*");
    case.is(Depends);
}
/// design: `*` as the request's resource, and patterns.
#[test]
fn a_pattern_asks_for_all_it_stands_for() {
    let case = |statements: &str, resource: &str| Case::new(ROLE).identity(statements).asks("s3:GetObject", resource);
    case(&allow(""), "arn:aws:s3:::shop/orders/*").is(Allowed);
    case(&allow(""), "arn:aws:s3:::other/*").is(ImplicitDeny);
    case(&allow(""), "arn:aws:s3:::*").is(Depends);
    case(&format!("{ALL},{}", deny("")), "arn:aws:s3:::*").is(Depends);
    case(&format!("{ALL},{}", deny("")), "arn:aws:s3:::shop/?").is(ExplicitDeny);
    case(&allow(""), "*").is(ImplicitDeny);
    case(ALL, "*").is(Allowed);
    let but = r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::shop/*"}"#;
    case(&format!("{but},{}", allow("")), "arn:aws:s3:::*").is(Allowed);
    case(&format!("{ALL},{}", but.replace("Allow", "Deny")), "*").is(ExplicitDeny);
    let narrow = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::shop/a*"}"#;
    case(&format!("{narrow},{}", deny("")), "arn:aws:s3:::shop*").is(ImplicitDeny);
}
