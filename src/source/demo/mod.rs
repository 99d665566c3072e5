//! The embedded demo: a made-up cluster behind the same two ports as a live one, with things happening.
//!
//! It is a capture (`assets/demo`), read by the capture's own adapter. Here stands only what makes it live: pages come
//! in over the first second, a role takes its time to load, and a tape of rollouts replaces stale pods, again and again
//! from the start, so that it can run for hours. All of it follows from a seed and from the clock of tokio, which a
//! test may stop. Whoever does not watch (the command line) gets the start at once.

mod embedded;
mod pace;
mod tape;
#[cfg(test)]
mod tests;

use crate::domain::inventory::{Kind, ObjectRef, Scope};
use crate::domain::model::{Name, Question};
use crate::source::{Access, Ask, Deltas, Facts, Failure, Roles, Source};
use futures_util::future::BoxFuture;
use pace::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use embedded::source;

/// The demo behind the ports: the capture's answers, at a pace.
struct Demo {
    /// The capture that it is made of.
    still: Source,
    clock: Clock,
    /// Somebody watches: from then on answers take their time.
    watched: AtomicBool,
}

impl Facts for Demo {
    fn follow(self: Arc<Self>, ask: Ask, out: Deltas) -> BoxFuture<'static, ()> {
        if !ask.watch {
            return self.still.facts.clone().follow(ask, out);
        }
        self.watched.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let still = Ask { watch: false, ..ask.clone() };
            let start = pace::collected(self.still.facts.clone(), still).await;
            let tape = tape::Tape::of(&start);
            if pace::tell(start, &out).await.is_ok() && ask.kinds.contains(&Kind::Pod) {
                tape.play(&self.clock, &out).await;
            }
            // nothing more will happen, but whoever watches goes on watching
            out.closed().await;
        })
    }

    fn object(&self, object: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
        self.still.facts.object(object)
    }

    fn labelled(
        &self,
        kind: Kind,
        scope: Scope,
        selector: String,
    ) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
        self.still.facts.labelled(kind, scope, selector)
    }

    fn access(&self, scope: Scope) -> BoxFuture<'_, Vec<Access>> {
        self.still.facts.access(scope)
    }
}

impl Roles for Demo {
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if self.watched.load(Ordering::Relaxed) {
                tokio::time::sleep(pace::thinking(&question)).await;
            }
            self.still.roles.answer(question, out).await;
        })
    }

    fn learn(&self, cluster_name: Option<&str>, region: Option<&str>) {
        self.still.roles.learn(cluster_name, region);
    }

    fn access(&self) -> BoxFuture<'_, Vec<Access>> {
        self.still.roles.access()
    }
}
