//! The wire, mocked: what is sent, and what comes of each answer. Time is paused and jumps over every wait.

mod agents;
mod hostile;
mod rehearsal;
mod start;

use super::api::Api;
use super::cluster::Cluster;
use super::trouble::Place;
use crate::domain::inventory::{Delta, Dirty, Inventory, Kind, ObjectRef, Scope};
use crate::domain::model::{GapReason, Name, Reading};
use crate::source::{Ask, CallLog, Facts, FailureKind};
use http::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What the mocked server says: a code, `Retry-After` in seconds, a body. Nothing: it never answers.
type Answer = Option<Said>;
type Said = (u16, Option<u64>, String);

struct Server {
    cluster: Arc<Cluster>,
    calls: CallLog,
    /// Paths with their queries, in the order in which they came.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that answers by path and by how many times the same path came before.
    fn new(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::at(Place::default(), answer)
    }

    fn at(place: Place, answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        let (service, mut handle) = tower_test::mock::pair::<Request<Body>, Response<Body>>();
        let asked = Arc::new(Mutex::new(Vec::<String>::new()));
        let log = asked.clone();
        tokio::spawn(async move {
            handle.allow(u64::MAX);
            let mut hanging = Vec::new();
            while let Some((request, respond)) = handle.next_request().await {
                let path = request.uri().to_string();
                let before = {
                    let mut log = log.lock().expect("the log");
                    log.push(path.clone());
                    log.iter().filter(|asked| **asked == path).count() - 1
                };
                match answer(&path, before) {
                    Some((code, retry_after, body)) => {
                        let mut response = Response::builder().status(code);
                        if let Some(seconds) = retry_after {
                            response = response.header("retry-after", seconds);
                        }
                        respond.send_response(response.body(Body::from(body.into_bytes())).expect("a response"));
                    }
                    None => hanging.push(respond),
                }
            }
        });
        let calls = CallLog::default();
        let client = kube::Client::new(service, "default");
        let api = Api::new(client, calls.clone(), " --context lab".into(), place);
        Self { cluster: Arc::new(Cluster::new(api, Name::from("home"))), calls, asked }
    }

    fn follow(&self, kinds: &[Kind], watch: bool) -> mpsc::Receiver<Vec<Delta>> {
        self.ask(Ask {
            kinds: kinds.to_vec(),
            scope: Scope::Cluster,
            fall_back: true,
            selector: None,
            watch,
            user: false,
        })
    }

    fn ask(&self, ask: Ask) -> mpsc::Receiver<Vec<Delta>> {
        let (out, deltas) = mpsc::channel(64);
        tokio::spawn(self.cluster.clone().follow(ask, out));
        deltas
    }

    fn asked(&self, part: &str) -> Vec<String> {
        self.asked.lock().expect("the log").iter().filter(|path| path.contains(part)).cloned().collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "no answer at all is one too")]
fn ok(body: &Value) -> Answer {
    Some((200, None, body.to_string()))
}

#[expect(clippy::unnecessary_wraps, reason = "no answer at all is one too")]
fn refused(code: u16, message: &str) -> Answer {
    let status = json!({"kind": "Status", "status": "Failure", "message": message, "code": code});
    Some((code, None, status.to_string()))
}

fn pod(name: &str, version: u32) -> Value {
    json!({"metadata": {"name": name, "namespace": "shop", "resourceVersion": version.to_string()}, "spec": {"containers": [{"name": "app"}]}})
}

fn pods(names: &[&str], version: u32, next: &str) -> Answer {
    let items: Vec<_> = names.iter().map(|name| pod(name, version)).collect();
    let left = (!next.is_empty()).then_some(7);
    ok(
        &json!({"kind": "PodList", "metadata": {"resourceVersion": version.to_string(), "continue": next, "remainingItemCount": left}, "items": items}),
    )
}

#[expect(clippy::unnecessary_wraps, reason = "no answer at all is one too")]
fn events(events: &[(&str, Value)]) -> Answer {
    let line = |(kind, object): &(&str, Value)| format!("{}\n", json!({"type": kind, "object": object}));
    Some((200, None, events.iter().map(line).collect()))
}

