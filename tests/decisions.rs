//! What AWS documents of evaluation, row by row: policies, a request, the decision, and where it is written.

#![expect(clippy::unwrap_used, reason = "a broken row panics by name")]

use rolecall::domain::policy::Outcome::{Allowed, Depends, ExplicitDeny, ImplicitDeny};
use rolecall::domain::policy::{
    Action, Answer, Context, Decision, Document, Kind, Layer, Layers, Note, Others, Outcome, Reason, Request,
    Requester, Resource, decide, outcome,
};
use std::sync::Arc;

const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/api/i-0a";
const USER: &str = "arn:aws:iam::111122223333:user/ann";
const ROOT: &str = "arn:aws:iam::111122223333:root";
const OBJECT: &str = "arn:aws:s3:::shop/orders/1";
const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

/// A document of these statements.
fn document(statements: &str, kind: Kind) -> Arc<Document> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Document::parse(&text, kind).unwrap())
}

/// Policies and a request, put together piece by piece.
#[derive(Clone)]
struct Case {
    layers: Layers,
    request: Request,
}

impl Case {
    fn new(principal: &str) -> Self {
        Self { layers: Layers::default(), request: Request::new(principal, "s3:GetObject", OBJECT) }
    }

    fn asks(mut self, action: &str, resource: &str) -> Self {
        self.request.action = Action::new(action);
        self.request.resource = Resource::new(resource);
        self
    }

    fn identity(mut self, statements: &str) -> Self {
        self.layers.identity.push(document(statements, Kind::Identity));
        self
    }

    fn boundary(mut self, statements: &str) -> Self {
        self.layers.boundary.push(document(statements, Kind::Boundary));
        self
    }

    fn session(mut self, statements: &str) -> Self {
        self.layers.session.push(document(statements, Kind::Session));
        self
    }

    fn resource(mut self, statements: &str) -> Self {
        self.layers.resource.push(document(statements, Kind::Resource));
        self
    }

    fn endpoint(mut self, statements: &str) -> Self {
        self.layers.endpoint.push(document(statements, Kind::Endpoint));
        self
    }

    fn scp(mut self, statements: &str) -> Self {
        self.layers.scp.push(vec![document(statements, Kind::Scp)]);
        self
    }

    fn rcp(mut self, statements: &str) -> Self {
        self.layers.rcp.push(vec![document(statements, Kind::Rcp)]);
        self
    }

    fn account(mut self, account: &str) -> Self {
        self.request.resource_account = Some(account.into());
        self
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.request.context.set(key, value);
        self
    }

    fn with_many(mut self, key: &str, values: &[&str]) -> Self {
        self.request.context.set_many(key, values.iter().copied());
        self
    }

    fn unknown(mut self, key: &str) -> Self {
        self.request.context.set_unknown(key);
        self
    }

    fn decided(&self) -> Decision {
        let decision = decide(&self.request, &self.layers);
        assert_eq!(outcome(&self.request, &self.layers), decision.outcome, "with and without reasons");
        decision
    }

    #[track_caller]
    fn is(&self, expected: Outcome) -> Decision {
        let decision = self.decided();
        assert_eq!(decision.outcome, expected, "{decision:#?}");
        decision
    }
}

