//! The pods that the tests look at, made once, through the real webhook.

use super::lab::{apply, associations, kubectl, make_role};
use super::{eventually, lab};
use serde_json::{Value, json};
use std::sync::Once;
use std::time::Duration;

/// The namespace of them all.
pub(crate) const WHO: &str = "who";
/// The lab's account and its roles.
pub(crate) const ACCOUNT: &str = "123456789012";

/// What must never leave the program: planted where secrets live (`world/*.yaml`).
pub(crate) const SECRETS: [&str; 10] = [
    "AKIASECRETONE",
    "AKIASECRETTWO",
    "AKIACONFIGMAP",
    "secret-of-a-secret-object",
    "secret-of-a-config-map",
    "secret-in-an-annotation",
    "secret-in-an-argument",
    "secret-in-plain-sight",
    "secret-session",
    "secret-of-a-database",
];

/// Makes the world, the first time it is asked for.
pub(crate) fn ready() {
    static ONCE: Once = Once::new();
    ONCE.call_once(make);
}

/// The ARN of one of its roles.
pub(crate) fn role(path_and_name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{path_and_name}")
}

/// ServiceAccounts of a namespace of their own, each annotated with a role of its own; they go when this is dropped.
pub(crate) struct Crowd(usize);

impl Crowd {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        kubectl(&["delete", "namespace", "crowd", "--ignore-not-found"]);
    }
}

/// More roles than are read one by one.
pub(crate) fn many_roles() -> Crowd {
    const COUNT: usize = 40;
    lab::make_roles(COUNT);
    let accounts = (0..COUNT).map(|at| {
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": format!("app-{at}"), "namespace": "crowd",
            "annotations": {"eks.amazonaws.com/role-arn": role(&format!("eks/irsa-{at:05}"))}}})
    });
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "crowd"}});
    let objects: Vec<String> = std::iter::once(namespace).chain(accounts).map(|object| object.to_string()).collect();
    apply(&objects.join("\n---\n"));
    Crowd(COUNT)
}

fn make() {
    kubectl(&["delete", "namespace", WHO, "empty", "crowd", "--ignore-not-found"]);
    associations::clear(WHO);
    make_role("/apps/", "lab-app", &web_identity_trust(None));
    make_role("/apps/", "lab-other", &web_identity_trust(None));
    make_role("/apps/", "lab-named", &web_identity_trust(Some("system:serviceaccount:who:named")));
    make_role(
        "/",
        "lab-pods",
        &json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]}),
    );

    apply(include_str!("../world/cluster.yaml"));
    apply(include_str!("../world/before.yaml"));
    for account in ["associated", "both"] {
        associations::create(WHO, account, &role("lab-pods"));
    }
    let dissociated = associations::create(WHO, "dissociated", &role("lab-pods"));
    // a binding that is younger than its pod by the clock of whole seconds, which is all that Kubernetes keeps
    std::thread::sleep(Duration::from_millis(2_100));
    annotate("late", "apps/lab-app");
    annotate("late-undated", "apps/lab-app");
    associations::create(WHO, "associated-late", &role("lab-pods"));
    wait_for_webhook();

    apply(include_str!("../world/pods.yaml"));
    annotate("changed", "apps/lab-other");
    associations::delete(&dissociated);
    kubectl(&["-n", WHO, "debug", "debugged", "--image=busybox", "--container=debugger", "--profile=general"]);
    eventually("every pod but the unscheduled one runs or has ended", Duration::from_mins(1), || {
        let pending = kubectl(&["-n", WHO, "get", "pods", "--field-selector=status.phase=Pending", "-o", "name"]);
        pending.trim() == "pod/unscheduled"
    });
    eventually("the agent runs on two nodes", Duration::from_mins(1), || {
        let agents = kubectl(&[
            "-n",
            "kube-system",
            "get",
            "daemonset",
            "eks-pod-identity-agent",
            "-o",
            "jsonpath={.status.numberReady}",
        ]);
        agents.parse::<u32>().is_ok_and(|ready| ready >= 2)
    });
}

fn annotate(service_account: &str, role_path: &str) {
    let annotation = format!("eks.amazonaws.com/role-arn={}", role(role_path));
    kubectl(&["-n", WHO, "annotate", "--overwrite", "serviceaccount", service_account, &annotation]);
}

/// The webhook learns of ServiceAccounts through a watch, and of associations through a file: until both have arrived, its
/// injections would be a matter of luck.
fn wait_for_webhook() {
    for (account, variable) in [("template", "AWS_ROLE_ARN"), ("both", "AWS_CONTAINER_CREDENTIALS_FULL_URI")] {
        let probe = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe", "namespace": WHO},
            "spec": {"serviceAccountName": account, "containers": [{"name": "app", "image": "app"}]}});
        until_injected(&probe, variable);
    }
}

/// Waits until the webhook would give such a pod that variable, or that value: it learns of a new binding by its own watch.
pub(crate) fn until_injected(pod: &Value, variable: &str) {
    eventually("the webhook injects", Duration::from_secs(20), || dry_run(pod).contains(variable));
}

/// What the API server and the webhook would make of an object.
fn dry_run(object: &Value) -> String {
    lab::kubectl_with(&["create", "--dry-run=server", "-o", "json", "-f", "-"], &object.to_string())
}

/// What lets the tokens of the lab's cluster in: all of them, or those of one subject that are meant for AWS.
pub(crate) fn web_identity_trust(subject: Option<&str>) -> Value {
    let cluster: Value = serde_json::from_str(
        &std::fs::read_to_string(std::path::Path::new(&lab::setting("LAB")).join("run/aws.json"))
            .expect("the lab is up"),
    )
    .expect("JSON");
    let mut statement = json!({
        "Effect": "Allow", "Principal": {"Federated": cluster["oidc_arn"]}, "Action": "sts:AssumeRoleWithWebIdentity"});
    if let Some(subject) = subject {
        let issuer = cluster["issuer"].as_str().expect("an issuer").trim_start_matches("https://");
        let key = |claim: &str| format!("{issuer}:{claim}");
        statement["Condition"] = json!({"StringEquals": {key("sub"): subject, key("aud"): "sts.amazonaws.com"}});
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}
