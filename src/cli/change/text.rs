//! A plan for people: what would be done, step by step, and what one should know before.

use crate::domain::model::visible;
use crate::domain::plan::{Plan, Step, Target, WarningKind};
use crate::source::change::{Progress, Stopped, Why};
use std::io::{self, Write};

/// Writes the preview; `done`: the steps that were done before, by their places.
pub(super) fn preview(out: &mut impl Write, plan: &Plan, done: &[usize]) -> io::Result<()> {
    writeln!(out, "{}", visible(&plan.title))?;
    for (place, step) in plan.steps.iter().enumerate() {
        writeln!(out)?;
        of_step(out, place + 1, (step, done.contains(&place)))?;
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
    if plan.warnings.iter().any(|warning| warning.kind == WarningKind::OwnedElsewhere) {
        writeln!(out, "   export instead: --export kubectl, --export aws")?;
    }
    Ok(())
}

fn of_step(out: &mut impl Write, number: usize, (step, is_done): (&Step, bool)) -> io::Result<()> {
    let change = &step.change;
    let head = format!("{number}  {} {}", change.verb(), change.target);
    let stands = match (is_done, step.taken) {
        (true, _) => "  (done before)".to_owned(),
        (false, true) => format!("   {}", change.guard()),
        (false, false) => format!("  (not taken)   {}", change.guard()),
    };
    writeln!(out, "{}{stands}", visible(&head))?;
    for line in change.diff() {
        writeln!(out, "     {} {}", line.sign.mark(), visible(&line.text))?;
    }
    writeln!(out, "     $ {}", visible(&change.command()))
}

/// A step by its number and what it does: `step 2, annotate serviceaccount/api`.
pub(super) fn numbered(plan: &Plan, place: usize) -> String {
    let step = plan.steps.get(place).map(|step| format!(", {} {}", step.change.verb(), step.change.target));
    format!("step {}{}", place + 1, step.unwrap_or_default())
}

/// How far it is, in a line.
pub(super) fn progress(plan: &Plan, progress: &Progress) -> Option<String> {
    let target =
        |place: &usize| plan.steps.get(*place).map(|step| format!("{} {}", step.change.verb(), step.change.target));
    match progress {
        Progress::Done(place, false) => Some(format!("done     {}", target(place)?)),
        Progress::Done(place, true) => Some(format!("was so   {}", target(place)?)),
        Progress::Waiting(place) | Progress::Writing(place) if is_rollout(plan, *place) => {
            let what = if matches!(progress, Progress::Writing(_)) { "trying   a new pod of" } else { "rolling " };
            Some(format!("{what} {}", plan.steps.get(*place)?.change.target))
        }
        Progress::Waiting(_) | Progress::Looking(_) | Progress::Writing(_) => None,
    }
}

/// Whether the step makes pods anew, which takes its time.
fn is_rollout(plan: &Plan, place: usize) -> bool {
    plan.steps.get(place).is_some_and(|step| matches!(step.change.target, Target::Rollout { .. }))
}

/// The steps that were not begun when one of them failed, in a line.
pub(super) fn not_begun(plan: &Plan, stopped: &Stopped) -> Option<String> {
    let is_known = |place: usize| [&stopped.done, &stopped.begun].iter().any(|steps| steps.contains(&place));
    let is_left = |place: usize| place != stopped.step && !is_known(place);
    let left: Vec<String> =
        plan.taken().filter(|(place, _)| is_left(*place)).map(|(place, _)| numbered(plan, place)).collect();
    (!left.is_empty()).then(|| format!("not begun: {}", left.join("; ")))
}

/// The steps that were begun before, and may have been made, in a line.
pub(super) fn perhaps_made(plan: &Plan, stopped: &Stopped) -> Option<String> {
    let begun: Vec<String> =
        stopped.begun.iter().filter(|place| **place != stopped.step).map(|place| numbered(plan, *place)).collect();
    (!begun.is_empty()).then(|| format!("begun before, and perhaps made: {}", begun.join("; ")))
}

/// How a plan that has stopped is made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anew {
    /// It need not be: no guard has stopped it.
    NotNeeded,
    /// What a step is about has moved since it was read: by the same command.
    SameCommand,
    /// It was stopped before, and gone on with: the same guard stops whoever goes on.
    FirstCommand,
    /// It takes another back: planned again, it is refused for what has moved.
    Never,
}

impl Anew {
    pub(super) fn of(plan: &Plan, why: &Why, is_resumed: bool) -> Self {
        match why {
            Why::Moved { .. } if plan.undoes.is_some() => Self::Never,
            Why::Moved { .. } if is_resumed => Self::FirstCommand,
            Why::Moved { .. } => Self::SameCommand,
            _ => Self::NotNeeded,
        }
    }
}

