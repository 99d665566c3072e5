//! From a plan to what came of it: preview, consent, steps.

use super::args::ChangeArgs;
use super::consent::consent;
use super::dry_run::Tried;
use super::text;
use crate::cli::args::Format;
use crate::cli::exit::{GUARDED, Stop, UNREACHED, USAGE};
use crate::cli::{notes, output};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Time, visible};
use crate::domain::plan::{Place, Plan, PlanRefusal, PlanState, Programs, can_be_taken_back, role_deleted};
use crate::report::One;
use crate::report::change::{LoggedStep, PlanItem};
use crate::source::change::{ChangeLog, Ending, LogFailure, LoggedPlan, Run, Running, Stopped, lacking, trials};
use crate::source::{Changes, Origin, Source};
use std::io::Write;
use std::sync::Arc;

/// Shows the plan, asks, and carries it out.
pub(super) async fn carry(source: &Source, place: &Place, plan: Plan, args: &ChangeArgs) -> Result<(), Stop> {
    carry_as(source, place, (&ChangeLog::new_id(Time::now()), plan), args).await
}

/// The same under an id that what it makes is tagged with.
pub(super) async fn carry_as(
    source: &Source,
    place: &Place,
    (id, plan): (&Name, Plan),
    args: &ChangeArgs,
) -> Result<(), Stop> {
    if args.changes_nothing() {
        tell_left_at(source, place);
    }
    let Some(changes) = looked_at(source, (&plan, &[]), args).await? else { return Ok(()) };
    let log = ChangeLog::of(&source.about.origin).ok_or_else(no_place)?;
    tell_unfinished(&log, place)?;
    consent((&plan, &[]), place, source.about.production, args)?;
    let running = log.begin(id, &plan, place)?;
    let begun = Begun { running, lasts: source.about.origin != Origin::Demo, is_resumed: false };
    finish(changes, &plan, begun, args).await
}

/// Prints what would do the same, or shows the plan, looks whether it is allowed, and tries it where only that is asked for.
/// The way to write where it is to be gone on with; none: all that was asked for is done. `done`: the steps of the plan that
/// were done before.
pub(super) async fn looked_at(
    source: &Source,
    (plan, done): (&Plan, &[usize]),
    args: &ChangeArgs,
) -> Result<Option<Arc<dyn Changes>>, Stop> {
    if let Some(export) = args.export {
        // whoever runs it is asked for nothing: what pods lose by it is told here
        plan.warnings.iter().for_each(|warning| notes::tell(&format!("!  {}", visible(&warning.sentence))));
        let mut out = output::stdout();
        write!(out, "{}", plan.export(export.into(), &Programs::at(&source.about.detour)).text)?;
        out.flush()?;
        return Ok(None);
    }
    let changes = changes(source)?;
    if !matches!(args.output.output, Format::Json | Format::Yaml) {
        let mut out = output::stdout();
        text::preview(&mut out, plan, done)?;
        out.flush()?;
    }
    forbidden(&changes, plan).await?;
    if args.dry_run {
        dry_run(&changes, plan, args).await?;
        return Ok(None);
    }
    Ok(Some(changes))
}

/// Says what would be said to the plan, which was shown already where it is for people.
async fn dry_run(changes: &Arc<dyn Changes>, plan: &Plan, args: &ChangeArgs) -> Result<(), Stop> {
    let trials = trials(&**changes, plan).await;
    let tried = Tried::of(plan, &trials);
    if matches!(args.output.output, Format::Json | Format::Yaml) {
        shown(args, &PlanItem::from(plan).tried(&trials))?;
    } else {
        let mut out = output::stdout();
        writeln!(out, "\ndry run: nothing was changed")?;
        tried.lines.iter().try_for_each(|line| writeln!(out, "{}", visible(line)))?;
        out.flush()?;
    }
    tried.stop.map_or(Ok(()), Err)
}

/// The way to write, where there is one.
pub(super) fn changes(source: &Source) -> Result<Arc<dyn Changes>, Stop> {
    source.changes.clone().ok_or_else(|| match source.about.origin {
        Origin::Capture(_) => Stop::usage("a capture is not changed").hint("leave out --from"),
        _ => Stop::usage("nothing is changed: this is read-only")
            .hint("leave out --readonly; --write lifts what the settings say"),
    })
}

/// The log of this user.
pub(super) fn log() -> Result<ChangeLog, Stop> {
    ChangeLog::of_user().ok_or_else(no_place)
}

fn no_place() -> Stop {
    Stop::unreached("there is no place for the log of changes, so nothing is changed").hint("set HOME")
}

/// A plan that stands in the log, and is carried out from here on.
pub(super) struct Begun {
    /// Its entry.
    pub(super) running: Running,
    /// What is changed outlasts this program, so that another can go on with it or take it back: the demo begins anew.
    pub(super) lasts: bool,
    /// It was stopped before, and is gone on with.
    pub(super) is_resumed: bool,
}

