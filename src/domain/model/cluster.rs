//! The cluster as EKS and its API server describe it, and who we are on both sides.

use super::{Gap, Name, Time};

/// The cluster, as far as it could be found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    /// Its name in EKS.
    pub name: Name,
    /// Its ARN.
    pub arn: Option<Name>,
    /// The region's name.
    pub region: Option<Name>,
    /// The account's twelve digits.
    pub account: Option<Name>,
    /// The Kubernetes version, `1.36`.
    pub version: Option<Name>,
    /// The API server's URL, as EKS gives it.
    pub endpoint: Option<Name>,
    /// The OIDC issuer with its scheme: what the tokens of its ServiceAccounts carry as `iss`.
    pub issuer: Option<Name>,
    /// Whether it is the cluster of the kubeconfig.
    pub confirmation: Confirmation,
}

impl Cluster {
    /// The issuer without its scheme: how condition keys and provider ARNs spell it.
    pub fn issuer_host_path(&self) -> Option<&str> {
        self.issuer.as_deref().map(|issuer| issuer.strip_prefix("https://").unwrap_or(issuer))
    }
}

/// Whether the cluster that AWS describes is the one behind the kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Confirmation {
    /// Its endpoint, its issuer or one of its instances says so; the words say which.
    Confirmed(String),
    /// The issuers differ: AWS facts are not joined. One sentence names both.
    Refuted(String),
    /// Neither could be shown.
    #[default]
    Open,
}

/// Who AWS says we are: `sts:GetCallerIdentity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The caller's ARN.
    pub arn: Name,
    /// The caller's account.
    pub account: Name,
}

/// Who Kubernetes says we are: a `SelfSubjectReview`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubernetesUser {
    /// The user's name.
    pub name: Name,
    /// Its groups.
    pub groups: Vec<Name>,
}

/// One webhook of a `MutatingWebhookConfiguration` that injects AWS identities into pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The configuration's name, `pod-identity-webhook` on EKS.
    pub configuration: Name,
    /// The webhook's name: `iam-for-pods.amazonaws.com` on EKS, `pod-identity-webhook.amazonaws.com` elsewhere.
    pub name: Name,
    /// Which pods are sent to it, by their labels.
    pub object_selector: Vec<WebhookSelector>,
    /// Which namespaces' pods are sent to it, by the namespace's labels.
    pub namespace_selector: Vec<WebhookSelector>,
    /// It is asked when pods are created.
    pub covers_pod_creation: bool,
    /// `Ignore`: a webhook that does not answer lets the pod through without an identity.
    pub fails_open: bool,
    /// When the configuration was made.
    pub created: Option<Time>,
}

impl Webhook {
    /// Whether a pod that carries the skip label is left out. Older configurations do not say so.
    pub fn honours_skip_label(&self) -> bool {
        self.object_selector.iter().any(|rule| {
            &*rule.key == "eks.amazonaws.com/skip-pod-identity-webhook" && &*rule.operator == "DoesNotExist"
        })
    }
}

/// One requirement of a label selector; `matchLabels` stand as `In` with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSelector {
    /// The label's key.
    pub key: Name,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Name,
    /// The values of `In` and `NotIn`.
    pub values: Vec<Name>,
}

/// An OIDC provider of the account: `iam:GetOpenIDConnectProvider`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OidcProvider {
    /// Its ARN.
    pub arn: Name,
    /// The audiences it accepts; `None` where only the list was read.
    pub client_ids: Option<Vec<Name>>,
    /// Why it could be listed but not read.
    pub unread: Option<Gap>,
}
