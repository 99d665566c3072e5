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
pub fn webhook_acts_in(inventory: &Inventory, namespace: &str) -> Option<bool> {
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
    let by_namespace = webhook.namespace_selector.iter().map(|rule| match &*rule.key {
        NAMESPACE_LABEL => meets(rule, &Label::Is(namespace)),
        _ => None,
    });
    let by_pod = webhook.object_selector.iter().map(|rule| match &*rule.key {
        SKIP_LABEL => meets(rule, if skip_label { &Label::There } else { &Label::Absent }),
        _ => None,
    });
    // every requirement must be met: one that is not decides, whatever the others are
    let mut takes = Some(true);
    for met in [Some(webhook.covers_pod_creation)].into_iter().chain(by_namespace).chain(by_pod) {
        match met {
            Some(true) => {}
            Some(false) => return Some(false),
            None => takes = None,
        }
    }
    takes
}

/// What is known of a label.
enum Label<'a> {
    /// It is there, with this value.
    Is(&'a str),
    /// It is there; its value is not kept.
    There,
    /// It is not there.
    Absent,
}

/// Whether a label meets a requirement; `None` where that hangs on a value that is not kept
/// (Kubernetes, "Labels and Selectors": `NotIn` is met by an object without the label, too).
fn meets(rule: &WebhookSelector, label: &Label<'_>) -> Option<bool> {
    let listed = |value: &str| rule.values.iter().any(|other| &**other == value);
    match (&*rule.operator, label) {
        ("Exists", label) => Some(!matches!(label, Label::Absent)),
        ("DoesNotExist", label) => Some(matches!(label, Label::Absent)),
        ("In", Label::Is(value)) => Some(listed(value)),
        ("In", Label::Absent) => Some(false),
        ("NotIn", Label::Is(value)) => Some(!listed(value)),
        ("NotIn", Label::Absent) => Some(true),
        _ => None,
    }
}

/// The label on a pod that keeps EKS's webhook away.
pub(super) const SKIP_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";
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

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(namespaces: &[(&str, &[&str])], pods: &[(&str, &[&str])]) -> Webhook {
        let rules = |key: &str, rules: &[(&str, &[&str])]| {
            let rule = |(operator, values): &(&str, &[&str])| WebhookSelector {
                key: key.into(),
                operator: (*operator).into(),
                values: values.iter().map(|value| (*value).into()).collect(),
            };
            rules.iter().map(rule).collect()
        };
        Webhook {
            configuration: "pod-identity-webhook".into(),
            name: "w".into(),
            object_selector: rules(SKIP_LABEL, pods),
            namespace_selector: rules(NAMESPACE_LABEL, namespaces),
            covers_pod_creation: true,
            fails_open: true,
            created: None,
        }
    }

    #[test]
    fn every_namespace_carries_its_name() {
        let of_namespaces = |rule| takes(&webhook(&[rule], &[]), "shop", false);
        assert_eq!(of_namespaces(("Exists", &[])), Some(true));
        assert_eq!(of_namespaces(("DoesNotExist", &[])), Some(false));
        assert_eq!(of_namespaces(("In", &["shop", "pay"])), Some(true));
        assert_eq!(of_namespaces(("In", &["pay"])), Some(false));
        assert_eq!(of_namespaces(("NotIn", &["shop"])), Some(false));
        assert_eq!(of_namespaces(("NotIn", &["pay"])), Some(true));
        assert_eq!(of_namespaces(("Like", &["shop"])), None);
    }

    #[test]
    fn of_the_skip_label_only_that_it_is_there_is_known() {
        let of_pods = |rule, skip_label| takes(&webhook(&[], &[rule]), "shop", skip_label);
        assert_eq!([false, true].map(|it| of_pods(("DoesNotExist", &[]), it)), [Some(true), Some(false)]);
        assert_eq!([false, true].map(|it| of_pods(("Exists", &[]), it)), [Some(false), Some(true)]);
        assert_eq!([false, true].map(|it| of_pods(("NotIn", &["true"]), it)), [Some(true), None]);
        assert_eq!([false, true].map(|it| of_pods(("In", &["true"]), it)), [Some(false), None]);
    }

    #[test]
    fn one_requirement_that_is_not_met_decides_over_one_that_cannot_be_judged() {
        let mut webhook = webhook(&[("NotIn", &["shop"])], &[]);
        webhook.object_selector.push(WebhookSelector {
            key: "x".into(),
            operator: "Exists".into(),
            values: Vec::new(),
        });
        assert_eq!(takes(&webhook, "shop", false), Some(false));
        assert_eq!(takes(&webhook, "pay", false), None);
        webhook.covers_pod_creation = false;
        assert_eq!(takes(&webhook, "pay", false), Some(false));
    }
}
