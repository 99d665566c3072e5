//! Why a plan stopped, in words for a person.

use super::port::Touch;
use super::run::{Stopped, Why};
use crate::domain::plan::{Content, Plan};

impl Stopped {
    /// What is so, because of what.
    pub fn said(&self, plan: &Plan) -> String {
        let target = plan.steps.get(self.step).map(|step| step.change.target.to_string()).unwrap_or_default();
        let by = |by: &Option<Touch>| by.as_ref().map_or_else(String::new, |by| format!(" by {}", by.manager));
        match &self.why {
            Why::Moved { now, by: touch } => {
                format!("{target} was changed{} since it was read: it now holds {}", by(touch), now.in_words())
            }
            Why::Failed(failure) if self.is_uncertain() => {
                format!("{target} was not changed now, and may have been before: {}", failure.said)
            }
            Why::Failed(failure) => format!("{target} was not changed: {}", failure.said),
            Why::Raced { now, by: touch } => {
                format!("{target} was written, and holds something else{}: {}", by(touch), now.in_words())
            }
            Why::Unshown(after) => {
                let seconds = after.as_secs();
                format!("{target} was written, but AWS does not show it after {seconds} s: it may yet")
            }
            Why::Unseen(failure) => {
                format!("{target} may have been changed, and could not be read back: {}", failure.said)
            }
            Why::Unanswered(failure) => {
                let said = &failure.said;
                format!("{target} may be changed yet: it shows what was there before, and no answer came: {said}")
            }
            Why::Unsettled(failure) => format!("{target} was restarted, and {}", failure.said),
        }
    }

    /// What to do, where the failure says so.
    pub fn hint(&self) -> Option<&str> {
        match &self.why {
            Why::Failed(failure) | Why::Unseen(failure) | Why::Unanswered(failure) | Why::Unsettled(failure) => {
                failure.hint.as_deref()
            }
            // what was written is there as a rule, and going on finds it so
            Why::Unshown(_) => {
                Some("look again in some minutes: going on looks first, and writes only what is not there")
            }
            Why::Moved { .. } | Why::Raced { .. } => None,
        }
    }

    /// What the target holds, where that is not what the plan has seen.
    pub fn now(&self) -> Option<&Content> {
        match &self.why {
            Why::Moved { now, .. } | Why::Raced { now, .. } => Some(now),
            Why::Unshown(_) | Why::Failed(_) | Why::Unseen(_) | Why::Unanswered(_) | Why::Unsettled(_) => None,
        }
    }
}
