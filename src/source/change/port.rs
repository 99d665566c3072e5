//! The port that changes go through.

use crate::domain::model::{Name, Time};
use crate::domain::plan::{Change, Content};
use crate::source::{Access, Failure};
use futures_util::future::BoxFuture;

/// Kubernetes and AWS, written to. Where nothing may be changed there is no such thing.
pub trait Changes: Send + Sync + 'static {
    /// What the target of a change holds now, as far as the change touches it.
    ///
    /// # Errors
    /// Where it could not be read. That there is no such thing is [`Content::Absent`].
    fn look<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Held, Failure>>;

    /// Makes the change, provided that what was held when one looked is held still: Kubernetes checks it, AWS cannot.
    ///
    /// # Errors
    /// Where it was not made. [`FailureKind::Unreachable`](crate::source::FailureKind::Unreachable) alone means that nobody
    /// knows (no answer came, or one that only says that something broke): it may be made yet. Every other kind means
    /// that it was refused; [`FailureKind::Conflict`](crate::source::FailureKind::Conflict), because of what was changed in
    /// between.
    fn make<'a>(&'a self, change: &'a Change, held: &'a Held) -> BoxFuture<'a, Result<(), Failure>>;

    /// Waits until what the change has set going has come to its end: a rollout. Most set nothing going.
    ///
    /// # Errors
    /// Where it did not come to a good end. What was written stands.
    fn settle<'a>(&'a self, _change: &'a Change) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// What the server would say to the change, without making it: a dry run of Kubernetes, with all of admission
    /// (Kubernetes API concepts, "Dry-run"). Most servers have none.
    ///
    /// # Errors
    /// Where it would be refused, or could not be tried ([`Failure::kind`] tells which).
    fn rehearse<'a>(&'a self, _change: &'a Change) -> BoxFuture<'a, Result<Rehearsal, Failure>> {
        Box::pin(std::future::ready(Ok(Rehearsal::NoneThere)))
    }

    /// Whether it may be made, as far as one can know without trying: a `SelfSubjectAccessReview` in Kubernetes; of AWS
    /// nothing is known before.
    fn may<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Access>;
}

/// What of the changes is known not to be allowed, each in words and once.
pub async fn lacking<'c>(changes: &dyn Changes, wanted: impl IntoIterator<Item = &'c Change>) -> Vec<String> {
    let mut lacking = Vec::new();
    for change in wanted {
        let access = changes.may(change).await;
        if access.allowed == Some(false) {
            let said = access.sentence.unwrap_or_else(|| format!("you may not {}", access.call));
            if !lacking.contains(&said) {
                lacking.push(said);
            }
        }
    }
    lacking
}

/// What came of trying a change that was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehearsal {
    /// There is no dry run of such things: AWS has none.
    NoneThere,
    /// It could not be tried: why.
    NotPossible(String),
    /// It would be made.
    Taken {
        /// What admission warns of, as it says it.
        warnings: Vec<String>,
        /// What would stand there, where admission makes something else of it.
        otherwise: Option<Content>,
        /// Of a restart: that a new pod would not be given what binds its ServiceAccount now, and what to do about it.
        in_vain: Option<(String, String)>,
    },
}

/// What a target holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What.
    pub content: Content,
    /// The version of the object that it stands in, where it has one.
    pub version: Option<String>,
    /// The object's uid or id, where it has one: what is made anew under the same name is another.
    pub id: Option<String>,
    /// Who changed it last, where that is told.
    pub by: Option<Touch>,
}

/// Who changed something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// The manager's name: `helm`, `kubectl-annotate`, …
    pub manager: Name,
    /// When.
    pub at: Option<Time>,
}

impl Held {
    /// A content of which nothing else is known.
    pub fn only(content: Content) -> Self {
        Self { content, version: None, id: None, by: None }
    }
}
