//! Changes as the pure middle knows them: how far one has come, what came of it, what the log says.

use super::Intent;
use crate::domain::model::{Name, Time};
use crate::domain::plan::{Change, Content, Place, Plan, PlanState, can_be_taken_back, role_deleted};

/// What the runtime is told to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The plan, as it was previewed.
    pub plan: Plan,
    /// Where.
    pub place: Place,
    /// It is in the log already by this id, and gone on with.
    pub resumes: Option<Name>,
}

/// What the runtime tells of a plan that it carries out. Steps are told by their places in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It stands in the log by this id from here on.
    Begun(Name),
    /// A step stands so now.
    Step(usize, Stage),
    /// It has ended.
    Ended(Outcome),
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// It was not begun.
    #[default]
    NotBegun,
    /// Its guard is looked at.
    Looking,
    /// It is being written.
    Writing,
    /// It was written, and reading back does not show it yet.
    Waiting,
    /// It is done.
    Done,
    /// Nothing was to be done: it had been so already.
    WasSo,
    /// It failed, and was not made.
    Failed,
    /// It was begun, and nobody knows whether it was made.
    Uncertain,
}

impl Stage {
    /// In a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotBegun => "not begun",
            Self::Looking => "looking",
            Self::Writing => "writing",
            Self::Waiting => "written, waiting for it to show",
            Self::Done => "done",
            Self::WasSo => "was so already",
            Self::Failed => "failed",
            Self::Uncertain => "perhaps made",
        }
    }

    /// Whether nothing is left to do.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::WasSo)
    }

    /// Whether it may have changed something.
    pub fn may_be_made(self) -> bool {
        matches!(self, Self::Done | Self::Uncertain | Self::Waiting | Self::Writing)
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every step that is taken is done.
    Done,
    /// It stopped at a step.
    Stopped(Halt),
    /// It could not be begun or not be written down: nothing more was changed.
    Refused(super::Refusal),
}

/// Where it stopped, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// The step's place in the plan.
    pub step: usize,
    /// What is so, because of what.
    pub said: String,
    /// What to do.
    pub hint: Option<String>,
    /// The step may have been made all the same.
    pub is_uncertain: bool,
    /// What it holds now, where that is not what the plan has seen.
    pub now: Option<Content>,
}

/// A plan in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Name,
    /// When it was begun.
    pub time: Time,
    /// Where it was applied, and by whom.
    pub place: Place,
    /// The plan.
    pub plan: Plan,
    /// How each of its steps stands.
    pub stages: Vec<Stage>,
    /// Why it stopped, where it is written down.
    pub error: Option<String>,
    /// How the whole stands.
    pub state: PlanState,
}

impl Entry {
    /// What takes it back; `None` where nothing was made, it runs still, or it was taken back.
    pub fn way_back(&self) -> Option<Intent> {
        self.state.can_be_undone().then(|| way_back(&self.id, &self.plan, &self.stages)).flatten()
    }

    /// Who did it: the AWS caller, else the Kubernetes user.
    pub fn by(&self) -> Option<&Name> {
        self.place.caller.as_ref().or(self.place.user.as_ref())
    }
}

/// What takes back the steps that were made, or may have been; `None` where there is none with a way back.
pub(super) fn way_back(id: &Name, plan: &Plan, stages: &[Stage]) -> Option<Intent> {
    let made = plan.steps.iter().zip(stages).filter(|(_, stage)| stage.may_be_made());
    let made: Vec<Change> = made.map(|(step, _)| step.change.clone()).collect();
    let done = plan.steps.iter().zip(stages).filter(|(_, stage)| stage.is_done());
    let gone: Vec<&Name> = done.filter_map(|(step, _)| role_deleted(&step.change)).collect();
    let can_be = made.iter().any(|change| can_be_taken_back(change, &gone));
    can_be.then(|| Intent::Undo { id: id.clone(), kind: plan.kind, title: plan.title.clone(), made })
}
