//! A small world behind the port of changes.

use crate::domain::plan::{Change, Content, Target, same_content};
use crate::source::{Access, Changes, Failure, FailureKind, Held, Touch};
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

/// What goes wrong with one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is refused.
    Denied,
    /// No answer comes, and it is not made.
    Lost,
    /// No answer comes, and it is made.
    MadeUnanswered,
    /// No answer comes, and it is made that many seconds later.
    MadeLater(u64),
}

/// What somebody else does between the look and the write, or right after the write.
#[derive(Debug, Clone)]
pub(super) enum Meddling {
    /// Writes the same thing before us.
    Before(Content),
    /// Changes something else about the object, so often.
    Beside(usize),
    /// Writes the same thing after us.
    After(Content),
}

#[derive(Debug, Default)]
struct State {
    held: BTreeMap<Target, (Content, u64)>,
    /// What is shown still, until when.
    old: BTreeMap<Target, (Content, Instant)>,
    lag: Duration,
    faults: VecDeque<Option<Fault>>,
    meddling: Option<Meddling>,
    blind: Option<FailureKind>,
    writes: usize,
}

/// Targets and what they hold.
#[derive(Debug, Default, Clone)]
pub(super) struct World(Arc<Mutex<State>>);

impl World {
    pub(super) fn put(&self, target: &Target, content: &Content) {
        self.with(|state| state.put(target, content));
    }

    pub(super) fn content(&self, target: &Target) -> Content {
        self.with(|state| state.held.get(target).map_or(Content::Absent, |(content, _)| content.clone()))
    }

    /// Everything there is, apart from versions.
    pub(super) fn contents(&self) -> BTreeMap<Target, Content> {
        let of = |(target, (content, _)): (&Target, &(Content, u64))| (target.clone(), content.clone());
        self.with(|state| state.held.iter().map(of).filter(|(_, content)| *content != Content::Absent).collect())
    }

    /// From now on reading shows changes so much later.
    pub(super) fn lag(&self, lag: Duration) {
        self.with(|state| state.lag = lag);
    }

    /// The next write goes wrong so.
    pub(super) fn fault(&self, fault: Fault) {
        self.with(|state| state.faults.push_back(Some(fault)));
    }

    /// The next write goes well.
    pub(super) fn spare(&self) {
        self.with(|state| state.faults.push_back(None));
    }

    pub(super) fn meddle(&self, meddling: Meddling) {
        self.with(|state| state.meddling = Some(meddling));
    }

    /// Once something was written, nothing can be read any more, for that reason.
    pub(super) fn turn_blind(&self, because: FailureKind) {
        self.with(|state| state.blind = Some(because));
    }

    /// How many writes were made.
    pub(super) fn writes(&self) -> usize {
        self.with(|state| state.writes)
    }

    fn with<T>(&self, it: impl FnOnce(&mut State) -> T) -> T {
        it(&mut self.0.lock().unwrap())
    }
}

impl State {
    fn put(&mut self, target: &Target, content: &Content) {
        let version = self.held.get(target).map_or(0, |(_, version)| version + 1);
        let before = self.held.insert(target.clone(), (content.clone(), version));
        if target.is_eventual() && !self.lag.is_zero() {
            let before = before.map_or(Content::Absent, |(content, _)| content);
            self.old.insert(target.clone(), (before, Instant::now() + self.lag));
        }
    }

    fn shown(&self, target: &Target) -> Held {
        let (content, version) = self.held.get(target).cloned().unwrap_or((Content::Absent, 0));
        let old = self.old.get(target).filter(|(_, until)| *until > Instant::now());
        let content = old.map_or(content, |(content, _)| content.clone());
        let by = Some(Touch { manager: "helm".into(), at: None });
        Held { content, version: Some(version.to_string()), id: None, by }
    }

    /// Writes, as somebody who has seen that version.
    fn write(&mut self, change: &Change, seen: &Held) -> Result<(), Failure> {
        match self.meddling.clone() {
            Some(Meddling::Before(content)) => self.put(&change.target, &content),
            Some(Meddling::Beside(times)) => {
                let content = self.shown(&change.target).content;
                self.put(&change.target, &content);
                self.meddling = (times > 1).then_some(Meddling::Beside(times - 1));
            }
            _ => {}
        }
        let version = self.shown(&change.target).version;
        if change.target.is_of_kubernetes() && version != seen.version {
            return Err(failure(FailureKind::Conflict, "the object has been modified"));
        }
        self.writes += 1;
        self.put(&change.target, &change.to);
        if let Some(Meddling::After(content)) = self.meddling.clone() {
            self.put(&change.target, &content);
        }
        Ok(())
    }
}

impl Changes for World {
    fn look<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Held, Failure>> {
        Box::pin(async move {
            yield_now().await;
            if let Some(kind) = self.with(|state| state.blind.filter(|_| state.writes > 0)) {
                return Err(failure(kind, "not read"));
            }
            let held = self.with(|state| state.shown(&change.target));
            yield_now().await;
            Ok(held)
        })
    }

    fn make<'a>(&'a self, change: &'a Change, seen: &'a Held) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            yield_now().await;
            let lost = failure(FailureKind::Unreachable, "no answer within 30 s");
            let made = match self.with(|state| state.faults.pop_front().flatten()) {
                Some(Fault::Denied) => Err(failure(FailureKind::Forbidden, "you may not")),
                Some(Fault::Lost) => Err(lost),
                Some(Fault::MadeUnanswered) => self.with(|state| state.write(change, seen)).and(Err(lost)),
                Some(Fault::MadeLater(seconds)) => {
                    let (world, change, seen) = (self.clone(), change.clone(), seen.clone());
                    tokio::spawn(async move {
                        sleep(Duration::from_secs(seconds)).await;
                        let _ = world.with(|state| state.write(&change, &seen));
                    });
                    Err(lost)
                }
                None => self.with(|state| state.write(change, seen)),
            };
            yield_now().await;
            made
        })
    }

    fn may<'a>(&'a self, _: &'a Change) -> BoxFuture<'a, Access> {
        Box::pin(async { Access { call: "write".to_owned(), allowed: None, sentence: None } })
    }
}

fn failure(kind: FailureKind, said: &str) -> Failure {
    Failure { said: said.to_owned(), hint: None, kind }
}

/// Whether a world holds what a change begins with, or ends with.
pub(super) fn holds(world: &World, change: &Change, content: &Content) -> bool {
    same_content(&world.content(&change.target), content)
}
