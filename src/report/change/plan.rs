//! A plan on the wire: in the log whole, for machines as a preview with diffs and commands.

use super::content::ContentWire;
use super::target::TargetWire;
use crate::domain::model::Name;
use crate::domain::plan::{Change, Plan, PlanKind, Step, Trial};
use serde::{Deserialize, Serialize};

/// A plan in the log: all that is needed to go on with it, or to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanWire {
    kind: String,
    title: String,
    pub(super) steps: Vec<StepWire>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    undoes: Option<Name>,
}

/// A step in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepWire {
    target: TargetWire,
    from: ContentWire,
    to: ContentWire,
    taken: bool,
}

impl From<&Plan> for PlanWire {
    fn from(plan: &Plan) -> Self {
        let step = |step: &Step| StepWire {
            target: (&step.change.target).into(),
            from: (&step.change.from).into(),
            to: (&step.change.to).into(),
            taken: step.taken,
        };
        Self {
            kind: plan.kind.word().to_owned(),
            title: plan.title.clone(),
            steps: plan.steps.iter().map(step).collect(),
            undoes: plan.undoes.clone(),
        }
    }
}

impl From<PlanWire> for Plan {
    /// Warnings and effects were for whoever decided; they are not kept.
    fn from(wire: PlanWire) -> Self {
        let kind = PlanKind::ALL.into_iter().find(|kind| kind.word() == wire.kind).unwrap_or(PlanKind::Annotate);
        let mut plan = Self::new(kind, wire.title);
        plan.undoes = wire.undoes;
        plan.steps = wire
            .steps
            .into_iter()
            .map(|StepWire { target, from, to, taken }| {
                let change = Change { target: target.into(), from: from.into(), to: to.into() };
                Step { change, taken }
            })
            .collect();
        plan
    }
}

/// A plan as machines are shown it: `kind: Plan`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanItem {
    /// Its id in the log, once it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Name>,
    /// Which action it is.
    pub action: &'static str,
    /// What it does, in a line.
    pub title: String,
    /// The plan that it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Name>,
    /// The steps, in order.
    pub steps: Vec<StepItem>,
    /// What will come of it beside the steps.
    pub effects: Vec<String>,
    /// What one should know before.
    pub warnings: Vec<WarningItem>,
}

/// A step as machines are shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepItem {
    /// Whether it comes, changes or goes.
    pub change: &'static str,
    /// What it is about, as kubectl and the console name it.
    pub target: String,
    /// The line that does the same.
    pub command: String,
    /// What it changes, line by line, as diff writes it.
    pub diff: Vec<String>,
    /// What has to hold for it to be made.
    pub guard: String,
    /// The line that takes it back; absent where there is no way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// Whether it is taken, or only offered.
    pub taken: bool,
    /// What the server would say to it, where it was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<DryRunItem>,
    /// `done`, `failed` or `notStarted`, once the plan was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What a server would say to a step, without making it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DryRunItem {
    /// `accepted`, `refused` or `notTried`.
    pub answer: &'static str,
    /// What admission warns of, or why it would be refused.
    pub said: Vec<String>,
}

impl From<&Trial> for DryRunItem {
    fn from(trial: &Trial) -> Self {
        let (answer, said) = match trial {
            Trial::Accepted(said) => ("accepted", said.clone()),
            Trial::Refused { said, .. } | Trial::InVain { said, .. } => ("refused", vec![said.clone()]),
            Trial::NotPossible(said) | Trial::Unheard { said, .. } => ("notTried", vec![said.clone()]),
            Trial::NoneThere => ("notTried", Vec::new()),
        };
        Self { answer, said }
    }
}

/// A warning as machines are shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WarningItem {
    kind: &'static str,
    sentence: String,
}

/// How a step stands, for [`PlanItem::applied`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoggedStep {
    /// It was not begun.
    NotStarted,
    /// It is done.
    Done,
    /// It failed: why.
    Failed(String),
}

impl From<&Plan> for PlanItem {
    fn from(plan: &Plan) -> Self {
        let warning =
            |it: &crate::domain::plan::Warning| WarningItem { kind: it.kind.word(), sentence: it.sentence.clone() };
        Self {
            id: None,
            action: plan.kind.word(),
            title: plan.title.clone(),
            undoes: plan.undoes.clone(),
            steps: plan.steps.iter().map(StepItem::from).collect(),
            effects: plan.effects.clone(),
            warnings: plan.warnings.iter().map(warning).collect(),
        }
    }
}

impl PlanItem {
    /// The plan of that id, with how each step stands.
    #[must_use]
    pub fn applied(mut self, id: &Name, steps: &[LoggedStep]) -> Self {
        self.id = Some(id.clone());
        for (item, state) in self.steps.iter_mut().zip(steps) {
            item.state = Some(match state {
                LoggedStep::NotStarted => "notStarted",
                LoggedStep::Done => "done",
                LoggedStep::Failed(_) => "failed",
            });
            if let LoggedStep::Failed(error) = state {
                item.error = Some(error.clone());
            }
        }
        self
    }
}

impl PlanItem {
    /// The plan, with what was said to each step that was tried.
    #[must_use]
    pub fn tried(mut self, trials: &[(usize, Trial)]) -> Self {
        for (place, trial) in trials {
            if let Some(step) = self.steps.get_mut(*place) {
                step.dry_run = Some(trial.into());
            }
        }
        self
    }
}

impl From<&Step> for StepItem {
    fn from(step: &Step) -> Self {
        let change = &step.change;
        let diff = change.diff().into_iter().map(|line| format!("{}{}", line.sign.mark(), line.text));
        Self {
            change: change.verb(),
            target: change.target.to_string(),
            command: change.command(),
            diff: diff.collect(),
            guard: change.guard(),
            undo: change.inverse().map(|inverse| inverse.command()),
            taken: step.taken,
            dry_run: None,
            state: None,
            error: None,
        }
    }
}

/// A plan in the log as machines are shown it: an item of `ChangeList`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeItem {
    /// Its id.
    pub id: Name,
    /// When it was begun.
    pub time: crate::domain::model::Time,
    /// Who did it: the AWS caller, else the Kubernetes user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
    /// In which cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Name>,
    /// In which account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Name>,
    /// What it does, in a line.
    pub title: String,
    /// The whole plan.
    pub plan: PlanWire,
    /// How each of its steps stands, in their order.
    pub steps: Vec<LoggedStepItem>,
    /// `running`, `done`, `stopped`, `unfinished` or `undone`.
    pub state: &'static str,
}

/// A step of a plan in the log as machines are shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedStepItem {
    /// What comes, changes or goes, as kubectl and the console name it.
    pub target: String,
    /// `notStarted`, `begun`, `done` or `failed`.
    pub state: &'static str,
    /// It may have been made all the same: nobody saw what came of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
