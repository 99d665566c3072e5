//! D3 `notInjected`: the pod is younger than its binding and was not injected all the same: the webhook failed open, or lost a race.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::NotInjected,
    severity: Severity::High,
    explanation: "the pod is younger than its binding and was not injected all the same: the webhook failed open, or lost a race",
    say,
};

/// Says that nothing explains it, and what usually does.
fn say(case: &Case<'_>) -> (String, Fix) {
    let sentence = format!(
        "not {}: nothing was injected although ServiceAccount {} was bound; the webhook did not answer, or lost a race",
        case.bound_role_name(),
        case.account()
    );
    (sentence, case.restart())
}
