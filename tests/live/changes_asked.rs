//! What is asked once more before a change, and what the API server would say to it: from the command line, against the real
//! API server with its real admission.

use crate::named;
use crate::support::lab::{Side, apply, kubectl, kubectl_with, make_role, setting};
use crate::support::program::{self, Outcome, Program};
use crate::support::{aws, eventually, world};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;

const NAMESPACE: &str = "changes-asked";
const QUEUES: &str = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess";

pub(crate) fn trials() -> Vec<Trial> {
    named!(
        changes_asked: a_role_with_two_users_asks_once_more,
        what_is_gone_on_with_or_taken_back_asks_as_things_are_then,
        who_keeps_a_role_is_said,
        a_role_for_pod_identity_is_refused_where_no_agent_is,
        what_admission_would_say_is_told_and_nothing_is_written,
        the_screen_tells_it_too,
        what_would_be_deleted_is_not,
        a_restart_is_tried_with_a_pod_and_nothing_rolls,
        they_go_again,
    )
}

fn aws(arguments: &[&str]) -> Value {
    let output = aws::cli().args(arguments).args(["--output", "json"]).output().expect("the lab's AWS CLI");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if said.trim().is_empty() { Value::Null } else { serde_json::from_str(&said).expect("JSON") }
}

/// ServiceAccounts that are annotated with a role, which lets both in.
fn shared(role: &str, accounts: &[&str]) -> Program {
    apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}).to_string());
    let path = std::path::PathBuf::from(setting("LAB")).join("run/aws.json");
    let cluster: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the lab is up")).expect("JSON");
    let issuer = cluster["issuer"].as_str().expect("an issuer").trim_start_matches("https://");
    let subjects: Vec<String> =
        accounts.iter().map(|account| format!("system:serviceaccount:{NAMESPACE}:{account}")).collect();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Federated": cluster["oidc_arn"]}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {format!("{issuer}:sub"): subjects, format!("{issuer}:aud"): "sts.amazonaws.com"}}}]});
    make_role("/", role, &trust);
    for account in accounts {
        let annotations = json!({"eks.amazonaws.com/role-arn": format!("arn:aws:iam::123456789012:role/{role}")});
        let metadata = json!({"name": account, "namespace": NAMESPACE, "annotations": annotations});
        apply(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}).to_string());
    }
    Program::new()
}

fn run(program: &Program, arguments: &[&str]) -> Outcome {
    program.run(&[arguments, &["-n", NAMESPACE]].concat())
}

fn attached(role: &str) -> String {
    aws(&["iam", "list-attached-role-policies", "--role-name", role])["AttachedPolicies"].to_string()
}

fn a_role_with_two_users_asks_once_more() {
    let program = shared("asked-shared", &["one", "two"]);
    let attach = ["attach", "role/asked-shared", QUEUES, "--yes"];
    let refused = run(&program, &attach).ended_with(2);
    assert!(refused.out.contains("changes-asked/one") && refused.out.contains("changes-asked/two"), "{}", refused.out);
    assert!(refused.out.contains("other clusters and accounts cannot be seen"), "{}", refused.out);
    assert!(refused.err.contains("others use the role") && refused.err.contains("--accept-others"), "{}", refused.err);
    assert!(!attached("asked-shared").contains(QUEUES), "nothing was sent");
    run(&program, &[&attach[..], &["--accept-others"]].concat()).succeeded();
    assert!(attached("asked-shared").contains(QUEUES));
    let detach = ["detach", "role/asked-shared", QUEUES, "--yes"];
    let refused = run(&program, &detach).ended_with(2);
    assert!(refused.out.contains("role asked-shared may no longer"), "{}", refused.out);
    assert!(refused.err.contains("--accept-loss --accept-others"), "{}", refused.err);
    run(&program, &[&detach[..], &["--accept-others"]].concat()).ended_with(2);
    run(&program, &[&detach[..], &["--accept-others", "--accept-loss"]].concat()).succeeded();
    assert!(!attached("asked-shared").contains(QUEUES));
}

fn what_is_gone_on_with_or_taken_back_asks_as_things_are_then() {
    let program = shared("asked-again", &["first"]);
    let faults = Side::Aws.with_faults(&json!({"deny": ["iam:AttachRolePolicy"]}));
    run(&program, &["attach", "role/asked-again", QUEUES, "--yes"]).ended_with(5);
    drop(faults);
    shared("asked-again", &["first", "second"]); // who comes to use it meanwhile
    let refused = run(&program, &["resume", "--yes"]).ended_with(2);
    assert!(refused.out.contains("changes-asked/second"), "{}", refused.out);
    assert!(refused.err.contains("others use the role") && refused.err.contains("--accept-others"), "{}", refused.err);
    assert!(!attached("asked-again").contains(QUEUES), "nothing was sent");
    run(&program, &["resume", "--yes", "--accept-others"]).succeeded();
    assert!(attached("asked-again").contains(QUEUES));
    let refused = run(&program, &["undo", "--yes"]).ended_with(2);
    assert!(refused.out.contains("role asked-again may no longer"), "{}", refused.out);
    assert!(refused.err.contains("--accept-loss --accept-others"), "{}", refused.err);
    run(&program, &["undo", "--yes", "--accept-loss", "--accept-others"]).succeeded();
    assert!(!attached("asked-again").contains(QUEUES));
}

