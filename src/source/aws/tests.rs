//! The wire, replayed: what each question makes of AWS's answers.

mod associations;
mod candidates;
mod changes;
mod cluster;
mod faults;
mod roles;

use super::AwsHints;
use super::account::{Account, Ground};
use super::clients::{retries, usual_timeouts};
use super::connect::behaviour;
use super::profiles::{ProfileInUse, Style};
use super::refusal::Refusal;
use super::shelf::Shelf;
use super::sign_in::{Chain, SignIn};
use super::wire::{Line, Wire};
use crate::domain::inventory::Delta;
use crate::domain::model::{Confirmation, GapReason, Name, Question, Reading, Role, RoleArn};
use crate::source::{CallLog, Roles};
use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, SharedHttpConnector};
use aws_smithy_types::body::SdkBody;
use aws_types::region::Region;
use futures_util::FutureExt;
use std::sync::Arc;
use tokio::sync::mpsc;

const CALLER: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111122223333:user/me</Arn><UserId>U</UserId><Account>111122223333</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

struct Replay {
    account: Account,
    client: StaticReplayClient,
    calls: CallLog,
}

/// An account whose answers are `(status, body)`, in this order.
async fn replay(answers: &[(u16, &str)]) -> Replay {
    replay_with(answers, Arc::new(|| async { None }.boxed())).await
}

async fn replay_with(answers: &[(u16, &str)], issuer: super::IssuerSource) -> Replay {
    replay_named(answers, issuer, (Some("lab"), &[])).await
}

/// The cluster's name and the candidates for it are given.
async fn replay_named(
    answers: &[(u16, &str)],
    issuer: super::IssuerSource,
    (name, candidates): (Option<&str>, &[&str]),
) -> Replay {
    let events = answers.iter().map(|(status, body)| {
        let request = http::Request::builder().uri("https://aws.test/").body(SdkBody::empty()).unwrap();
        let response = http::Response::builder().status(*status).body(SdkBody::from(*body)).unwrap();
        ReplayEvent::new(request, response)
    });
    let client = StaticReplayClient::new(events.collect());
    let (account, calls) = account_by(client.clone(), issuer, (name, candidates)).await;
    Replay { account, client, calls }
}

/// An account whose calls go to `client`.
async fn account_by(
    client: impl HttpClient + HttpConnector + Clone + 'static,
    issuer: super::IssuerSource,
    (name, candidates): (Option<&str>, &[&str]),
) -> (Account, CallLog) {
    let profile = ProfileInUse { name: None, style: Style::Other };
    let given = Chain::Given(SharedCredentialsProvider::new(Credentials::for_tests()));
    let sign_in = SignIn::new(given, profile, None);
    let base = aws_config::defaults(behaviour())
        .region(Region::new("eu-west-1"))
        .credentials_provider(sign_in.clone())
        .identity_cache(IdentityCache::no_cache())
        .retry_config(retries(RetryConfig::standard()))
        .timeout_config(usual_timeouts())
        .http_client(client.clone())
        .load()
        .await;
    let hints = AwsHints {
        profile: None,
        region: Some("eu-west-1".to_owned()),
        endpoint_url: None,
        cluster_name: name.map(str::to_owned),
        candidates: candidates.iter().map(|name| (*name).to_owned()).collect(),
        server: Some("https://127.0.0.1:6443".to_owned()),
        issuer,
    };
    let calls = CallLog::default();
    let wire = Wire::new(calls.clone(), sign_in, None, None);
    let ground =
        Ground { base, connector: SharedHttpConnector::new(client.clone()), region: Some("eu-west-1".to_owned()) };
    (Account::new(hints, wire, ground, Shelf::at(None)), calls)
}

async fn answer_of(account: &Account, question: Question) -> Vec<Delta> {
    let (out, mut deltas) = mpsc::channel(100);
    account.answer(question, out).await;
    let mut all = Vec::new();
    while let Some(batch) = deltas.recv().await {
        all.extend(batch);
    }
    all
}

impl Replay {
    async fn answer(&self, question: Question) -> Vec<Delta> {
        answer_of(&self.account, question).await
    }

    async fn role(&self, arn: &str) -> Vec<(Name, Reading<Box<Role>>)> {
        let deltas = self.answer(Question::Role(arn.into())).await.into_iter();
        deltas
            .map(|delta| match delta {
                Delta::Role(arn, reading) => (arn, reading),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    /// The bodies that were sent, in order.
    fn sent(&self) -> Vec<String> {
        let bodies = self.client.actual_requests().map(|request| request.body().bytes().unwrap_or_default());
        bodies.map(|body| String::from_utf8_lossy(body).into_owned()).collect()
    }

    fn commands(&self) -> Vec<String> {
        self.calls.logged().calls.into_iter().map(|call| call.command).collect()
    }
}

fn iam(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    )
}

fn iam_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )
}
