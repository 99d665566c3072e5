//! `rolecall undo` and `rolecall resume`: a plan in the log, taken back or gone on with.

use super::args::{ResumeArgs, UndoArgs};
use super::gathered::Ground;
use super::log::tell_of_unread;
use super::restart::{carry_and_tell, offered};
use super::run::{Begun, changes, finish, log, looked_at};
use crate::cli::args::SourceArgs;
use crate::cli::exit::{GUARDED, Stop};
use crate::cli::list::Marks;
use crate::cli::notes;
use crate::domain::model::Time;
use crate::domain::plan::{Change, Place, Plan, PlanKind, PlanRefusal, PlanState, rebound_accounts, rest};
use crate::source::change::{ChangeLog, LoggedPlan, fitted};
use crate::source::{Origin, Source};

/// Takes a plan back: the newest of this cluster and account, or the one that is named.
pub(in crate::cli) async fn undo(
    source: &Source,
    args: &SourceArgs,
    command: &UndoArgs,
    marks: Marks,
) -> Result<(), Stop> {
    // which plan it is, is known once it is known where this is
    let ground = Ground::read_place(source, args, marks).await?;
    let place = ground.place();
    let is_meant = |plan: &LoggedPlan| plan.has_changed() && plan.plan.kind != PlanKind::Undo;
    let logged = find(&place, command.id.as_deref(), "nothing to take back", is_meant)?;
    if logged.state == PlanState::Undone {
        return Err(Stop::usage(format!("the plan {} was taken back already", logged.id)));
    }
    if !logged.has_changed() {
        return Err(Stop::usage(format!("the plan {} changed nothing, or runs still", logged.id)));
    }
    if !logged.can_be_undone() {
        return Err(no_way_back(&logged));
    }
    let made = logged.made();
    let back: Vec<Change> = made.iter().filter_map(Change::inverse).collect();
    let mut ground = ground.whole(args).await?;
    ground.read_consequences(&back).await;
    let accounts = rebound_accounts(&back);
    for account in &accounts {
        ground.read_pods(account).await;
    }
    let plan = crate::domain::plan::undo(ground.seen(), &logged.id, logged.plan.kind, &logged.plan.title, &made)?;
    if plan.steps.is_empty() {
        return Err(no_way_back(&logged));
    }
    let mut plan = match &source.changes {
        // what is only printed needs no way to write, as of any other plan
        None if command.change.export.is_some() => plan,
        _ => {
            let fitted = fitted(&*changes(source)?, plan).await;
            fitted.map_err(|refusal| Stop { code: GUARDED, ..refusal.into() })?
        }
    };
    for account in &accounts {
        plan = offered(plan, &ground, account, command.restart);
    }
    tell_of_demo(source);
    let id = ChangeLog::new_id(Time::now());
    carry_and_tell(source, &ground, (&id, plan), (&accounts, &command.change)).await
}

/// Why nothing of a plan is taken back. The one before it is not taken back in its place: nobody has named that.
fn no_way_back(logged: &LoggedPlan) -> Stop {
    let LoggedPlan { id, plan, .. } = logged;
    let because = match logged.roles_deleted().first() {
        Some(role) => format!(": role {role} is deleted, and one of the same name would be another"),
        None => String::new(),
    };
    Stop::usage(format!("nothing of the plan {id} ({}) can be taken back{because}", plan.title))
        .hint("an earlier plan is taken back by its id: see `rolecall log`")
}

/// Goes on with a plan that was stopped or killed.
pub(in crate::cli) async fn resume(
    source: &Source,
    args: &SourceArgs,
    command: &ResumeArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let ground = Ground::read_place(source, args, marks).await?;
    let place = ground.place();
    let logged = find(&place, command.id.as_deref(), "nothing was left unfinished", LoggedPlan::is_left_open)?;
    if !logged.is_left_open() {
        return Err(Stop::usage(format!(
            "the plan {} is {}: there is nothing to go on with",
            logged.id,
            logged.state.word()
        )));
    }
    tell_of_demo(source);
    let done: Vec<usize> = logged.done().map(|(place, _)| place).collect();
    let left = logged.plan.left(|place| done.contains(&place));
    let open: Vec<Change> = left.taken().map(|(_, step)| step.change.clone()).collect();
    let mut ground = ground.whole(args).await?;
    ground.read_consequences(&open).await;
    let left = rest(ground.seen(), left, Time::now()).map_err(|refusal| not_gone_on_with(&logged, refusal))?;
    let Some(changes) = looked_at(source, (&left, &done), &command.change).await? else { return Ok(()) };
    super::consent::consent((&left, &done), &place, source.about.production, &command.change)?;
    let running = log()?.resume(&logged)?;
    let whole = Plan { effects: left.effects, warnings: left.warnings, ..logged.plan };
    let begun = Begun { running, lasts: source.about.origin != Origin::Demo, is_resumed: true };
    finish(changes, &whole, begun, &command.change).await
}

/// Why the rest of a plan is not made, and what can be done instead.
fn not_gone_on_with(logged: &LoggedPlan, refusal: PlanRefusal) -> Stop {
    let id = &logged.id;
    let mut stop = Stop::from(refusal);
    stop.said = format!("the plan {id} is not gone on with: {}", stop.said);
    if logged.can_be_undone() {
        let back = format!("take back what was done: rolecall undo {id}");
        stop.hint = Some(stop.hint.map_or(back.clone(), |hint| format!("{hint}; or {back}")));
    }
    stop
}

/// The plan of that id, or the newest that is meant, of this place.
fn find(
    place: &Place,
    id: Option<&str>,
    none: &str,
    is_meant: impl Fn(&LoggedPlan) -> bool,
) -> Result<LoggedPlan, Stop> {
    let (plans, unread) = log()?.plans()?;
    let Some(id) = id else {
        tell_of_unread(unread);
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
    let said = format!("the plan {id} is of {}, and this is {}", whole(&plan.place), whole(place));
    Err(Stop::usage(said).hint("go there first: --context, --profile"))
}

/// All that tells two places apart: clusters of one name may lie behind different servers.
fn whole(place: &Place) -> String {
    let name = place.name().map_or("another cluster", |name| name);
    let server = place.server.as_ref().map_or_else(String::new, |server| format!(" at {server}"));
    let account = place.account.as_ref().map_or_else(String::new, |account| format!(", account {account}"));
    format!("{name}{server}{account}")
}

/// The demo begins anew each time: what an earlier one has changed is not there to be taken back, or gone on with.
fn tell_of_demo(source: &Source) {
    if source.about.origin == Origin::Demo {
        notes::tell("note: the demo begins anew each time: nothing that was changed in an earlier one is left");
    }
}
