//! Whose account it is, and how closely a resource policy names who asks.

use crate::case::{ALL, Case, ROLE, ROOT, SESSION, USER, allow, aws, deny, document, to};
use rolecall::domain::policy::Outcome::{Allowed, Depends, ExplicitDeny, ImplicitDeny};
use rolecall::domain::policy::{Kind, Layer, Note, Request};
use rolecall::source::catalogue::catalogue;

const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/ann";

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
        (FEDERATED, aws(FEDERATED), Allowed, Allowed),
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

/// AWS STS API reference, `GetFederationToken`, `Policy`.
#[test]
fn a_federated_session_may_do_nothing_of_its_own_without_a_session_policy() {
    let elsewhere = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
    let case = Case::new(FEDERATED).identity(ALL);
    let decision = case.clone().is(ImplicitDeny);
    assert_eq!(decision.by.iter().map(|reason| reason.layer).collect::<Vec<_>>(), [Layer::Session]);
    assert!(decision.remarks.contains(&Note::SessionPolicyNeeded));
    case.clone().session(ALL).is(Allowed);
    case.clone().resource(&aws(FEDERATED)).is(Allowed);
    case.clone().resource(&aws(USER)).is(ImplicitDeny);
    let by_user = Case::new(FEDERATED).resource(&aws(USER)).session(ALL);
    by_user.clone().is(Allowed);
    by_user.clone().boundary(elsewhere).is(ImplicitDeny);
    case.resource(&aws(USER)).session(elsewhere).is(ImplicitDeny);
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

/// Service Authorization Reference, "AWS Key Management Service": which actions are about a key.
#[test]
fn what_is_about_a_key_needs_its_policy() {
    let kms = catalogue().service("kms").unwrap();
    for action in kms.actions().filter(|action| !action.name().ends_with("Alias")) {
        let needs = Request::new(ROLE, &action.full_name(), "*").needs_resource_policy();
        assert_eq!(needs, !action.is_wildcard_only(), "{}", action.name());
    }
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

/// IAM user guide, "Permissions boundaries for IAM entities" and "`NotPrincipal`".
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
