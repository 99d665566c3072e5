//! Pod Identity associations, made, changed and ended: read back by the AWS CLI, given by the real webhook, taken back.

use crate::support::answers::items;
use crate::support::aws::{aws, shell};
use crate::support::lab::{apply, associations, kubectl, make_role};
use crate::support::program::{Outcome, Program};
use crate::support::world;
use libtest_mimic::Trial;
use serde_json::{Value, json};

const NAMESPACE: &str = "changes-associate";
const ONE: &str = "arn:aws:iam::123456789012:role/pods-one";
const TWO: &str = "arn:aws:iam::123456789012:role/pods-two";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        changes_associate: new_pods_get_what_the_association_gives,
        an_association_is_changed_ended_and_each_taken_back,
        they_go_again,
    )
}

/// Two roles for pods, and a namespace without associations.
fn ready() {
    world::ready();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]});
    make_role("/", "pods-one", &trust);
    make_role("/", "pods-two", &trust);
    associations::clear(NAMESPACE);
    apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}).to_string());
}

/// A ServiceAccount and a Deployment of that name, whose pods run on a node with an agent.
fn workload(name: &str) {
    let metadata = json!({"name": name, "namespace": NAMESPACE, "labels": {"app": name}});
    let container = json!({"name": "app", "image": "app"});
    let spec = json!({"serviceAccountName": name, "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal", "containers": [container]});
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata});
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
        "replicas": 2, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": spec}}});
    apply(&format!("{account}\n---\n{deployment}"));
    kubectl(&["rollout", "status", &format!("deployment/{name}"), "-n", NAMESPACE, "--timeout=60s"]);
}

fn run(home: &tempfile::TempDir, arguments: &[&str]) -> Outcome {
    let program = Program::new().env("XDG_STATE_HOME", home.path());
    program.run(&[arguments, &["-n", NAMESPACE, "--yes", "--accept-loss", "--accept-others"]].concat())
}

/// The association of a ServiceAccount, as the AWS CLI reads it.
fn association(name: &str) -> Option<Value> {
    let of = format!(
        "eks list-pod-identity-associations --cluster-name lab --namespace {NAMESPACE} --service-account {name}"
    );
    let listed = aws(&of).expect("a list");
    let id = listed["associations"].as_array().expect("a list").first()?["associationId"].as_str()?.to_owned();
    let said = aws(&format!("eks describe-pod-identity-association --cluster-name lab --association-id {id}"));
    Some(said.expect("it is there")["association"].clone())
}

fn role_of(name: &str) -> Value {
    association(name).map_or(Value::Null, |association| association["roleArn"].clone())
}

fn new_pods_get_what_the_association_gives() {
    ready();
    workload("api");
    let home = tempfile::tempdir().expect("a directory");
    let done = run(&home, &["associate", "sa/api", ONE, "--restart"]).succeeded();
    let order: Vec<&str> = done.err.lines().filter(|line| line.starts_with("done")).collect();
    assert_eq!(order.len(), 2, "{}", done.err);
    let made = association("api").expect("it is there");
    assert_eq!(made["roleArn"], ONE);
    let tags = made["tags"].to_string();
    assert!(tags.contains("changes-associate/api") && tags.contains("rolecall:plan"), "{made}");
    let pods = kubectl(&["-n", NAMESPACE, "get", "pods", "-l", "app=api", "-o", "json"]);
    let pods: Value = serde_json::from_str(&pods).expect("JSON");
    let live: Vec<&Value> = items(&pods).iter().filter(|pod| pod["metadata"]["deletionTimestamp"].is_null()).collect();
    assert_eq!(live.len(), 2, "{pods:#}");
    for pod in live {
        assert!(pod["spec"].to_string().contains("AWS_CONTAINER_CREDENTIALS_FULL_URI"), "{pod:#}");
    }
    let seen = Program::new().json(&["pods", "-n", NAMESPACE, "-l", "app=api"]);
    let current = items(&seen).iter().filter(|pod| pod["phase"] == "Running");
    let verdicts: Vec<(&Value, &Value, &Value)> = current
        .map(|pod| (&pod["identity"]["mechanism"], &pod["identity"]["roleArn"], &pod["identity"]["usable"]))
        .collect();
    assert!(verdicts.len() >= 2, "{seen:#}");
    assert!(verdicts.iter().all(|it| *it == (&json!("podIdentity"), &json!(ONE), &json!("yes"))), "{seen:#}");
    assert!(items(&seen).iter().all(|pod| pod["findings"] == json!([])), "{seen:#}");
    run(&home, &["undo"]).succeeded();
    assert_eq!(role_of("api"), Value::Null);
}

fn an_association_is_changed_ended_and_each_taken_back() {
    ready();
    let metadata = json!({"name": "job", "namespace": NAMESPACE, "labels": {"app": "job"}});
    apply(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}).to_string());
    let home = tempfile::tempdir().expect("a directory");
    run(&home, &["associate", "sa/job", ONE]).succeeded();
    let first = association("job").expect("it is there");

    run(&home, &["associate", "sa/job", TWO]).succeeded();
    let changed = association("job").expect("it is there");
    assert_eq!((&changed["associationId"], &changed["roleArn"]), (&first["associationId"], &json!(TWO)));
    run(&home, &["undo"]).succeeded();
    assert_eq!(same(&association("job").expect("it is there")), same(&first));

    run(&home, &["dissociate", "sa/job"]).succeeded();
    assert_eq!(association("job"), None);
    run(&home, &["undo"]).succeeded();
    assert_eq!(same(&association("job").expect("it is there anew")), same(&first));

    the_lines_do_the_same(&home, &first);
}

/// What of an association is not given by the server.
fn same(association: &Value) -> Value {
    let mut same = association.clone();
    for own in ["associationId", "associationArn", "createdAt", "modifiedAt"] {
        same.as_object_mut().expect("an object").remove(own);
    }
    same
}

/// What `--export aws` prints, run in a shell.
fn the_lines_do_the_same(home: &tempfile::TempDir, first: &Value) {
    let exported = |arguments: &[&str]| {
        let lines = run(home, &[arguments, &["--export", "aws"]].concat()).succeeded().out;
        shell(&lines).unwrap_or_else(|said| panic!("{lines}: {said}"));
    };
    exported(&["associate", "sa/job", TWO]);
    let changed = association("job").expect("it is there");
    let mut wanted = same(first);
    wanted["roleArn"] = json!(TWO);
    assert_eq!(same(&changed), wanted);
    exported(&["dissociate", "sa/job"]);
    assert_eq!(association("job"), None);
    exported(&["associate", "sa/job", ONE]);
    // lines that are printed are of no plan
    let mut wanted = same(first);
    wanted["tags"].as_object_mut().expect("tags").remove("rolecall:plan").expect("its plan");
    assert_eq!(same(&association("job").expect("it is there")), wanted);
}

/// Other tests count pods and ServiceAccounts.
fn they_go_again() {
    associations::clear(NAMESPACE);
    kubectl(&["delete", "namespace", NAMESPACE]);
}
