//! Signing in: the SDK's chain, then the `aws` program, and what to do where neither can.
//!
//! The answer is kept, the failure too, for a short while: a hundred questions without credentials must not each search
//! the whole machine and its metadata service for them.

use super::export::{NoExport, exported};
use super::http_client::ProxyFailed;
use super::profiles::{ProfileInUse, Style};
use super::refusal::{Refusal, renewal, root, shortened};
use crate::domain::model::GapReason;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
#[cfg(test)]
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_types::region::Region;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long the chain may search. Its last link, the instance metadata service, is not there on a laptop.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a failure stands before it is tried again.
const FAILURE_STANDS: Duration = Duration::from_secs(15);
/// Credentials are renewed this long before they expire.
const AHEAD: Duration = Duration::from_mins(1);

/// Where credentials are looked for.
#[derive(Debug, Clone)]
pub(super) enum Chain {
    /// A profile named by flag or kubeconfig: it alone, as with the AWS CLI, whatever keys the environment holds.
    Profile(String, ProviderConfig),
    /// Whatever the machine has: environment, profile, web identity, container, instance.
    Default(Region, ProviderConfig),
    /// These.
    #[cfg(test)]
    Given(SharedCredentialsProvider),
}

impl Chain {
    /// Searched from scratch each time, so that what a person has changed meanwhile is seen.
    async fn search(&self) -> provider::Result {
        match self {
            Self::Profile(name, config) => {
                let chain = ProfileFileCredentialsProvider::builder().configure(config).profile_name(name).build();
                chain.provide_credentials().await
            }
            Self::Default(region, config) => {
                // The region is given, so that it is not searched for: that search ends at the metadata service.
                let builder = DefaultCredentialsChain::builder().configure(config.clone());
                let chain = builder.region(region.clone()).build().await;
                chain.provide_credentials().await
            }
            #[cfg(test)]
            Self::Given(provider) => provider.provide_credentials().await,
        }
    }
}

/// Who signs the calls.
#[derive(Debug, Clone)]
pub(super) struct SignIn(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    chain: Chain,
    profile: ProfileInUse,
    /// The `aws` program; `None`: it is not asked.
    program: Option<OsString>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    signed_in: Option<Credentials>,
    failed: Option<(Instant, Refusal)>,
    forgotten: Option<Instant>,
}

impl SignIn {
    /// Nothing is searched yet.
    pub(super) fn new(chain: Chain, profile: ProfileInUse, program: Option<OsString>) -> Self {
        Self(Arc::new(Inner { chain, profile, program, state: Mutex::default() }))
    }

    /// The profile in use.
    pub(super) fn profile(&self) -> &ProfileInUse {
        &self.0.profile
    }

    /// Credentials that hold for a while yet, or why there are none.
    pub(super) async fn credentials(&self) -> Result<Credentials, Refusal> {
        let mut state = self.0.state.lock().await;
        if let Some(credentials) = state.signed_in.as_ref().filter(|credentials| holds(credentials)) {
            return Ok(credentials.clone());
        }
        if let Some((_, refusal)) = state.failed.as_ref().filter(|(at, _)| at.elapsed() < FAILURE_STANDS) {
            return Err(refusal.clone());
        }
        let found = self.search().await;
        (state.signed_in, state.failed) = match &found {
            Ok(credentials) => (Some(credentials.clone()), None),
            Err(refusal) => (None, Some((Instant::now(), refusal.clone()))),
        };
        found
    }

    /// AWS said that they have expired: they are searched for anew, for a person may have signed in meanwhile.
    pub(super) async fn forget(&self) {
        let mut state = self.0.state.lock().await;
        if state.forgotten.is_none_or(|at| at.elapsed() >= FAILURE_STANDS) {
            (state.signed_in, state.forgotten) = (None, Some(Instant::now()));
        }
    }

