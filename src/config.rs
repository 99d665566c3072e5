//! What the program was told: flags, environment and, later, a file.

use std::path::PathBuf;

/// How to reach Kubernetes and AWS, as kubectl and the AWS CLI name it. Everything is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// `--kubeconfig`.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `-n`.
    pub namespace: Option<String>,
    /// `-A`: all namespaces, whatever the context says.
    pub all_namespaces: bool,
    /// `--as`: the user to impersonate.
    pub impersonate: Option<String>,
    /// `--profile`, else the kubeconfig user's `exec.env`, else the environment (design §9a).
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--endpoint-url`: every AWS call goes there.
    pub endpoint_url: Option<String>,
    /// `--cluster-name`.
    pub cluster_name: Option<String>,
}

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A cluster and its account.
    Live(Connection),
    /// `--from`: a capture.
    Capture(PathBuf),
    /// `--demo`: the embedded cluster.
    Demo,
}
