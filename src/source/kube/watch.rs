//! Watching one kind from where its list ended: events in batches, broken connections taken up again.

use super::backoff::{Backoff, chance};
use super::decode;
use super::follow::{Follower, Stop};
use super::meta::Text;
use super::trouble::{Cause, Trouble, one_line};
use crate::domain::inventory::Delta;
use crate::domain::model::Time;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use kube::client::Body;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long the server keeps a watch open; client-go asks for five to ten minutes.
const OPEN: f64 = 290.0;

/// The server sends a bookmark about every minute. After two missed ones the connection is taken for dead: a laptop
/// that slept, a firewall that forgot.
const SILENCE: Duration = Duration::from_secs(150);

/// A watch that lasted so long is a working one: when it ends it is taken up again without a word.
pub(super) const WORKED: Duration = Duration::from_secs(1);

/// No more events than these in one batch.
const BATCH: usize = 1_000;

/// etcd takes objects of 1.5 MB, and an event holds one; what is much longer is no event.
const LONGEST_EVENT: usize = 8 << 20;

/// How many events pass before names and specs that nothing uses any more are let go.
const SHRINK_EVERY: usize = 20_000;

/// A watch under way.
struct Watch {
    /// From where the next connection goes on.
    version: String,
    stalled: bool,
    events: usize,
}

/// Why one connection ended.
enum Ended {
    /// The server or the network closed it.
    Closed,
    /// It has to stop, or to be told.
    Stop(Stop),
}

impl Follower {
    /// Watches from the version on. Ends when nobody listens, when the version is too old, or when it is refused.
    pub(super) async fn watch_from(&mut self, version: String) -> Stop {
        let mut watch = Watch { version, stalled: false, events: 0 };
        let mut backoff = Backoff::default();
        loop {
            let opened = Instant::now();
            let events = watch.events;
            let mut noted = self.api.note(&self.target.watch_line());
            let ended = self.connection(&mut watch).await;
            let worked = opened.elapsed() >= WORKED || watch.events > events;
            if worked {
                backoff.reset();
            }
            let trouble = match ended {
                Ended::Closed if worked => {
                    noted.end(None);
                    // Many watches opened together end together.
                    sleep(Duration::from_secs_f64(0.2 * chance())).await;
                    continue;
                }
                Ended::Closed => {
                    Trouble::new(Cause::Unreachable, "the connection to the API server breaks off at once")
                }
                Ended::Stop(Stop::Trouble(trouble)) => trouble,
                Ended::Stop(Stop::Closed) => return Stop::Closed,
            };
            noted.end(Some(&trouble));
            if trouble.cause == Cause::Gone {
                return trouble.into();
            }
            if !watch.stalled && self.stall(&trouble).await.is_err() {
                return Stop::Closed;
            }
            watch.stalled = true;
            if trouble.cause == Cause::Forbidden {
                return trouble.into();
            }
            tokio::select! {
                () = self.api.pause(&mut backoff, &trouble) => {}
                () = self.out.closed() => return Stop::Closed,
            }
        }
    }

    async fn stall(&self, trouble: &Trouble) -> Result<(), Stop> {
        let kind = self.target.kind;
        let mut gap = trouble.gap(kind.resource(), &self.target.call("watch"));
        if trouble.cause != Cause::Forbidden {
            gap.sentence = format!("changes of {} do not come in: {}", kind.resource(), trouble.advice());
        }
        self.send(vec![Delta::Stalled(kind, self.seen.unwrap_or_else(Time::now), gap)]).await
    }

