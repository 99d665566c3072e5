//! A call that failed, in words: which reason of a gap it is, and what one does about it.
//!
//! Codes: the "Common errors" of the IAM, EKS, STS and EC2 API references.

use super::http_client::ProxyFailed;
use super::profiles::{ProfileInUse, Style};
use crate::domain::model::{Gap, GapReason, visible};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{DispatchFailure, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

/// The longest text of AWS that is repeated in a sentence, in characters.
const LONGEST: usize = 240;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Which reason of a gap it is.
    pub(super) reason: GapReason,
    /// AWS's code, where AWS answered.
    pub(super) code: Option<String>,
    /// One line for a person.
    pub(super) sentence: String,
    /// AWS gave its code, and no words with it.
    pub(super) is_wordless: bool,
}

impl Refusal {
    /// A refusal that no code of AWS stands behind.
    pub(super) fn new(reason: GapReason, sentence: impl Into<String>) -> Self {
        Self { reason, code: None, sentence: sentence.into(), is_wordless: false }
    }

    /// Whether AWS answered that there is no such thing.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self.code.as_deref(), Some("NoSuchEntity" | "NoSuchEntityException" | "ResourceNotFoundException"))
    }

    /// Whether nobody answered at all: then asking again at once helps nobody.
    pub(super) fn is_silence(&self) -> bool {
        self.reason == GapReason::Timeout && self.code.is_none()
    }

    /// The gap that it leaves.
    pub(super) fn gap(&self, what: impl Into<String>, action: &str) -> Gap {
        Gap::new(what, action, self.reason, self.sentence.clone())
    }
}

/// What a sentence about a failed call needs to know beside the failure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances<'a> {
    /// The action, `iam:GetRole`.
    pub(super) action: &'a str,
    /// Where it was sent, `IAM` or a host.
    pub(super) to: &'a str,
    /// The profile in use.
    pub(super) profile: &'a ProfileInUse,
}

impl Circumstances<'_> {
    /// What a failed SDK call means.
    pub(super) fn refusal<E>(self, error: &SdkError<E, HttpResponse>) -> Refusal
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(code) => self.refusal_by_code(code, service.err().message().unwrap_or_default()),
                None => self.refusal_by_status(service.raw().status().as_u16()),
            },
            SdkError::ResponseError(response) => self.refusal_by_status(response.raw().status().as_u16()),
            SdkError::TimeoutError(_) => self.silence("gave no answer in time"),
            SdkError::DispatchFailure(failure) => self.refusal_by_dispatch(failure),
            other => {
                Refusal::new(GapReason::NotFoundOut, format!("{} could not be asked: {}", self.action, root(other)))
            }
        }
    }

    /// What an answer of AWS with this code means.
    pub(super) fn refusal_by_code(self, code: &str, message: &str) -> Refusal {
        let said = shortened(message);
        let (reason, sentence) = match code {
            _ if is_denial(code) => (GapReason::Forbidden, denial(self.action, &said)),
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
                (GapReason::Expired, format!("the AWS credentials have expired: {}", renewal(self.profile)))
            }
            _ if is_throttling(code) => {
                let to = self.to;
                (
                    GapReason::Throttled,
                    format!("{to} turned {} away for its rate, again and again: try again later", self.action),
                )
            }
            "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => (
                GapReason::NoCredentials,
                format!("AWS does not accept the signature ({code}): is the secret key whole, and the clock right?"),
            ),
            _ if is_unknown_key(code) => (
                GapReason::NoCredentials,
                format!("AWS does not know these credentials ({code}): {}", renewal(self.profile)),
            ),
            "OptInRequired" => (GapReason::Forbidden, "the region is not enabled for this account".to_owned()),
            _ if is_trouble(code) => (GapReason::Timeout, format!("{} has trouble ({code}): try again later", self.to)),
            _ if said.is_empty() => (GapReason::NotFoundOut, format!("{} answered {}", self.to, shortened(code))),
            _ => (GapReason::NotFoundOut, format!("{} answered {}: {said}", self.to, shortened(code))),
        };
        Refusal { reason, code: Some(code.to_owned()), sentence, is_wordless: said.is_empty() }
    }

    /// What an answer that is none of AWS's means: a proxy's page, or a server that lacks the call.
    pub(super) fn refusal_by_status(self, status: u16) -> Refusal {
        let (reason, hint) = match status {
            429 => (GapReason::Throttled, "try again later"),
            403 | 407 => (GapReason::Forbidden, "does a proxy stand between?"),
            500.. => (GapReason::Timeout, "try again later, and see whether a proxy stands between"),
            _ => (GapReason::NotSupported, "does the endpoint have this call, or does a proxy stand between?"),
        };
        let sentence =
            format!("{} answered {} with HTTP {status} and nothing AWS would say: {hint}", self.to, self.action);
        Refusal { code: Some(format!("HTTP {status}")), ..Refusal::new(reason, sentence) }
    }

    /// Nobody answered.
    pub(super) fn silence(self, how: &str) -> Refusal {
        let Self { action, to, .. } = self;
        Refusal::new(GapReason::Timeout, format!("{to} {how} ({action}): is it reachable from here, by VPN or proxy?"))
    }

    /// The proxy on the way was in the way.
    pub(super) fn silence_of_proxy(self, proxy: &ProxyFailed) -> Refusal {
        let sentence = format!("{} could not be asked ({}): {proxy}; {}", self.to, self.action, proxy.remedy());
        Refusal::new(GapReason::Timeout, sentence)
    }

    fn refusal_by_dispatch(self, failure: &DispatchFailure) -> Refusal {
        let proxy = failure.as_connector_error().and_then(|error| ProxyFailed::behind(error));
        if let Some(proxy) = proxy {
            return self.silence_of_proxy(proxy);
        }
        if failure.is_timeout() {
            return self.silence("gave no answer in time");
        }
        let cause = failure.as_connector_error().map(|error| root(error)).unwrap_or_default();
        if failure.is_io() {
            return self.silence(&format!("could not be reached: {cause}"));
        }
        Refusal::new(GapReason::Timeout, format!("{} could not be sent to {}: {cause}", self.action, self.to))
    }
}

