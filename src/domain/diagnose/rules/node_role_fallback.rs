//! D1 `nodeRoleFallback`: a container without a role of its own gets the node's, with all that the node may do.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::identity::Identity;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::NodeRoleFallback,
    severity: Severity::High,
    explanation: "a container without a role of its own gets the node's, with all that the node may do",
    say,
};

/// Says whose role it is and who shares it.
fn say(case: &Case<'_>) -> (String, Fix) {
    let Some(Identity::NodeRole { node, role, .. }) = &case.verdict.identity else {
        return ("runs on the node role".into(), Fix::default());
    };
    let shared = role.as_ref().map(|role| case.identities.sharing_node_role(role.as_str())).filter(|pods| *pods > 1);
    let place = case.of_the_pods_read();
    let shared = match shared {
        None => String::new(),
        Some(2) => format!(", as one other pod{place} does"),
        Some(pods) => format!(", as {} other pods{place} do", pods - 1),
    };
    let name = role.as_ref().map_or_else(|| format!("of {node}"), |role| role.path_and_name().to_owned());
    let fix = case.way_to_binding().unwrap_or_else(|| {
        let account = case.account();
        Fix::words(format!("bind ServiceAccount {account} to a role of its own, then {}", case.restart().summary))
    });
    (format!("runs with the node role {name}{shared}"), fix)
}