    /// One connection, for as long as it lasts.
    async fn connection(&mut self, watch: &mut Watch) -> Ended {
        let seconds = Duration::from_secs_f64(OPEN - 60.0 * chance()).as_secs();
        let mut body = match self.api.stream(&self.target.watch(&watch.version, seconds)).await {
            Ok(body) => body,
            Err(trouble) => return Ended::Stop(trouble.into()),
        };
        let mut lines = Lines::default();
        loop {
            // A connection that was taken up again has to hold a moment before it is said to.
            let patience = if watch.stalled { WORKED } else { SILENCE };
            let chunk = tokio::select! {
                chunk = timeout(patience, next_chunk(&mut body, &mut lines)) => chunk.unwrap_or(Chunk::Silence),
                () = self.out.closed() => return Ended::Stop(Stop::Closed),
            };
            if chunk == Chunk::Silence && !watch.stalled {
                return Ended::Closed;
            }
            let (mut deltas, mut outcome) = (Vec::new(), Ok(()));
            if chunk != Chunk::End && std::mem::take(&mut watch.stalled) {
                deltas.push(Delta::Resumed(self.target.kind, Time::now()));
            }
            if chunk == Chunk::More {
                outcome = self.take_lines(&mut lines, watch, &mut deltas);
                // What is already here goes out in the same batch.
                while outcome.is_ok()
                    && deltas.len() < BATCH
                    && next_chunk(&mut body, &mut lines).now_or_never() == Some(Chunk::More)
                {
                    outcome = self.take_lines(&mut lines, watch, &mut deltas);
                }
            }
            // Up to a break that is seen, what was sent is true.
            self.seen = Some(Time::now());
            if let Err(closed) = self.send(deltas).await {
                return Ended::Stop(closed);
            }
            match outcome {
                Ok(()) if chunk == Chunk::End => return Ended::Closed,
                Ok(()) => {}
                Err(trouble) => return Ended::Stop(trouble.into()),
            }
        }
    }

    /// Takes in the whole lines that have come.
    fn take_lines(&mut self, lines: &mut Lines, watch: &mut Watch, deltas: &mut Vec<Delta>) -> Result<(), Trouble> {
        let mut buffer = std::mem::take(&mut lines.buffer);
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', buffer.get(start..).unwrap_or_default()) {
            let line = buffer.get(start..start + length).unwrap_or_default();
            start += length + 1;
            if !line.trim_ascii().is_empty() {
                self.take_event(line, watch, deltas)?;
            }
        }
        buffer.drain(..start);
        if buffer.len() > LONGEST_EVENT {
            return Err(Trouble::new(Cause::Answer, "the watch sends an event without an end"));
        }
        lines.buffer = buffer;
        if watch.events >= SHRINK_EVERY {
            watch.events = 1;
            self.interner.shrink();
        }
        Ok(())
    }

    fn take_event(&mut self, line: &[u8], watch: &mut Watch, deltas: &mut Vec<Delta>) -> Result<(), Trouble> {
        let event: Event<'_> = serde_json::from_slice(line)
            .map_err(|error| Trouble::new(Cause::Answer, format!("the watch sends what is no event: {error}")))?;
        let (kind, object) = (self.target.kind, event.object.get());
        match &*event.kind {
            "ADDED" | "MODIFIED" => match decode::object(kind, object, &mut self.interner) {
                Ok(delta) => deltas.push(delta),
                Err(undecoded) => self.leave_out(&[undecoded], deltas),
            },
            "DELETED" => deltas.extend(decode::reference(kind, object).map(Delta::Gone)),
            "ERROR" => return Err(failed(object)),
            _ => {}
        }
        watch.events += 1;
        if let Some(version) = version(object) {
            watch.version = version;
        }
        Ok(())
    }
}

/// One line of a watch.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    object: &'a RawValue,
}

/// What has come of a body and is not yet a whole line.
#[derive(Default)]
struct Lines {
    buffer: Vec<u8>,
}

/// What came of waiting for more of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chunk {
    More,
    /// There is no more, be it that the connection broke.
    End,
    /// Nothing, for too long.
    Silence,
}

async fn next_chunk(body: &mut Body, lines: &mut Lines) -> Chunk {
    match body.frame().await {
        Some(Ok(frame)) => {
            if let Some(data) = frame.data_ref() {
                lines.buffer.extend_from_slice(data);
            }
            Chunk::More
        }
        Some(Err(_)) | None => Chunk::End,
    }
}

/// What an `ERROR` event says: a `Status`.
fn failed(object: &str) -> Trouble {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Code {
        code: u16,
    }
    let code = serde_json::from_str::<Code>(object).unwrap_or_default().code;
    let mut trouble = Trouble::answered(code, object.as_bytes());
    trouble.said = format!("the watch was ended: {}", one_line(&trouble.said));
    trouble
}

fn version(object: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Versioned<'a> {
        #[serde(borrow)]
        metadata: Version<'a>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version<'a> {
        #[serde(borrow)]
        resource_version: Text<'a>,
    }
    let versioned: Versioned<'_> = serde_json::from_str(object).ok()?;
    Some(versioned.metadata.resource_version.to_string()).filter(|version| !version.is_empty())
}
