//! D17 `associationNotInjected`: a pod that is older than its Pod Identity association was never injected for it.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::AssociationNotInjected,
    severity: Severity::High,
    explanation: "a pod that is older than its Pod Identity association was never injected for it",
    say,
};

/// Says how much older the pod is than the association.
fn say(case: &Case<'_>) -> (String, Fix) {
    let made = case.situation.association.found().and_then(|association| association.created);
    let how_long = case
        .started_before(made)
        .map_or_else(|| "was not injected for".into(), |span| format!("started {span} before"));
    let runs = case.runs_with();
    (
        format!(
            "not {}: this pod {how_long} the association of ServiceAccount {}; it runs with {runs}",
            case.bound_role_name(),
            case.account()
        ),
        case.restart(),
    )
}