/// Carries out what is not done of a plan, and says what came of it.
pub(super) async fn finish(
    changes: Arc<dyn Changes>,
    plan: &Plan,
    begun: Begun,
    args: &ChangeArgs,
) -> Result<(), Stop> {
    let id = begun.running.id().clone();
    let run = Run { changes, plan, log: begun.running };
    let mut has_written = false;
    let ending = run.carry_out(|progress| {
        has_written |= progress.has_written();
        if let Some(line) = text::progress(plan, &progress) {
            notes::tell(&line);
        }
    });
    let ending = ending.await?;
    if matches!(args.output.output, Format::Json | Format::Yaml) {
        shown(args, &PlanItem::from(plan).applied(&id, &states(plan, &ending)))?;
    }
    match ending {
        Ending::Done => {
            if begun.lasts && has_written && has_way_back(plan, |_| true, |_| false) {
                notes::tell(&format!("to take it back: rolecall undo {id}"));
            }
            Ok(())
        }
        Ending::Stopped(stopped) => {
            let left = [text::perhaps_made(plan, &stopped), text::not_begun(plan, &stopped)];
            left.iter().flatten().for_each(|line| notes::tell(line));
            let anew = text::Anew::of(plan, &stopped.why, begun.is_resumed);
            let ways = begun.lasts.then(|| text::ways(&id, anew, goes_back(plan, &stopped)));
            let hint: Vec<String> = stopped.hint().map(str::to_owned).into_iter().chain(ways).collect();
            Err(Stop { said: stopped.said(plan), hint: (!hint.is_empty()).then(|| hint.join("; ")), code: GUARDED })
        }
    }
}

/// Whether something can be taken back of what was made by a plan that stopped.
fn goes_back(plan: &Plan, stopped: &Stopped) -> bool {
    let is_perhaps = |place: usize| stopped.begun.contains(&place) || (place == stopped.step && stopped.is_uncertain());
    has_way_back(plan, |place| stopped.done.contains(&place), is_perhaps)
}

/// Whether something of the steps that are done can be taken back, or of those that are perhaps made. A role that is
/// perhaps deleted is looked for when that is planned.
fn has_way_back(plan: &Plan, is_done: impl Fn(usize) -> bool, is_perhaps: impl Fn(usize) -> bool) -> bool {
    let done = || plan.taken().filter(|(place, _)| is_done(*place));
    let gone: Vec<&Name> = done().filter_map(|(_, step)| role_deleted(&step.change)).collect();
    let mut made = done().chain(plan.taken().filter(|(place, _)| is_perhaps(*place)));
    made.any(|(_, step)| can_be_taken_back(&step.change, &gone))
}

fn shown(args: &ChangeArgs, item: &PlanItem) -> Result<(), Stop> {
    output::document(args.output.output, &One { kind: "Plan", thing: item })
}

fn states(plan: &Plan, ending: &Ending) -> Vec<LoggedStep> {
    let state = |place: usize, taken: bool| match ending {
        _ if !taken => LoggedStep::NotStarted,
        Ending::Done => LoggedStep::Done,
        Ending::Stopped(stopped) if stopped.done.contains(&place) => LoggedStep::Done,
        Ending::Stopped(stopped) if place == stopped.step => LoggedStep::Failed(stopped.said(plan)),
        Ending::Stopped(stopped) if stopped.begun.contains(&place) => {
            LoggedStep::Failed("it was begun before, and may have been made".to_owned())
        }
        Ending::Stopped(_) => LoggedStep::NotStarted,
    };
    plan.steps.iter().enumerate().map(|(place, step)| state(place, step.taken)).collect()
}

/// Stops before the first step where one of them is known not to be allowed.
async fn forbidden(changes: &Arc<dyn Changes>, plan: &Plan) -> Result<(), Stop> {
    let lacking = lacking(&**changes, plan.taken().map(|(_, step)| &step.change)).await;
    match lacking.first() {
        Some(said) => Err(Stop::unreached(format!("nothing was changed: {said}"))),
        None => Ok(()),
    }
}

/// Says which plans of this place were neither ended nor taken back: somebody was killed.
pub(super) fn tell_unfinished(log: &ChangeLog, place: &Place) -> Result<(), Stop> {
    let (plans, _) = log.plans()?;
    let is_left = |plan: &&LoggedPlan| plan.state == PlanState::Unfinished && plan.place.is_same(place);
    for plan in plans.iter().filter(is_left) {
        let id = &plan.id;
        let back = if plan.can_be_undone() { format!(", rolecall undo {id} takes it back") } else { String::new() };
        notes::tell(&format!("note: the plan {id} was left unfinished: {}", plan.plan.title));
        notes::tell(&format!("hint: rolecall resume {id} goes on with it{back}"));
    }
    Ok(())
}

/// The same for a command that only reads, before anything was: its context and server tell the place.
pub(in crate::cli) fn tell_left(source: &Source) {
    tell_left_at(source, &Place::of(&source.about, &Inventory::default()));
}

/// The same at that place, for whoever changes nothing: a log that cannot be read costs nothing but that.
fn tell_left_at(source: &Source, place: &Place) {
    if source.changes.is_none() {
        return;
    }
    let told = ChangeLog::of(&source.about.origin).map(|log| tell_unfinished(&log, place));
    if let Some(Err(stop)) = told {
        notes::tell(&format!("note: whether a change was left unfinished is not known: {}", stop.said));
    }
}

impl From<PlanRefusal> for Stop {
    fn from(refusal: PlanRefusal) -> Self {
        let code = if refusal.gap.is_some() { UNREACHED } else { USAGE };
        Self { said: refusal.sentence, hint: refusal.hint, code }
    }
}

impl From<LogFailure> for Stop {
    fn from(failure: LogFailure) -> Self {
        Self { said: failure.to_string(), hint: Some("without the log nothing is changed".into()), code: UNREACHED }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::deleting_a_role;

    #[test]
    fn what_was_taken_from_a_role_goes_back_until_that_is_deleted() {
        let plan = deleting_a_role();
        let offered = [(0, None), (0, Some(0)), (1, None), (1, Some(1)), (2, None)];
        let offered =
            offered.map(|(done, perhaps)| has_way_back(&plan, |place| place < done, |place| perhaps == Some(place)));
        assert_eq!(offered, [false, true, true, true, false]);
    }
}
