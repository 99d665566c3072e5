//! Changes in Kubernetes, made for real: a ServiceAccount is annotated and what made its pods restarted, and the real
//! webhook injects the new ones.

use crate::support::answers::items;
use crate::support::aws;
use crate::support::lab::{Side, apply, kubectl, kubectl_with};
use crate::support::program::{Outcome, Program};
use libtest_mimic::Trial;

const SHOP: &str = "changes-kube";
const ROLE: &str = "arn:aws:iam::123456789012:role/changes/kube-api";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        changes_kube: new_pods_are_injected_by_the_webhook_one_owner_after_the_other,
        new_pods_are_given_nothing_when_the_role_is_taken_away,
        a_restart_asks_what_new_pods_get_and_what_is_lost,
        an_undo_restarts_what_it_is_about,
        the_line_that_is_exported_restarts_the_same,
        a_paused_deployment_is_refused,
        pods_that_never_get_ready_stop_the_plan,
        what_an_add_on_keeps_is_refused_and_what_helm_keeps_is_said,
    )
}

/// The namespace anew, with what a test wants in it.
fn anew(manifests: &str) {
    kubectl(&["delete", "namespace", SHOP, "--ignore-not-found", "--wait"]);
    kubectl(&["create", "namespace", SHOP]);
    apply(manifests);
}

fn account(labels: &str, annotations: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: api, namespace: {SHOP}, labels: {{{labels}}}, \
         annotations: {{{annotations}}}}}\n"
    )
}

fn deployment(notes: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api, namespace: {SHOP}}}\nspec:\n  replicas: 2\n  \
         {spec}\n  selector: {{matchLabels: {{app: api}}}}\n  template:\n    metadata: {{labels: {{app: api}}, annotations: \
         {{{notes}}}}}\n    spec: {{serviceAccountName: api, containers: [{{name: app, image: x}}]}}\n"
    )
}

/// Waits until the owner's pods are there: one without pods has none to make anew.
fn rolled_out(owner: &str) {
    kubectl(&["rollout", "status", owner, "-n", SHOP, "--timeout=60s"]);
}

/// The role, which lets these pods in.
fn role() {
    let issuer: serde_json::Value =
        serde_json::from_str(&kubectl(&["get", "--raw", "/.well-known/openid-configuration"])).expect("JSON");
    let issuer = issuer["issuer"].as_str().expect("an issuer").trim_start_matches("https://").to_owned();
    let trust = serde_json::json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": format!("arn:aws:iam::123456789012:oidc-provider/{issuer}")},
        "Condition": {"StringEquals": {format!("{issuer}:aud"): "sts.amazonaws.com",
            format!("{issuer}:sub"): format!("system:serviceaccount:{SHOP}:api")}}}]});
    // that it is there already is as good
    let made = aws::cli()
        .args(["iam", "create-role", "--role-name", "kube-api", "--path", "/changes/", "--assume-role-policy-document"])
        .arg(trust.to_string())
        .output();
    made.expect("the lab's AWS CLI");
}

fn changed(home: &tempfile::TempDir, arguments: &[&str]) -> Outcome {
    let program = Program::new().env("XDG_STATE_HOME", home.path());
    program.run(&[arguments, &["-n", SHOP, "--yes", "--accept-loss"]].concat())
}

fn roles_of_pods() -> String {
    let path = "jsonpath={range .items[*]}{.spec.containers[0].env[?(@.name==\"AWS_ROLE_ARN\")].value};{end}";
    kubectl(&["get", "pods", "-n", SHOP, "-l", "app=api", "-o", path])
}

