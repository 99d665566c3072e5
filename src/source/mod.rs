//! Where facts come from and changes go to: three ports, and what stands behind them.
//!
//! [`Facts`] is Kubernetes, as streams of deltas; [`Roles`] is AWS (and the few Kubernetes reads that are made on
//! demand), question by question; [`Changes`] is both, written to. Behind them: the live cluster (feature `live`), a
//! capture, the embedded demo. Nothing beyond this room knows which it is.

use crate::domain::inventory::{Delta, Kind, ObjectRef, Scope};
use crate::domain::model::{Name, Question};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

#[cfg(feature = "live")]
pub mod aws;
mod calls;
pub mod capture;
pub mod catalogue;
pub mod change;
pub mod demo;
mod file;
#[cfg(feature = "live")]
mod kube;
#[cfg(feature = "live")]
pub mod live;
#[cfg(feature = "live")]
mod proxy;
mod reads;

pub use crate::domain::model::{About, Origin};
pub use calls::{Call, CallLog, LoggedCalls};
pub use change::{Changes, Held, Touch};
pub use file::{text_from, text_of};
pub use reads::AWS_READS;

/// Where a source sends what it comes to know: bounded, so that a slow reader slows the sender and not the memory.
pub type Deltas = mpsc::Sender<Vec<Delta>>;

/// Kubernetes, as a stream.
pub trait Facts: Send + Sync + 'static {
    /// Whether there is an answer at all, and who we are is accepted. Only a live cluster may fail; what is listed need
    /// not wait for it.
    fn reach(&self) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Lists what `ask` names, sending every page at once, and then watches it, if asked to, for ever. Dropping the
    /// future ends it. Failures are deltas too; they never end the other kinds.
    fn follow(self: Arc<Self>, ask: Ask, out: Deltas) -> BoxFuture<'static, ()>;

    /// One object, read anew, as YAML without managedFields and with secrets masked: what `y` shows.
    fn object(&self, object: ObjectRef) -> BoxFuture<'_, Result<String, Failure>>;

    /// The names of the objects whose labels the selector picks: (namespace, name).
    fn labelled(&self, kind: Kind, scope: Scope, selector: String)
    -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>>;

    /// What we may read in Kubernetes: `list pods` and whether it is allowed, for `rolecall info`.
    fn access(&self, scope: Scope) -> BoxFuture<'_, Vec<Access>>;
}

/// AWS, and what else is read on demand.
pub trait Roles: Send + Sync + 'static {
    /// The answer to one question, as deltas: in one batch, or page by page where it is long (a sweep over thousands
    /// of roles). Always at least one delta that names what was asked, be it only the gap. The future ends with the
    /// answer, or as soon as nobody listens to `out` any more; dropping it abandons the question.
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()>;

    /// What the nodes' labels say of the cluster, for when nothing else did: its name and its region.
    fn learn(&self, cluster_name: Option<&str>, region: Option<&str>);

    /// What we may read in AWS, for `rolecall info`.
    fn access(&self) -> BoxFuture<'_, Vec<Access>>;
}

/// The ports of one cluster, and what is known of it before anything was asked.
#[derive(Clone)]
pub struct Source {
    /// Kubernetes.
    pub facts: Arc<dyn Facts>,
    /// AWS.
    pub roles: Arc<dyn Roles>,
    /// Both, to be changed; `None` where nothing may be: then there is no way to write at all.
    pub changes: Option<Arc<dyn Changes>>,
    /// Every call that any of them makes.
    pub calls: CallLog,
    /// What it is.
    pub about: About,
}

/// What is to be listed and watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// Over which namespaces.
    pub scope: Scope,
    /// Where that is not given: when cluster-wide lists are refused, go on in the context's own namespace.
    pub fall_back: bool,
    /// A label selector for the first of `kinds`, given to the server as it is.
    pub selector: Option<String>,
    /// Watch after listing.
    pub watch: bool,
    /// Say who we are, too.
    pub user: bool,
}

/// Whether a call is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The call, as RBAC or IAM names it.
    pub call: String,
    /// Whether it is allowed; `None`: it could not be found out.
    pub allowed: Option<bool>,
    /// In words, where something has to be said.
    pub sentence: Option<String>,
}

/// Why something could not be done, for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct Failure {
    /// What happened, in one line.
    pub said: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What one may do about it.
    pub kind: FailureKind,
}

/// The kinds of failure that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Not allowed.
    Forbidden,
    /// Turned away for the rate.
    Throttled,
    /// No connection, or no answer in time.
    Unreachable,
    /// There is no such thing.
    NotFound,
    /// Somebody else has changed it meanwhile, or it is there already.
    Conflict,
    /// Who we are was not accepted, or has expired.
    Unauthenticated,
    /// Not to be had from this source.
    NotSupported,
    /// Anything else.
    Other,
}
