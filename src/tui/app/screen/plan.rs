//! The screen of a plan: what would be done, how far it is, and what came of it.

use super::Scroll;
use crate::domain::model::{Name, Time};
use crate::domain::plan::{Consent, Place, Plan, PlanRefusal, PlanState, Trial};
use crate::tui::app::Intent;
use crate::tui::app::Ticket;
use crate::tui::app::change::{Halt, Stage, way_back};

/// A plan, before, while and after it is applied. Its lines come from [`crate::tui::app::page::lines`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlanScreen {
    /// What it was made of; none for what comes out of the log.
    pub intent: Option<Intent>,
    /// The plan as it was made of that, with what was known then.
    pub made: Option<Box<Made>>,
    /// The plan.
    pub plan: Plan,
    /// Where it is applied, or was.
    pub place: Place,
    /// Its id, once it stands in the log.
    pub id: Option<Name>,
    /// How each step stands.
    pub stages: Vec<Stage>,
    /// How the whole stands.
    pub phase: Phase,
    /// The steps that are only offered, by their places.
    pub offered: Vec<usize>,
    /// Which of them the keys are about.
    pub at: usize,
    /// Documents and commands are shown in full.
    pub whole: bool,
    /// It is being fitted to what is held now: it may change yet.
    pub fitting: Option<Ticket>,
    /// What comes of the rest of it is being read.
    pub weighing: bool,
    /// Why the rest of it is not made as things are now, and what to do.
    pub barred: Option<PlanRefusal>,
    /// With what it was last told: a revision of what was read.
    pub weighed_at: u64,
    /// What is known not to be allowed, in words.
    pub lacking: Lacking,
    /// What came of a dry run.
    pub trials: Trials,
    /// What has still to be typed before it is applied.
    pub wanted: Vec<Consent>,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

/// A plan as it was first made: made again at the same moment, it differs only where something else is known by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The plan, before it was fitted and before steps were taken in or left out.
    pub plan: Plan,
    /// When.
    pub at: Time,
    /// The revision of what was read.
    pub of: u64,
}

/// How a plan stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Nothing was sent.
    Preview,
    /// It is being applied.
    Applying(Ticket),
    /// Every step that is taken is done.
    Done,
    /// It stopped at a step.
    Stopped(Halt),
    /// Nothing was begun: why, and what to do.
    Refused(String, Option<String>),
    /// As the log has it, and why it stopped where that is written down.
    Logged(PlanState, Option<String>),
}

/// What is known of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Lacking {
    /// It was not asked.
    #[default]
    NotAsked,
    /// It was asked, and is not known yet.
    Asked(Ticket),
    /// What is not allowed; empty: nothing is known to be forbidden.
    Known(Vec<String>),
}

/// What came of a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Trials {
    /// Nothing was tried.
    #[default]
    NotAsked,
    /// It is being tried.
    Asked(Ticket),
    /// What was said to each step that was tried, by its place.
    Known(Vec<(usize, Trial)>),
}

impl PlanScreen {
    /// Whether its preview says that the job is on its way.
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.fitting == Some(ticket) || self.lacking == Lacking::Asked(ticket) || self.trials == Trials::Asked(ticket)
    }

    /// The preview of a plan.
    pub fn preview(intent: Option<Intent>, plan: Plan, place: Place) -> Self {
        let offered = plan.steps.iter().enumerate().filter(|(_, step)| !step.taken).map(|(at, _)| at).collect();
        let stages = vec![Stage::default(); plan.steps.len()];
        Self {
            intent,
            made: None,
            plan,
            place,
            id: None,
            stages,
            phase: Phase::Preview,
            offered,
            at: 0,
            whole: false,
            fitting: None,
            weighing: false,
            barred: None,
            weighed_at: 0,
            lacking: Lacking::default(),
            trials: Trials::default(),
            wanted: Vec::new(),
            scroll: Scroll::default(),
        }
    }

    /// Whether there is something that can be applied: from the beginning, or from where it stopped.
    pub fn can_be_applied(&self) -> bool {
        match &self.phase {
            Phase::Preview => true,
            Phase::Stopped(_) => self.id.is_some(),
            Phase::Logged(state, _) => state.is_left_open(),
            Phase::Refused(..) | Phase::Applying(_) | Phase::Done => false,
        }
    }

    /// Whether it was begun before, and would be gone on with.
    pub fn is_gone_on_with(&self) -> bool {
        self.can_be_applied() && self.phase != Phase::Preview
    }

    /// Whether the rest of it would be refused as things are now.
    pub fn is_barred(&self) -> bool {
        self.is_gone_on_with() && self.barred.is_some()
    }

    /// What is left to do of it.
    pub fn left(&self) -> Plan {
        self.plan.left(|place| self.stages.get(place).is_some_and(|stage| stage.is_done()))
    }

    /// Whether the step at that place is taken.
    pub fn is_taken(&self, place: usize) -> bool {
        self.plan.steps.get(place).is_some_and(|step| step.taken)
    }

    /// Whether it can be made anew, with what is there now. Of a role that it has made the name is taken: that is taken back
    /// first.
    pub fn can_be_planned_anew(&self) -> bool {
        let is_half_made = matches!(self.intent, Some(Intent::CreateRole(_))) && self.way_back().is_some();
        let is_over = matches!(self.phase, Phase::Stopped(_) | Phase::Refused(..) | Phase::Preview);
        self.intent.is_some() && is_over && !is_half_made
    }

    /// What takes back what was made.
    pub fn way_back(&self) -> Option<Intent> {
        let is_over = match &self.phase {
            Phase::Done | Phase::Stopped(_) => true,
            Phase::Logged(state, _) => state.can_be_undone(),
            Phase::Preview | Phase::Applying(_) | Phase::Refused(..) => false,
        };
        self.id.as_ref().filter(|_| is_over).and_then(|id| way_back(id, &self.plan, &self.stages))
    }

    /// The offered step that keys are about, by its place in the plan; none where nothing can be taken in or out.
    pub fn offer(&self) -> Option<usize> {
        self.offered.get(self.at).copied().filter(|_| self.phase == Phase::Preview)
    }
}
