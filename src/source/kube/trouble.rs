//! What can go wrong with a call, in words: as a gap where one answer is lost, as a failure where it was the answer.

use crate::domain::model::{Gap, GapReason, visible};
use crate::source::proxy::{Proxy, failure_of_proxy};
use crate::source::{Failure, FailureKind};
use kube::client::AuthError;
use serde::Deserialize;
use std::error::Error;
use std::time::Duration;

/// A call that did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What kind it is.
    pub cause: Cause,
    /// What happened, in one line.
    pub said: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// When the server wants to be asked again.
    pub retry_after: Option<Duration>,
    /// It is the server's own answer.
    pub answered: bool,
    /// It is the proxy's on the way, and this is what it did.
    pub of_proxy: Option<&'static str>,
}

/// The kinds of trouble that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// 403.
    Forbidden,
    /// 401, or no credentials to show.
    Unauthenticated,
    /// 429.
    Throttled,
    /// 410: the version or the continue token is too old.
    Gone,
    /// 404.
    NotFound,
    /// 409: the object has changed since it was read, or is there already.
    Conflict,
    /// No answer in time.
    Timeout,
    /// No connection, or one that broke off; 500, 502, 503 and 504 too.
    Unreachable,
    /// An answer that makes no sense.
    Answer,
}

/// Which server it is, for the sentences about it.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Its URL: what one compares with the VPN and the endpoint's allow list.
    pub server: Option<String>,
    /// What to do where it does not know us.
    pub unknown_here: Option<String>,
    /// The proxy on the way there.
    pub proxy: Option<Proxy>,
}

impl Trouble {
    pub(super) fn new(cause: Cause, said: impl Into<String>) -> Self {
        Self { cause, said: said.into(), hint: None, retry_after: None, answered: false, of_proxy: None }
    }

    #[must_use]
    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The API server's answer `code` with its body, a `Status` as a rule.
    pub(super) fn answered(code: u16, body: &[u8]) -> Self {
        let status: Status = serde_json::from_slice(body).unwrap_or_default();
        let cause = match code {
            401 => Cause::Unauthenticated,
            403 => Cause::Forbidden,
            404 => Cause::NotFound,
            409 => Cause::Conflict,
            410 => Cause::Gone,
            429 => Cause::Throttled,
            // 500 is what a leader change of etcd looks like from here; it passes.
            500 | 502..=504 => Cause::Unreachable,
            _ if status.reason == "Expired" => Cause::Gone,
            _ => Cause::Answer,
        };
        let said = if status.message.is_empty() {
            format!("the API server answered {code}")
        } else {
            one_line(&status.message)
        };
        let said = match cause {
            Cause::Unauthenticated => "the API server does not accept who we are (401)".into(),
            Cause::Throttled => "the API server turns us away for the rate of calls (429)".into(),
            _ => said,
        };
        let hint = (cause == Cause::Unauthenticated).then(|| {
            "the credentials have expired or are another cluster's; sign in again, then try `kubectl get ns`".into()
        });
        let retry_after = status.details.retry_after_seconds.map(Duration::from_secs);
        Self { cause, said, hint, retry_after, answered: true, of_proxy: None }
    }

