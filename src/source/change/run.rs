//! A plan, carried out: one step after the other, each guarded, logged, and read back.

use super::log::{LogFailure, Running};
use super::port::{Changes, Held, Touch};
use crate::domain::model::Name;
use crate::domain::plan::{Change, Content, Plan, Target, same_content};
use crate::source::{Failure, FailureKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a change may take until reading back shows it: IAM's own word is seconds, and a minute has been seen.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks: doubled up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long one looks for a write that got no answer: Kubernetes shows at once what it has, AWS after a while. Longer
/// would only tell later what is not known.
const UNANSWERED: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(15)];
/// How often a step is begun anew because something else about its object was changed in between.
const TRIES: usize = 4;

/// A plan that is being carried out.
pub struct Run<'a> {
    /// Through which port.
    pub changes: Arc<dyn Changes>,
    /// The plan.
    pub plan: &'a Plan,
    /// Its entry in the log.
    pub log: Running,
}

/// How far a run has come. Steps are told by their place in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The step's guard is looked at.
    Looking(usize),
    /// It is being written.
    Writing(usize),
    /// It was written, and reading back does not show it yet.
    Waiting(usize),
    /// It is done and seen; `true`: it had been so before the plan was begun, and is not taken back with it.
    Done(usize, bool),
}

impl Progress {
    /// Whether something was sent that changes something.
    pub fn has_written(&self) -> bool {
        matches!(self, Self::Writing(_))
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Every step that is taken is done.
    Done,
    /// It stopped at a step; what is done is told, and nothing else is begun.
    Stopped(Stopped),
}

/// Where a run stopped, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The step's place in the plan.
    pub step: usize,
    /// Why.
    pub why: Why,
    /// The steps that are done, now or before.
    pub done: Vec<usize>,
    /// Those that were begun before, and of which nobody knows what came: they may have been made.
    pub begun: Vec<usize>,
}

impl Stopped {
    /// Whether the step at which it stopped may have been made all the same, now or before.
    pub fn is_uncertain(&self) -> bool {
        self.why.is_uncertain() || self.begun.contains(&self.step)
    }
}

/// Why a run stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The guard: it no longer holds what the preview showed. Nothing was written.
    Moved {
        /// What it holds now.
        now: Content,
        /// Who changed it last, where that is told.
        by: Option<Touch>,
    },
    /// It could not be read, or writing was refused. Nothing was written.
    Failed(Failure),
    /// It was written, or may have been, and reading back shows something else.
    Raced {
        /// What it holds now.
        now: Content,
        /// Who changed it last, where that is told.
        by: Option<Touch>,
    },
    /// It was written, and AWS shows after all this time what was there before: IAM is eventually consistent, and mostly
    /// shows it later.
    Unshown(Duration),
    /// It was written, or may have been, and could not be read back.
    Unseen(Failure),
    /// No answer came to the write, and reading back shows what was there before: it may be made yet.
    Unanswered(Failure),
    /// It was written, and what it set going did not come to a good end: a rollout.
    Unsettled(Failure),
}

impl Why {
    /// Whether the step may have been made all the same.
    pub fn is_uncertain(&self) -> bool {
        !matches!(self, Self::Moved { .. } | Self::Failed(_))
    }
}

