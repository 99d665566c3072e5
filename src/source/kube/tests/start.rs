//! The start: what is sent first, what is not sent at all, and what is said where nobody answers.

use super::{Server, ok, pods, refused, told};
use crate::domain::inventory::{Kind, Scope};
use crate::source::kube::trouble::Place;
use crate::source::{Ask, Facts, FailureKind};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn pods_are_asked_for_first_and_nothing_waits() {
    let server = Server::new(|_, _| None);
    let ask = Ask {
        kinds: Kind::ALL.to_vec(),
        scope: Scope::Cluster,
        fall_back: true,
        selector: None,
        watch: true,
        user: true,
    };
    let _deltas = server.ask(ask);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let asked = server.asked("");
    assert_eq!(asked.first().map(String::as_str), Some("/api/v1/pods?limit=500"));
    assert_eq!(asked.len(), Kind::ALL.len() + 1, "no list waits for another's answer: {asked:?}");
}

#[tokio::test(start_paused = true)]
async fn names_cost_the_list_and_nothing_else() {
    let server = Server::new(|_, _| pods(&["a"], 5, ""));
    assert_eq!(told(&mut server.follow(&[Kind::Pod], false), "").await, ["listing Some(1)", "a 5", "listed"]);
    assert_eq!(server.asked(""), ["/api/v1/pods?limit=500"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_lets_us_in_is_reached_whatever_it_allows() {
    for code in [200, 403, 404, 429] {
        let server = Server::new(move |_, _| if code == 200 { ok(&json!({})) } else { refused(code, "no") });
        assert_eq!(server.cluster.reach().await, Ok(()), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_or_does_not_know_us_is_not() {
    let place = || Place {
        server: Some("https://eks.test".into()),
        unknown_here: Some("ask for an access entry".into()),
        proxy: None,
    };
    let hangs = Server::at(place(), |_, _| None).cluster.reach().await.expect_err("it never answers");
    assert_eq!(hangs.said, "the API server gives no answer within 30 s: https://eks.test");
    assert_eq!(hangs.kind, FailureKind::Unreachable);
    let unknown = Server::at(place(), |_, _| refused(401, "Unauthorized")).cluster.reach().await.expect_err("unknown");
    assert_eq!(
        (unknown.kind, unknown.hint.as_deref()),
        (FailureKind::Unauthenticated, Some("ask for an access entry"))
    );
}
