//! D25 `unusedBinding`: the ServiceAccount is bound, no pod uses it, and its role was not used for 90 days.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

const EXPLANATION: &str = "the ServiceAccount is bound, no pod uses it, and its role was not used for 90 days";

/// The rule. It is about a role or a ServiceAccount, and no container's.
pub(super) const RULE: Rule =
    Rule { finding: Finding::UnusedBinding, severity: Severity::Low, explanation: EXPLANATION, say };

fn say(_: &Case<'_>) -> (String, Fix) {
    (
        EXPLANATION.to_owned(),
        Fix::words("see whether a controller makes tokens for it (External Secrets, CSI drivers) before it is unbound"),
    )
}
