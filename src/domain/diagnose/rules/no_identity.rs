//! D2 `noIdentity`: it asks for AWS and has no identity: every call fails before it is authorised.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, METADATA_DISABLED, METADATA_V1_DISABLED, Reach, is_true};
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
    let fix = case.way_to_binding().unwrap_or_else(|| {
        Fix::words(format!("bind ServiceAccount {} to a role, then {}", case.account(), case.restart().summary))
    });
    (format!("has no AWS identity at all ({}): every call fails before it is authorised", why(case)), fix)
}

/// Why the node's role is not there, in a few words.
pub(in crate::domain::diagnose) fn why(case: &Case<'_>) -> String {
    let options = case.situation.instance().and_then(|reading| reading.value()).map(|instance| instance.metadata);
    let reach = options.map(|options| Reach::of(options, case.situation.pod.spec.host_network));
    match (case.situation.compute(), reach) {
        _ if is_true(case.container, METADATA_DISABLED) => "the SDK is told not to ask the instance metadata".into(),
        (Some(Compute::Fargate), _) => "Fargate has no instance metadata".into(),
        (Some(Compute::Hybrid), _) => "hybrid nodes have no instance metadata".into(),
        (_, Some(Reach::TokensOptional)) if is_true(case.container, METADATA_V1_DISABLED) => {
            "tokens required by the SDK, hop limit 1".into()
        }
        (_, Some(reach)) if !reach.is_open() => reach.words(),
        _ => "its node has no role".into(),
    }
}
