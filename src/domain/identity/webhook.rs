//! Whether the pod identity webhook is there and would be asked about a pod, by its live configuration.

use super::{Confidence, Situation, Trace};
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Gap, GapReason, Webhook, WebhookSelector};

/// Whether the webhook would inject a pod like this one now; `None` where its configuration was not read.
pub(super) fn webhook_acts(situation: &Situation<'_>, trace: &mut Trace) -> Option<bool> {
    let listing = situation.inventory.listings().of(Kind::Webhook);
    if !listing.is_whole() {
        trace.gap(listing.doubt(), "the pod identity webhook", "list mutatingwebhookconfigurations");
        trace.no_better_than(Confidence::Likely);
        return None;
    }
    let acts = any_takes(situation.inventory, &situation.pod.namespace, situation.pod.spec.skip_label);
    if acts.is_none() {
        trace.no_better_than(Confidence::Likely);
        trace.own_gap(|| {
            let sentence = "the webhook's selectors ask for labels that are not read";
            Gap::new(
                "what the webhook's selectors pick",
                "get mutatingwebhookconfigurations",
                GapReason::NotSupported,
                sentence,
            )
        });
    }
    if acts == Some(false) {
        trace.fact(|| match situation.inventory.webhooks().next() {
            None => ("no pod identity webhook is configured".into(), "mutatingwebhookconfigurations".into()),
            Some(webhook) => {
                let origin = format!("mutatingwebhookconfiguration/{}", webhook.configuration);
                (format!("webhook {} is not asked about pods like this one", webhook.name), origin)
            }
        });
    }
    acts
}

/// Whether the webhook would inject an ordinary pod of a namespace now; `None` where its configuration was not read.
pub(super) fn webhook_acts_in(inventory: &Inventory, namespace: &str) -> Option<bool> {
    if inventory.listings().of(Kind::Webhook).is_whole() { any_takes(inventory, namespace, false) } else { None }
}

/// Whether any webhook is asked about such a pod; `None` where that hangs on labels that are not read.
fn any_takes(inventory: &Inventory, namespace: &str, skip_label: bool) -> Option<bool> {
    let mut answers: Vec<Option<bool>> =
        inventory.webhooks().map(|webhook| takes(webhook, namespace, skip_label)).collect();
    answers.sort_unstable();
    if answers.contains(&Some(true)) { Some(true) } else { answers.first().copied().unwrap_or(Some(false)) }
}

/// Whether a webhook is asked about a pod. Only the labels that EKS itself uses are kept of pods and namespaces: a
/// requirement on another one cannot be judged.
fn takes(webhook: &Webhook, namespace: &str, skip_label: bool) -> Option<bool> {
    let left_out = skip_label && webhook.honours_skip_label();
    let namespace_left_out = webhook.namespace_selector.iter().any(|rule| {
        &*rule.key == NAMESPACE_LABEL && {
            let listed = rule.values.iter().any(|value| &**value == namespace);
            (&*rule.operator == "In" && !listed) || (&*rule.operator == "NotIn" && listed)
        }
    });
    if !webhook.covers_pod_creation || left_out || namespace_left_out {
        return Some(false);
    }
    let foreign = |rules: &[WebhookSelector], known: &str| rules.iter().any(|rule| &*rule.key != known);
    let unknown =
        foreign(&webhook.object_selector, SKIP_LABEL) || foreign(&webhook.namespace_selector, NAMESPACE_LABEL);
    (!unknown).then_some(true)
}

/// The label on a pod that keeps EKS's webhook away.
const SKIP_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";
/// The label that every namespace carries its own name in.
const NAMESPACE_LABEL: &str = "kubernetes.io/metadata.name";

/// Whether every webhook configuration is younger than the pod: then nothing could have injected it.
pub(super) fn webhook_is_younger(situation: &Situation<'_>, trace: &mut Trace) -> bool {
    let Some(created) = situation.pod.created else { return false };
    let mut webhooks = situation.inventory.webhooks().peekable();
    let younger =
        webhooks.peek().is_some() && webhooks.all(|webhook| webhook.created.is_some_and(|made| made > created));
    if younger {
        trace.no_better_than(Confidence::Likely);
        trace.fact(|| {
            (
                "the webhook was configured after the pod was created".into(),
                "mutatingwebhookconfigurations metadata.creationTimestamp".into(),
            )
        });
    }
    younger
}
