//! The least that any program must do to read a cluster: what `tests/lab/bench` measures rolecall against.
//!
//! `bare_list pods [PAGES]` GETs the pods one page of 500 after the other, in the encoding that rolecall asks for, and
//! decodes each body into nothing. `bare_list roles` pages through `iam:GetAccountAuthorizationDetails`.
//! Prints the seconds it took, from the first request on.

use aws_sdk_iam::types::EntityType;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::time::{Duration, Instant};

#[derive(Deserialize)]
struct Page {
    metadata: Metadata,
    #[serde(rename = "items")]
    _items: IgnoredAny,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default, rename = "continue")]
    next: String,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it is a program of the command line")]
async fn main() -> color_eyre::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next();
    let most = arguments.next().map_or(Ok(usize::MAX), |pages| pages.parse())?;
    let (pages, took) = match what.as_deref() {
        Some("pods") => pods(most).await?,
        Some("roles") => roles().await?,
        _ => color_eyre::eyre::bail!("bare_list pods [PAGES] | bare_list roles"),
    };
    println!("{:.3} s, {pages} pages", took.as_secs_f64());
    Ok(())
}

async fn pods(most: usize) -> color_eyre::Result<(usize, Duration)> {
    let mut config = kube::Config::infer().await?;
    config.disable_compression = true; // as rolecall does on loopback, where zipping costs more than it saves
    let client = kube::Client::try_from(config)?;
    let start = Instant::now();
    let (mut pages, mut path) = (0, "/api/v1/pods?limit=500".to_owned());
    while pages < most {
        let request = http::Request::get(&path).header("accept", "application/json").body(Vec::new())?;
        let page: Page = serde_json::from_str(&client.request_text(request).await?)?;
        pages += 1;
        if page.metadata.next.is_empty() {
            break;
        }
        path = format!("/api/v1/pods?limit=500&continue={}", page.metadata.next);
    }
    Ok((pages, start.elapsed()))
}

async fn roles() -> color_eyre::Result<(usize, Duration)> {
    use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let client = aws_sdk_iam::Client::new(&config);
    let start = Instant::now();
    let (mut pages, mut marker) = (0, None);
    loop {
        let answer = client
            .get_account_authorization_details()
            .filter(EntityType::Role)
            .filter(EntityType::LocalManagedPolicy)
            .max_items(1_000)
            .set_marker(marker)
            .send()
            .await?;
        pages += 1;
        marker = answer.marker().filter(|_| answer.is_truncated()).map(str::to_owned);
        if marker.is_none() {
            return Ok((pages, start.elapsed()));
        }
    }
}