    /// What kube's client could not even send.
    pub(super) fn sent(error: &kube::Error) -> Self {
        let mut source: Option<&(dyn Error + 'static)> = Some(error);
        let mut chain = Vec::new();
        while let Some(error) = source {
            if let Some(auth) = error.downcast_ref::<AuthError>() {
                return super::plugin::trouble(auth, None);
            }
            let text = error.to_string();
            if !chain.iter().any(|said: &String| said.ends_with(&text)) {
                chain.push(text);
            }
            source = error.source();
        }
        Self::connecting(&chain.join(": "))
    }

    /// What went wrong on the way, by the words of the libraries below: their types are not in our reach.
    fn connecting(chain: &str) -> Self {
        let told = |words: &[&str]| words.iter().any(|word| chain.contains(word));
        if let Some(how) = failure_of_proxy(chain) {
            let said = format!("the proxy on the way to the API server {how}");
            return Self { of_proxy: Some(how), ..Self::new(Cause::Unreachable, said) };
        }
        if told(&["identity PEM", "private key"]) {
            let said = format!(
                "the client certificate and key of the kubeconfig's user cannot be used: {}",
                last_words(chain)
            );
            return Self::new(Cause::Unauthenticated, said)
                .with_hint("see client-certificate and client-key of that user, or fetch new ones");
        }
        if told(&["invalid peer certificate", "UnknownIssuer", "CertNotValidForName", "certificate"]) {
            let said = format!("the API server's certificate is not trusted: {}", last_words(chain));
            return Self::new(Cause::Answer, said).with_hint(
                "compare certificate-authority-data of the kubeconfig's cluster; a proxy may stand between",
            );
        }
        let (cause, said) = if told(&["dns error", "failed to lookup", "Name or service not known"]) {
            (Cause::Unreachable, "the API server's name cannot be resolved".to_owned())
        } else if told(&["Connection refused"]) {
            (Cause::Unreachable, "the API server refuses the connection".to_owned())
        } else if told(&["deadline has elapsed", "timed out", "Timeout", "timeout"]) {
            (Cause::Timeout, "the API server does not answer in time".to_owned())
        } else {
            (Cause::Unreachable, format!("the connection to the API server failed: {}", last_words(chain)))
        };
        Self::new(cause, said).with_hint("is the VPN up, and is this address allowed on the cluster's endpoint?")
    }

    /// The same, with what is known of the place.
    #[must_use]
    pub(super) fn at(mut self, place: &Place) -> Self {
        if let (true, Some(proxy)) = (self.is_silence(), &place.proxy) {
            let server = place.server.as_deref().unwrap_or("the API server");
            self.said = match self.of_proxy {
                Some(how) => format!("the {proxy} {how}; the way to {server} leads through it"),
                None => format!("{}: {server}, by way of the {proxy}", self.said),
            };
            self.hint = Some(proxy.remedy());
            return self;
        }
        match (self.cause, &place.server, &place.unknown_here) {
            (Cause::Unreachable | Cause::Timeout, Some(server), _) => self.said = format!("{}: {server}", self.said),
            (Cause::Unauthenticated, _, Some(hint)) if self.answered => self.hint = Some(hint.clone()),
            _ => {}
        }
        self
    }

    /// Whether the server was not heard at all.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self.cause, Cause::Unreachable | Cause::Timeout) && !self.answered
    }

    /// Whether it is the server's, or between it and us, and not that one call's.
    pub(super) fn is_of_the_server(&self) -> bool {
        !matches!(self.cause, Cause::Forbidden | Cause::NotFound | Cause::Conflict | Cause::Throttled | Cause::Gone)
    }

    /// Whether the same call may do better soon.
    pub(super) fn passes(&self) -> bool {
        matches!(self.cause, Cause::Throttled | Cause::Timeout | Cause::Unreachable)
    }

    /// The gap that it leaves: `what` is not known, `call` would have told.
    pub(super) fn gap(&self, what: &str, call: &str) -> Gap {
        let reason = match self.cause {
            Cause::Forbidden => GapReason::Forbidden,
            Cause::Unauthenticated => GapReason::Expired,
            Cause::Throttled => GapReason::Throttled,
            Cause::NotFound | Cause::Conflict | Cause::Answer => GapReason::NotSupported,
            Cause::Gone | Cause::Timeout | Cause::Unreachable => GapReason::Timeout,
        };
        let said = match self.cause {
            Cause::Forbidden => forbidden(&self.said, call),
            _ => format!("{what} not read: {}", self.advice()),
        };
        Gap::new(what, call, reason, said)
    }

