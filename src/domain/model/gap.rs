//! What could not be read, and why: the other half of every answer.

use super::Time;
use std::fmt;

/// A fact that is asked of Kubernetes or AWS: read, known to be missing, or not read and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<T> {
    /// It was read.
    Read {
        /// What was read.
        value: T,
        /// When it was read.
        at: Time,
    },
    /// The other side answered that there is no such thing.
    Missing {
        /// When it said so.
        at: Time,
    },
    /// It was not read; the gap says why.
    Unread(Gap),
}

impl<T> Reading<T> {
    /// The value, where it was read.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Read { value, .. } => Some(value),
            Self::Missing { .. } | Self::Unread(_) => None,
        }
    }

    /// When the answer was given, be it that there is no such thing.
    pub fn at(&self) -> Option<Time> {
        match self {
            Self::Read { at, .. } | Self::Missing { at } => Some(*at),
            Self::Unread(_) => None,
        }
    }

    /// Whether the other side answered that there is no such thing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }

    /// Why it was not read.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Unread(gap) => Some(gap),
            _ => None,
        }
    }

    /// Whether something has no answer yet: it was never asked for, or is on its way.
    pub fn is_awaited(reading: Option<&Self>) -> bool {
        reading.is_none_or(|reading| reading.gap().is_some_and(Gap::is_loading))
    }
}

/// Something that was not read. Never the end of anything: it costs the answers that hang on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gap {
    /// What is not known, in the field's words: `pods`, `role eks/api`, `instance i-0abc`.
    pub what: String,
    /// The call that would have told, as RBAC or IAM names it: `list nodes`, `iam:GetRole`.
    pub call: String,
    /// The one object it was about, where there is one: a name or an ARN.
    pub object: Option<String>,
    /// Why it was not read.
    pub reason: GapReason,
    /// One line for a person: what is so, because of what, what to do.
    pub sentence: String,
}

impl Gap {
    /// A gap about `what`, which `call` would have told.
    pub fn new(
        what: impl Into<String>,
        call: impl Into<String>,
        reason: GapReason,
        sentence: impl Into<String>,
    ) -> Self {
        Self { what: what.into(), call: call.into(), object: None, reason, sentence: sentence.into() }
    }

    /// The same gap, about one object.
    #[must_use]
    pub fn about(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// Whether one of these says the same to a person.
    pub fn is_said_by<'g>(&self, others: impl IntoIterator<Item = &'g Self>) -> bool {
        others.into_iter().any(|other| other.sentence == self.sentence)
    }

    /// Whether the answer is only still on its way.
    pub fn is_loading(&self) -> bool {
        self.reason == GapReason::NotLoadedYet
    }
}

/// Why something was not read; the words of the machine formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GapReason {
    /// The caller may not make the call.
    Forbidden,
    /// There are no AWS credentials to make it with.
    NoCredentials,
    /// The credentials have expired.
    Expired,
    /// The other side turned the call away for its rate, more often than we retry.
    Throttled,
    /// No answer came in time, or there was no connection.
    Timeout,
    /// It could not be found out what to ask for (the cluster's name, say).
    NotFoundOut,
    /// The AWS account in use could not be shown to be this cluster's.
    ClusterNotConfirmed,
    /// It has not been asked yet, or the answer is on its way.
    NotLoadedYet,
    /// There is no such call here: a capture, the demo, a server without it.
    NotSupported,
}

impl GapReason {
    /// The reason as machine formats spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::NoCredentials => "noCredentials",
            Self::Expired => "expired",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::NotFoundOut => "notFoundOut",
            Self::ClusterNotConfirmed => "clusterNotConfirmed",
            Self::NotLoadedYet => "notLoadedYet",
            Self::NotSupported => "notSupported",
        }
    }

    /// The reason spelled `word`, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// Whether the same call may do better later without anybody granting anything: AWS was busy or out of reach, or the
    /// credentials are to be renewed.
    pub fn passes(self) -> bool {
        matches!(self, Self::Throttled | Self::Timeout | Self::Expired | Self::NoCredentials)
    }

    /// Every reason there is.
    pub const ALL: [Self; 9] = [
        Self::Forbidden,
        Self::NoCredentials,
        Self::Expired,
        Self::Throttled,
        Self::Timeout,
        Self::NotFoundOut,
        Self::ClusterNotConfirmed,
        Self::NotLoadedYet,
        Self::NotSupported,
    ];
}

impl fmt::Display for GapReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
