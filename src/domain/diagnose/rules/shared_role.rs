//! D25 `sharedRole`: more than one ServiceAccount is bound to the role: each may do what any of them needs.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

const EXPLANATION: &str = "more than one ServiceAccount is bound to the role: each may do what any of them needs";

/// The rule. It is about a role or a ServiceAccount, and no container's.
pub(super) const RULE: Rule =
    Rule { finding: Finding::SharedRole, severity: Severity::Low, explanation: EXPLANATION, say };

fn say(_: &Case<'_>) -> (String, Fix) {
    (EXPLANATION.to_owned(), Fix::words("give each ServiceAccount a role of its own"))
}
