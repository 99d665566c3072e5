//! Kubernetes, live: lists in pages, watches that resume, and objects decoded as narrowly as the rules read them.
//!
//! [`Cluster`] is the adapter of the port [`Facts`](super::Facts). It sends raw requests through kube's client (whose
//! authentication, TLS and proxies it uses) and decodes the bodies itself: a full `Pod` is never built.

mod access;
mod agents;
mod api;
mod backoff;
mod changes;
mod cluster;
mod cluster_objects;
mod connection;
mod decode;
mod follow;
mod hints;
mod keeper;
mod kubeconfig;
mod list;
mod meta;
mod object;
mod on_demand;
mod plugin;
mod pod;
mod rollout;
mod service_account;
mod target;
mod trouble;
mod watch;
mod webhook;
mod whoami;

#[cfg(test)]
mod tests;

pub(super) use changes::Writer;
pub(super) use cluster::Cluster;
pub(super) use connection::{Connected, connect};
pub use kubeconfig::{ContextInfo, contexts};

/// The DaemonSet of the Pod Identity agent; its EKS add-on has the same name.
const AGENT: &str = "eks-pod-identity-agent";
