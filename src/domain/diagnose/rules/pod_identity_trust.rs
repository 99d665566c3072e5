//! D19 `podIdentityTrust`: a role of the association does not let Pod Identity in: the agent hands out no credentials.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::PodIdentityTrust,
    severity: Severity::High,
    explanation: "a role of the association does not let Pod Identity in: the agent hands out no credentials",
    say,
};

/// Says which role it is and what keeps it out.
fn say(case: &Case<'_>) -> (String, Fix) {
    case.kept_out(Finding::PodIdentityTrust)
}
