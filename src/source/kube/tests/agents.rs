//! The agent's pods, where they have to be listed by themselves.

use super::{Answer, Server, events, ok, pods, refused, told};
use crate::domain::inventory::{Kind, Scope};
use crate::source::Ask;
use serde_json::{Value, json};

const AGENTS: &str =
    "/api/v1/namespaces/kube-system/pods?limit=500&labelSelector=app.kubernetes.io%2Fname%3Deks-pod-identity-agent";

fn agent(name: &str, node: &str, ready: bool) -> Value {
    json!({"metadata": {"name": name, "namespace": "kube-system", "resourceVersion": "5",
            "ownerReferences": [{"kind": "DaemonSet", "name": "eks-pod-identity-agent", "controller": true}]},
        "spec": {"nodeName": node, "containers": [{"name": "agent"}]},
        "status": {"conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]}})
}

fn agents(list: &[Value]) -> Answer {
    ok(&json!({"metadata": {"resourceVersion": "5"}, "items": list}))
}

/// The kinds that verdicts on pods hang on, over the scope.
fn ask(scope: Scope) -> Ask {
    Ask { kinds: vec![Kind::Pod, Kind::DaemonSet], scope, fall_back: true, selector: None, watch: false, user: false }
}

fn shop() -> Scope {
    Scope::Namespace("shop".into())
}

#[tokio::test(start_paused = true)]
async fn where_one_namespace_is_read_they_are_listed_too() {
    let server = Server::new(|path, _| match path {
        "/api/v1/namespaces/shop/pods?limit=500" => pods(&["api"], 5, ""),
        AGENTS => agents(&[agent("a", "n1", true), agent("b", "n2", false), agent("c", "n3", true)]),
        _ => refused(404, "no such thing"),
    });
    let told = told(&mut server.ask(ask(shop())), "").await;
    assert!(told.contains(&"agents on n1 n3".to_owned()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_names_the_call_and_the_permission() {
    let server = Server::new(|path, _| match path {
        AGENTS => refused(
            403,
            "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"kube-system\"",
        ),
        _ => refused(404, "no such thing"),
    });
    let told = told(&mut server.ask(ask(shop())), "").await;
    let said = "agents unread, forbidden (list pods in kube-system): on which nodes the Pod Identity agent runs is not \
                known: user jane may not list pods in namespace kube-system; a Role there that allows it is missing";
    assert!(told.contains(&said.to_owned()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn they_are_listed_once_the_own_namespace_is_all_that_may_be_read() {
    let server = Server::new(|path, _| match path {
        "/api/v1/namespaces/home/pods?limit=500" => pods(&["mine"], 5, ""),
        AGENTS => agents(&[agent("a", "n1", true)]),
        _ => refused(403, "pods is forbidden: User \"jane\" cannot list"),
    });
    let told = told(&mut server.ask(ask(Scope::Cluster)), "").await;
    assert!(told.contains(&"agents on n1".to_owned()) && told.contains(&"mine 5".to_owned()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn they_are_not_listed_twice_nor_for_nothing() {
    let server = Server::new(|path, _| if path.contains("/pods?") { pods(&[], 5, "") } else { refused(404, "none") });
    let is_asked = async |ask: Ask| {
        told(&mut server.ask(ask), "").await;
        let asked = server.asked("eks-pod-identity-agent");
        server.asked.lock().expect("the log").clear();
        asked.iter().any(|path| path == AGENTS)
    };
    assert!(!is_asked(ask(Scope::Cluster)).await, "the list of all pods says it");
    assert!(!is_asked(ask(Scope::Namespace("kube-system".into()))).await, "so does that of their namespace");
    assert!(!is_asked(Ask { kinds: vec![Kind::Pod], ..ask(shop()) }).await, "names alone hang on nothing");
    assert!(
        is_asked(Ask { selector: Some("app=api".into()), ..ask(Scope::Cluster) }).await,
        "theirs are not among them"
    );
}

#[tokio::test(start_paused = true)]
async fn they_are_watched_and_listed_again() {
    let server = Server::new(|path, before| match (path, before) {
        (AGENTS, 0) => agents(&[agent("a", "n1", true), agent("b", "n2", true)]),
        (AGENTS, _) => agents(&[agent("c", "n3", true)]),
        (path, 0) if path.contains("kube-system/pods?watch") => events(&[
            ("MODIFIED", agent("b", "n2", false)),
            ("ERROR", json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"})),
        ]),
        _ => None,
    });
    let mut deltas = server.ask(Ask { watch: true, ..ask(shop()) });
    assert_eq!(told(&mut deltas, "agents on n1 n2").await, ["agents on n1 n2"]);
    assert_eq!(told(&mut deltas, "agents on n1").await, ["agents on n1"]);
    assert_eq!(told(&mut deltas, "agents on n3").await, ["agents on n3"]);
}
