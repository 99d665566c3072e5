//! The demo, changed: what a write does to its world.

use super::held::{State, held};
use super::world::World;
use super::{account, kubernetes};
use crate::domain::plan::{Change, same_content};
use crate::source::change::Rehearsal;
use crate::source::{Access, CallLog, Changes, Failure, FailureKind, Held};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a call takes.
const CALL: Duration = Duration::from_millis(80);

/// The demo as one that may be written to.
pub(super) struct Writer {
    pub(super) world: Arc<World>,
    pub(super) calls: CallLog,
}

impl Writer {
    fn write(&self, change: &Change, seen: &Held) -> Result<(), Failure> {
        let mut now = self.world.now();
        let present = held(&now, change, State::Written);
        let is_same_object = seen.version.is_none() || (&seen.version, &seen.id) == (&present.version, &present.id);
        if !is_same_object || !same_content(&present.content, &change.from) {
            return Err(conflict(change));
        }
        if change.target.is_of_kubernetes() {
            kubernetes::write(&self.world, &mut now, change)
        } else {
            account::write(&mut now, change, self.world.time())
        }
    }
}

impl Changes for Writer {
    fn look<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Held, Failure>> {
        Box::pin(async move {
            sleep(CALL).await;
            Ok(held(&self.world.now(), change, State::Shown))
        })
    }

    fn make<'a>(&'a self, change: &'a Change, seen: &'a Held) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let (call, began) = (self.calls.begin(self.world.time(), change.command()), Instant::now());
            sleep(CALL).await;
            let made = self.write(change, seen);
            let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.calls.end(call, milliseconds, made.clone().map_err(|failure| failure.said));
            made
        })
    }

    /// The demo has no admission: what holds what was seen would be taken.
    fn rehearse<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Rehearsal, Failure>> {
        Box::pin(async move {
            if !change.target.is_of_kubernetes() {
                return Ok(Rehearsal::NoneThere);
            }
            sleep(CALL).await;
            let present = held(&self.world.now(), change, State::Written);
            let is_taken = same_content(&present.content, &change.from);
            let taken = Rehearsal::Taken { warnings: Vec::new(), otherwise: None, in_vain: None };
            if is_taken { Ok(taken) } else { Err(conflict(change)) }
        })
    }

    fn may<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Access> {
        let call = format!("{} {}", change.verb(), change.target);
        Box::pin(std::future::ready(Access { call, allowed: Some(true), sentence: None }))
    }
}

fn conflict(change: &Change) -> Failure {
    failure(FailureKind::Conflict, format!("{} was changed meanwhile, or is there already", change.target))
}

pub(super) fn failure(kind: FailureKind, said: String) -> Failure {
    Failure { said, hint: None, kind }
}
