//! How fast things come to be known in the demo.

use crate::domain::inventory::{Delta, Kind};
use crate::domain::model::{Question, Time};
use crate::source::{Ask, Deltas, Facts};
use foldhash::quality::FixedState;
use jiff::SignedDuration;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendError;
use tokio::time::Instant;

/// Everything that looks like chance follows from it.
const SEED: u64 = 0x05ea_0fca;

/// How many pods come at once, and how long the next ones take: the list is complete after about a second.
const PAGE: usize = 25;
const BETWEEN_PAGES: Duration = Duration::from_millis(110);

/// The demo's time: the capture's moment, moved by the time that has passed since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    from: Time,
    started: Instant,
}

impl Clock {
    /// A clock that shows `time` now.
    pub(super) fn from(time: Time) -> Self {
        Self { from: time, started: Instant::now() }
    }

    /// What it shows.
    pub(super) fn now(&self) -> Time {
        SignedDuration::try_from(self.started.elapsed())
            .ok()
            .and_then(|passed| self.from.checked_add(passed).ok())
            .unwrap_or(self.from)
    }
}

/// A number that follows from the seed and from what it is for.
pub(super) fn chance(what: impl std::hash::Hash) -> u64 {
    FixedState::with_seed(SEED).hash_one(what)
}

/// How long the answer to a question takes.
pub(super) fn thinking(question: &Question) -> Duration {
    let (least, spread) = match question {
        Question::Role(_) => (200, 800),
        Question::Sweep => (900, 600),
        Question::Cluster | Question::Associations | Question::AssociationsOf(_) | Question::AssociationsInTurn(_) => {
            (120, 200)
        }
        _ => (60, 180),
    };
    Duration::from_millis(least + chance(question) % spread)
}

/// All that a source says of what is asked, until it falls silent.
pub(super) async fn collected(facts: Arc<dyn Facts>, ask: Ask) -> Vec<Delta> {
    let (out, mut said) = mpsc::channel(64);
    let mut all = Vec::new();
    let listening = async {
        while let Some(batch) = said.recv().await {
            all.extend(batch);
        }
    };
    tokio::join!(facts.follow(ask, out), listening);
    all
}

/// Says it page by page: what is short at once, pods as a server would.
pub(super) async fn tell(deltas: Vec<Delta>, out: &Deltas) -> Result<(), SendError<Vec<Delta>>> {
    let (mut page, mut pods) = (Vec::new(), 0);
    for delta in deltas {
        pods += usize::from(matches!(delta, Delta::Pod(_)));
        let ends_list = matches!(delta, Delta::Listed(kind, _) if kind != Kind::Pod);
        page.push(delta);
        if pods == PAGE {
            out.send(std::mem::take(&mut page)).await?;
            tokio::time::sleep(BETWEEN_PAGES).await;
            pods = 0;
        } else if ends_list {
            out.send(std::mem::take(&mut page)).await?;
        }
    }
    out.send(page).await
}
