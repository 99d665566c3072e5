//! D9 `malformedRoleArn`: what is annotated or set is no role ARN; the webhook injects it all the same and STS refuses it.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::MalformedRoleArn,
    severity: Severity::High,
    explanation: "what is annotated or set is no role ARN; the webhook injects it all the same and STS refuses it",
    say,
};

/// Says what is wrong with the text.
fn say(case: &Case<'_>) -> (String, Fix) {
    let own = case.verdict.identity.as_ref().and_then(|identity| identity.role());
    let (text, problem) = [own, case.bound_role()]
        .into_iter()
        .flatten()
        .find_map(|arn| Some((arn.as_str(), arn.problem()?.sentence())))
        .unwrap_or(("", "it is empty"));
    let account = &case.situation.pod.spec.service_account;
    let fix = format!(
        "annotate serviceaccount/{account} with arn:aws:iam::ACCOUNT:role/PATH/NAME, then {}",
        case.restart().summary
    );
    (
        format!("`{text}` is no role ARN: {problem}"),
        Fix { summary: fix, commands: case.restart().commands, ..Fix::default() },
    )
}