fn new_pods_are_injected_by_the_webhook_one_owner_after_the_other() {
    role();
    let set = format!(
        "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db, namespace: {SHOP}}}\nspec:\n  serviceName: db\n  \
         selector: {{matchLabels: {{app: db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec: \
         {{serviceAccountName: api, containers: [{{name: app, image: x}}]}}\n"
    );
    anew(&(account("", "") + &deployment("", "") + &set));
    rolled_out("deployment/api");
    rolled_out("statefulset/db");
    let home = tempfile::tempdir().expect("a directory");
    let done = changed(&home, &["annotate", "sa/api", ROLE, "--restart"]).ended_with(0);
    let order: Vec<&str> = done.err.lines().filter(|line| line.starts_with("done")).collect();
    assert_eq!(
        order,
        ["done     annotate serviceaccount/api", "done     restart deployment/api", "done     restart statefulset/db"],
        "{}",
        done.err
    );
    assert_eq!(roles_of_pods(), format!("{ROLE};{ROLE};"));
    let pods = Program::new().run(&["pods", "-n", SHOP, "-o", "json"]).ended_with(0).json();
    for pod in pods["items"].as_array().expect("pods") {
        assert_eq!((&pod["identity"]["kind"], &pod["identity"]["roleArn"]), (&serde_json::json!("role"), &ROLE.into()));
        assert_eq!(pod["findings"], serde_json::json!([]), "{pod:#}");
    }
    assert!(changed(&home, &["restart", "sa/api"]).ended_with(0).err.contains("done     restart deployment/api"));
}

/// The webhook hears of it a moment later: pods made before that would keep the role for good.
fn new_pods_are_given_nothing_when_the_role_is_taken_away() {
    role();
    let home = tempfile::tempdir().expect("a directory");
    for _ in 0..3 {
        anew(&(account("", &format!("eks.amazonaws.com/role-arn: \"{ROLE}\"")) + &deployment("", "")));
        rolled_out("deployment/api");
        changed(&home, &["restart", "sa/api"]).ended_with(0);
        let done = changed(&home, &["annotate", "sa/api", "--remove", "--restart"]).ended_with(0);
        assert!(done.err.contains("done     restart deployment/api"), "{}", done.err);
        assert_eq!(bound_pods(), [false; 2], "no new pod has a role");
    }
}

/// Of the pods that stay, whether each was given the role.
fn bound_pods() -> Vec<bool> {
    let pods = kubectl(&["get", "pods", "-n", SHOP, "-l", "app=api", "-o", "json"]);
    let pods: serde_json::Value = serde_json::from_str(&pods).expect("JSON");
    let stay = items(&pods).iter().filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    stay.map(|pod| pod["spec"].to_string().contains(ROLE)).collect()
}

/// Two pods with the role, which allows something.
fn two_pods_that_may_send() {
    role();
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}"#;
    let put =
        ["iam", "put-role-policy", "--role-name", "kube-api", "--policy-name", "send", "--policy-document", policy];
    assert!(aws::cli().args(put).status().expect("the lab's AWS CLI").success());
    anew(&(account("", &format!("eks.amazonaws.com/role-arn: \"{ROLE}\"")) + &deployment("", "")));
    rolled_out("deployment/api");
    let home = tempfile::tempdir().expect("a directory");
    changed(&home, &["restart", "sa/api"]).ended_with(0);
    assert_eq!(bound_pods(), [true; 2]);
}

/// The ServiceAccount was bound since to a role that is not there, and then to one that does not take its tokens.
fn a_restart_asks_what_new_pods_get_and_what_is_lost() {
    two_pods_that_may_send();
    let home = tempfile::tempdir().expect("a directory");
    let run = |arguments: &[&str]| {
        let program = Program::new().env("XDG_STATE_HOME", home.path());
        program.run(&[arguments, &["-n", SHOP, "--yes"]].concat())
    };
    let is_asked = |refused: Outcome| {
        let refused = refused.ended_with(2);
        assert!(refused.err.contains("--accept-loss"), "{}", refused.err);
        for told in ["kube-api allows it", "sqs:SendMessage", "does not let these pods in"] {
            assert!(refused.out.contains(told), "{told}: {}", refused.out);
        }
    };
    is_asked(run(&["annotate", "sa/api", "--audience", "vault", "--restart"]));
    let gone = format!("eks.amazonaws.com/role-arn={}", ROLE.replace("kube-api", "gone"));
    kubectl(&["annotate", "--overwrite", "sa", "api", "-n", SHOP, &gone]);
    is_asked(run(&["restart", "sa/api"]));
    assert_eq!(bound_pods(), [true; 2], "nothing was restarted");
    let denied = Side::Aws.with_faults(&serde_json::json!({"deny": ["eks:ListPodIdentityAssociations"]}));
    let seen = Program::new().run(&["restart", "sa/api", "-n", SHOP, "--dry-run"]).ended_with(0);
    drop(denied);
    assert!(seen.out.contains("whether an association binds it was not read"), "{}", seen.out);
}

