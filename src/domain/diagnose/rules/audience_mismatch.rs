//! D8 `audienceMismatch`: the token is made for another audience than the OIDC provider or the role's trust policy accepts.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, StepKind};
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
    let restart = case.restart();
    let file = case.container.env("AWS_WEB_IDENTITY_TOKEN_FILE").and_then(EnvValue::literal);
    let token = file.and_then(|file| case.situation.pod.spec.token_at(case.container, file));
    let audience = token.and_then(|token| token.audience.as_deref()).filter(|audience| !audience.is_empty());
    let sentence = match audience {
        Some(audience) => {
            format!(
                "the token is for {audience}, which the cluster's OIDC provider does not list: STS answers `Incorrect token audience`"
            )
        }
        None => "the token is for the API server itself: STS answers `Incorrect token audience`".into(),
    };
    (
        sentence,
        Fix {
            summary: match audience {
                Some(audience) => format!(
                    "let the OIDC provider accept {audience}; or set the audience of ServiceAccount {account} to \
                     sts.amazonaws.com, then {}",
                    restart.summary
                ),
                None => format!(
                    "set the audience of ServiceAccount {account} to sts.amazonaws.com, then {}",
                    restart.summary
                ),
            },
            commands: restart.commands,
            ..Fix::default()
        },
    )
}
