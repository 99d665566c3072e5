//! The embedded demo: a made-up cluster behind the same ports as a live one, with things happening.
//!
//! It starts as a capture (`assets/demo`), told by the capture's own adapter. Here stands what makes it live: pages come
//! in over the first second, a role takes its time to load, a tape of rollouts replaces stale pods, again and again from
//! the start, so that it can run for hours, and it can be changed, in memory: [`World`] holds what is so now. All of it
//! follows from a seed and from the clock of tokio, which a test may stop. Whoever does not watch (the command line)
//! gets what is so at once.

mod account;
mod changes;
mod embedded;
mod held;
mod kubernetes;
mod pace;
mod rollout;
mod tape;
#[cfg(test)]
mod tests;
mod webhook;
mod world;

use crate::domain::inventory::{Delta, Kind, ObjectRef, Scope};
use crate::domain::model::{Name, Question, Reading, RoleArn};
use crate::source::capture::Told;
use crate::source::{Access, Ask, Deltas, Facts, Failure, Roles};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use world::World;

pub use embedded::source;

/// The demo behind the ports: what is so, at a pace.
struct Demo {
    world: Arc<World>,
    /// Somebody watches: from then on answers take their time.
    watched: AtomicBool,
    /// The tape is played.
    playing: AtomicBool,
}

impl Demo {
    fn new(world: Arc<World>) -> Self {
        Self { world, watched: AtomicBool::new(false), playing: AtomicBool::new(false) }
    }

    /// What is so now.
    fn told(&self) -> Told {
        Told::new(self.world.now().shown.clone())
    }

    /// That there is no such role, where the account would have it: then IAM looks for the name, whatever the path.
    fn missing(&self, arn: &Name) -> Option<Vec<Delta>> {
        let now = self.world.now();
        let asked = RoleArn::new(arn.clone());
        let is_of_account = asked.account().is_some() && asked.account() == now.shown.aws().account();
        if !is_of_account || now.shown.aws().role(arn).is_some() {
            return None;
        }
        let at = self.world.time();
        let mut deltas = vec![Delta::Role(arn.clone(), Reading::Missing { at })];
        deltas.extend(
            held::role(&now.shown, asked.role_name())
                .map(|role| Delta::Role(role.arn.name_shared(), Reading::Read { value: Box::new(role.clone()), at })),
        );
        Some(deltas)
    }
}

impl Facts for Demo {
    fn follow(self: Arc<Self>, ask: Ask, out: Deltas) -> BoxFuture<'static, ()> {
        if !ask.watch {
            return Arc::new(self.told()).follow(ask, out);
        }
        self.watched.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let (start, mut changes) = self.world.follow(&ask);
            let still = Ask { watch: false, ..ask.clone() };
            let start = pace::collected(Arc::new(Told::new(start)), still).await;
            if pace::tell(start, &out).await.is_err() {
                return;
            }
            if ask.kinds.contains(&Kind::Pod) && !self.playing.swap(true, Ordering::Relaxed) {
                tokio::spawn(tape::play(Arc::downgrade(&self.world)));
            }
            loop {
                tokio::select! {
                    () = out.closed() => return,
                    Some(deltas) = changes.recv() => if out.send(deltas).await.is_err() { return },
                }
            }
        })
    }

    fn object(&self, object: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async move { self.told().object(object).await })
    }

    fn labelled(
        &self,
        kind: Kind,
        scope: Scope,
        selector: String,
    ) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
        Box::pin(async move { self.told().labelled(kind, scope, selector).await })
    }

    fn access(&self, scope: Scope) -> BoxFuture<'_, Vec<Access>> {
        Box::pin(async move { Facts::access(&self.told(), scope).await })
    }
}

impl Roles for Demo {
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if self.watched.load(Ordering::Relaxed) {
                tokio::time::sleep(pace::thinking(&question)).await;
            }
            let missing = match &question {
                Question::Role(arn) => self.missing(arn),
                _ => None,
            };
            match missing {
                // nobody listening any more is no failure of ours
                Some(deltas) => drop(out.send(deltas).await),
                None => self.told().answer(question, out).await,
            }
        })
    }

    // it knows its names already
    fn learn(&self, _: Option<&str>, _: Option<&str>) {}

    fn access(&self) -> BoxFuture<'_, Vec<Access>> {
        Box::pin(async move { Roles::access(&self.told()).await })
    }
}