/// What is listed and watched, in short; waits for as many deltas as are wanted.
async fn told(deltas: &mut mpsc::Receiver<Vec<Delta>>, until: &str) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(batch) = deltas.recv().await {
        for delta in batch {
            let said = match delta {
                Delta::KubernetesUser(_) => continue,
                Delta::Listing { scope: Scope::Namespace(namespace), .. } => format!("listing {namespace}"),
                Delta::Listing { expected, .. } => format!("listing {expected:?}"),
                Delta::Expected(_, count) => format!("expected {count}"),
                Delta::Listed(..) => "listed".into(),
                Delta::Pod(pod) => format!("{} {}", pod.name, pod.resource_version),
                Delta::Gone(object) => format!("gone {}", object.name),
                Delta::Stalled(_, _, gap) => format!("stalled {}", gap.reason),
                Delta::Resumed(..) => "resumed".into(),
                Delta::Unreadable(kind, gap) => format!("unreadable {} {}", kind.resource(), gap.reason),
                Delta::AgentNodes(Reading::Unread(gap)) => {
                    format!("agents unread, {} ({}): {}", gap.reason, gap.call, gap.sentence)
                }
                Delta::AgentNodes(nodes) => {
                    let nodes: Vec<_> = nodes.value().into_iter().flatten().map(|node| &**node).collect();
                    format!("agents on {}", nodes.join(" "))
                }
                Delta::LeftOut(_, gap) => format!("left out {}", gap.object.unwrap_or_default()),
                other => format!("{other:?}"),
            };
            told.push(said);
        }
        if told.last().is_some_and(|last| last == until) {
            return told;
        }
    }
    told
}

