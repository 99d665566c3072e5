//! `rolecall restart`: the owners of a ServiceAccount's pods, one after the other.

use super::args::{ChangeArgs, RestartArgs};
use super::gathered::{Account, Ground};
use super::run::{carry, carry_as};
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::cli::notes::tell;
use crate::domain::model::{Name, Time};
use crate::domain::plan::{Plan, left_to_restart, offer_restarts, restart, take_restarts, warn_of_waiting};
use crate::source::Source;

/// Plans it, and goes on as every change does.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &RestartArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read(source, args, marks).await?;
    let account = ground.account(&command.account)?;
    // new pods get what binds the ServiceAccount now, whatever those that run have
    ground.read_bound(&account.0, &account.1).await;
    ground.read_pods(&account).await;
    let plan = restart(ground.seen(), &account.0, &account.1, Time::now())?;
    carry(source, &ground.place(), plan, &command.change).await
}

/// Puts the restart of the ServiceAccount's pods behind a plan's own steps, and takes it in where that is asked for.
pub(super) fn offered(mut plan: Plan, ground: &Ground<'_>, account: &Account, take: bool) -> Plan {
    offer_restarts(&mut plan, ground.seen(), &account.0, &account.1, Time::now());
    if take {
        take_restarts(&mut plan);
        warn_of_waiting(&mut plan, ground.seen());
    }
    plan
}

/// Carries a plan out, and says which command restarts what it offered to restart and nobody took in.
pub(super) async fn carry_and_tell(
    source: &Source,
    ground: &Ground<'_>,
    (id, plan): (&Name, Plan),
    (accounts, change): (&[Account], &ChangeArgs),
) -> Result<(), Stop> {
    let left: Vec<(&Account, String)> =
        accounts.iter().filter_map(|own| Some((own, left_to_restart(&plan, ground.seen(), &own.0, &own.1)?))).collect();
    carry_as(source, &ground.place(), (id, plan), change).await?;
    if !change.changes_nothing() {
        for ((namespace, name), new) in left {
            tell(&format!("running pods get {new} when they are made anew: rolecall restart sa/{name} -n {namespace}"));
        }
    }
    Ok(())
}