fn who_keeps_a_role_is_said() {
    let program = shared("asked-kept", &["kept"]);
    aws(&["iam", "tag-role", "--role-name", "asked-kept", "--tags", "Key=ManagedBy,Value=terraform"]);
    let said = run(&program, &["attach", "role/asked-kept", QUEUES, "--yes"]).succeeded().out;
    assert!(said.contains("role asked-kept is kept by Terraform: the next apply puts back"), "{said}");
    let said = run(&program, &["undo", "--yes", "--accept-loss"]).succeeded().out;
    assert!(said.contains("role asked-kept is kept by Terraform"), "{said}");
    assert!(said.contains("denied within seconds, to running pods, too"), "{said}");
    assert!(!attached("asked-kept").contains(QUEUES));
}

fn a_role_for_pod_identity_is_refused_where_no_agent_is() {
    let program = shared("asked-kept", &["kept"]);
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "no-agent", "namespace": NAMESPACE},
        "spec": {"serviceAccountName": "kept", "nodeName": "ip-10-0-0-3.eu-west-1.compute.internal", "containers": [{"name": "app", "image": "app"}]}});
    kubectl_with(&["create", "-f", "-"], &pod.to_string());
    eventually("the pod runs", Duration::from_secs(20), || {
        kubectl(&["-n", NAMESPACE, "get", "pod", "no-agent", "-o", "jsonpath={.status.phase}"]) == "Running"
    });
    let make = ["create-role", "sa/kept", "--mechanism", "pod-identity", "--yes"];
    let refused = run(&program, &make).ended_with(2).err;
    assert!(refused.contains("without a ready agent: no-agent"), "{refused}");
    assert_eq!(aws(&["iam", "get-role", "--role-name", "lab-changes-asked-kept"]), Value::Null, "nothing was made");
    kubectl(&["-n", NAMESPACE, "delete", "pod", "no-agent", "--wait=false"]);
}

/// A policy of the API server's own admission: no ServiceAccount of the namespace is annotated with a role so named.
fn admission(action: &str) -> String {
    let name = format!("changes-asked-{}", action.to_lowercase());
    let rule = json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["serviceaccounts"]});
    let expression = format!(
        "!has(object.metadata.annotations) || object.metadata.annotations.all(key, object.metadata.annotations[key] != \
         'arn:aws:iam::123456789012:role/asked-{}')",
        action.to_lowercase()
    );
    let policy = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name}, "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": expression, "message": format!("the platform team says {action}")}]}});
    let matched = json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}});
    let binding = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name}, "spec": {"policyName": name, "validationActions": [action], "matchResources": matched}});
    apply(&format!("{policy}\n---\n{binding}"));
    name
}

/// Takes such policies away and waits until the API server has noticed: it goes by them for a while yet, and would refuse what
/// the next test makes.
fn lift(program: &Program, account: &str, policies: &[String]) {
    for name in policies {
        kubectl(&["delete", "validatingadmissionpolicybinding", name]);
        kubectl(&["delete", "validatingadmissionpolicy", name]);
    }
    let account = format!("sa/{account}");
    for role in ["role/asked-deny", "role/asked-warn"] {
        eventually("the policy is out of force", Duration::from_secs(30), || {
            let tried = run(program, &["annotate", &account, role, "--dry-run"]);
            tried.code == Some(0) && !tried.out.contains("the platform team says")
        });
    }
}

fn version_of(account: &str) -> String {
    kubectl(&["-n", NAMESPACE, "get", "serviceaccount", account, "-o", "jsonpath={.metadata.resourceVersion}"])
}

fn what_admission_would_say_is_told_and_nothing_is_written() {
    let program = shared("asked-deny", &["tried"]);
    shared("asked-warn", &["other"]);
    let denying = admission("Deny");
    let warning = admission("Warn");
    let tried = |role: &str| run(&program, &["annotate", "sa/tried", role, "--dry-run"]);
    kubectl(&["-n", NAMESPACE, "annotate", "serviceaccount", "tried", "eks.amazonaws.com/role-arn-"]);
    let before = version_of("tried");
    eventually("the policy is in force", Duration::from_secs(30), || tried("role/asked-deny").code == Some(5));
    let refused = tried("role/asked-deny").ended_with(5);
    assert!(refused.out.contains("dry run: nothing was changed"), "{}", refused.out);
    assert!(refused.err.contains("would refuse step 1, annotate serviceaccount/tried"), "{}", refused.err);
    assert!(refused.err.contains("the platform team says Deny"), "{}", refused.err);
    eventually("the warning is in force", Duration::from_secs(30), || {
        tried("role/asked-warn").succeeded().out.contains("the platform team says Warn")
    });
    let plan = program.json(&["annotate", "sa/tried", "role/asked-warn", "--dry-run", "-n", NAMESPACE]);
    assert_eq!(plan["steps"][0]["dryRun"]["answer"], "accepted", "{plan:#}");
    assert_eq!(version_of("tried"), before, "nothing was written");
    lift(&program, "tried", &[denying, warning]);
}

