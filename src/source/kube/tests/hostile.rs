//! A server, and objects, of the worst kind: what they cost is bounded.

use super::{Server, events, ok, pod, pods, told};
use crate::domain::inventory::Kind;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{sleep, timeout};

#[tokio::test(start_paused = true)]
async fn a_server_that_forgets_its_versions_at_once_is_not_listed_without_pause() {
    let gone =
        || events(&[("ERROR", json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}))]);
    let server = Server::new(move |path, _| if path.contains("watch=true") { gone() } else { pods(&["a"], 5, "") });
    let mut deltas = server.follow(&[Kind::Pod], true);
    let _ = timeout(Duration::from_mins(5), async { while deltas.recv().await.is_some() {} }).await;
    let lists = server.asked("limit=500").len();
    assert!((10..30).contains(&lists), "{lists} lists in five minutes");
}

#[tokio::test(start_paused = true)]
async fn an_event_without_an_end_ends_the_watch_and_not_the_program() {
    let server = Server::new(|path, before| match (path.contains("watch=true"), before) {
        (false, _) => pods(&["a"], 5, ""),
        (true, 0) => Some((200, None, "x".repeat(9 << 20))),
        (true, _) => None,
    });
    let mut deltas = server.follow(&[Kind::Pod], true);
    assert!(told(&mut deltas, "stalled notSupported").await.contains(&"listed".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn lists_that_are_null_and_annotations_that_are_huge_are_read() {
    let nulls: Value = json!({"metadata": {"name": "null", "namespace": "shop", "resourceVersion": "1", "labels": null,
            "annotations": null, "ownerReferences": null, "managedFields": null, "deletionTimestamp": null},
        "spec": {"containers": null, "initContainers": null, "ephemeralContainers": null, "volumes": null, "nodeSelector": null},
        "status": {"conditions": null}});
    let huge = json!({"metadata": {"name": "huge", "namespace": "shop", "resourceVersion": "2",
            "annotations": {"note": "\u{1b}[31m\"".repeat(60_000), "eks.amazonaws.com/skip-containers": "app"}},
        "spec": {"containers": [{"name": "app", "env": null, "envFrom": null, "volumeMounts": null}],
            "volumes": [{"name": "token", "projected": {"sources": null}}]}});
    let server = Server::new(move |path, _| match path {
        "/api/v1/pods?limit=500" => {
            ok(&json!({"metadata": {"resourceVersion": "5", "continue": "x"}, "items": [nulls, huge]}))
        }
        _ => ok(&json!({"metadata": {"resourceVersion": "5"}, "items": null})),
    });
    let mut deltas = server.follow(&[Kind::Pod], false);
    assert_eq!(told(&mut deltas, "").await, ["listing None", "null 1", "huge 2", "listed"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_understood_costs_itself_in_a_watch_too() {
    let broken = json!({"metadata": {"name": "bad", "namespace": "shop", "resourceVersion": "6"}, "spec": {"containers": "none"}});
    let server = Server::new(move |path, _| match path {
        "/api/v1/pods?limit=500" => pods(&["a"], 5, ""),
        path if path.contains("resourceVersion=5&") => events(&[
            ("ADDED", broken.clone()),
            ("MODIFIED", broken.clone()),
            ("DELETED", broken.clone()),
            ("ADDED", pod("b", 9)),
        ]),
        _ => None,
    });
    let mut deltas = server.follow(&[Kind::Pod], true);
    let told = told(&mut deltas, "b 9").await;
    assert_eq!(told, ["listing Some(1)", "a 5", "listed", "left out shop/bad", "left out shop/bad", "gone bad", "b 9"]);
    sleep(Duration::from_secs(2)).await;
    assert!(server.asked("resourceVersion=9&").len() == 1, "it goes on behind them: {:?}", server.asked("watch=true"));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_passes_is_waited_out() {
    let server = Server::new(|_, before| match before {
        0 => Some((500, None, json!({"message": "etcdserver: leader changed"}).to_string())),
        _ => pods(&["a"], 5, ""),
    });
    let mut deltas = server.follow(&[Kind::Pod], false);
    assert_eq!(told(&mut deltas, "").await, ["listing Some(1)", "a 5", "listed"]);
}
