//! D24 `webhookNotActing`: the pod identity webhook is missing, or its selectors leave the pod out: nothing is injected.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::WebhookNotActing,
    severity: Severity::High,
    explanation: "the pod identity webhook is missing, or its selectors leave the pod out: nothing is injected",
    say,
};

/// Says whether it is missing or leaves the pod out.
fn say(case: &Case<'_>) -> (String, Fix) {
    match case.situation.inventory.webhooks().next() {
        None => (
            "no pod identity webhook is configured: no pod is injected".into(),
            Fix::words("put the MutatingWebhookConfiguration pod-identity-webhook back, then restart the pods"),
        ),
        Some(webhook) => {
            let command = format!("kubectl get mutatingwebhookconfiguration {} -o yaml", webhook.configuration);
            let sentence = format!(
                "webhook {} did not act on this pod: its configuration leaves it out or is younger",
                webhook.configuration
            );
            (
                sentence,
                Fix {
                    summary: "look at its selectors and rules, then restart the pods".into(),
                    commands: vec![command],
                    ..Fix::default()
                },
            )
        }
    }
}
