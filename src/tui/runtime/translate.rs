//! What the sources say, in the words of the pure middle, which knows no source.

use crate::domain::plan::Plan;
use crate::source::change::{LoggedPlan, Progress, StepState, Stopped};
use crate::source::{Call, Failure, LoggedCalls};
use crate::tui::app::{CallLine, CallsMade, Entry, Halt, Refusal, Stage};

pub(super) fn refusal(failure: Failure) -> Refusal {
    Refusal { said: failure.said, hint: failure.hint }
}

pub(super) fn calls(logged: LoggedCalls) -> CallsMade {
    let LoggedCalls { calls, forgotten, revision } = logged;
    CallsMade { lines: calls.into_iter().map(call).collect(), forgotten, revision }
}

fn call(call: Call) -> CallLine {
    CallLine { at: call.at, command: call.command, milliseconds: call.milliseconds, outcome: call.outcome }
}

/// Which step stands how now.
pub(super) fn progress(progress: &Progress) -> (usize, Stage) {
    match progress {
        Progress::Looking(place) => (*place, Stage::Looking),
        Progress::Writing(place) => (*place, Stage::Writing),
        Progress::Waiting(place) => (*place, Stage::Waiting),
        Progress::Done(place, false) => (*place, Stage::Done),
        Progress::Done(place, true) => (*place, Stage::WasSo),
    }
}

pub(super) fn halt(plan: &Plan, stopped: &Stopped) -> Halt {
    Halt {
        step: stopped.step,
        said: stopped.said(plan),
        hint: stopped.hint().map(str::to_owned),
        is_uncertain: stopped.is_uncertain(),
        now: stopped.now().cloned(),
    }
}

pub(super) fn entry(logged: LoggedPlan) -> Entry {
    let LoggedPlan { id, time, place, plan, steps, state } = logged;
    let error =
        steps.iter().find_map(|step| if let StepState::Failed(error, _) = step { Some(error.clone()) } else { None });
    let stages = steps.iter().map(stage).collect();
    Entry { id, time, place, plan, stages, error, state }
}

fn stage(step: &StepState) -> Stage {
    match step {
        StepState::NotStarted => Stage::NotBegun,
        StepState::Done => Stage::Done,
        // it is not ours to take back
        StepState::WasSo => Stage::WasSo,
        StepState::Begun | StepState::Failed(_, true) => Stage::Uncertain,
        StepState::Failed(_, false) => Stage::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Change, Content, Place, Plan, PlanKind, PlanState, Target};
    use crate::tui::app::Intent;

    #[test]
    fn what_had_been_so_before_is_not_taken_back_out_of_the_log() {
        let mut plan = Plan::new(PlanKind::Attach, "attach them");
        for policy in ["ours", "theirs"] {
            let target = Target::Attachment { role: "api".into(), policy: policy.into() };
            plan.push(Change { target, from: Content::Absent, to: Content::Present });
        }
        let ours = plan.steps[0].change.clone();
        let logged = LoggedPlan {
            id: "1".into(),
            time: jiff::Timestamp::UNIX_EPOCH,
            place: Place::default(),
            plan,
            steps: vec![StepState::Done, StepState::WasSo],
            state: PlanState::Done,
        };
        let back = entry(logged).way_back();
        assert!(matches!(&back, Some(Intent::Undo { made, .. }) if *made == [ours]), "{back:?}");
    }
}
