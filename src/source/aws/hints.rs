//! What is known of the account and the cluster before AWS is asked.

use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Asks the API server for its OIDC issuer: the `iss` of its ServiceAccounts' tokens. `None`: it does not say.
pub type IssuerSource = Arc<dyn Fn() -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// What is known before AWS is asked.
#[derive(Clone)]
pub struct AwsHints {
    /// The profile: `--profile`, else the kubeconfig user's; `None` leaves it to the environment.
    pub profile: Option<String>,
    /// The region: `--region`, else what the kubeconfig says; `None` leaves it to the profile and the environment.
    pub region: Option<String>,
    /// `--endpoint-url`: every call goes there.
    pub endpoint_url: Option<String>,
    /// The EKS cluster's name.
    pub cluster_name: Option<String>,
    /// What it may be called, where nothing says so: plain names of context and kubeconfig cluster. Such a name counts
    /// only if EKS knows it and the cluster is proven to be the one behind the kubeconfig.
    pub candidates: Vec<String>,
    /// The API server's URL as the kubeconfig has it; EKS's answer is compared with it.
    pub server: Option<String>,
    /// The API server's issuer; EKS's answer is compared with it.
    pub issuer: IssuerSource,
}
