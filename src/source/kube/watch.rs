//! Watching one kind from where its list ended: events in batches, broken connections taken up again.

use super::api::{Backoff, chance};
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
const OPEN: u64 = 290;

/// The server sends a bookmark about every minute. After two missed ones the connection is taken for dead: a laptop
/// that slept, a firewall that forgot.
const SILENCE: Duration = Duration::from_secs(150);

/// A watch that lasted so long was a working one: it is taken up again without a word.
const WORKED: Duration = Duration::from_secs(2);

/// No more events than these in one batch.
const BATCH: usize = 1_000;

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
                () = sleep(backoff.next(trouble.retry_after)) => {}
                () = self.out.closed() => return Stop::Closed,
            }
        }
    }

    async fn stall(&self, trouble: &Trouble) -> Result<(), Stop> {
        let kind = self.target.kind;
        let gap = trouble.gap(kind.resource(), &self.target.call("watch"));
        self.send(vec![Delta::Stalled(kind, self.seen.unwrap_or_else(Time::now), gap)]).await
    }

    /// One connection, for as long as it lasts.
    async fn connection(&mut self, watch: &mut Watch) -> Ended {
        let seconds = OPEN - (60.0 * chance()) as u64;
        let mut body = match self.api.stream(&self.target.watch(&watch.version, seconds)).await {
            Ok(body) => body,
            Err(trouble) => return Ended::Stop(trouble.into()),
        };
        if std::mem::take(&mut watch.stalled)
            && let Err(closed) = self.send(vec![Delta::Resumed(self.target.kind, Time::now())]).await
        {
            return Ended::Stop(closed);
        }
        let mut lines = Lines::default();
        loop {
            let more = tokio::select! {
                more = next_chunk(&mut body, &mut lines) => more,
                () = self.out.closed() => return Ended::Stop(Stop::Closed),
            };
            let (mut deltas, mut outcome) = (Vec::new(), Ok(()));
            if more {
                self.seen = Some(Time::now());
                outcome = self.take_lines(&mut lines, watch, &mut deltas);
                // What is already here goes out in the same batch.
                while outcome.is_ok() && deltas.len() < BATCH {
                    match next_chunk(&mut body, &mut lines).now_or_never() {
                        Some(true) => outcome = self.take_lines(&mut lines, watch, &mut deltas),
                        Some(false) | None => break,
                    }
                }
            }
            if let Err(closed) = self.send(deltas).await {
                return Ended::Stop(closed);
            }
            match outcome {
                Ok(()) if more => {}
                Ok(()) => return Ended::Closed,
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

/// Waits for more of the body; `false` when there is no more, be it that the connection broke.
async fn next_chunk(body: &mut Body, lines: &mut Lines) -> bool {
    match timeout(SILENCE, body.frame()).await {
        Ok(Some(Ok(frame))) => {
            if let Some(data) = frame.data_ref() {
                lines.buffer.extend_from_slice(data);
            }
            true
        }
        Ok(Some(Err(_)) | None) | Err(_) => false,
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
