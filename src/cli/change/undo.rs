//! `rolecall undo` and `rolecall resume`: a plan in the log, taken back or gone on with.

use super::args::UndoArgs;
use super::gathered::Ground;
use super::run::{carry, changes, finish, log};
use super::text;
use crate::cli::args::{Format, SourceArgs};
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::cli::output;
use crate::domain::plan::{Place, PlanKind};
use crate::source::Source;
use crate::source::change::{LoggedPlan, LoggedState, fitted};
use std::io::Write;

/// Takes a plan back: the newest of this cluster and account, or the one that is named.
pub(in crate::cli) async fn undo(
    source: &Source,
    args: &SourceArgs,
    command: &UndoArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let place = Ground::read(source, args, marks).await?.place();
    let is_meant = |plan: &LoggedPlan| plan.can_be_undone() && plan.plan.kind != PlanKind::Undo;
    let logged = find(&place, command.id.as_deref(), "nothing to take back", is_meant)?;
    if logged.state == LoggedState::Undone {
        return Err(Stop::usage(format!("the plan {} was taken back already", logged.id)));
    }
    if !logged.can_be_undone() {
        return Err(Stop::usage(format!("the plan {} changed nothing, or runs still", logged.id)));
    }
    let plan = crate::domain::plan::undo(&logged.id, &logged.plan.title, &logged.made());
    if plan.steps.is_empty() {
        return Err(Stop::usage(format!("nothing of the plan {} can be taken back", logged.id)));
    }
    let plan = fitted(&*changes(source)?, plan).await?;
    carry(source, &place, plan, &command.change).await
}

/// Goes on with a plan that was stopped or killed.
pub(in crate::cli) async fn resume(
    source: &Source,
    args: &SourceArgs,
    command: &UndoArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let place = Ground::read(source, args, marks).await?.place();
    let logged = find(&place, command.id.as_deref(), "nothing was left unfinished", LoggedPlan::is_left_open)?;
    if !logged.is_left_open() {
        return Err(Stop::usage(format!(
            "the plan {} is {}: there is nothing to go on with",
            logged.id,
            logged.state.word()
        )));
    }
    let changes = changes(source)?;
    let mut left = logged.plan.clone();
    let done: Vec<usize> = logged.done().map(|(place, _)| place).collect();
    for place in &done {
        if let Some(step) = left.steps.get_mut(*place) {
            step.taken = false;
        }
    }
    if !matches!(command.change.output.output, Format::Json | Format::Yaml) {
        let mut out = output::stdout();
        text::preview(&mut out, &left)?;
        out.flush()?;
    }
    if command.change.dry_run {
        return Ok(());
    }
    super::run::consent(&left, &place, source.about.production, &command.change)?;
    let running = log()?.resume(&logged)?;
    finish(changes, &logged.plan, running, &command.change).await
}

/// The plan of that id, or the newest that is meant, of this place.
fn find(
    place: &Place,
    id: Option<&str>,
    none: &str,
    is_meant: impl Fn(&LoggedPlan) -> bool,
) -> Result<LoggedPlan, Stop> {
    let (plans, _) = log()?.plans()?;
    let Some(id) = id else {
        let newest = plans.into_iter().rev().find(|plan| plan.place.is_same(place) && is_meant(plan));
        return newest
            .ok_or_else(|| Stop::usage(format!("{none} in this cluster and account")).hint("see `rolecall log`"));
    };
    let Some(plan) = plans.into_iter().rev().find(|plan| &*plan.id == id) else {
        return Err(Stop::usage(format!("there is no plan {id} in the log")).hint("see `rolecall log`"));
    };
    if plan.place.is_same(place) {
        return Ok(plan);
    }
    let named = |place: &Place| {
        let account = place.account.as_ref().map_or_else(String::new, |account| format!(", account {account}"));
        format!("{}{account}", place.name().map_or("another cluster", |name| name))
    };
    let said = format!("the plan {id} is of {}, and this is {}", named(&plan.place), named(place));
    Err(Stop::usage(said).hint("go there first: --context, --profile"))
}