fn an_undo_restarts_what_it_is_about() {
    two_pods_that_may_send();
    let home = tempfile::tempdir().expect("a directory");
    changed(&home, &["annotate", "sa/api", "--remove", "--restart"]).ended_with(0);
    assert_eq!(bound_pods(), [false; 2]);
    let back = changed(&home, &["undo", "--restart"]).ended_with(0);
    assert!(back.err.contains("done     restart deployment/api"), "{}", back.err);
    assert_eq!(bound_pods(), [true; 2]);
    changed(&home, &["annotate", "sa/api", "--audience", "vault"]).ended_with(0);
    let back = changed(&home, &["undo"]).ended_with(0);
    assert!(back.out.contains("2 running pods keep changes/kube-api (IRSA) until restarted"), "{}", back.out);
    assert!(back.err.contains(&format!("rolecall restart sa/api -n {SHOP}")), "{}", back.err);
}

fn the_line_that_is_exported_restarts_the_same() {
    role();
    anew(&(account("", &format!("eks.amazonaws.com/role-arn: \"{ROLE}\"")) + &deployment("", "")));
    rolled_out("deployment/api");
    let restarted = || {
        let path = "jsonpath={.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}";
        kubectl(&["-n", SHOP, "get", "deployment", "api", "-o", path])
    };
    assert_eq!(restarted(), "");
    let exported = Program::new().run(&["restart", "sa/api", "-n", SHOP, "--export", "kubectl"]).ended_with(0).out;
    assert_eq!(restarted(), "", "what is exported is not done");
    aws::shell(&exported).unwrap_or_else(|said| panic!("{exported}: {said}"));
    assert_ne!(restarted(), "", "{exported}");
    rolled_out("deployment/api");
}

fn a_paused_deployment_is_refused() {
    anew(&(account("", "") + &deployment("", "")));
    rolled_out("deployment/api");
    kubectl(&["rollout", "pause", "deployment/api", "-n", SHOP]);
    let home = tempfile::tempdir().expect("a directory");
    let refused = changed(&home, &["restart", "sa/api"]).ended_with(2);
    assert!(refused.err.contains("deployment/api is paused"), "{}", refused.err);
}

fn pods_that_never_get_ready_stop_the_plan() {
    role();
    anew(&(account("", "") + &deployment("", "progressDeadlineSeconds: 5")));
    rolled_out("deployment/api");
    // the pods that there are stay as they are; new ones are left alone by the kubelet
    kubectl(&["annotate", "sa", "api", "-n", SHOP, &format!("eks.amazonaws.com/role-arn={ROLE}")]);
    kubectl_with(
        &["patch", "deployment", "api", "-n", SHOP, "--type=merge", "--patch-file=/dev/stdin"],
        r#"{"spec":{"template":{"metadata":{"annotations":{"lab/hold":"true"}}}}}"#,
    );
    let home = tempfile::tempdir().expect("a directory");
    let stopped = changed(&home, &["restart", "sa/api"]).ended_with(5);
    assert!(stopped.err.contains("its rollout does not get on"), "{}", stopped.err);
    assert!(stopped.err.contains("kubectl rollout undo deployment/api"), "{}", stopped.err);
    let log = Program::new().env("XDG_STATE_HOME", home.path()).run(&["log", "-o", "json"]).ended_with(0).json();
    assert_eq!(log["items"][0]["state"], "stopped", "{log:#}");
}

fn what_an_add_on_keeps_is_refused_and_what_helm_keeps_is_said() {
    anew(&account("app.kubernetes.io/managed-by: Helm", "meta.helm.sh/release-name: shop"));
    role();
    let plan = Program::new().run(&["annotate", "sa/api", ROLE, "-n", SHOP, "--dry-run"]).ended_with(0);
    assert!(plan.out.contains("is kept by Helm (release shop)"), "{}", plan.out);
    let manifest = account("app.kubernetes.io/managed-by: EKS", "");
    kubectl_with(&["apply", "--server-side", "--force-conflicts", "--field-manager=eks", "-f", "-"], &manifest);
    let refused = Program::new().run(&["annotate", "sa/api", ROLE, "-n", SHOP, "--dry-run"]).ended_with(2);
    assert!(refused.err.contains("belongs to an EKS add-on"), "{}", refused.err);
}
