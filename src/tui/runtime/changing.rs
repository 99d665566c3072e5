//! Plans carried out: by a task of their own, which goes on whoever looks and wherever one goes.

use super::translate;
use super::workers::Said;
use crate::domain::plan::{Change, Plan, Trial};
use crate::source::change::{self, ChangeLog, Ending, LogFailure, Run, Running};
use crate::source::{Changes, Origin, Source};
use crate::tui::app::{Entry, Halt, Message, Order, Outcome, Refusal, Ticket, Told};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Carries out a plan, telling how far it is.
pub(super) async fn apply(source: Source, ticket: Ticket, order: Order, out: mpsc::Sender<Said>) {
    // what is told between two writes must not wait for the screen
    let (tell, mut told) = mpsc::unbounded_channel();
    let forward = async {
        while let Some(one) = told.recv().await {
            if out.send(Said::Message(Message::Told(ticket, one))).await.is_err() {
                break;
            }
        }
    };
    let carry = async move {
        let outcome = carry_out(source, order, &tell).await;
        let _ = tell.send(Told::Ended(outcome));
    };
    tokio::join!(carry, forward);
}

async fn carry_out(source: Source, order: Order, tell: &mpsc::UnboundedSender<Told>) -> Outcome {
    let Some(changes) = source.changes else { return refused("this is read-only".to_owned(), None) };
    let Some(log) = ChangeLog::of(&source.about.origin) else {
        return refused("there is no place for the log of changes".to_owned(), Some("set HOME".to_owned()));
    };
    let running = match begun(&log, &order) {
        Ok(running) => running,
        Err(outcome) => return outcome,
    };
    let _ = tell.send(Told::Begun(running.id().clone()));
    let plan = &order.plan;
    let mut at = 0;
    let run = Run { changes, plan, log: running };
    let ending = run.carry_out(|progress| {
        let (place, stage) = translate::progress(&progress);
        at = place;
        let _ = tell.send(Told::Step(place, stage));
    });
    let ending = ending.await;
    match ending {
        Ok(Ending::Done) => Outcome::Done,
        Ok(Ending::Stopped(stopped)) => Outcome::Stopped(translate::halt(plan, &stopped)),
        Err(failure) => Outcome::Stopped(Halt {
            step: at,
            said: failure.to_string(),
            hint: Some("without the log nothing more is changed".to_owned()),
            is_uncertain: true,
            now: None,
        }),
    }
}

/// The plan's entry in the log: a new one, or that which is gone on with.
fn begun(log: &ChangeLog, order: &Order) -> Result<Running, Outcome> {
    let failed =
        |failure: LogFailure| refused(failure.to_string(), Some("without the log nothing is changed".to_owned()));
    let Some(id) = &order.resumes else {
        let new = || ChangeLog::new_id(jiff::Timestamp::now());
        let id = order.plan.tag().cloned().unwrap_or_else(new);
        return log.begin(&id, &order.plan, &order.place).map_err(failed);
    };
    let (plans, _) = log.plans().map_err(failed)?;
    let Some(logged) = plans.iter().rev().find(|plan| plan.id == *id) else {
        return Err(refused(format!("the log has no plan {id} any more"), None));
    };
    if !logged.is_left_open() {
        let said = format!("the plan {id} is {}: there is nothing to go on with", logged.state.word());
        return Err(refused(said, None));
    }
    log.resume(logged).map_err(failed)
}

fn refused(said: String, hint: Option<String>) -> Outcome {
    Outcome::Refused(Refusal { said, hint })
}

/// An undo, fitted to what is held now.
pub(super) async fn fit(changes: Option<Arc<dyn Changes>>, undo: Plan) -> Result<Box<Plan>, Refusal> {
    let Some(changes) = changes else { return Err(Refusal { said: "this is read-only".to_owned(), hint: None }) };
    let fitted = change::fitted(&*changes, undo).await;
    fitted.map(Box::new).map_err(|refusal| Refusal { said: refusal.sentence, hint: refusal.hint })
}

/// What of the changes is known not to be allowed, in words.
pub(super) async fn lacking(changes: Option<Arc<dyn Changes>>, wanted: Vec<Change>) -> Vec<String> {
    let Some(changes) = changes else { return vec!["this is read-only".to_owned()] };
    change::lacking(&*changes, &wanted).await
}

/// What would be said to the steps of a plan.
pub(super) async fn tried(changes: Option<Arc<dyn Changes>>, plan: &Plan) -> Vec<(usize, Trial)> {
    let Some(changes) = changes else { return Vec::new() };
    change::trials(&*changes, plan).await
}

/// The log of changes.
pub(super) fn log(origin: &Origin) -> Result<Vec<Arc<Entry>>, Refusal> {
    let Some(log) = ChangeLog::of(origin) else { return Ok(Vec::new()) };
    match log.plans() {
        Ok((plans, _)) => Ok(plans.into_iter().map(translate::entry).map(Arc::new).collect()),
        Err(failure) => Err(Refusal { said: failure.to_string(), hint: None }),
    }
}
