//! The one gate of every call: sign in, wait for a place, note it, and put a failure in words.

use super::profiles::ProfileInUse;
use super::refusal::{Circumstances, Refusal};
use super::sign_in::SignIn;
use crate::domain::model::{GapReason, Time, shell_word};
use crate::source::CallLog;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::error::Error;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many calls go to IAM at once: it is one service for all regions, with a low rate.
const IAM_AT_ONCE: usize = 8;
/// An action that had no answer over the whole patience of a call is left alone for so long: hundreds of roles must not
/// each wait for a timeout.
const LEFT_ALONE: Duration = Duration::from_secs(15);

/// A call as a person would make it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The action: `iam:GetRole`.
    pub(super) action: &'static str,
    /// What stands behind the command: `--role-name api`.
    pub(super) arguments: String,
}

impl Line {
    /// A call without arguments.
    pub(super) fn bare(action: &'static str) -> Self {
        Self { action, arguments: String::new() }
    }

    /// A call with arguments: flag and value.
    pub(super) fn new(action: &'static str, arguments: &[(&str, &str)]) -> Self {
        let words = arguments.iter().map(|(flag, value)| format!(" {flag} {}", shell_word(value)));
        Self { action, arguments: words.collect() }
    }

    fn service(&self) -> &'static str {
        self.action.split_once(':').map_or(self.action, |(service, _)| service)
    }
}

/// When an action was last answered, and whether it has fallen silent since.
#[derive(Debug, Default)]
struct Heard {
    answered: Option<Instant>,
    silent: Option<Instant>,
}

/// What all calls share.
#[derive(Debug)]
pub(super) struct Wire {
    calls: CallLog,
    sign_in: SignIn,
    endpoint_url: Option<String>,
    /// `--profile` as it was given; the profile of the environment needs no flag.
    profile_flag: Option<String>,
    iam: Semaphore,
    heard: Mutex<HashMap<&'static str, Heard>>,
}

impl Wire {
    /// A gate that notes calls in `calls`.
    pub(super) fn new(
        calls: CallLog,
        sign_in: SignIn,
        profile_flag: Option<String>,
        endpoint_url: Option<String>,
    ) -> Self {
        let (iam, heard) = (Semaphore::new(IAM_AT_ONCE), Mutex::default());
        Self { calls, sign_in, endpoint_url, profile_flag, iam, heard }
    }

    /// Who signs.
    pub(super) fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// An SDK call and its answer. Retries are the SDK's; they are one line in the log.
    /// Boxed at once: the SDK's futures are large, and hundreds of them wait here.
    pub(super) fn ask<'a, T, E>(
        &'a self,
        line: Line,
        region: Option<&'a str>,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, Refusal>>
    where
        T: Send + 'a,
        E: ProvideErrorMetadata + Error + Send + 'static,
    {
        let call = call.boxed();
        let (action, to) = (line.action, self.receiver(line.service()));
        let said = async move {
            let circumstances = Circumstances { action, to: &to, profile: self.sign_in.profile() };
            call.await.map_err(|error| circumstances.refusal(&error))
        };
        self.pass(line, region, said).boxed()
    }

    /// Any call and its answer, through the same gate.
    pub(super) async fn pass<T>(
        &self,
        line: Line,
        region: Option<&str>,
        call: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let _place = if line.service() == "iam" { self.iam.acquire().await.ok() } else { None };
        self.sign_in.credentials().await?;
        self.refused_for_silence(&line)?;
        let mut noted = Noted::begin(&self.calls, self.command(&line, region));
        let began = noted.began;
        let answer = call.await;
        noted.end(answer.as_ref().map(|_| ()).map_err(|refusal| match &refusal.code {
            Some(code) if !refusal.sentence.contains(&**code) => format!("{code}: {}", refusal.sentence),
            _ => refusal.sentence.clone(),
        }));
        let refusal = answer.as_ref().err();
        self.note_heard(line.action, began, refusal.is_some_and(Refusal::is_silence));
        if refusal.is_some_and(|refusal| refusal.reason == GapReason::Expired) {
            self.sign_in.forget().await;
        }
        answer
    }

    /// Where a call goes, as a sentence names it.
    pub(super) fn receiver(&self, service: &str) -> String {
        let name = service.to_ascii_uppercase();
        match &self.endpoint_url {
            Some(url) => format!("{name} at {url}"),
            None => name,
        }
    }

    /// The profile in use.
    pub(super) fn profile(&self) -> &ProfileInUse {
        self.sign_in.profile()
    }

    fn refused_for_silence(&self, line: &Line) -> Result<(), Refusal> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        match heard.get(line.action).and_then(|heard| heard.silent) {
            Some(since) if since.elapsed() < LEFT_ALONE => {
                let to = self.receiver(line.service());
                let sentence =
                    format!("{to} has just not answered {}: not asked again so soon, retry later", line.action);
                Err(Refusal::new(GapReason::Timeout, sentence))
            }
            _ => Ok(()),
        }
    }

    /// One silent call among answered ones says nothing of the others.
    fn note_heard(&self, action: &'static str, began: Instant, silent: bool) {
        let mut all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = all.entry(action).or_default();
        if !silent {
            *heard = Heard { answered: Some(Instant::now()), silent: None };
        } else if heard.answered.is_none_or(|at| at < began) {
            heard.silent = Some(Instant::now());
        }
    }

    /// The line for the AWS CLI that does the same.
    fn command(&self, line: &Line, region: Option<&str>) -> String {
        let (service, operation) = line.action.split_once(':').unwrap_or((line.action, ""));
        let mut command = format!("aws {service} {}{}", kebab(operation), line.arguments);
        let flags = [
            ("--profile", self.profile_flag.as_deref()),
            ("--region", region),
            ("--endpoint-url", self.endpoint_url.as_deref()),
        ];
        for (flag, value) in flags {
            if let Some(value) = value {
                command.extend([" ", flag, " ", &*shell_word(value)]);
            }
        }
        command
    }
}

/// A call in the log. One that is dropped on the way was given up: its screen has closed.
struct Noted<'a> {
    calls: &'a CallLog,
    number: usize,
    began: Instant,
    over: bool,
}

impl<'a> Noted<'a> {
    fn begin(calls: &'a CallLog, command: String) -> Self {
        Self { calls, number: calls.begin(Time::now(), command), began: Instant::now(), over: false }
    }

    fn end(&mut self, outcome: Result<(), String>) {
        let took = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.calls.end(self.number, took, outcome);
        self.over = true;
    }
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.end(Err("given up".to_owned()));
        }
    }
}

/// `GetOpenIDConnectProvider` as the AWS CLI spells it: `get-open-id-connect-provider`.
fn kebab(operation: &str) -> String {
    let letters: Vec<char> = operation.chars().collect();
    let mut out = String::with_capacity(operation.len() + 6);
    for (i, letter) in letters.iter().enumerate() {
        let after_lower = i > 0 && letters.get(i - 1).is_some_and(char::is_ascii_lowercase);
        let before_lower = letters.get(i + 1).is_some_and(char::is_ascii_lowercase);
        if i > 0 && letter.is_ascii_uppercase() && (after_lower || before_lower) {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_spelled_as_the_cli_spells_them() {
        assert_eq!(kebab("GetOpenIDConnectProvider"), "get-open-id-connect-provider");
        assert_eq!(kebab("ListPodIdentityAssociations"), "list-pod-identity-associations");
        assert_eq!(kebab("DescribeInstances"), "describe-instances");
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_split_them() {
        assert_eq!(Line::new("iam:GetRole", &[("--role-name", "a b")]).arguments, " --role-name 'a b'");
    }
}
