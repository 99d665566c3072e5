//! D2 `noIdentity`: it asks for AWS and has no identity: every call fails before it is authorised.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::identity::Reach;
use crate::domain::model::Compute;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::NoIdentity,
    severity: Severity::High,
    explanation: "it asks for AWS and has no identity: every call fails before it is authorised",
    say,
};

/// Says why not even the node's role is there.
fn say(case: &Case<'_>) -> (String, Fix) {
    let options = case.situation.instance().and_then(|reading| reading.value()).map(|instance| instance.metadata);
    let why = match case.situation.compute() {
        Some(Compute::Fargate) => "Fargate has no instance metadata".into(),
        Some(Compute::Hybrid) => "hybrid nodes have no instance metadata".into(),
        _ => options.map_or_else(
            || "the SDK is told not to ask the instance metadata".into(),
            |options| Reach::of(options, case.situation.pod.spec.host_network).words(),
        ),
    };
    let fix = match case.bound_role() {
        Some(_) => case.restart(),
        None => {
            Fix::words(format!("bind ServiceAccount {} to a role, then {}", case.account(), case.restart().summary))
        }
    };
    (format!("has no AWS identity at all ({why}): every call fails before it is authorised"), fix)
}
