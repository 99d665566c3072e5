//! D5 `trustMismatch`: the role's trust policy does not let the ServiceAccount in: STS refuses the token.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::TrustMismatch,
    severity: Severity::High,
    explanation: "the role's trust policy does not let the ServiceAccount in: STS refuses the token",
    say,
};

/// Says which condition, or what else, keeps it out.
fn say(case: &Case<'_>) -> (String, Fix) {
    case.kept_out(Finding::TrustMismatch)
}
