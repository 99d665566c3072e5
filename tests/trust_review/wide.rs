//! What trust policies leave open: what is said of them agrees with who could assume the role.

use crate::{arn, could, with_role, world};
use rolecall::domain::diagnose::remedies;
use rolecall::domain::identity::{openings, trust_review};
use rolecall::domain::model::Name;

/// What is said of a role's statement for tokens of this issuer with this subject, and whether it is too wide.
fn left_open(issuer: &str, subject: Option<&str>) -> (bool, String) {
    let mut inventory = world();
    let subject = subject.map(|it| format!(r#","StringLike":{{"{issuer}:sub":"{it}"}}"#)).unwrap_or_default();
    let trust = format!(
        r#"{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/{issuer}"}},
            "Action":"sts:AssumeRoleWithWebIdentity",
            "Condition":{{"StringEquals":{{"{issuer}:aud":"sts.amazonaws.com"}}{subject}}}}}"#
    );
    with_role(&mut inventory, "open", &trust, &[]);
    let mut all = openings(&inventory, &arn("open"));
    assert!(all.len() < 2, "{all:?}");
    all.pop().map_or_else(Default::default, |own| (own.is_too_wide, own.sentence))
}

#[test]
fn whom_a_statement_leaves_open_is_said_by_who_signs_for_them() {
    let own = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
    for (issuer, who) in [
        (own, "any ServiceAccount of the cluster"),
        ("oidc-eks.eu-west-1.api.aws/id/XYZ", "any ServiceAccount of cluster oidc-eks.eu-west-1.api.aws/id/XYZ"),
        ("login.example.com", "anybody that login.example.com signs for"),
    ] {
        let said = format!("statement 1 has no condition on `sub`: {who} can assume it");
        assert_eq!(left_open(issuer, None), (true, said));
        let said = format!("statement 1 takes `*` for `sub`: {who} can assume it");
        assert_eq!(left_open(issuer, Some("*")), (true, said));
    }
    assert_eq!(left_open("forge.example", Some("repo:shop/*")), (false, String::new()), "a forge's own");
    for (subject, is_too_wide, who) in [
        ("shop:*", true, "every ServiceAccount of shop"),
        ("s*:api", true, "ServiceAccount api of every namespace like `s*`"),
        ("*:api", true, "ServiceAccount api of any namespace"),
        ("*", true, "any ServiceAccount of the cluster"),
        ("s?op*", true, "more ServiceAccounts than one"),
        ("shop:a*", false, "every ServiceAccount of shop whose name begins with a"),
        ("shop:*-api", false, "every ServiceAccount of shop with a name like `*-api`"),
    ] {
        let value = format!("system:serviceaccount:{subject}");
        let said = format!("statement 1 takes `{value}` for `sub`: {who} can assume it");
        assert_eq!(left_open(own, Some(&value)), (is_too_wide, said));
    }
}

const OWN: &str = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";

/// A statement about the cluster's tokens with these conditions.
fn of_tokens(effect: &str, conditions: &str) -> String {
    let conditions = conditions.replace("OWN:", &format!("{OWN}:"));
    format!(
        r#"{{"Effect":"{effect}","Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/{OWN}"}},
            "Action":"sts:AssumeRoleWithWebIdentity","Condition":{{{conditions}}}}}"#
    )
}

#[test]
fn what_is_said_to_be_left_open_agrees_with_who_could_assume_it() {
    let api = "system:serviceaccount:shop:api";
    let allow = |operator: &str| of_tokens("Allow", &format!(r#""{operator}":{{"OWN:sub":"{api}"}}"#));
    let deny = |operator: &str, value: &str| {
        let any = of_tokens("Allow", r#""StringEquals":{"OWN:aud":"sts.amazonaws.com"}"#);
        format!("{any},{}", of_tokens("Deny", &format!(r#""{operator}":{{"OWN:sub":"{value}"}}"#)))
    };
    let but =
        format!("statement 1 takes any `sub` but `{api}`: any ServiceAccount of the cluster but those can assume it");
    let wild = "statement 1 takes `system:serviceaccount:shop:*` for `sub`: every ServiceAccount of shop can assume it";
    let any = "statement 1 has no condition on `sub`: any ServiceAccount of the cluster can assume it";
    let (none, one, all) = (String::new(), 1, could_any());
    for (statements, said, count) in [
        (allow("StringEquals"), &*none, one),
        (allow("StringEqualsIfExists"), &none, one),
        (allow("ForAllValues:StringEquals"), &none, one),
        (allow("ForAllValues:StringLikeIfExists"), &none, one),
        (allow("StringNotEquals"), &but, all - 1),
        (allow("StringNotLikeIfExists"), &but, all - 1),
        (deny("StringNotEquals", api), &none, one),
        (deny("StringNotLikeIfExists", "system:serviceaccount:shop:*"), wild, all),
        (deny("StringEquals", api), &but, all - 1),
        (deny("StringEquals", "system:serviceaccount:shop:nobody"), &but.replace(":api", ":nobody"), all),
        (deny("StringEquals", api).replace("Deny", "Allow"), any, all),
    ] {
        let mut inventory = world();
        with_role(&mut inventory, "open", &statements, &[]);
        let openings: Vec<String> =
            openings(&inventory, &arn("open")).into_iter().map(|opening| opening.sentence).collect();
        assert_eq!(could(&inventory, "open").len(), count, "{statements}");
        assert_eq!(openings.join(" "), said, "{statements}");
    }
}

/// How many ServiceAccounts a role for everybody lets in.
fn could_any() -> usize {
    let mut inventory = world();
    with_role(&mut inventory, "open", &of_tokens("Allow", r#""StringEquals":{"OWN:aud":"sts.amazonaws.com"}"#), &[]);
    could(&inventory, "open").len()
}

/// What to do about the way of shop/api to a role with these statements.
fn remedy(statements: &str) -> (String, bool) {
    let mut inventory = world();
    with_role(&mut inventory, "open", statements, &[]);
    let checks = trust_review(&inventory, &Name::from("shop"), &Name::from("api"), Some(&arn("open")));
    let fix = remedies(&inventory, checks.first().unwrap()).remove(0);
    (fix.summary, fix.document.is_some())
}

#[test]
fn a_deny_is_to_be_narrowed_as_no_allow_stands_above_it() {
    let allowed = of_tokens("Allow", r#""StringEquals":{"OWN:sub":"system:serviceaccount:shop:api"}"#);
    let denied = of_tokens("Deny", r#""StringLike":{"OWN:sub":"system:serviceaccount:shop:a*"}"#);
    let narrow =
        "narrow statement 2 of the trust policy of role open, so that it does not deny system:serviceaccount:shop:api";
    assert_eq!(remedy(&format!("{allowed},{denied}")), (narrow.to_owned(), false));
    let others = allowed.replace("shop:api", "shop:web");
    let also = ", and add to the trust policy of role open a statement for ServiceAccount shop/api alone";
    assert_eq!(remedy(&format!("{others},{denied}")), (format!("{narrow}{also}"), true));
}
