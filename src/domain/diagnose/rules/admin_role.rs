//! D25 `adminRole`: the role may give itself every permission or take on any role: whoever has it is an administrator.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

const EXPLANATION: &str =
    "the role may give itself every permission or take on any role: whoever has it is an administrator";

/// The rule. It is about a role or a ServiceAccount, and no container's.
pub(super) const RULE: Rule =
    Rule { finding: Finding::AdminRole, severity: Severity::High, explanation: EXPLANATION, say };

fn say(_: &Case<'_>) -> (String, Fix) {
    (EXPLANATION.to_owned(), Fix::words("give it the actions that its pods need, and no more"))
}
