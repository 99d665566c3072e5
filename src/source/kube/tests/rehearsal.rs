//! Changes that are tried and not made: what is sent says so, and what comes back is told.

use super::{Answer, ok, refused};
use crate::domain::model::Name;
use crate::domain::plan::{Change, Content, Target};
use crate::source::change::Rehearsal;
use crate::source::kube::api::Api;
use crate::source::kube::changes::Writer;
use crate::source::kube::trouble::Place;
use crate::source::{CallLog, Changes, Failure, FailureKind};
use http::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What was sent that is no GET: method, path with its query, and body.
type Sent = Arc<Mutex<Vec<(String, String, Value)>>>;

/// A server that has the ServiceAccount and the Deployment `api`, and answers a write so.
fn server(written: impl Fn() -> Answer + Send + 'static) -> (Writer, Sent) {
    server_of(&object(&[]), written)
}

/// The same, with that under every path.
fn server_of(held: &Value, written: impl Fn() -> Answer + Send + 'static) -> (Writer, Sent) {
    let held = ok(held);
    let (service, mut handle) = tower_test::mock::pair::<Request<Body>, Response<Body>>();
    let sent = Sent::default();
    let log = sent.clone();
    tokio::spawn(async move {
        handle.allow(u64::MAX);
        while let Some((request, respond)) = handle.next_request().await {
            let (method, path) = (request.method().to_string(), request.uri().to_string());
            let answer = if method == "GET" {
                held.clone()
            } else {
                let body = request.into_body().collect_bytes().await.expect("a body");
                let body = serde_json::from_slice(&body).unwrap_or_default();
                log.lock().expect("the log").push((method, path, body));
                written()
            };
            let Some((code, _, body)) = answer else { continue };
            let response = Response::builder().status(code).header("warning", "299 - \"mind the gap\"");
            respond.send_response(response.body(Body::from(body.into_bytes())).expect("a response"));
        }
    });
    let api = Api::new(kube::Client::new(service, "default"), CallLog::default(), String::new(), Place::default());
    (Writer::new(api), sent)
}

fn object(annotations: &[(&str, &str)]) -> Value {
    let annotations: serde_json::Map<String, Value> =
        annotations.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    json!({"metadata": {"name": "api", "uid": "u-1", "resourceVersion": "7", "annotations": annotations}, "spec": {}})
}

fn annotation(value: Option<&str>) -> Content {
    Content::Annotations([("k".into(), value.map(Name::from))].into())
}

fn changes() -> Vec<Change> {
    let (namespace, name): (Name, Name) = ("shop".into(), "api".into());
    let target = Target::Annotations { namespace: namespace.clone(), name: name.clone() };
    let annotate = Change { target, from: annotation(None), to: annotation(Some("v")) };
    let target = Target::ServiceAccount { namespace: namespace.clone(), name: name.clone() };
    let delete = Change { target, from: Content::ServiceAccount([].into()), to: Content::Absent };
    let target = Target::Rollout { namespace, kind: "Deployment".into(), name, account: None };
    let restart = Change { target, from: Content::Restarted(None), to: Content::Restarted(Some("now".into())) };
    vec![annotate, delete, restart]
}

