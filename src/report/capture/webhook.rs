//! Webhooks in the file.

use crate::domain::model::{Name, Time, Webhook, WebhookSelector};
use serde::{Deserialize, Serialize};

/// A mutating webhook configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookConfigurationWire {
    /// The configuration's name.
    pub name: Name,
    /// Those of its webhooks that inject AWS identities.
    #[serde(default)]
    pub webhooks: Vec<WebhookWire>,
}

/// One webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookWire {
    /// Its name.
    pub name: Name,
    /// Which pods are sent to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub object_selector: Vec<SelectorWire>,
    /// Which namespaces' pods are sent to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespace_selector: Vec<SelectorWire>,
    /// Absent: it is asked when pods are created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covers_pod_creation: Option<bool>,
    /// Absent: a webhook that does not answer lets the pod through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails_open: Option<bool>,
    /// When the configuration was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
}

/// One requirement of a label selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectorWire {
    /// The label's key.
    pub key: Name,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Name,
    /// The values of `In` and `NotIn`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Name>,
}

impl From<&Webhook> for WebhookWire {
    fn from(webhook: &Webhook) -> Self {
        Self {
            name: webhook.name.clone(),
            object_selector: webhook.object_selector.iter().map(SelectorWire::from).collect(),
            namespace_selector: webhook.namespace_selector.iter().map(SelectorWire::from).collect(),
            covers_pod_creation: (!webhook.covers_pod_creation).then_some(false),
            fails_open: (!webhook.fails_open).then_some(false),
            created: webhook.created,
        }
    }
}

impl WebhookWire {
    /// The webhook of that configuration.
    pub fn webhook(self, configuration: Name) -> Webhook {
        Webhook {
            configuration,
            name: self.name,
            object_selector: self.object_selector.into_iter().map(SelectorWire::selector).collect(),
            namespace_selector: self.namespace_selector.into_iter().map(SelectorWire::selector).collect(),
            covers_pod_creation: self.covers_pod_creation.unwrap_or(true),
            fails_open: self.fails_open.unwrap_or(true),
            created: self.created,
        }
    }
}

impl From<&WebhookSelector> for SelectorWire {
    fn from(selector: &WebhookSelector) -> Self {
        Self { key: selector.key.clone(), operator: selector.operator.clone(), values: selector.values.clone() }
    }
}

impl SelectorWire {
    fn selector(self) -> WebhookSelector {
        WebhookSelector { key: self.key, operator: self.operator, values: self.values }
    }
}