    /// What happened and what to do, in one line.
    pub(super) fn advice(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{}; {hint}", self.said),
            None => self.said.clone(),
        }
    }

    /// The same, where nothing else was wanted.
    pub(super) fn failure(self) -> Failure {
        let kind = match self.cause {
            Cause::Forbidden => FailureKind::Forbidden,
            Cause::Unauthenticated => FailureKind::Unauthenticated,
            Cause::Throttled => FailureKind::Throttled,
            Cause::NotFound => FailureKind::NotFound,
            Cause::Conflict => FailureKind::Conflict,
            Cause::Timeout | Cause::Unreachable => FailureKind::Unreachable,
            Cause::Gone | Cause::Answer => FailureKind::Other,
        };
        Failure { said: self.said, hint: self.hint, kind }
    }
}

/// `Status`, as far as it is read (Kubernetes API reference, `meta/v1`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    message: String,
    reason: String,
    #[serde(deserialize_with = "super::meta::nullable")]
    details: Details,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Details {
    retry_after_seconds: Option<u64>,
}

/// Whom the server refused, what for, and what would allow it. The message reads
/// `nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope`.
fn forbidden(message: &str, call: &str) -> String {
    let user = message.split_once("User \"").and_then(|(_, rest)| rest.split_once('"')).map(|(user, _)| user);
    let who = user.map_or_else(|| "we".to_owned(), |user| format!("user {user}"));
    let namespace =
        message.split_once("in the namespace \"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name);
    match namespace {
        Some(namespace) => {
            format!("{who} may not {call} in namespace {namespace}; a Role there that allows it is missing")
        }
        None => format!("{who} may not {call} in the whole cluster; a ClusterRole that allows it is missing"),
    }
}

/// Foreign text as one line that is safe to show.
pub(super) fn one_line(text: &str) -> String {
    let line = visible(text);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn last_words(chain: &str) -> String {
    one_line(chain.rsplit(": ").next().unwrap_or(chain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_user_and_what_is_missing() {
        let body = br#"{"kind":"Status","status":"Failure","message":"nodes is forbidden: User \"ns1-dev\" cannot list resource \"nodes\" in API group \"\" at the cluster scope","reason":"Forbidden","code":403}"#;
        let gap = Trouble::answered(403, body).gap("nodes", "list nodes");
        assert_eq!(gap.reason, GapReason::Forbidden);
        assert_eq!(
            gap.sentence,
            "user ns1-dev may not list nodes in the whole cluster; a ClusterRole that allows it is missing"
        );
        let body = br#"{"message":"pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\""}"#;
        let gap = Trouble::answered(403, body).gap("pods", "list pods");
        assert_eq!(
            gap.sentence,
            "user jane may not list pods in namespace shop; a Role there that allows it is missing"
        );
    }

    #[test]
    fn a_status_says_when_to_ask_again() {
        let trouble = Trouble::answered(429, br#"{"message":"busy","details":{"retryAfterSeconds":7}}"#);
        assert_eq!((trouble.cause, trouble.retry_after), (Cause::Throttled, Some(Duration::from_secs(7))));
        assert_eq!(Trouble::answered(500, b"<html>").said, "the API server answered 500");
        assert_eq!(Trouble::answered(410, b"{}").cause, Cause::Gone);
    }

    #[test]
    fn the_ways_a_connection_fails_are_told_apart() {
        let said = |chain: &str| Trouble::connecting(chain);
        assert_eq!(
            said("client error (Connect): tcp connect error: Connection refused (os error 111)").cause,
            Cause::Unreachable
        );
        assert!(said("client error (Connect): invalid peer certificate: UnknownIssuer").said.contains("not trusted"));
        let own = said("identity PEM is missing certificate");
        assert_eq!(own.cause, Cause::Unauthenticated);
        assert!(own.said.contains("client certificate"), "it is not the server's: {}", own.said);
        assert_eq!(said("deadline has elapsed").cause, Cause::Timeout);
        assert!(said("dns error: failed to lookup address information").said.contains("resolved"));
    }
}
