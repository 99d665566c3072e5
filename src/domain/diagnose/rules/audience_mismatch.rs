//! D8 `audienceMismatch`: the token is made for another audience than the OIDC provider accepts.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::AudienceMismatch,
    severity: Severity::High,
    explanation: "the token is made for another audience than the OIDC provider accepts",
    say,
};

/// Names the audience.
fn say(case: &Case<'_>) -> (String, Fix) {
    let account = case.account();
    let restart = case.restart();
    let sentence = "the token is for the API server itself: STS answers `Incorrect token audience`".into();
    (
        sentence,
        Fix {
            summary: format!(
                "set the audience of ServiceAccount {account} to sts.amazonaws.com, then {}",
                restart.summary
            ),
            commands: restart.commands,
        },
    )
}
