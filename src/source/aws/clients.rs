//! The clients of one region: IAM, STS, EKS of the SDK, and EC2 by hand.

use super::ec2::Ec2;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_iam::config::retry::RetryPartition;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_types::region::Region;
use aws_types::service_config::ServiceConfigKey;
use std::time::Duration;

/// How long one attempt may take.
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call may take with all its attempts.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Attempts for one call. At 30 % throttling one call in 5,000 fails.
pub(super) const ATTEMPTS: u32 = 7;
/// The first pause between attempts; the next ones double, up to `LONGEST_PAUSE`.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause between attempts.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Where IAM and STS are asked while no region is known: IAM has one endpoint for all regions of a partition.
const ANY_REGION: &str = "us-east-1";

/// The clients of one region.
#[derive(Debug)]
pub(super) struct Clients {
    /// IAM.
    pub(super) iam: aws_sdk_iam::Client,
    /// STS.
    pub(super) sts: aws_sdk_sts::Client,
    /// EKS. Only to be asked where `region` is known.
    pub(super) eks: aws_sdk_eks::Client,
    /// EC2. Only to be asked where `region` is known.
    pub(super) ec2: Ec2,
    /// The region, where it is known.
    pub(super) region: Option<String>,
}

impl Clients {
    /// The clients of `region`. Nothing is asked.
    pub(super) fn new(base: &SdkConfig, connector: &SharedHttpConnector, region: Option<String>) -> Self {
        let at = Region::new(region.clone().unwrap_or_else(|| ANY_REGION.to_owned()));
        let config = base.to_builder().region(at.clone()).build();
        // The SDK's adaptive mode is not used: where a share of calls is turned away whatever their rate, it slows down to
        // less than two calls a second and stays there. The pauses and the gate's eight places are enough.
        // What retries are left is of this account, and not of the one that was connected before it.
        let own = RetryPartition::custom("iam").build();
        let iam = aws_sdk_iam::config::Builder::from(&config).retry_partition(own).build();
        Self {
            iam: aws_sdk_iam::Client::from_conf(iam),
            sts: aws_sdk_sts::Client::new(&config),
            eks: aws_sdk_eks::Client::new(&config),
            ec2: Ec2::new(connector.clone(), ec2_endpoint(&config, at.as_ref()), at.to_string()),
            region,
        }
    }
}

/// The attempts of a call and the pauses between them.
pub(super) fn retries(config: RetryConfig) -> RetryConfig {
    config.with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_PAUSE).with_max_backoff(LONGEST_PAUSE)
}

/// After which time a call is given up.
pub(super) fn timeouts(attempt: Duration, call: Duration) -> TimeoutConfig {
    let connect = super::http_client::CONNECT_TIMEOUT;
    TimeoutConfig::builder().connect_timeout(connect).operation_attempt_timeout(attempt).operation_timeout(call).build()
}

/// The timeouts of an ordinary call.
pub(super) fn usual_timeouts() -> TimeoutConfig {
    timeouts(ATTEMPT_TIMEOUT, CALL_TIMEOUT)
}

/// Where EC2 is, by the SDK's own order: `--endpoint-url`, then what environment and profile say of EC2, then what they
/// say of all services (AWS SDKs and tools reference, "Service-specific endpoints").
fn ec2_endpoint(config: &SdkConfig, region: &str) -> String {
    let everywhere = config.endpoint_url().map(str::to_owned);
    let of_ec2 = || {
        let key = ServiceConfigKey::builder().service_id("EC2").env("AWS_ENDPOINT_URL").profile("endpoint_url");
        config.service_config()?.load_config(key.build().ok()?)
    };
    let configured =
        if config.get_origin("endpoint_url").is_client_config() { everywhere } else { of_ec2().or(everywhere) };
    configured.unwrap_or_else(|| format!("https://ec2.{region}.{}", suffix_of(region)))
}

/// What the names of a region's hosts end with, by its partition (AWS SDKs, `partitions.json`).
fn suffix_of(region: &str) -> &'static str {
    const OF_PARTITIONS: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-isof-", "csp.hci.ic.gov"),
    ];
    let own = OF_PARTITIONS.iter().find(|(begins, _)| region.starts_with(begins));
    own.map_or("amazonaws.com", |(_, suffix)| suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ec2_has_its_endpoint_by_region_unless_one_is_given() {
        let plain = SdkConfig::builder().build();
        for (region, host) in [
            ("eu-west-1", "ec2.eu-west-1.amazonaws.com"),
            ("us-gov-west-1", "ec2.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", "ec2.cn-north-1.amazonaws.com.cn"),
            ("eusc-de-east-1", "ec2.eusc-de-east-1.amazonaws.eu"),
            ("us-iso-east-1", "ec2.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "ec2.us-isob-east-1.sc2s.sgov.gov"),
            ("eu-isoe-west-1", "ec2.eu-isoe-west-1.cloud.adc-e.uk"),
            ("us-isof-south-1", "ec2.us-isof-south-1.csp.hci.ic.gov"),
        ] {
            assert_eq!(ec2_endpoint(&plain, region), format!("https://{host}"));
        }
        let given = SdkConfig::builder().endpoint_url("http://127.0.0.1:5000").build();
        assert_eq!(ec2_endpoint(&given, "eu-west-1"), "http://127.0.0.1:5000");
    }
}
