//! D25 `defaultAccountBound`: the ServiceAccount `default` is bound: every pod that names none gets its role.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

const EXPLANATION: &str = "the ServiceAccount `default` is bound: every pod that names none gets its role";

/// The rule. It is about a role or a ServiceAccount, and no container's.
pub(super) const RULE: Rule =
    Rule { finding: Finding::DefaultAccountBound, severity: Severity::Medium, explanation: EXPLANATION, say };

fn say(_: &Case<'_>) -> (String, Fix) {
    (EXPLANATION.to_owned(), Fix::words("give the pods that need the role a ServiceAccount of their own"))
}
