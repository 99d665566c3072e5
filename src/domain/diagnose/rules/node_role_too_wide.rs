//! D25 `nodeRoleTooWide`: the node's role may do more than a node needs, and so may every pod that reaches it.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

const EXPLANATION: &str = "the node's role may do more than a node needs, and so may every pod that reaches it";

/// The rule. It is about a role or a ServiceAccount, and no container's.
pub(super) const RULE: Rule =
    Rule { finding: Finding::NodeRoleTooWide, severity: Severity::Medium, explanation: EXPLANATION, say };

fn say(_: &Case<'_>) -> (String, Fix) {
    (
        EXPLANATION.to_owned(),
        Fix::words("move what pods need to roles of their own, and set the hop limit to 1 with tokens required"),
    )
}
