//! A plan for people: what would be done, step by step, and what one should know before.

use crate::domain::model::visible;
use crate::domain::plan::{Content, Plan, Step};
use crate::source::change::{Progress, Stopped, Why};
use std::io::{self, Write};

/// Writes the preview.
pub(super) fn preview(out: &mut impl Write, plan: &Plan) -> io::Result<()> {
    writeln!(out, "{}", visible(&plan.title))?;
    for (place, step) in plan.steps.iter().enumerate() {
        writeln!(out)?;
        of_step(out, place + 1, step)?;
    }
    if !plan.effects.is_empty() || !plan.warnings.is_empty() {
        writeln!(out)?;
    }
    for effect in &plan.effects {
        writeln!(out, "   {}", visible(effect))?;
    }
    for warning in &plan.warnings {
        writeln!(out, "!  {}", visible(&warning.sentence))?;
    }
    Ok(())
}

fn of_step(out: &mut impl Write, number: usize, step: &Step) -> io::Result<()> {
    let change = &step.change;
    let offered = if step.taken { "" } else { "  (not taken)" };
    let head = format!("{number}  {} {}", change.verb(), change.target);
    writeln!(out, "{}{offered}   {}", visible(&head), change.guard())?;
    for line in change.diff() {
        writeln!(out, "     {} {}", line.sign.mark(), visible(&line.text))?;
    }
    writeln!(out, "     $ {}", visible(&change.command()))
}

/// How far it is, in a line.
pub(super) fn progress(plan: &Plan, progress: &Progress) -> Option<String> {
    let target =
        |place: &usize| plan.steps.get(*place).map(|step| format!("{} {}", step.change.verb(), step.change.target));
    match progress {
        Progress::Done(place, false) => Some(format!("done     {}", target(place)?)),
        Progress::Done(place, true) => Some(format!("was so   {}", target(place)?)),
        Progress::Waiting(_) | Progress::Looking(_) | Progress::Writing(_) => None,
    }
}

/// Why it stopped, what is done and what is not.
pub(super) fn stopped(plan: &Plan, stopped: &Stopped) -> (String, String) {
    let target = plan.steps.get(stopped.step).map(|step| step.change.target.to_string()).unwrap_or_default();
    let by =
        |by: &Option<crate::source::Touch>| by.as_ref().map_or_else(String::new, |by| format!(" by {}", by.manager));
    let said = match &stopped.why {
        Why::Moved { now, by: touch } => {
            format!("{target} was changed{} since it was read: it now holds {}", by(touch), in_words(now))
        }
        Why::Failed(failure) => format!("{target} was not changed: {}", failure.said),
        Why::Raced { now, by: touch } => {
            format!("{target} was written, and holds something else{}: {}", by(touch), in_words(now))
        }
        Why::Unseen(failure) => format!("{target} was written, and could not be read back: {}", failure.said),
    };
    let hint = match &stopped.why {
        Why::Failed(crate::source::Failure { hint: Some(hint), .. }) => format!("{hint}; "),
        _ => String::new(),
    };
    (said, hint)
}

/// A content in a line.
fn in_words(content: &Content) -> String {
    match content {
        Content::Absent => "nothing: it is gone".to_owned(),
        Content::Present => "it".to_owned(),
        Content::Annotations(annotations) => {
            let one = |(key, value): (&crate::domain::model::Name, &Option<crate::domain::model::Name>)| match value {
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
