//! One kind, followed: listed, then watched, and listed again where the watch cannot go on.

use super::api::Api;
use super::backoff::Backoff;
use super::decode::Undecoded;
use super::target::Target;
use super::trouble::{Cause, Trouble, one_line};
use super::watch::WORKED;
use crate::domain::inventory::{Delta, Scope};
use crate::domain::model::{Gap, GapReason, Interner, Name, Time};
use crate::source::Deltas;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

/// How often a list that expired under way is begun anew before that is trouble.
const BEGUN_ANEW: u32 = 3;

/// How long what may be listed but not watched stands before it is listed again.
const POLL: Duration = Duration::from_mins(1);

/// What follows one kind.
pub(super) struct Follower {
    pub api: Api,
    pub target: Target,
    pub out: Deltas,
    /// Where to go on when the whole cluster may not be listed.
    pub fall_back: Option<Name>,
    /// Told the namespace if it comes to that.
    pub narrowed: Option<oneshot::Sender<Name>>,
    /// Watch after listing.
    pub watch: bool,
    pub interner: Interner,
    /// The objects that could not be understood since the last listing began.
    pub left_out: BTreeSet<Option<String>>,
    /// When what was sent was last known to be true.
    pub seen: Option<Time>,
}

/// Why a list or a watch ended.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody listens any more.
    Closed,
    /// It went wrong.
    Trouble(Trouble),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl Follower {
    pub(super) fn new(api: Api, target: Target, out: Deltas) -> Self {
        let interner = Interner::default();
        Self {
            api,
            target,
            out,
            fall_back: None,
            narrowed: None,
            watch: false,
            interner,
            left_out: BTreeSet::new(),
            seen: None,
        }
    }

    /// Follows the kind until nobody listens, or, without a watch, until it is listed or known not to be had.
    pub(super) async fn run(mut self) {
        let (mut backoff, mut gone) = (Backoff::default(), Backoff::default());
        let mut begun_anew = 0;
        loop {
            let trouble = match self.list().await {
                Ok(_) if !self.watch => return,
                Ok(version) => {
                    (begun_anew, backoff) = (0, Backoff::default());
                    let began = Instant::now();
                    match self.watch_from(version).await {
                        Stop::Closed => return,
                        Stop::Trouble(trouble) if trouble.cause == Cause::Gone => {
                            // A list is dear: a server that forgets its own versions at once is not listed without pause.
                            if began.elapsed() >= WORKED {
                                gone.reset();
                            } else {
                                sleep(gone.next(trouble.retry_after)).await;
                            }
                            continue;
                        }
                        Stop::Trouble(trouble) if trouble.cause == Cause::Forbidden => {
                            sleep(POLL).await;
                            continue;
                        }
                        Stop::Trouble(trouble) => trouble,
                    }
                }
                Err(Stop::Closed) => return,
                Err(Stop::Trouble(trouble)) if trouble.cause == Cause::Gone && begun_anew < BEGUN_ANEW => {
                    begun_anew += 1;
                    continue;
                }
                Err(Stop::Trouble(trouble)) if trouble.cause == Cause::Forbidden && self.falls_back() => continue,
                Err(Stop::Trouble(trouble)) => trouble,
            };
            if self.tell(&trouble).await.is_err() {
                return;
            }
            // What is refused from the start stays refused: a person grants it, and lists again.
            if !self.watch || (trouble.cause == Cause::Forbidden && self.seen.is_none()) {
                return;
            }
            tokio::select! {
                () = self.api.pause(&mut backoff, &trouble) => {}
                () = self.out.closed() => return,
            }
        }
    }

    /// Narrows a list of the whole cluster, which was refused, to one namespace; once.
    fn falls_back(&mut self) -> bool {
        let namespaced = self.target.kind.is_namespaced() && self.target.scope == Scope::Cluster;
        match self.fall_back.take().filter(|_| namespaced) {
            Some(namespace) => {
                if let Some(narrowed) = self.narrowed.take() {
                    // Nobody waiting for it is no failure of ours.
                    let _ = narrowed.send(namespace.clone());
                }
                self.target.scope = Scope::Namespace(namespace);
                true
            }
            None => false,
        }
    }

    /// Says that the list or the watch cannot go on for now.
    async fn tell(&self, trouble: &Trouble) -> Result<(), Stop> {
        let kind = self.target.kind;
        let gap = trouble.gap(kind.resource(), &self.target.call("list"));
        let delta = match self.seen {
            Some(since) => Delta::Stalled(kind, since, gap),
            None => Delta::Unreadable(kind, gap),
        };
        self.send(vec![delta]).await
    }

    /// Sends a batch; one without anything in it is not sent.
    pub(super) async fn send(&self, deltas: Vec<Delta>) -> Result<(), Stop> {
        if deltas.is_empty() {
            return Ok(());
        }
        self.out.send(deltas).await.map_err(|_| Stop::Closed)
    }

    /// Adds the gap about objects that could not be understood, if there are new ones.
    pub(super) fn leave_out(&mut self, undecoded: &[Undecoded], deltas: &mut Vec<Delta>) {
        let Some(last) = undecoded.last() else { return };
        self.left_out.extend(undecoded.iter().map(|one| one.object.clone()));
        let resource = self.target.kind.resource();
        let sentence = format!(
            "{} of the {resource} could not be understood and {} left out; {}",
            self.left_out.len(),
            if self.left_out.len() == 1 { "is" } else { "are" },
            one_line(&last.to_string()),
        );
        let mut gap = Gap::new(resource, self.target.call("list"), GapReason::NotFoundOut, sentence);
        gap.object.clone_from(&last.object);
        deltas.push(Delta::LeftOut(self.target.kind, gap));
    }
}
