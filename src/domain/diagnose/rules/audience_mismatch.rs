//! D8 `audienceMismatch`: the token is made for another audience than the OIDC provider or the role's trust policy accepts.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, Identity, StepKind, WEB_IDENTITY_PAIR};
use crate::domain::model::EnvValue;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::AudienceMismatch,
    severity: Severity::High,
    explanation: "the token is made for another audience than the OIDC provider or the role's trust policy accepts",
    say,
};

/// Names the audience.
fn say(case: &Case<'_>) -> (String, Fix) {
    let check = case.check(Finding::AudienceMismatch);
    if check.as_ref().is_some_and(|check| check.is_refused_by_trust() && !check.fails(StepKind::AudienceAccepted)) {
        return case.kept_out(Finding::AudienceMismatch);
    }
    let account = case.account();
    let file = case.container.env("AWS_WEB_IDENTITY_TOKEN_FILE").and_then(EnvValue::literal);
    let token = file.and_then(|file| case.situation.pod.spec.token_at(case.container, file));
    let Some(audience) = token.and_then(|token| token.audience.as_deref()).filter(|it| !it.is_empty()) else {
        return (
            "the token is for the API server itself: STS answers `Incorrect token audience`".into(),
            injected(case),
        );
    };
    let restart = case.restart();
    let sentence = format!(
        "the token is for {audience}, which the cluster's OIDC provider does not list: STS answers `Incorrect token audience`"
    );
    let summary = format!(
        "let the OIDC provider accept {audience}; or set the audience of ServiceAccount {account} to sts.amazonaws.com, then {}",
        restart.summary
    );
    (sentence, Fix { summary, commands: restart.commands, ..Fix::default() })
}

/// Somebody has set the variables by hand and led them to the token that every pod has: the webhook would project one
/// for STS.
fn injected(case: &Case<'_>) -> Fix {
    let set = WEB_IDENTITY_PAIR.join(" and ");
    let role = case.verdict.identity.as_ref().and_then(Identity::role).or(case.bound_role());
    let (name, arn) = role.map_or(("its role", "ROLE-ARN"), |role| (role.path_and_name(), role.as_str()));
    let (namespace, account) = (&case.situation.pod.namespace, &case.situation.pod.spec.service_account);
    let summary = format!(
        "take {set} out of its template, and bind ServiceAccount {} to {name}: new pods get a token for sts.amazonaws.com",
        case.account()
    );
    let command = format!(
        "kubectl -n {namespace} annotate serviceaccount {account} eks.amazonaws.com/role-arn={arn} --overwrite"
    );
    Fix { summary, commands: vec![command], ..Fix::default() }
}
