//! The API server: one call at a time, with a time limit, a bounded number of tries and an entry in the log of calls.

use super::backoff::{Backoff, Reach};
use super::trouble::{Cause, Place, Trouble};
use crate::domain::model::Time;
use crate::source::CallLog;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use kube::client::Body;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long an answer may take, from the request to the body's last byte.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a call is sent before its trouble is told.
const TRIES: u32 = 3;

/// How often a call is sent that is turned away for its rate. Where three in ten are, one call in 5,000 fails.
const TRIES_IF_THROTTLED: u32 = 7;

/// A call that got no answer in time is sent once more and no oftener: each costs half a minute.
const TRIES_WITHOUT_ANSWER: u32 = 2;

/// The API server, and the log of what it was asked.
#[derive(Clone)]
pub(super) struct Api {
    client: kube::Client,
    calls: CallLog,
    /// `--context` and what else kubectl needs to reach the same server as the same user.
    flags: String,
    place: Arc<Place>,
    reach: Arc<Reach>,
}

/// What comes back of a call.
pub(super) struct Answer {
    pub body: Vec<u8>,
    /// What the server, or its admission, warns of.
    pub warnings: Vec<String>,
}

/// A call to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    /// The path with its query.
    pub path: &'a str,
    /// Another representation than plain JSON.
    pub accept: Option<&'a str>,
    /// What is sent along, as JSON; without it, it is a GET.
    pub body: Option<Sent<'a>>,
}

/// What is sent along with a call, as JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sent<'a> {
    /// An object to be made, or a question.
    Post(&'a str),
    /// A JSON merge patch (RFC 7386).
    MergePatch(&'a str),
    /// What has to hold for the object to be deleted.
    Delete(&'a str),
}

impl<'a> Sent<'a> {
    fn parts(self) -> (Method, &'static str, &'a str) {
        match self {
            Self::Post(json) => (Method::POST, "application/json", json),
            Self::MergePatch(json) => (Method::PATCH, "application/merge-patch+json", json),
            Self::Delete(json) => (Method::DELETE, "application/json", json),
        }
    }
}

impl<'a> Ask<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self { path, accept: None, body: None }
    }
}

impl Api {
    pub(super) fn new(client: kube::Client, calls: CallLog, flags: String, place: Place) -> Self {
        Self { client, calls, flags, place: Arc::new(place), reach: Arc::default() }
    }

    /// Notes a call in the log, as the kubectl line that does the same.
    pub(super) fn note(&self, line: &str) -> Noted {
        let command = format!("kubectl {line}{}", self.flags);
        let number = self.calls.begin(Time::now(), command);
        Noted { calls: self.calls.clone(), number, started: Instant::now(), ended: false }
    }

    /// The answer to a call that the log knows as `line`.
    pub(super) async fn call(&self, line: &str, ask: Ask<'_>) -> Result<Vec<u8>, Trouble> {
        let mut noted = self.note(line);
        let answer = self.answer(ask).await;
        noted.end(answer.as_ref().err());
        answer
    }

    /// The answer to a call that changes something, which the log knows as `line`. Sent again only where it was turned
    /// away for its rate: of a call that got no answer nobody knows what came of it.
    pub(super) async fn write(&self, line: &str, ask: Ask<'_>) -> Result<Answer, Trouble> {
        let mut noted = self.note(line);
        let (mut backoff, mut tries) = (Backoff::default(), 0);
        let answer = loop {
            tries += 1;
            match self.whole(ask).await {
                Err(trouble) if trouble.cause == Cause::Throttled && tries < TRIES_IF_THROTTLED => {
                    sleep(backoff.next(trouble.retry_after)).await;
                }
                answer => break answer,
            }
        };
        noted.end(answer.as_ref().err());
        answer
    }

    /// The body of the answer. Sent again where that may help, within bounds.
    pub(super) async fn answer(&self, ask: Ask<'_>) -> Result<Vec<u8>, Trouble> {
        let mut backoff = Backoff::default();
        let mut tries = 0;
        loop {
            tries += 1;
            let trouble = match self.once(ask).await {
                Ok(body) => return Ok(body),
                Err(trouble) => trouble,
            };
            let enough = match trouble.cause {
                Cause::Timeout => TRIES_WITHOUT_ANSWER,
                Cause::Throttled => TRIES_IF_THROTTLED,
                _ => TRIES,
            };
            if !trouble.passes() || tries >= enough {
                return Err(trouble);
            }
            self.pause(&mut backoff, &trouble).await;
        }
    }

