//! D24 `injectionSkipped`: a label or annotation on the pod keeps the webhook away.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::identity::{Skip, skipped};

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::InjectionSkipped,
    severity: Severity::Medium,
    explanation: "a label or annotation on the pod keeps the webhook away",
    say,
};

/// Names the label or the annotation.
fn say(case: &Case<'_>) -> (String, Fix) {
    let owner = case
        .situation
        .pod
        .workload()
        .map_or_else(|| "the pod".into(), |workload| format!("the template of {}", workload.kubectl_name()));
    let skip = skipped(case.situation, case.container).unwrap_or(Skip::Label);
    let (what, key) = (skip.noun(), skip.key());
    let sentence = format!("{what} {key} keeps {} from container {}", case.bound_role_name(), case.container.name);
    (sentence, Fix::words(format!("take the {what} out of {owner}, if that is not meant")))
}
