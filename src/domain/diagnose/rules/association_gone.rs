//! D17 `associationGone`: the pod asks the Pod Identity agent, but its association was deleted: no new credentials are handed out.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::AssociationGone,
    severity: Severity::High,
    explanation: "the pod asks the Pod Identity agent, but its association was deleted: no new credentials are handed out",
    say,
};

/// Says what is gone, and what the pod would get if it were made anew.
fn say(case: &Case<'_>) -> (String, Fix) {
    let account = case.account();
    let next = case
        .situation
        .annotation()
        .map(|annotation| format!("new pods get {}: ", annotation.arn.path_and_name()))
        .unwrap_or_default();
    let restart = case.restart();
    let summary = if next.is_empty() {
        "associate the ServiceAccount again, or bind it by annotation".into()
    } else {
        format!("{next}{}", restart.summary)
    };
    let commands = if next.is_empty() { Vec::new() } else { restart.commands };
    (
        format!(
            "the Pod Identity association of ServiceAccount {account} is gone: the agent hands out no credentials any more"
        ),
        Fix { summary, commands, ..Fix::default() },
    )
}