impl Run<'_> {
    /// Takes the steps that are not done yet, telling how far it is. Nothing is written where a later one's guard is known
    /// to refuse it: what those before it made would be left behind.
    ///
    /// # Errors
    /// Where the log cannot be written: then nothing more is changed.
    pub async fn carry_out(mut self, mut tell: impl FnMut(Progress) + Send) -> Result<Ending, LogFailure> {
        if let Some((place, why)) = self.refused_later().await {
            return self.stop(place, why);
        }
        for (place, step) in self.plan.taken() {
            if self.log.is_done(place) {
                continue;
            }
            self.log.begin(place)?;
            match self.step(place, &step.change, &mut tell).await {
                Ok(was_so) => {
                    let already = self.log.done(place, was_so)?;
                    tell(Progress::Done(place, already));
                }
                Err(why) => return self.stop(place, why),
            }
        }
        self.log.end()?;
        Ok(Ending::Done)
    }

    fn stop(self, step: usize, why: Why) -> Result<Ending, LogFailure> {
        self.log.stopped(step, &why)?;
        let (done, begun) = (self.log.all_done().to_vec(), self.log.perhaps_made());
        Ok(Ending::Stopped(Stopped { step, why, done, begun }))
    }

    /// The first of the steps behind the next one that would stop as things are now, and why. A part of a role that the
    /// plan makes is not looked at: there is none yet, and whoever may read only roles with our tags is refused that; nor
    /// is what an earlier step changes.
    async fn refused_later(&self) -> Option<(usize, Why)> {
        let open: Vec<(usize, &Change)> = self
            .plan
            .taken()
            .filter(|(place, _)| !self.log.is_done(*place))
            .map(|(place, step)| (place, &step.change))
            .collect();
        let makes = |change: &Change, role: &Name| match &change.target {
            Target::Role { name } => name == role && change.from == Content::Absent,
            _ => false,
        };
        for (behind, &(place, change)) in open.iter().enumerate().skip(1) {
            let is_made = change.target.role().is_some_and(|role| open.iter().any(|(_, other)| makes(other, role)));
            if is_made || open.iter().take(behind).any(|(_, before)| before.target == change.target) {
                continue;
            }
            match self.changes.look(change).await {
                Ok(held) if same_content(&held.content, &change.from) || same_content(&held.content, &change.to) => {}
                Ok(held) => return Some((place, Why::Moved { now: held.content, by: held.by })),
                Err(failure) => return Some((place, Why::Failed(failure))),
            }
        }
        None
    }

    /// One step; whether it was so already. Where the object was changed in between in something that the step does not
    /// touch, the guard holds still, and the step is begun anew.
    async fn step(&self, place: usize, change: &Change, tell: &mut (impl FnMut(Progress) + Send)) -> Result<bool, Why> {
        let mut tries = 0;
        loop {
            tries += 1;
            tell(Progress::Looking(place));
            let held = self.changes.look(change).await.map_err(Why::Failed)?;
            if same_content(&held.content, &change.to) {
                return self.settle(place, change, tell).await.map(|()| true);
            }
            if !same_content(&held.content, &change.from) {
                return Err(Why::Moved { now: held.content, by: held.by });
            }
            tell(Progress::Writing(place));
            match self.changes.make(change, &held).await {
                Err(failure) if failure.kind == FailureKind::Conflict && tries < TRIES => sleep(FIRST_PAUSE).await,
                made => {
                    self.see(place, change, made, tell).await?;
                    return self.settle(place, change, tell).await.map(|()| false);
                }
            }
        }
    }

    /// Waits for the end of what the change has set going.
    async fn settle(&self, place: usize, change: &Change, tell: &mut (impl FnMut(Progress) + Send)) -> Result<(), Why> {
        if matches!(change.target, Target::Rollout { .. }) {
            tell(Progress::Waiting(place));
        }
        self.changes.settle(change).await.map_err(Why::Unsettled)
    }

    /// Looks until what was written is there, or what was not cannot be any more.
    async fn see(
        &self,
        place: usize,
        change: &Change,
        made: Result<(), Failure>,
        tell: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), Why> {
        let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            let seen = self.changes.look(change).await;
            if let Some(end) = judged(change, seen, &made, began.elapsed()) {
                return end;
            }
            tell(Progress::Waiting(place));
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// What came of a write, by its answer and by what was seen so long after it; `None`: one has to look again.
fn judged(
    change: &Change,
    seen: Result<Held, Failure>,
    made: &Result<(), Failure>,
    after: Duration,
) -> Option<Result<(), Why>> {
    let is_eventual = change.target.is_eventual();
    let unanswered = UNANSWERED[usize::from(is_eventual)];
    let held = match (seen, made) {
        (Ok(held), _) if same_content(&held.content, &change.to) => return Some(Ok(())),
        (Ok(held), _) => held,
        (Err(_), Err(refused)) if refused.kind != FailureKind::Unreachable => {
            return Some(Err(Why::Failed(refused.clone())));
        }
        (Err(failure), made) => {
            // who may not read gets no further by waiting, but for the while that AWS takes to know what was written
            let is_refused = matches!(failure.kind, FailureKind::Forbidden | FailureKind::Unauthenticated);
            let patience = if made.is_ok() && !is_refused { PATIENCE } else { unanswered };
            return (after >= patience).then_some(Err(Why::Unseen(failure)));
        }
    };
    // AWS may show for a while what was there before
    let is_old = same_content(&held.content, &change.from);
    let Held { content: now, by, .. } = held;
    match made {
        Err(failure) if failure.kind == FailureKind::Unreachable && is_old => {
            (after >= unanswered).then(|| Err(Why::Unanswered(failure.clone())))
        }
        Err(failure) if failure.kind == FailureKind::Unreachable => Some(Err(Why::Raced { now, by })),
        Err(failure) if is_old => Some(Err(Why::Failed(failure.clone()))),
        Err(_) => Some(Err(Why::Moved { now, by })),
        Ok(()) if is_eventual && is_old => (after >= PATIENCE).then_some(Err(Why::Unshown(PATIENCE))),
        Ok(()) => Some(Err(Why::Raced { now, by })),
    }
}
