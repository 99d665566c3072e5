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
    let place = case.of_the_pods_read();
    let shared = match role.as_ref().map_or(0, |role| case.others_on(role)) {
        0 => String::new(),
        1 => format!(", as one other pod{place} does"),
        pods => format!(", as {pods} other pods{place} do"),
    };
    let name = role.as_ref().map_or_else(|| format!("of {node}"), |role| role.path_and_name().to_owned());
    if case.situation.pod.is_agent() {
        // EKS user guide, "Set up the Amazon EKS Pod Identity Agent": the node role allows AssumeRoleForPodIdentity
        let fix = "leave it so: the agent fetches the credentials of other pods, and does it as the node";
        return (format!("runs with the node role {name}{shared}"), Fix::words(fix));
    }
    let fix = case.way_to_binding().unwrap_or_else(|| {
        let account = case.account();
        Fix::words(format!("bind ServiceAccount {account} to a role of its own, then {}", case.restart().summary))
    });
    (format!("runs with the node role {name}{shared}"), fix)
}
