//! What one should know before a plan is applied.

/// One warning: nothing that stops the plan, but something that one may not want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What kind it is.
    pub kind: WarningKind,
    /// One line for a person.
    pub sentence: String,
}

/// The kinds of warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WarningKind {
    /// Somebody else keeps the object as it is: Argo CD, Flux, Helm, Terraform, …
    OwnedElsewhere,
    /// The pods lose something that they may do today: `--yes` alone does not do.
    Loss,
    /// Something is not served for a while.
    Downtime,
    /// Others get what is changed, too: the pods of `default`, roles that a provider opens.
    SharedBy,
    /// The role that is changed has other users: it is asked for once more.
    OtherUsers,
    /// It gives away more than was meant: an administrator, `iam:PassRole` on `*`.
    Escalation,
    /// New pods will not get what is planned, or not yet.
    NotEffective,
    /// Something that the plan hangs on was not read.
    NotRead,
    /// A mistake here stops new pods in the whole cluster.
    Cluster,
}

impl WarningKind {
    /// Its name, for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::OwnedElsewhere => "ownedElsewhere",
            Self::Loss => "loss",
            Self::Downtime => "downtime",
            Self::SharedBy => "sharedBy",
            Self::OtherUsers => "otherUsers",
            Self::Escalation => "escalation",
            Self::NotEffective => "notEffective",
            Self::NotRead => "notRead",
            Self::Cluster => "cluster",
        }
    }
}

impl Warning {
    /// A warning of a kind.
    pub fn new(kind: WarningKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into() }
    }
}
