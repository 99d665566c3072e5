//! What the program would connect to, on the wire.

use super::{API_VERSION, GapWire};
use serde::Serialize;

/// An `Info`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// `rolecall/v1`.
    pub api_version: &'static str,
    /// `Info`.
    pub kind: &'static str,
    /// The kubeconfig context, or the capture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The API server's URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The EKS cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Who Kubernetes says we are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes_user: Option<String>,
    /// Who AWS says we are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_caller: Option<String>,
    /// What we may read.
    pub reads: Vec<ReadWire>,
    /// What could not be found out.
    pub gaps: Vec<GapWire>,
}

/// A call and whether we may make it; `allowed` is absent where that could not be found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadWire {
    /// As RBAC or IAM names it.
    pub call: String,
    /// Whether it is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<bool>,
    /// In words, where something has to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
}

impl Default for Info {
    fn default() -> Self {
        Self {
            api_version: API_VERSION,
            kind: "Info",
            context: None,
            server: None,
            cluster: None,
            account: None,
            region: None,
            kubernetes_user: None,
            aws_caller: None,
            reads: Vec::new(),
            gaps: Vec::new(),
        }
    }
}
