//! EC2 by hand: one signed Query call, `DescribeInstances`. Its SDK would be larger than the rest of the program.

use super::clients::{ATTEMPT_TIMEOUT, ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE};
use super::ec2_answer::{Page, error_of, page_of};
use super::http_client::ProxyFailed;
use super::refusal::{Circumstances, Refusal, root};
use crate::domain::model::{GapReason, Name};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::error::Error;
use std::fmt::Write as _;
use std::time::SystemTime;

/// The version of EC2's API.
const VERSION: &str = "2016-11-15";
/// The action.
pub(super) const ACTION: &str = "ec2:DescribeInstances";
/// All but what RFC 3986 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// EC2 of one region.
#[derive(Debug)]
pub(super) struct Ec2 {
    connector: SharedHttpConnector,
    endpoint: String,
    region: String,
}

/// What one attempt came to.
enum Attempt {
    Answered(u16, String),
    Silent(String),
    /// The proxy on the way failed.
    Kept(ProxyFailed),
}

impl Ec2 {
    /// EC2 at `endpoint`, signed for `region`.
    pub(super) fn new(connector: SharedHttpConnector, endpoint: String, region: String) -> Self {
        Self { connector, endpoint, region }
    }

    /// One page of the instances with these ids. They go as a filter: a list of ids fails whole when one is unknown.
    pub(super) async fn instances(
        &self,
        ids: &[Name],
        token: Option<&str>,
        credentials: &Credentials,
        circumstances: Circumstances<'_>,
    ) -> Result<Page, Refusal> {
        let mut form = format!("Action=DescribeInstances&Version={VERSION}&Filter.1.Name=instance-id");
        for (i, id) in ids.iter().enumerate() {
            let _ = write!(form, "&Filter.1.Value.{}={}", i + 1, utf8_percent_encode(id, ENCODED));
        }
        if let Some(token) = token {
            let _ = write!(form, "&NextToken={}", utf8_percent_encode(token, ENCODED));
        }
        let text = self.answer(&form, credentials, circumstances).await?;
        page_of(&text).ok_or_else(|| circumstances.refusal_by_status(200))
    }

    /// Asks whether the call would be allowed, without making it.
    pub(super) async fn would_be_allowed(
        &self,
        credentials: &Credentials,
        circumstances: Circumstances<'_>,
    ) -> Result<(), Refusal> {
        let form = format!("Action=DescribeInstances&Version={VERSION}&DryRun=true");
        match self.answer(&form, credentials, circumstances).await {
            Ok(_) => Ok(()),
            Err(refusal) if refusal.code.as_deref() == Some("DryRunOperation") => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// The answer's text, after as many attempts as the SDK would make.
    async fn answer(
        &self,
        form: &str,
        credentials: &Credentials,
        circumstances: Circumstances<'_>,
    ) -> Result<String, Refusal> {
        let mut pause = FIRST_PAUSE;
        let mut attempts_of_silence = 0;
        for attempt in 1.. {
            let outcome = self.attempt(form, credentials).await;
            let refusal = match outcome {
                Ok(Attempt::Answered(200, text)) => return Ok(text),
                Ok(Attempt::Answered(status, text)) => match error_of(&text) {
                    Some((code, message)) => circumstances.refusal_by_code(&code, &message),
                    None => circumstances.refusal_by_status(status),
                },
                Ok(Attempt::Silent(how)) => {
                    attempts_of_silence += 1;
                    circumstances.silence(&how)
                }
                Ok(Attempt::Kept(proxy)) => {
                    attempts_of_silence += 1;
                    circumstances.silence_of_proxy(&proxy)
                }
                Err(error) => return Err(Refusal::new(GapReason::NotFoundOut, error)),
            };
            let worth_another = matches!(refusal.reason, GapReason::Throttled | GapReason::Timeout);
            if !worth_another || attempt >= ATTEMPTS || attempts_of_silence >= 3 {
                return Err(refusal);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Err(circumstances.silence("gave no answer"))
    }

    async fn attempt(&self, form: &str, credentials: &Credentials) -> Result<Attempt, String> {
        let request = self
            .signed(form, credentials)
            .map_err(|error| format!("the call to EC2 at {} could not be made: {}", self.endpoint, root(&*error)))?;
        let exchange = async {
            let response = self.connector.call(request).await?;
            let status = response.status().as_u16();
            let body = ByteStream::new(response.into_body()).collect().await?.into_bytes();
            Ok::<_, Box<dyn Error + Send + Sync>>((status, body))
        };
        Ok(match tokio::time::timeout(ATTEMPT_TIMEOUT, exchange).await {
            Ok(Ok((status, body))) => Attempt::Answered(status, String::from_utf8_lossy(&body).into_owned()),
            Ok(Err(error)) => match ProxyFailed::behind(&*error) {
                Some(proxy) => Attempt::Kept(proxy.clone()),
                None => Attempt::Silent(format!("could not be reached: {}", root(&*error))),
            },
            Err(_) => Attempt::Silent("gave no answer in time".to_owned()),
        })
    }

    fn signed(&self, form: &str, credentials: &Credentials) -> Result<HttpRequest, Box<dyn Error + Send + Sync>> {
        const CONTENT: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let uri = format!("{}/", self.endpoint.trim_end_matches('/'));
        let identity = Identity::from(credentials.clone());
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("ec2")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = [CONTENT].into_iter();
        let signable = SignableRequest::new("POST", &*uri, headers, SignableBody::Bytes(form.as_bytes()))?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = http::Request::post(&uri).header(CONTENT.0, CONTENT.1).body(SdkBody::from(form))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.try_into()?)
    }
}