#[tokio::test(start_paused = true)]
async fn a_list_comes_in_pages_each_at_once() {
    let server = Server::new(|path, _| match path {
        "/api/v1/pods?limit=500" => pods(&["a", "b"], 5, "next page"),
        "/api/v1/pods?limit=500&continue=next%20page" => pods(&["c"], 5, ""),
        _ => refused(404, "no such thing"),
    });
    let mut deltas = server.follow(&[Kind::Pod], false);
    assert_eq!(told(&mut deltas, "").await, ["listing Some(9)", "a 5", "b 5", "c 5", "listed"]);
    let lines: Vec<_> = server.calls.logged().calls.into_iter().map(|call| (call.command, call.outcome)).collect();
    assert!(lines.contains(&("kubectl get pods -A --chunk-size=500 --context lab".into(), Some(Ok(())))), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_expires_under_way_begins_anew_and_blanks_nothing() {
    let server = Server::new(|path, before| match (path, before) {
        ("/api/v1/pods?limit=500", 0) => pods(&["a", "old"], 5, "x"),
        ("/api/v1/pods?limit=500", _) => pods(&["a"], 9, ""),
        ("/api/v1/pods?limit=500&continue=x", _) => refused(410, "the provided continue parameter is too old"),
        _ => refused(404, "no such thing"),
    });
    let mut deltas = server.follow(&[Kind::Pod], false);
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    let mut counts = Vec::new();
    while let Some(batch) = deltas.recv().await {
        for delta in batch {
            inventory.apply(delta, &mut dirty);
        }
        counts.push(inventory.pod_count());
    }
    assert_eq!(inventory.pod_count(), 1, "what the second listing did not name is gone");
    assert!(counts.windows(2).all(|two| two[0] == 0 || two[1] > 0), "never blank again: {counts:?}");
    assert!(inventory.listings().of(Kind::Pod).is_read());
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_from_the_list_and_lists_again_when_its_version_is_too_old() {
    let server = Server::new(|path, before| {
        if path.contains("watch=true&allowWatchBookmarks=true&resourceVersion=5&") {
            return events(&[
                ("ADDED", pod("b", 6)),
                ("MODIFIED", pod("a", 7)),
                ("DELETED", pod("b", 8)),
                ("BOOKMARK", json!({"metadata": {"resourceVersion": "20"}})),
            ]);
        }
        if path.contains("resourceVersion=20&") {
            return events(&[(
                "ERROR",
                json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"}),
            )]);
        }
        match (path, before) {
            ("/api/v1/pods?limit=500", 0) => pods(&["a"], 5, ""),
            ("/api/v1/pods?limit=500", _) => pods(&["c"], 30, ""),
            _ => None,
        }
    });
    let mut deltas = server.follow(&[Kind::Pod], true);
    let first = told(&mut deltas, "gone b").await;
    assert_eq!(first, ["listing Some(1)", "a 5", "listed", "b 6", "a 7", "gone b"]);
    assert_eq!(told(&mut deltas, "listed").await, ["listing Some(1)", "c 30", "listed"], "and no word of a stall");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_fails_says_so_at_once_and_resumes_from_where_it_was() {
    let failures = Arc::new(Mutex::new(0));
    let count = failures.clone();
    let server = Server::new(move |path, _| {
        if path == "/api/v1/pods?limit=500" {
            return pods(&["a"], 5, "");
        }
        if path.contains("resourceVersion=5&") {
            let mut failures = count.lock().expect("the count");
            *failures += 1;
            return if *failures <= 2 { refused(503, "starting") } else { events(&[("MODIFIED", pod("a", 6))]) };
        }
        None
    });
    let mut deltas = server.follow(&[Kind::Pod], true);
    assert_eq!(
        told(&mut deltas, "a 6").await,
        ["listing Some(1)", "a 5", "listed", "stalled timeout", "resumed", "a 6"]
    );
    assert_eq!(server.asked("limit=500").len(), 1, "it is not listed again");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_list_the_cluster_goes_on_in_the_own_namespace() {
    let server = Server::new(|path, _| match path {
        "/api/v1/namespaces/home/pods?limit=500" => pods(&["mine"], 5, ""),
        path if path.starts_with("/api/v1/pods") => refused(
            403,
            "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" at the cluster scope",
        ),
        _ => refused(
            403,
            "nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\" at the cluster scope",
        ),
    });
    let mut deltas = server.follow(&[Kind::Pod, Kind::Node], false);
    let told = told(&mut deltas, "").await;
    assert!(told.contains(&"unreadable nodes forbidden".to_owned()), "{told:?}");
    assert!(!told.iter().any(|said| said.starts_with("unreadable pods")), "{told:?}");
    assert!(told.windows(3).any(|three| three == ["listing home", "mine 5", "listed"]), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_busy_is_asked_again_when_it_says() {
    let server = Server::new(|path, before| match (path, before) {
        ("/api/v1/pods?limit=500", 0) => Some((429, Some(7), String::new())),
        ("/api/v1/pods?limit=500", _) => pods(&["a"], 5, ""),
        _ => refused(404, "no such thing"),
    });
    let started = Instant::now();
    let mut deltas = server.follow(&[Kind::Pod], false);
    assert_eq!(told(&mut deltas, "").await, ["listing Some(1)", "a 5", "listed"]);
    assert_eq!(started.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_costs_that_list_alone() {
    let server = Server::new(|path, _| match path {
        "/api/v1/pods?limit=500" => pods(&["a"], 5, ""),
        _ => None,
    });
    let started = Instant::now();
    let mut deltas = server.follow(&[Kind::Node, Kind::Pod], false);
    let told = told(&mut deltas, "").await;
    assert!(told.contains(&"unreadable nodes timeout".to_owned()) && told.contains(&"listed".to_owned()), "{told:?}");
    assert!((60..65).contains(&started.elapsed().as_secs()), "twice half a minute: {:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_cannot_be_understood_is_left_out_and_named() {
    let server = Server::new(|path, _| match path {
        "/api/v1/pods?limit=500" => {
            let broken = json!({"metadata": {"name": "bad", "namespace": "shop"}, "spec": {"containers": "none"}});
            ok(&json!({"metadata": {"resourceVersion": "5"}, "items": [pod("a", 1), broken, pod("b", 2)]}))
        }
        _ => refused(404, "no such thing"),
    });
    let mut deltas = server.follow(&[Kind::Pod], false);
    assert_eq!(told(&mut deltas, "").await, ["listing Some(3)", "a 1", "b 2", "left out shop/bad", "listed"]);
}

#[tokio::test(start_paused = true)]
async fn reads_on_demand() {
    let server = Server::new(|path, _| match path {
        "/api/v1/namespaces/shop/configmaps/settings" => {
            ok(&json!({"data": {"AWS_PROFILE": "secret value", "b": "x"}}))
        }
        "/api/v1/namespaces/shop/configmaps/closed" => refused(
            403,
            "configmaps is forbidden: User \"jane\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"shop\"",
        ),
        "/apis/apps/v1/namespaces/shop/deployments/api" => ok(
            &json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "env": [{"name": "AWS_ROLE_ARN", "value": "x"}]}]}}}}),
        ),
        "/.well-known/openid-configuration" => ok(&json!({"issuer": "https://oidc.example/id/1"})),
        path if path.starts_with("/api/v1/pods?limit=500&labelSelector=app%3Dapi") => pods(&["a"], 1, ""),
        _ => refused(404, "not found"),
    });
    let keys = server.cluster.config_map_keys("shop", "settings").await;
    assert_eq!(
        keys.value().map(|keys| keys.iter().map(|key| &**key).collect::<Vec<_>>()),
        Some(vec!["AWS_PROFILE", "b"])
    );
    let closed = server.cluster.config_map_keys("shop", "closed").await;
    let gap = closed.gap().expect("it may not be read");
    assert_eq!(
        (gap.reason, gap.call.as_str(), gap.object.as_deref()),
        (GapReason::Forbidden, "get configmaps", Some("shop/closed"))
    );
    assert!(matches!(server.cluster.config_map_keys("shop", "gone").await, Reading::Missing { .. }));
    let template = server.cluster.template("shop", "Deployment", "api").await;
    assert!(template.value().is_some_and(|template| template.sets("app", "AWS_ROLE_ARN")));
    assert!(server.cluster.template("shop", "Workflow", "x").await.gap().is_some());
    assert_eq!(server.cluster.issuer().await.as_deref(), Some("https://oidc.example/id/1"));
    let names = server.cluster.labelled(Kind::Pod, Scope::Cluster, "app=api".into()).await;
    assert_eq!(names, Ok(vec![(Name::from("shop"), Name::from("a"))]));
    let gone = server.cluster.object(ObjectRef::new(Kind::Pod, "shop".into(), "gone".into())).await;
    assert!(gone.is_err_and(|failure| failure.kind == FailureKind::NotFound));
}