fn allow(rest: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::shop/*"{rest}}}"#)
}

fn deny(rest: &str) -> String {
    allow(rest).replace("Allow", "Deny")
}

/// An Allow in a resource policy to this principal.
fn to(principal: &str) -> String {
    allow(&format!(r#","Principal":{principal}"#))
}

fn aws(arn: &str) -> String {
    to(&format!(r#"{{"AWS":"{arn}"}}"#))
}

/// An Allow or Deny under a condition.
fn when(operator: &str, key: &str, values: &str) -> String {
    format!(r#","Condition":{{"{operator}":{{"{key}":{values}}}}}"#)
}

// IAM user guide, "Policy evaluation logic"

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

/// facts: the table of what a same-account resource policy names.
#[test]
fn within_an_account_it_counts_how_closely_a_resource_policy_names_the_caller() {
    for (caller, principal, alone, with_boundary) in [
        (SESSION, aws(SESSION), Allowed, Allowed),
        (SESSION, aws(ROLE), Allowed, ImplicitDeny),
        (ROLE, aws(ROLE), Allowed, ImplicitDeny),
        (SESSION, aws(ROOT), ImplicitDeny, ImplicitDeny),
        (SESSION, aws("111122223333"), ImplicitDeny, ImplicitDeny),
        (SESSION, to(r#""*""#), Allowed, Allowed),
        (SESSION, to(r#"{"AWS":"*"}"#), Allowed, Allowed),
        (USER, aws(USER), Allowed, Allowed),
        (
            "arn:aws:sts::111122223333:federated-user/ann",
            aws("arn:aws:sts::111122223333:federated-user/ann"),
            Allowed,
            Allowed,
        ),
        ("arn:aws:sts::111122223333:federated-user/ann", aws(USER), Allowed, ImplicitDeny),
        (SESSION, aws("arn:aws:iam::111122223333:role/other"), ImplicitDeny, ImplicitDeny),
    ] {
        let elsewhere = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
        let case = Case::new(caller).resource(&principal);
        case.is(alone);
        case.clone().boundary(elsewhere).is(with_boundary);
        case.clone().session(elsewhere).is(with_boundary);
        case.clone().scp(elsewhere).is(ImplicitDeny);
        case.clone().boundary(&format!("{ALL},{}", deny(""))).is(ExplicitDeny);
        if caller != USER {
            case.identity(&allow("")).is(Allowed);
        }
    }
}

/// IAM user guide, "Cross-account policy evaluation logic".
#[test]
fn across_accounts_both_sides_must_allow() {
    for principal in [aws(SESSION), aws(ROLE), aws(ROOT), to(r#""*""#)] {
        let case = Case::new(SESSION).account("444455556666").resource(&principal);
        let decision = case.is(ImplicitDeny);
        assert_eq!(decision.by.iter().map(|reason| reason.layer).collect::<Vec<_>>(), [Layer::Identity]);
        case.clone().identity(&allow("")).is(Allowed);
        case.identity(&allow("")).boundary(&allow("").replace("GetObject", "PutObject")).is(ImplicitDeny);
    }
    let alone = Case::new(SESSION).account("444455556666").identity(&allow("")).is(ImplicitDeny);
    assert_eq!(alone.by[0].layer, Layer::Resource);
    // the account in the ARN counts where none is given
    let queue = "arn:aws:sqs:eu-west-1:444455556666:q";
    Case::new(ROLE).identity(ALL).asks("sqs:SendMessage", queue).is(ImplicitDeny);
    Case::new(ROLE).identity(ALL).asks("sqs:SendMessage", queue).account("111122223333").is(Allowed);
}

/// AWS KMS developer guide, "Key policies"; IAM user guide on trust policies.
#[test]
fn roles_and_keys_decide_by_their_own_policy() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let decision = Case::new(ROLE).identity(ALL).asks("kms:Decrypt", key).is(ImplicitDeny);
    assert!(decision.remarks.contains(&Note::ResourcePolicyNeeded));
    let iam_enabled = format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{ROOT}"}},"Action":"kms:*","Resource":"*"}}"#);
    Case::new(ROLE).identity(ALL).asks("kms:Decrypt", key).resource(&iam_enabled).is(Allowed);
    Case::new(ROLE).asks("kms:Decrypt", key).resource(&iam_enabled).is(ImplicitDeny);
    let own = iam_enabled.replace(ROOT, ROLE);
    Case::new(ROLE).asks("kms:Decrypt", key).resource(&own).is(Allowed);
    Case::new(ROLE).identity(ALL).asks("kms:ListKeys", "*").is(Allowed);
    let other = "arn:aws:iam::111122223333:role/other";
    for action in ["sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithWebIdentity"] {
        assert!(
            Case::new(ROLE)
                .identity(ALL)
                .asks(action, other)
                .is(ImplicitDeny)
                .remarks
                .contains(&Note::ResourcePolicyNeeded)
        );
    }
    let trust = r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#;
    let mut assume = Case::new(ROLE).asks("sts:AssumeRole", other);
    assume.layers.resource.push(document(trust, Kind::Trust));
    assume.is(ImplicitDeny);
    assume.identity(ALL).is(Allowed);
}

#[test]
fn callers_without_policies_need_the_resource_alone() {
    for (caller, principal) in [
        ("*", r#""*""#),
        ("sns.amazonaws.com", r#"{"Service":"sns.amazonaws.com"}"#),
        ("sns.amazonaws.com", r#""*""#),
        (
            "arn:aws:iam::111122223333:oidc-provider/h/id/A",
            r#"{"Federated":"arn:aws:iam::111122223333:oidc-provider/h/id/A"}"#,
        ),
    ] {
        Case::new(caller).resource(&to(principal)).is(Allowed);
        Case::new(caller).account("444455556666").resource(&to(principal)).is(Allowed);
        let decision = Case::new(caller).identity(ALL).is(ImplicitDeny);
        assert!(decision.remarks.contains(&Note::NoPoliciesOfItsOwn));
    }
    Case::new("*").resource(&aws(ROOT)).is(ImplicitDeny);
    // "all requests are implicitly denied with the exception of requests made using the root user"
    Case::new(ROOT).is(Allowed);
    Case::new(ROOT).scp(&deny("")).is(ExplicitDeny);
    Case::new(ROOT).account("444455556666").is(ImplicitDeny);
}

/// AWS Organizations user guide: SCPs and RCPs do not reach service-linked roles.
#[test]
fn service_linked_roles_are_out_of_reach_of_organisations() {
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
    let decision = Case::new(linked).identity(&allow("")).scp(&deny("")).is(Allowed);
    assert!(decision.remarks.contains(&Note::ServiceLinkedRole));
}

/// IAM user guide, "Permissions boundaries for IAM entities" and "NotPrincipal".
#[test]
fn not_principal_is_a_trap() {
    let spares_all = deny(&format!(r#","NotPrincipal":{{"AWS":["{ROLE}","{SESSION}","{ROOT}"]}}"#));
    let case = Case::new(SESSION).identity(&allow("")).resource(&spares_all);
    case.is(Allowed);
    assert!(case.boundary(ALL).is(ExplicitDeny).remarks.contains(&Note::NotPrincipalHitsBoundary));
    let spares_user = deny(&format!(r#","NotPrincipal":{{"AWS":["{USER}","{ROOT}"]}}"#));
    let spares_other = spares_user.replace(ROOT, "444455556666");
    Case::new(SESSION).identity(&allow("")).resource(&spares_other).is(ExplicitDeny);
    let incomplete = deny(&format!(r#","NotPrincipal":{{"AWS":"{ROLE}"}}"#));
    let decision = Case::new(SESSION).identity(&allow("")).resource(&incomplete).is(Depends);
    assert!(decision.remarks.contains(&Note::NotPrincipalIncomplete));
    // in an Allow it is not supported
    Case::new(SESSION).resource(&allow(&format!(r#","NotPrincipal":{{"AWS":"{USER}"}}"#))).is(ImplicitDeny);
}

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
        ("NumericGreaterThan", r#"10"#, "11", "10"),
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
    assert!(holds("Null", r#"false"#, Some("x")) && !holds("Null", r#""false""#, None));
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

/// design: an unparsable number, date or address equals nothing; a Deny that fails for that alone is in doubt.
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
    let negated = when("NotIpAddress", "aws:k", r#""10.0.0.*""#);
    Case::new(ROLE).identity(&allow(&negated)).with("aws:k", "10.0.0.1").is(Allowed);
    Case::new(ROLE).identity(&format!("{ALL},{}", deny(&negated))).with("aws:k", "10.0.0.1").is(ExplicitDeny);
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
