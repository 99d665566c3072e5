//! The one HTTP client of every AWS call: rustls with ring, through the proxy that the environment names; where that
//! fails, the error names it.

use crate::source::proxy::{Proxy, failure_of_proxy, failure_to_reach};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::error::Error;
use std::time::Duration;

/// How long a connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The client for the SDK. A client that is passed in loses the proxy variables unless they are read here.
pub(super) fn http_client() -> SharedHttpClient {
    let client = Builder::new().build_with_connector_fn(|settings, components| {
        let mut builder =
            Connector::builder().tls_provider(Provider::Rustls(CryptoMode::Ring)).proxy_config(ProxyConfig::from_env());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        builder.build()
    });
    SharedHttpClient::new(Telling(client))
}

/// The connector for calls that are signed by hand.
pub(super) fn http_connector() -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
    let connector = Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .proxy_config(ProxyConfig::from_env())
        .connector_settings(settings)
        .build();
    SharedHttpConnector::new(Telling(SharedHttpConnector::new(connector)))
}

/// What the proxy on the way did; the errors below it say no more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {proxy} {how}")]
pub(super) struct ProxyFailed {
    proxy: Proxy,
    how: &'static str,
}

impl ProxyFailed {
    /// The proxy's failure that stands behind an error, if it is one.
    pub(super) fn behind<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        std::iter::successors(Some(error), |error| <dyn Error>::source(*error)).find_map(|error| error.downcast_ref())
    }

    /// What to do about it.
    pub(super) fn remedy(&self) -> String {
        self.proxy.remedy()
    }
}

/// A client, or a connector, whose errors name the proxy where it was the proxy.
#[derive(Debug)]
struct Telling<T>(T);

impl HttpClient for Telling<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Telling(self.0.http_connector(settings, components)))
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

impl HttpConnector for Telling<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let endpoint = request.uri().to_owned();
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            answer.await.map_err(|error| {
                let proxy = endpoint.parse().ok().and_then(|uri| Proxy::to_aws(&uri, &|name| std::env::var(name).ok()));
                match proxy {
                    Some(proxy) => told(error, proxy, &endpoint),
                    None => error,
                }
            })
        })
    }
}

/// The error of a connection by way of the proxy. What speaks plain HTTP has a connection to the proxy and no other; for
/// the rest the proxy makes a tunnel, and what goes wrong in there is not the proxy's.
fn told(error: ConnectorError, proxy: Proxy, endpoint: &str) -> ConnectorError {
    let chain = std::iter::successors(Some(&error as &dyn Error), |error| <dyn Error>::source(*error));
    let chain = chain.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    let in_tunnel = endpoint.starts_with("https:") && !error.is_timeout();
    let how = failure_of_proxy(&chain).or_else(|| (!in_tunnel).then(|| failure_to_reach(&chain)));
    let Some(how) = how else { return error };
    let failed = ProxyFailed { proxy, how }.into();
    if error.is_timeout() { ConnectorError::timeout(failed) } else { ConnectorError::io(failed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_proxy_names_it_and_one_of_the_server_stays_as_it_is() {
        let proxy = || Proxy::new("http://me:secret@127.0.0.1:9", "HTTPS_PROXY");
        let (secure, plain) = ("https://iam.amazonaws.com", "http://moto.example");
        let of = |text: &str, endpoint| told(ConnectorError::io(text.into()), proxy(), endpoint);
        let refused = of("tunnel error: failed to create underlying connection: Connection refused", secure);
        let failed = ProxyFailed::behind(&refused).expect("it was the proxy");
        assert_eq!(failed.to_string(), "the proxy http://127.0.0.1:9 (HTTPS_PROXY) refuses the connection");
        assert!(failed.remedy().contains("unset HTTPS_PROXY"), "{}", failed.remedy());
        assert!(ProxyFailed::behind(&of("tcp connect error: Connection refused", plain)).is_some());
        assert!(ProxyFailed::behind(&of("invalid peer certificate", secure)).is_none());
        let late = told(ConnectorError::timeout("timed out".into()), proxy(), secure);
        assert!(late.is_timeout() && ProxyFailed::behind(&late).is_some());
    }
}
