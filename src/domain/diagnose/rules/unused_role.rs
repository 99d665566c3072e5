//! D25 `unusedRole`: nobody has used the role for 90 days, as far as IAM tells.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

const EXPLANATION: &str = "nobody has used the role for 90 days, as far as IAM tells";

/// The rule. It is about a role or a ServiceAccount, and no container's.
pub(super) const RULE: Rule =
    Rule { finding: Finding::UnusedRole, severity: Severity::Low, explanation: EXPLANATION, say };

fn say(_: &Case<'_>) -> (String, Fix) {
    (EXPLANATION.to_owned(), Fix::words("see whether it is needed"))
}
