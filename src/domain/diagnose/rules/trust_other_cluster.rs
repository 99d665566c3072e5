//! D6 `trustOtherCluster`: the role trusts the issuer of another cluster, made anew or one of two, and not this one's.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::TrustOtherCluster,
    severity: Severity::High,
    explanation: "the role trusts the issuer of another cluster, made anew or one of two, and not this one's",
    say,
};

/// Names both issuers.
fn say(case: &Case<'_>) -> (String, Fix) {
    case.kept_out(Finding::TrustOtherCluster)
}
