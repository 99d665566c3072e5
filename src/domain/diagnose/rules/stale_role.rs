//! D4 `staleRole`: the annotation changed since the pod was made: it keeps its role until it is made anew.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::StaleRole,
    severity: Severity::Medium,
    explanation: "the annotation changed since the pod was made: it keeps its role until it is made anew",
    say,
};

/// Says what it runs as and what new pods get.
fn say(case: &Case<'_>) -> (String, Fix) {
    let now = match case.situation.annotation() {
        Some(annotation) => format!("new pods get {}", annotation.arn.path_and_name()),
        None => "the annotation was taken away since".into(),
    };
    (format!("keeps {} from when it started; {now}", case.runs_with()), case.restart())
}