    /// Waits before the next try; of a server that could not be reached, no longer than until another call reaches it.
    pub(super) async fn pause(&self, backoff: &mut Backoff, trouble: &Trouble) {
        tokio::select! {
            () = sleep(backoff.next(trouble.retry_after)) => {}
            () = self.reach.again(), if trouble.is_silence() => {}
        }
    }

    /// The body of the answer, asked for once.
    pub(super) async fn once(&self, ask: Ask<'_>) -> Result<Vec<u8>, Trouble> {
        self.whole(ask).await.map(|answer| answer.body)
    }

    /// All of the answer, asked for once.
    async fn whole(&self, ask: Ask<'_>) -> Result<Answer, Trouble> {
        let asked = async {
            let answer = self.send(ask, None).await?;
            let warnings = answer.headers().get_all(header::WARNING).iter();
            let warnings = warnings.filter_map(|value| warning(value.to_str().ok()?)).collect();
            Ok(Answer { body: bytes(answer.into_body()).await?, warnings })
        };
        let answer = timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(no_answer()));
        answer.map_err(|trouble: Trouble| trouble.at(&self.place))
    }

    /// The body of a watch, as soon as the server has accepted it.
    ///
    /// Uncompressed: Kubernetes 1.37 zips every event on its own, which the decoder below kube's client cannot read on.
    pub(super) async fn stream(&self, path: &str) -> Result<Body, Trouble> {
        let sent = timeout(PATIENCE, self.send(Ask::get(path), Some("identity")));
        let answer = sent.await.unwrap_or_else(|_| Err(no_answer()));
        answer.map(http::Response::into_body).map_err(|trouble| trouble.at(&self.place))
    }

    async fn send(&self, ask: Ask<'_>, encoding: Option<&str>) -> Result<http::Response<Body>, Trouble> {
        let mut request = Request::builder().uri(ask.path);
        request = request.header(header::ACCEPT, ask.accept.unwrap_or("application/json"));
        if let Some(encoding) = encoding {
            request = request.header(header::ACCEPT_ENCODING, encoding);
        }
        let body = match ask.body.map(Sent::parts) {
            Some((method, content_type, json)) => {
                request = request.method(method).header(header::CONTENT_TYPE, content_type);
                Body::from(json.as_bytes().to_vec())
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(|error| Trouble::new(Cause::Answer, error.to_string()))?;
        let answer = self.client.send(request).await.map_err(|error| Trouble::sent(&error));
        self.reach.note(answer.as_ref().err());
        let answer = answer?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let code = answer.status().as_u16();
        let after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = answer.into_body().collect_bytes().await.unwrap_or_default();
        let mut trouble = Trouble::answered(code, &body);
        trouble.retry_after = after.map(Duration::from_secs).or(trouble.retry_after);
        Err(trouble)
    }
}

/// All of a body.
async fn bytes(mut body: Body) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Trouble::sent(&error))?;
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

/// The text of a `Warning` header: `299 - "…"` (RFC 7234, section 5.5; Kubernetes blog, "Warning: Helpful Warnings Ahead").
fn warning(value: &str) -> Option<String> {
    let (start, end) = (value.find('"')? + 1, value.rfind('"')?);
    Some(value.get(start..end)?.replace("\\\"", "\"").replace("\\\\", "\\"))
}

fn no_answer() -> Trouble {
    Trouble::new(Cause::Timeout, format!("the API server gives no answer within {} s", PATIENCE.as_secs()))
}

/// A call in the log, which ends when this does.
pub(super) struct Noted {
    calls: CallLog,
    number: usize,
    started: Instant,
    ended: bool,
}

impl Noted {
    /// Notes what came of it.
    pub(super) fn end(&mut self, trouble: Option<&Trouble>) {
        let outcome = trouble.map_or(Ok(()), |trouble| Err(trouble.said.clone()));
        self.finish(outcome);
    }

    fn finish(&mut self, outcome: Result<(), String>) {
        if !std::mem::replace(&mut self.ended, true) {
            let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.calls.end(self.number, milliseconds, outcome);
        }
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.finish(Err("given up".into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_read_out_of_its_header() {
        assert_eq!(warning(r#"299 - "a \"b\" c""#).as_deref(), Some(r#"a "b" c"#));
        assert_eq!(warning("299 - x"), None);
        assert_eq!(warning("\""), None);
    }
}