async fn rehearsed(change: &Change, written: Answer) -> (Result<Rehearsal, Failure>, Sent) {
    let (writer, sent) = server(move || written.clone());
    (writer.rehearse(change).await, sent)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_that_does_not_say_that_it_is_only_tried() {
    for change in changes() {
        let (answer, sent) = rehearsed(&change, ok(&object(&[("k", "v")]))).await;
        assert!(matches!(answer, Ok(Rehearsal::Taken { .. })), "{answer:?}");
        let sent = sent.lock().expect("the log");
        assert!(!sent.is_empty());
        for (method, path, body) in &sent[..] {
            assert!(path.contains("dryRun=All"), "{method} {path}");
            if method == "DELETE" {
                assert_eq!(body["dryRun"], json!(["All"]), "with a body the server reads no query");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_written_says_nothing_of_trying() {
    let (writer, sent) = server(|| ok(&object(&[("k", "v")])));
    for change in changes().iter().filter(|change| !matches!(change.target, Target::Rollout { .. })) {
        let held = writer.look(change).await.expect("it is there");
        writer.make(change, &held).await.expect("it is written");
    }
    let sent = sent.lock().expect("the log");
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|(_, path, _)| !path.contains("dryRun")), "{sent:?}");
    assert!(sent.iter().all(|(_, _, body)| body["dryRun"].as_array().is_none_or(Vec::is_empty)), "{sent:?}");
}

/// The template names another ServiceAccount since: a restart would make pods of that one.
#[tokio::test(start_paused = true)]
async fn what_makes_pods_of_another_account_is_not_restarted() {
    let restart = &changes()[2];
    let Target::Rollout { namespace, kind, name, .. } = restart.target.clone() else { panic!("{restart:?}") };
    let target = Target::Rollout { namespace, kind, name, account: Some("api".into()) };
    let restart = Change { target, ..restart.clone() };
    let (writer, sent) = server(|| ok(&object(&[])));
    let held = writer.look(&restart).await.expect("it is there");
    for failure in [writer.make(&restart, &held).await.err(), writer.rehearse(&restart).await.err()] {
        let said = failure.map(|failure| failure.said).unwrap_or_default();
        assert!(said.contains("deployment/api makes its pods with serviceaccount/default now"), "{said}");
    }
    assert!(sent.lock().expect("the log").is_empty(), "nothing is written, nor tried");
}

#[tokio::test(start_paused = true)]
async fn what_admission_says_is_told() {
    let annotate = &changes()[0];
    let (answer, _) = rehearsed(annotate, ok(&object(&[("k", "other")]))).await;
    let warnings = vec!["mind the gap".to_owned()];
    assert_eq!(answer, Ok(Rehearsal::Taken { warnings, otherwise: Some(annotation(Some("other"))), in_vain: None }));
    let denied = "admission webhook \"policy.example\" denied the request: no such role here";
    let (answer, _) = rehearsed(annotate, refused(403, denied)).await;
    let failure = answer.expect_err("it is refused");
    assert!(failure.kind == FailureKind::Forbidden && failure.said.contains("no such role here"), "{failure:?}");
    let (answer, _) = rehearsed(annotate, refused(400, "admission webhook \"x\" does not support dry run")).await;
    assert!(matches!(&answer, Ok(Rehearsal::NotPossible(why)) if why.contains("does not support")), "{answer:?}");
}

/// Charts leave it empty where no role is given: nobody has changed it then.
#[tokio::test(start_paused = true)]
async fn an_empty_role_is_none_and_an_empty_audience_is_one() {
    for (key, held) in [("eks.amazonaws.com/role-arn", None), ("eks.amazonaws.com/audience", Some(""))] {
        let content = |value: Option<&str>| Content::Annotations([(key.into(), value.map(Name::from))].into());
        let change = Change { from: content(held), to: content(Some("v")), ..changes()[0].clone() };
        let (writer, sent) = server_of(&object(&[(key, "")]), || ok(&object(&[])));
        let found = writer.look(&change).await.expect("it is there");
        assert_eq!(found.content, change.from);
        writer.make(&change, &found).await.expect("it is written");
        assert_eq!(sent.lock().expect("the log")[0].2["metadata"]["annotations"], json!({key: "v"}));
    }
}

#[tokio::test(start_paused = true)]
async fn what_moved_since_the_preview_is_not_even_tried() {
    let change = Change { from: annotation(Some("before")), ..changes()[0].clone() };
    let (answer, sent) = rehearsed(&change, ok(&object(&[]))).await;
    assert_eq!(answer.expect_err("it moved").kind, FailureKind::Conflict);
    assert!(sent.lock().expect("the log").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_tried_with_a_pod_and_said_to_be_in_vain_where_that_is_not_injected() {
    let restart = &changes()[2];
    let role = "arn:aws:iam::111122223333:role/api";
    let bound = object(&[("eks.amazonaws.com/role-arn", role)]);
    let env = json!([{"name": "AWS_ROLE_ARN", "value": role}]);
    let injected = json!({"spec": {"containers": [{"name": "app", "env": env}]}});
    for (pod, is_in_vain) in [(&object(&[]), true), (&injected, false)] {
        let answer = ok(pod);
        let (writer, sent) = server_of(&bound, move || answer.clone());
        let rehearsed = writer.rehearse(restart).await.expect("it is tried");
        let Rehearsal::Taken { in_vain, .. } = rehearsed else { panic!("{rehearsed:?}") };
        assert_eq!(in_vain.is_some(), is_in_vain, "{in_vain:?}");
        assert!(in_vain.is_none_or(|(said, _)| said.contains("would not get role") && !said.contains(" s was")));
        let sent = sent.lock().expect("the log");
        let paths: Vec<&str> = sent.iter().map(|(_, path, _)| &**path).collect();
        assert!(
            matches!(&paths[..], [patch, pod] if patch.contains("/deployments/") && pod.contains("/pods?dryRun=All")),
            "{paths:?}"
        );
    }
}