fn the_screen_tells_it_too() {
    let program = shared("asked-deny", &["other"]);
    shared("asked-warn", &["another", "shown"]);
    kubectl(&["-n", NAMESPACE, "annotate", "serviceaccount", "shown", "eks.amazonaws.com/role-arn-"]);
    let policies = [admission("Deny"), admission("Warn")];
    let before = version_of("shown");
    let arguments = ["-n", NAMESPACE, "--cluster-name", "lab", "--command", "sa"];
    let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), (130, 40));
    terminal.wait_for("it", |text| text.contains("shown"));
    terminal.wait_for("the account", |text| text.contains(world::ACCOUNT));
    terminal.keys("/shown");
    terminal.wait_for("it alone", |text| text.contains("1 of "));
    terminal.keys("\re");
    for (role, says) in [("asked-deny", "step 1 would be refused"), ("asked-warn", "the API server would do step 1")] {
        terminal.wait_for("the choice", |text| text.contains("a role for"));
        terminal.keys(&format!("\x15{}\r", world::role(role)));
        terminal.wait_for("the plan", |text| text.contains(&format!("shown in {NAMESPACE} to role {role}")));
        terminal.wait_for("that it is allowed", |text| !text.contains("asking whether"));
        // admission takes a while to know of its policies
        eventually("admission has its say", Duration::from_secs(30), || {
            terminal.keys("D");
            let text = terminal.wait_for("what is said", |text| {
                text.contains("dry run, nothing was changed") && !text.contains("trying each step")
            });
            // it may stand on two lines
            let words: Vec<&str> =
                text.split(|c: char| c.is_whitespace() || c == '│').filter(|it| !it.is_empty()).collect();
            words.join(" ").contains("the platform team says")
        });
        assert!(terminal.text().contains(says), "{}", terminal.text());
        terminal.keys("\x1b");
    }
    assert_eq!(version_of("shown"), before, "nothing was written");
    lift(&program, "shown", &policies);
}

fn what_would_be_deleted_is_not() {
    let program = shared("asked-kept", &["kept"]);
    run(&program, &["create-role", "sa/made", "--create-service-account", "--yes"]).succeeded();
    let said = run(&program, &["undo", "--dry-run"]).succeeded().out;
    assert!(said.contains("delete serviceaccount/made: the API server would do it"), "{said}");
    assert!(said.contains("keep their tokens until they expire"), "{said}");
    assert!(!version_of("made").is_empty(), "it is there still");
    run(&program, &["undo", "--yes"]).succeeded();
    assert!(!kubectl(&["-n", NAMESPACE, "get", "serviceaccounts", "-o", "name"]).contains("made"));
}

fn a_restart_is_tried_with_a_pod_and_nothing_rolls() {
    let program = shared("asked-kept", &["rolled"]);
    let mut deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "rolled", "namespace": NAMESPACE}, "spec": {"replicas": 1,
            "selector": {"matchLabels": {"app": "rolled"}}, "template": {"metadata": {"labels": {"app": "rolled"}},
                "spec": {"serviceAccountName": "rolled", "containers": [{"name": "app", "image": "x"}]}}}});
    apply(&deployment.to_string());
    kubectl(&["rollout", "status", "deployment/rolled", "-n", NAMESPACE, "--timeout=60s"]);
    let generation =
        || kubectl(&["-n", NAMESPACE, "get", "deployment", "rolled", "-o", "jsonpath={.metadata.generation}"]);
    let before = generation();
    let said = run(&program, &["restart", "sa/rolled", "--dry-run"]).succeeded().out;
    assert!(said.contains("restart deployment/rolled: the API server would do it"), "{said}");
    assert_eq!(generation(), before, "nothing was written");
    // what the webhook leaves alone would be restarted in vain
    deployment["spec"]["template"]["metadata"]["labels"]["eks.amazonaws.com/skip-pod-identity-webhook"] = json!("true");
    apply(&deployment.to_string());
    kubectl(&["rollout", "status", "deployment/rolled", "-n", NAMESPACE, "--timeout=60s"]);
    let said = run(&program, &["restart", "sa/rolled", "--dry-run"]).ended_with(5).out;
    assert!(said.contains("would be stopped: a new pod of deployment/rolled would not get role"), "{said}");
    // and so it is, before anything rolls
    let before = generation();
    let said = run(&program, &["restart", "sa/rolled", "--yes"]).ended_with(5).err;
    assert!(said.contains("deployment/rolled") && said.contains("role"), "{said}");
    assert_eq!(generation(), before, "nothing was written");
    kubectl(&["-n", NAMESPACE, "delete", "deployment", "rolled"]);
}

/// Other tests count pods and ServiceAccounts.
fn they_go_again() {
    kubectl(&["delete", "namespace", NAMESPACE]);
}