/// The last cause of an error in one short line: the ones before it only wrap it.
pub(super) fn root(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    shortened(&last.to_string())
}

/// Foreign text in one short line.
pub(super) fn shortened(text: &str) -> String {
    let text = visible(text.trim());
    if text.chars().nth(LONGEST).is_none() {
        return text.into_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// How one renews the credentials of a profile.
pub(super) fn renewal(profile: &ProfileInUse) -> String {
    let flag = profile.flag();
    match profile.style {
        Style::Sso => format!("run `aws sso login{flag}`"),
        Style::Login => format!("run `aws login{flag}`"),
        Style::Mfa => "sign in with an MFA code in the shell, and start again from there".to_owned(),
        Style::Other | Style::Absent | Style::Unreadable => "sign in anew, or choose another with --profile".to_owned(),
    }
}

fn is_denial(code: &str) -> bool {
    matches!(
        code,
        "AccessDenied"
            | "AccessDeniedException"
            | "UnauthorizedOperation"
            | "UnauthorizedAccess"
            | "AuthorizationError"
    )
}

fn is_throttling(code: &str) -> bool {
    code.starts_with("Throttl")
        || matches!(code, "RequestLimitExceeded" | "TooManyRequestsException" | "SlowDown" | "RequestThrottled")
}

fn is_unknown_key(code: &str) -> bool {
    matches!(
        code,
        "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "InvalidAccessKeyId"
            | "AuthFailure"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "NotAuthorized"
    )
}

fn is_trouble(code: &str) -> bool {
    matches!(
        code,
        "InternalFailure"
            | "InternalError"
            | "ServiceFailure"
            | "ServiceUnavailable"
            | "Unavailable"
            | "ServerException"
    ) || code == "ServiceUnavailableException"
}

/// `User: ARN is not authorized to perform: ACTION … with an explicit deny in a service control policy` (IAM user
/// guide, "troubleshoot_access-denied"), turned into what one needs.
fn denial(action: &str, said: &str) -> String {
    let caller =
        said.split_once("User: ").and_then(|(_, rest)| rest.split(' ').next()).filter(|arn| arn.starts_with("arn:"));
    let by = said.split_once("explicit deny in ").map(|(_, rest)| rest.split([':', ';']).next().unwrap_or(rest).trim());
    match (caller, by) {
        (Some(caller), Some(by)) => format!("not allowed: {by} denies {action} to {caller}"),
        (None, Some(by)) => format!("not allowed: {by} denies {action}"),
        (Some(caller), None) => format!("not allowed: {caller} needs {action}"),
        (None, None) => format!("not allowed: needs {action}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str, style: Style) -> ProfileInUse {
        ProfileInUse { name: Some(name.to_owned()), style }
    }

    fn by_code(code: &str, message: &str) -> (GapReason, String) {
        let profile = profile("dev", Style::Sso);
        let refusal =
            Circumstances { action: "iam:GetRole", to: "IAM", profile: &profile }.refusal_by_code(code, message);
        (refusal.reason, refusal.sentence)
    }

    #[test]
    fn a_denial_names_the_caller_and_the_action() {
        let text = "User: arn:aws:iam::123456789012:user/lab is not authorized to perform: iam:GetRole on resource: \
                    role x because no identity-based policy allows the iam:GetRole action";
        let (reason, sentence) = by_code("AccessDenied", text);
        assert_eq!(reason, GapReason::Forbidden);
        assert_eq!(sentence, "not allowed: arn:aws:iam::123456789012:user/lab needs iam:GetRole");
    }

    #[test]
    fn an_explicit_deny_names_its_policy() {
        let text = "User: arn:aws:sts::123456789012:assumed-role/ops/me is not authorized to perform: iam:GetRole with \
                    an explicit deny in a service control policy: arn:aws:organizations::1:policy/p-1";
        let (_, sentence) = by_code("AccessDenied", text);
        assert_eq!(
            sentence,
            "not allowed: a service control policy denies iam:GetRole to arn:aws:sts::123456789012:assumed-role/ops/me"
        );
        assert_eq!(by_code("UnauthorizedOperation", "no").1, "not allowed: needs iam:GetRole");
    }

    #[test]
    fn what_can_be_renewed_says_how() {
        let (reason, sentence) = by_code("ExpiredToken", "The security token included in the request is expired");
        assert_eq!(reason, GapReason::Expired);
        assert_eq!(sentence, "the AWS credentials have expired: run `aws sso login --profile dev`");
        assert_eq!(by_code("InvalidClientTokenId", "").0, GapReason::NoCredentials);
        assert_eq!(by_code("Throttling", "Rate exceeded").0, GapReason::Throttled);
        assert_eq!(by_code("ServiceFailure", "").0, GapReason::Timeout);
    }

    #[test]
    fn foreign_text_is_short_and_safe() {
        let (_, sentence) = by_code("Odd", &format!("\u{1b}[31m{}", "x".repeat(9_000)));
        assert!(sentence.chars().count() < 300, "{sentence}");
        assert!(!sentence.contains('\u{1b}'));
    }
}
