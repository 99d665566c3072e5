//! Making the adapter: configuration files and environment are read, nothing is asked.

use super::account::Account;
use super::changes::Writer;
use super::clients::{retries, usual_timeouts};
use super::http_client::{http_client, http_connector};
use super::profiles::ProfileInUse;
use super::shelf::Shelf;
use super::sign_in::{Chain, SignIn};
use super::wire::Wire;
use super::{AwsHints, account};
use crate::source::{CallLog, Roles};
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_types::region::Region;
use std::ffi::OsString;
use std::sync::Arc;

/// The AWS side of a live cluster.
pub struct Connected {
    /// What is read.
    pub roles: Arc<dyn Roles>,
    /// What writes: for whoever may.
    pub(in crate::source) writer: Writer,
    /// The region that is asked in as long as nothing tells the cluster's.
    pub(in crate::source) region: Option<String>,
}

/// The AWS side of a live cluster. Nothing is asked here, and nothing fails: without credentials each question answers
/// with a gap that names the remedy.
pub async fn connect(hints: AwsHints, calls: CallLog) -> Connected {
    let region = region_of(&hints).await;
    let profile = ProfileInUse::read(hints.profile.as_deref()).await;
    let sign_in = SignIn::new(chain_of(&hints, region.clone()), profile, Some(OsString::from("aws")));
    let base = base_of(&hints, region.clone(), sign_in.clone()).await;
    let wire = Wire::new(calls, sign_in, hints.profile.clone(), hints.endpoint_url.clone());
    let region = region.map(|region| region.to_string());
    let ground = account::Ground { base, connector: http_connector(), region: region.clone() };
    let account = Arc::new(Account::new(hints, wire, ground, Shelf::of_user()));
    Connected { roles: account.clone(), writer: Writer::new(account), region }
}

/// The region by flag, environment or profile. The metadata service is not asked: the AWS CLI does not either.
async fn region_of(hints: &AwsHints) -> Option<Region> {
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &hints.profile {
        profile = profile.profile_name(name);
    }
    RegionProviderChain::first_try(hints.region.clone().map(Region::new))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build())
        .region()
        .await
}

fn chain_of(hints: &AwsHints, region: Option<Region>) -> Chain {
    let region = region.unwrap_or_else(|| Region::new("us-east-1"));
    let config = ProviderConfig::without_region()
        .with_behavior_version(Some(behaviour()))
        .with_region(Some(region.clone()))
        .with_http_client(http_client());
    match &hints.profile {
        Some(name) => Chain::Profile(name.clone(), config),
        None => Chain::Default(region, config),
    }
}

async fn base_of(hints: &AwsHints, region: Option<Region>, sign_in: SignIn) -> SdkConfig {
    let mut loader = aws_config::defaults(behaviour())
        .http_client(http_client())
        .region(region)
        .credentials_provider(sign_in)
        // Credentials are kept by `SignIn`, for the calls signed by hand as well.
        .identity_cache(IdentityCache::no_cache())
        .retry_config(retries(RetryConfig::standard()))
        .timeout_config(usual_timeouts());
    if let Some(name) = &hints.profile {
        loader = loader.profile_name(name);
    }
    if let Some(url) = &hints.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

/// Pinned: an update of the SDK must not change how it behaves.
pub(super) fn behaviour() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}
