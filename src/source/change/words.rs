//! Why a plan stopped, in words for a person.

use super::port::Touch;
use super::run::{Stopped, Why};
use crate::domain::model::Name;
use crate::domain::plan::{Content, Plan};

impl Stopped {
    /// What is so, because of what.
    pub fn said(&self, plan: &Plan) -> String {
        let target = plan.steps.get(self.step).map(|step| step.change.target.to_string()).unwrap_or_default();
        let by = |by: &Option<Touch>| by.as_ref().map_or_else(String::new, |by| format!(" by {}", by.manager));
        match &self.why {
            Why::Moved { now, by: touch } => {
                format!("{target} was changed{} since it was read: it now holds {}", by(touch), in_words(now))
            }
            Why::Failed(failure) => format!("{target} was not changed: {}", failure.said),
            Why::Raced { now, by: touch } => {
                format!("{target} was written, and holds something else{}: {}", by(touch), in_words(now))
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
            Why::Moved { .. } | Why::Raced { .. } => None,
        }
    }

    /// What the target holds, where that is not what the plan has seen.
    pub fn now(&self) -> Option<&Content> {
        match &self.why {
            Why::Moved { now, .. } | Why::Raced { now, .. } => Some(now),
            Why::Failed(_) | Why::Unseen(_) | Why::Unanswered(_) | Why::Unsettled(_) => None,
        }
    }
}

/// A content in a line.
fn in_words(content: &Content) -> String {
    match content {
        Content::Absent => "nothing: it is gone".to_owned(),
        Content::Present => "it".to_owned(),
        Content::Annotations(annotations) => {
            let one = |(key, value): (&Name, &Option<Name>)| match value {
                Some(value) => format!("{key}={value}"),
                None => format!("no {key}"),
            };
            annotations.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Content::ServiceAccount(_) => "a ServiceAccount with other annotations".to_owned(),
        Content::Restarted(Some(at)) => format!("a restart at {at}"),
        Content::Restarted(None) => "no restart".to_owned(),
        Content::Role(_) => "another role of that name".to_owned(),
        Content::Document(_) => "another document".to_owned(),
        Content::Provider(audiences) => format!("a provider for {}", audiences.join(", ")),
        Content::Association(association) => format!("an association with {}", association.role_arn),
    }
}
