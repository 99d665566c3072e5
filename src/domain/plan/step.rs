//! A plan and its steps.

use super::warning::WarningKind;
use super::{Change, Consent, Place, Warning};
use crate::domain::model::{Name, Time};

/// What an action would do, in the order in which it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Which action it is.
    pub kind: PlanKind,
    /// What it does, in a line: `annotate serviceaccount/api in shop`.
    pub title: String,
    /// The steps; each is done only when the one before it was.
    pub steps: Vec<Step>,
    /// What will happen beside the steps themselves: to running pods, to new ones.
    pub effects: Vec<String>,
    /// What one should know before.
    pub warnings: Vec<Warning>,
    /// The plan that this one takes back, by its id.
    pub undoes: Option<Name>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The change.
    pub change: Change,
    /// Whether it is taken; a step that is offered and not taken is left out.
    pub taken: bool,
}

/// The actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlanKind {
    /// Annotations of a ServiceAccount are set, changed or removed.
    Annotate,
    /// A role is made for a ServiceAccount, and bound to it.
    CreateRole,
    /// A trust policy is changed so that it lets a ServiceAccount in.
    RepairTrust,
    /// The cluster's OIDC provider is made in an account.
    CreateProvider,
    /// A Pod Identity association is made or changed.
    Associate,
    /// A Pod Identity association is removed.
    Dissociate,
    /// A managed policy is attached to a role.
    Attach,
    /// A managed policy is detached from a role.
    Detach,
    /// A policy is put into a role.
    Put,
    /// A role that this program made is deleted.
    DeleteRole,
    /// Workloads are restarted.
    Restart,
    /// A plan is taken back.
    Undo,
}

/// The id of a plan that is made now; `chance` tells it from others of the same second.
pub fn plan_id(now: Time, chance: u16) -> Name {
    Name::from(format!("{}-{chance:04x}", now.strftime("%Y%m%d-%H%M%S")))
}

impl PlanKind {
    /// As the command line names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Annotate => "annotate",
            Self::CreateRole => "create-role",
            Self::RepairTrust => "repair-trust",
            Self::CreateProvider => "create-provider",
            Self::Associate => "associate",
            Self::Dissociate => "dissociate",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::Put => "put",
            Self::DeleteRole => "delete-role",
            Self::Restart => "restart",
            Self::Undo => "undo",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Annotate,
        Self::CreateRole,
        Self::RepairTrust,
        Self::CreateProvider,
        Self::Associate,
        Self::Dissociate,
        Self::Attach,
        Self::Detach,
        Self::Put,
        Self::DeleteRole,
        Self::Restart,
        Self::Undo,
    ];
}

impl Plan {
    /// A plan without steps yet.
    pub fn new(kind: PlanKind, title: impl Into<String>) -> Self {
        let (steps, effects, warnings) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, title: title.into(), steps, effects, warnings, undoes: None }
    }

    /// Adds a change, unless there is nothing to do.
    pub fn push(&mut self, change: Change) {
        if !change.is_nothing() {
            self.steps.push(Step { change, taken: true });
        }
    }

    /// Adds a change that is offered, and not taken until somebody takes it in.
    pub fn offer(&mut self, change: Change) {
        self.steps.push(Step { change, taken: false });
    }

    /// Adds a warning, unless it stands there already.
    pub fn warn(&mut self, kind: WarningKind, sentence: impl Into<String>) {
        let warning = Warning::new(kind, sentence);
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// The steps that are taken, each with its place in the plan.
    pub fn taken(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.steps.iter().enumerate().filter(|(_, step)| step.taken)
    }

    /// What is left of it: what is done, by its place, is taken no more.
    #[must_use]
    pub fn left(&self, is_done: impl Fn(usize) -> bool) -> Self {
        let mut left = self.clone();
        for (place, step) in left.steps.iter_mut().enumerate() {
            step.taken &= !is_done(place);
        }
        left
    }

    /// What has to be typed before it is applied, one after the other: a word where pods lose something, another where
    /// others use the role, the cluster's name where the context is production or a mistake would be the whole
    /// cluster's; and `y` where it is none of these.
    pub fn consents(&self, place: &Place, is_production: bool) -> Vec<Consent> {
        let warns = |kind| self.warnings.iter().any(|warning| warning.kind == kind);
        let name = place.name().filter(|_| is_production || warns(WarningKind::Cluster));
        let asked = [
            warns(WarningKind::Loss).then_some(Consent::Loss),
            warns(WarningKind::OtherUsers).then_some(Consent::Others),
            name.map(|name| Consent::Name(name.clone())),
        ];
        let asked: Vec<Consent> = asked.into_iter().flatten().collect();
        if asked.is_empty() { vec![Consent::Yes] } else { asked }
    }
}
