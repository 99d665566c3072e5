//! Mutating webhook configurations: only the webhooks that inject AWS identities are read.

use super::decode::{Narrow, Undecoded};
use super::meta::{Meta, Text, nullable, time};
use crate::domain::inventory::Delta;
use crate::domain::model::{Interner, Webhook, WebhookSelector};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The webhook's name on EKS, and that of the open source one.
const NAMES: [&str; 2] = ["iam-for-pods.amazonaws.com", "pod-identity-webhook.amazonaws.com"];

/// The configuration's name on both.
const CONFIGURATION: &str = "pod-identity-webhook";

#[derive(Debug, Deserialize)]
pub(super) struct Configuration<'a> {
    #[serde(borrow)]
    metadata: Meta<'a>,
    #[serde(borrow, default, deserialize_with = "nullable")]
    webhooks: Vec<Hook<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Hook<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    failure_policy: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    object_selector: Selector<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    namespace_selector: Selector<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    rules: Vec<Rule<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Selector<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    match_expressions: Vec<Expression<'a>>,
    #[serde(deserialize_with = "nullable")]
    match_labels: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expression<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    operator: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    values: Vec<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    operations: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    api_groups: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    resources: Vec<Text<'a>>,
}

impl Narrow for Configuration<'_> {
    fn delta(self, interner: &mut Interner) -> Result<Delta, Undecoded> {
        let meta = &self.metadata;
        if meta.name.is_empty() {
            return Err(Undecoded::without_name());
        }
        let configuration = interner.name(&meta.name);
        let created = time(meta.creation_timestamp.as_ref());
        let injects = |hook: &&Hook<'_>| NAMES.contains(&&*hook.name) || &*meta.name == CONFIGURATION;
        let webhooks = self.webhooks.iter().filter(injects).map(|hook| Webhook {
            configuration: configuration.clone(),
            name: interner.name(&hook.name),
            object_selector: selector(&hook.object_selector, interner),
            namespace_selector: selector(&hook.namespace_selector, interner),
            covers_pod_creation: hook.rules.iter().any(covers_pod_creation),
            // The API's default is Fail (admissionregistration.k8s.io/v1).
            fails_open: hook.failure_policy.as_deref() == Some("Ignore"),
            created,
        });
        let webhooks = webhooks.collect();
        Ok(Delta::Webhooks(configuration, webhooks))
    }
}

fn selector(selector: &Selector<'_>, interner: &mut Interner) -> Vec<WebhookSelector> {
    let mut requirements: Vec<WebhookSelector> = Vec::new();
    for (key, value) in &selector.match_labels {
        let (key, operator, values) = (interner.name(key), interner.name("In"), vec![interner.name(value)]);
        requirements.push(WebhookSelector { key, operator, values });
    }
    for expression in &selector.match_expressions {
        requirements.push(WebhookSelector {
            key: interner.name(&expression.key),
            operator: interner.name(&expression.operator),
            values: expression.values.iter().map(|value| interner.name(value)).collect(),
        });
    }
    requirements
}

fn covers_pod_creation(rule: &Rule<'_>) -> bool {
    let names = |list: &[Text<'_>], wanted: &[&str]| list.iter().any(|one| wanted.contains(&&**one));
    names(&rule.operations, &["CREATE", "*"])
        && names(&rule.api_groups, &["", "*"])
        && names(&rule.resources, &["pods", "*", "*/*"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::inventory::Kind;
    use crate::source::kube::decode;

    fn webhooks(json: &str) -> Vec<Webhook> {
        match decode::object(Kind::Webhook, json, &mut Interner::default()) {
            Ok(Delta::Webhooks(_, webhooks)) => webhooks,
            other => panic!("no configuration: {other:?}"),
        }
    }

    #[test]
    fn the_webhook_of_eks() {
        let read = webhooks(
            r#"{"metadata":{"name":"pod-identity-webhook","creationTimestamp":"2026-11-01T10:00:00Z"},"webhooks":[{
                "name":"iam-for-pods.amazonaws.com","failurePolicy":"Ignore","namespaceSelector":{"matchLabels":{"a":"b"}},
                "objectSelector":{"matchExpressions":[{"key":"eks.amazonaws.com/skip-pod-identity-webhook","operator":"DoesNotExist"}]},
                "clientConfig":{"caBundle":"…"},
                "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"scope":"Namespaced"}]}]}"#,
        );
        let [webhook] = &read[..] else { panic!("one webhook: {read:?}") };
        assert!(webhook.covers_pod_creation && webhook.fails_open && webhook.honours_skip_label());
        let [namespaces] = &webhook.namespace_selector[..] else { panic!("one requirement") };
        assert_eq!((&*namespaces.key, &*namespaces.operator, &*namespaces.values[0]), ("a", "In", "b"));
    }

    #[test]
    fn other_webhooks_are_left_out_and_other_rules_do_not_cover_pods() {
        assert_eq!(webhooks(r#"{"metadata":{"name":"istio"},"webhooks":[{"name":"rev.istio.io"}]}"#), []);
        let own = webhooks(
            r#"{"metadata":{"name":"mine"},"webhooks":[{"name":"pod-identity-webhook.amazonaws.com",
                "rules":[{"operations":["UPDATE"],"apiGroups":[""],"resources":["pods"]}]}]}"#,
        );
        assert!(!own[0].covers_pod_creation && !own[0].fails_open);
        assert_eq!(webhooks(r#"{"metadata":{"name":"empty"},"webhooks":null}"#), []);
    }
}
