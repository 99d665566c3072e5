//! What the log of changes says of each plan.

use crate::domain::model::{Name, Time};
use crate::domain::plan::{Place, Plan, PlanState, Step, can_be_taken_back, role_deleted};
use crate::report::change::{Event, Line};

/// A plan in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedPlan {
    /// Its id.
    pub id: Name,
    /// When it was begun.
    pub time: Time,
    /// Where it was applied, and by whom.
    pub place: Place,
    /// The plan.
    pub plan: Plan,
    /// How each of its steps stands.
    pub steps: Vec<StepState>,
    /// How the whole stands.
    pub state: PlanState,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StepState {
    /// It was not begun.
    #[default]
    NotStarted,
    /// It was begun, and nobody wrote down what came of it: it may have been made.
    Begun,
    /// It is done.
    Done,
    /// It had been so before: nothing was written.
    WasSo,
    /// It failed; `true`: it may have been made all the same.
    Failed(String, bool),
}

impl LoggedPlan {
    /// The steps that need not be done any more, by their places.
    pub fn done(&self) -> impl Iterator<Item = (usize, &Step)> {
        let steps = self.plan.steps.iter().enumerate();
        steps.filter(|(place, _)| matches!(self.steps.get(*place), Some(StepState::Done | StepState::WasSo)))
    }

    /// Whether the step was made, as far as anybody knows.
    pub(super) fn may_be_made(&self, step: usize) -> bool {
        matches!(self.steps.get(step), Some(StepState::Done | StepState::Begun | StepState::Failed(_, true)))
    }

    /// Whether there is something left to do: it was stopped, or killed.
    pub fn is_left_open(&self) -> bool {
        self.state.is_left_open()
    }

    /// Whether something was changed, as far as anybody knows, and not taken back yet.
    pub fn has_changed(&self) -> bool {
        self.state.can_be_undone() && (0..self.steps.len()).any(|step| self.may_be_made(step))
    }

    /// Whether there is something to take back.
    pub fn can_be_undone(&self) -> bool {
        let gone = self.roles_deleted();
        self.has_changed() && self.made().iter().any(|change| can_be_taken_back(change, &gone))
    }

    /// The roles that it has deleted for certain, by their names.
    pub fn roles_deleted(&self) -> Vec<&Name> {
        self.done().filter_map(|(_, step)| role_deleted(&step.change)).collect()
    }
}

/// What lines say of plans, in the order in which these were begun; `runs` says which of them run now.
pub(super) fn logged_plans(lines: Vec<Line>, runs: impl Fn(&str) -> bool) -> Vec<LoggedPlan> {
    let mut plans: Vec<(LoggedPlan, bool)> = Vec::new();
    for line in lines {
        let Line { id, time, place, event } = line;
        if let Event::Begun { plan } = event {
            let plan = Plan::from(plan);
            let steps = vec![StepState::default(); plan.steps.len()];
            plans.push((LoggedPlan { id, time, place, plan, steps, state: PlanState::Unfinished }, false));
            continue;
        }
        let Some((logged, ended)) = plans.iter_mut().rev().find(|(logged, _)| logged.id == id) else { continue };
        let (step, state) = match event {
            Event::Begun { .. } => continue,
            Event::Resumed => {
                *ended = false;
                continue;
            }
            Event::Ended => {
                *ended = true;
                continue;
            }
            Event::StepBegun { step } => (step, StepState::Begun),
            Event::StepDone { step, already } => (step, if already { StepState::WasSo } else { StepState::Done }),
            Event::StepFailed { step, uncertain, error } => (step, StepState::Failed(error, uncertain)),
        };
        if let Some(known) = logged.steps.get_mut(step) {
            *known = state;
        }
    }
    let mut logged: Vec<LoggedPlan> = plans.into_iter().map(|(plan, ended)| judged(plan, ended, &runs)).collect();
    // the newest first: what takes back a taking back leaves the first plan done
    for place in (0..logged.len()).rev() {
        let undoes = logged[place].plan.undoes.clone().filter(|_| logged[place].state == PlanState::Done);
        let undone = undoes.and_then(|id| logged[..place].iter_mut().rev().find(|plan| plan.id == id));
        if let Some(plan) = undone {
            plan.state = PlanState::Undone;
        }
    }
    logged
}

fn judged(mut plan: LoggedPlan, ended: bool, runs: &impl Fn(&str) -> bool) -> LoggedPlan {
    let has_failed = plan.steps.iter().any(|step| matches!(step, StepState::Failed(..)));
    plan.state = match () {
        () if ended => PlanState::Done,
        () if runs(&plan.id) => PlanState::Running,
        () if has_failed => PlanState::Stopped,
        () => PlanState::Unfinished,
    };
    plan
}
