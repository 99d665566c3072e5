//! D25 `legacyAnnotation`: an annotation of kube2iam or kiam, which nothing on EKS reads.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::LegacyAnnotation,
    severity: Severity::Low,
    explanation: "an annotation of kube2iam or kiam, which nothing on EKS reads",
    say,
};

/// Names the annotation.
fn say(case: &Case<'_>) -> (String, Fix) {
    let role = case.situation.pod.spec.legacy_role.as_deref().unwrap_or_default();
    (
        format!("annotation iam.amazonaws.com/role ({role}) is of kube2iam or kiam: EKS does not read it"),
        Fix::words("bind the ServiceAccount to the role instead, and take the annotation away"),
    )
}