/// What can be done where a plan has stopped; `goes_back`: what was made can be taken back.
pub(super) fn ways(id: &str, anew: Anew, goes_back: bool) -> String {
    let back = format!("rolecall undo {id}");
    match (anew, goes_back) {
        (Anew::FirstCommand, true) => format!(
            "resume goes on only from what was previewed: take back what was done ({back}), then give the command that \
             planned it again"
        ),
        (Anew::FirstCommand, false) => {
            "resume goes on only from what was previewed: give the command that planned it again".to_owned()
        }
        (Anew::SameCommand, true) => format!(
            "to plan anew from what it holds now, take back what was done ({back}) and give the same command again; once \
             it holds again what it did, go on: rolecall resume {id}"
        ),
        (Anew::SameCommand, false) => format!(
            "to plan anew from what it holds now, give the same command again; once it holds again what it did, go on: \
             rolecall resume {id}"
        ),
        (Anew::Never, true) => format!(
            "once it holds again what it did, go on: rolecall resume {id}, or make again what was taken back: {back}"
        ),
        (Anew::Never, false) => format!("once it holds again what it did, go on: rolecall resume {id}"),
        (Anew::NotNeeded, true) => format!("go on: rolecall resume {id}, or take back what was done: {back}"),
        (Anew::NotNeeded, false) => format!("go on: rolecall resume {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Change, Content, PlanKind};

    #[test]
    fn what_is_gone_on_with_shows_what_was_done_before() {
        let mut plan = Plan::new(PlanKind::Attach, "attach");
        for policy in ["A", "B", "C"] {
            let target = Target::Attachment { role: "api".into(), policy: policy.into() };
            plan.push(Change { target, from: Content::Absent, to: Content::Present });
        }
        plan.steps[2].taken = false;
        let mut out = Vec::new();
        preview(&mut out, &plan.left(|place| place == 0), &[0]).unwrap();
        let shown = String::from_utf8(out).unwrap();
        let heads: Vec<&str> = shown.lines().filter(|line| line.contains("  attach policy")).collect();
        let expected = [
            "1  attach policy A on role/api  (done before)",
            "2  attach policy B on role/api   only if there is none",
            "3  attach policy C on role/api  (not taken)   only if there is none",
        ];
        assert_eq!(heads, expected);
    }

    #[test]
    fn the_steps_behind_the_one_that_failed_are_named() {
        let mut plan = Plan::new(PlanKind::Attach, "attach them");
        let change = |policy: &str| {
            let target = Target::Attachment { role: "api".into(), policy: policy.into() };
            Change { target, from: Content::Absent, to: Content::Present }
        };
        for policy in ["A", "B", "C"] {
            plan.push(change(policy));
        }
        plan.offer(change("D"));
        let said = "not begun: step 2, attach policy B on role/api; step 3, attach policy C on role/api";
        let stopped = |step, done: &[usize]| {
            let why = Why::Moved { now: Content::Present, by: None };
            not_begun(&plan, &Stopped { step, why, done: done.to_vec(), begun: Vec::new() })
        };
        assert_eq!(stopped(0, &[]).as_deref(), Some(said), "what nobody took in is no part of it");
        assert_eq!(stopped(2, &[0, 1]), None);
        let said = "not begun: step 1, attach policy A on role/api; step 2, attach policy B on role/api";
        assert_eq!(stopped(2, &[]).as_deref(), Some(said), "it was seen before the first that the last is refused");
        let why = Why::Moved { now: Content::Present, by: None };
        let killed = Stopped { step: 2, why, done: Vec::new(), begun: vec![0] };
        assert_eq!(not_begun(&plan, &killed).as_deref(), Some("not begun: step 2, attach policy B on role/api"));
        let said = "begun before, and perhaps made: step 1, attach policy A on role/api";
        assert_eq!(perhaps_made(&plan, &killed).as_deref(), Some(said));
    }

    #[test]
    fn how_it_is_made_anew_hangs_on_why_it_stopped_and_what_it_is() {
        let moved = Why::Moved { now: Content::Present, by: None };
        let mut plan = Plan::new(PlanKind::Attach, "attach");
        let of = |plan: &Plan| [false, true].map(|is_resumed| Anew::of(plan, &moved, is_resumed));
        assert_eq!(of(&plan), [Anew::SameCommand, Anew::FirstCommand]);
        assert_eq!(Anew::of(&plan, &Why::Unshown(std::time::Duration::ZERO), true), Anew::NotNeeded);
        plan.undoes = Some("ID".into());
        assert_eq!(of(&plan), [Anew::Never; 2], "given again, it is refused");
    }

    #[test]
    fn whoever_goes_on_and_meets_what_moved_is_led_back_to_the_first_command() {
        let ways = |anew, goes_back| ways("ID", anew, goes_back);
        let again = ways(Anew::FirstCommand, true);
        assert!(again.contains("rolecall undo ID") && again.contains("command that planned it again"), "{again}");
        assert!(!again.contains("same command") && !again.contains("resume ID"), "it meets the same guard: {again}");
        let again = ways(Anew::FirstCommand, false);
        assert!(!again.contains("undo") && again.contains("command that planned it again"), "{again}");
        let first = ways(Anew::SameCommand, true);
        for part in ["rolecall undo ID", "same command again", "rolecall resume ID"] {
            assert!(first.contains(part), "{part}: {first}");
        }
        assert!(!ways(Anew::SameCommand, false).contains("undo"));
        let failed = ways(Anew::NotNeeded, true);
        assert_eq!(failed, "go on: rolecall resume ID, or take back what was done: rolecall undo ID");
        assert_eq!(ways(Anew::Never, false), "once it holds again what it did, go on: rolecall resume ID");
        assert!(!ways(Anew::Never, true).contains("same command"));
    }
}