    async fn search(&self) -> Result<Credentials, Refusal> {
        let Inner { chain, profile, program, .. } = &*self.0;
        let why = match tokio::time::timeout(PATIENCE, chain.search()).await {
            Ok(Ok(credentials)) => return Ok(credentials),
            Ok(Err(error)) => error,
            Err(_) => CredentialsError::provider_timed_out(PATIENCE),
        };
        tracing::info!(error = %root(&why), "the SDK's chain could not sign in");
        let Some(program) = program else { return Err(refusal(&why, None, profile)) };
        match exported(program, profile.name.as_deref()).await {
            Ok(credentials) => Ok(credentials),
            Err(no) => Err(refusal(&why, Some(&no), profile)),
        }
    }
}

impl ProvideCredentials for SignIn {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.credentials().await.map_err(|refusal| CredentialsError::not_loaded(refusal.sentence))
        })
    }
}

fn holds(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|expiry| expiry > SystemTime::now() + AHEAD)
}

fn refusal(why: &CredentialsError, no: Option<&NoExport>, profile: &ProfileInUse) -> Refusal {
    let (flag, named) = (profile.flag(), profile.name.as_deref().unwrap_or("default"));
    let none = |sentence: String| Refusal::new(GapReason::NoCredentials, sentence);
    if let Some(proxy) = ProxyFailed::behind(why) {
        return none(format!("profile {named} could not sign in: {proxy}; {}", proxy.remedy()));
    }
    match profile.style {
        Style::Sso | Style::Login => Refusal::new(
            GapReason::Expired,
            format!("profile {named} has no valid session: {}, then retry", renewal(profile)),
        ),
        Style::Mfa => {
            none(format!("profile {named} asks for an MFA code, which cannot be typed here: {}", renewal(profile)))
        }
        Style::Unreadable => none(format!(
            "the AWS configuration cannot be understood: {}; see ~/.aws/config and ~/.aws/credentials",
            root(why)
        )),
        Style::Absent if profile.name.is_some() => {
            none(format!("there is no AWS profile {named} in the AWS configuration: choose another with --profile"))
        }
        Style::Other if !matches!(why, CredentialsError::CredentialsNotLoaded(_)) => {
            none(format!("profile {named} could not sign in: {}", root(why)))
        }
        Style::Absent | Style::Other => match no {
            Some(NoExport::Said(words)) if profile.name.is_some() => {
                none(format!("profile {named} could not sign in: {}", shortened(words)))
            }
            _ => none(format!(
                "no AWS credentials were found: name a profile with --profile, or sign in with `aws sso login{flag}` or `aws login{flag}`"
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Debug, Default)]
    struct Fails(AtomicUsize);

    impl ProvideCredentials for Fails {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.fetch_add(1, Ordering::Relaxed);
            future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("nothing here")))
        }
    }

    fn profile(style: Style) -> ProfileInUse {
        ProfileInUse { name: Some("dev".to_owned()), style }
    }

    #[derive(Debug, Clone)]
    struct Shared(Arc<Fails>);

    impl ProvideCredentials for Shared {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.provide_credentials()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_stands_for_a_while_and_is_then_tried_again() {
        let fails = Arc::new(Fails::default());
        let chain = Chain::Given(SharedCredentialsProvider::new(Shared(fails.clone())));
        let sign_in = SignIn::new(chain, profile(Style::Sso), None);
        let refusal = sign_in.credentials().await.unwrap_err();
        assert_eq!(refusal.sentence, "profile dev has no valid session: run `aws sso login --profile dev`, then retry");
        assert_eq!(sign_in.credentials().await.unwrap_err(), refusal);
        assert_eq!(fails.0.load(Ordering::Relaxed), 1);
        tokio::time::advance(FAILURE_STANDS).await;
        assert!(sign_in.credentials().await.is_err());
        assert_eq!(fails.0.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn each_way_of_signing_in_has_its_remedy() {
        let sentence = |style| refusal(&CredentialsError::not_loaded("x"), None, &profile(style)).sentence;
        assert!(sentence(Style::Login).contains("`aws login --profile dev`"));
        assert!(sentence(Style::Mfa).contains("MFA"));
        assert!(sentence(Style::Absent).contains("no AWS profile dev"));
        assert!(sentence(Style::Unreadable).contains("cannot be understood"));
        assert!(sentence(Style::Other).contains("no AWS credentials were found"));
    }
}
