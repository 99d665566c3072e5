//! Kubernetes, live: lists in pages, watches that resume, and objects decoded as narrowly as the rules read them.
//!
//! [`Cluster`] is the adapter of the port [`Facts`](super::Facts). It sends raw requests through kube's client (whose
//! authentication, TLS and proxies it uses) and decodes the bodies itself: a full `Pod` is never built.

mod kubeconfig;

pub use kubeconfig::{ContextInfo, contexts};
