//! Roles made, repaired, given policies and taken away, from the command line; read back by the AWS CLI and kubectl.

use crate::named;
use crate::support::aws::{aws, shell, token_trust};
use crate::support::eventually;
use crate::support::lab::{Side, apply, kubectl, kubectl_with, make_role, setting, write_trust};
use crate::support::program::{self, Outcome, Program};
use crate::support::world;
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

const NAMESPACE: &str = "changes-iam";
const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

pub(crate) fn trials() -> Vec<Trial> {
    named!(
        changes_iam: a_service_account_with_nothing_gets_a_role_and_gives_it_back,
        one_that_is_not_there_comes_with_its_role_by_pod_identity,
        exported_lines_make_the_same,
        a_trust_policy_is_repaired_and_others_stay_when_it_is_taken_back,
        a_trust_policy_that_another_writes_meanwhile_is_left_alone,
        a_binding_that_another_writes_meanwhile_leaves_no_role_behind,
        policies_come_and_go_and_so_does_the_role,
        a_step_that_is_denied_leaves_a_true_account,
        they_go_again,
    )
}

/// A namespace with one ServiceAccount, made anew.
fn fresh(account: &str) -> Program {
    apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}).to_string());
    kubectl(&["-n", NAMESPACE, "delete", "serviceaccount", account, "--ignore-not-found"]);
    kubectl(&["-n", NAMESPACE, "create", "serviceaccount", account]);
    Program::new()
}

fn run(program: &Program, arguments: &[&str]) -> Outcome {
    program.run(&[arguments, &["-n", NAMESPACE]].concat())
}

fn annotations(account: &str) -> Value {
    let said = kubectl(&["-n", NAMESPACE, "get", "serviceaccount", account, "-o", "json"]);
    serde_json::from_str::<Value>(&said).expect("JSON")["metadata"]["annotations"].clone()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(setting("LAB")).join(name);
    std::fs::write(&path, text).expect("a file in the lab's directory");
    path
}

fn pod(name: &str, account: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"serviceAccountName": account, "nodeName": "ip-10-0-0-1", "containers": [{"name": "app", "image": "app"}]}})
}

/// A new pod, once the webhook injects that variable, and its verdict.
fn verdict_of_new_pod(program: &Program, name: &str, account: &str, variable: &str) -> Value {
    let pod = pod(name, account);
    world::until_injected(&pod, variable);
    kubectl_with(&["create", "-f", "-"], &pod.to_string());
    eventually("the pod runs", Duration::from_secs(20), || {
        kubectl(&["-n", NAMESPACE, "get", "pod", name, "-o", "jsonpath={.status.phase}"]) == "Running"
    });
    let answer = program.json(&["identity", &format!("pod/{name}"), "-n", NAMESPACE]);
    kubectl(&["-n", NAMESPACE, "delete", "pod", name, "--wait=false"]);
    answer["items"][0]["identity"].clone()
}

fn a_service_account_with_nothing_gets_a_role_and_gives_it_back() {
    let program = fresh("api");
    let queue = file(
        "queue.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}"#,
    );
    let inline = format!("queue={}", queue.display());
    let make = [
        "create-role",
        "sa/api",
        "--path",
        "/eks/",
        "--policy",
        S3,
        "--inline",
        &inline,
        "--tag",
        "team=blue",
        "--yes",
    ];
    let outcome = run(&program, &make).succeeded();
    assert!(outcome.out.contains("only if there is none"), "{}", outcome.out);

    let role = &aws("iam get-role --role-name lab-changes-iam-api").expect("it is there")["Role"];
    let arn = role["Arn"].as_str().expect("an ARN");
    assert_eq!((role["Path"].as_str(), arn), (Some("/eks/"), "arn:aws:iam::123456789012:role/eks/lab-changes-iam-api"));
    let tags = role["Tags"].to_string();
    for part in ["rolecall:plan", "\"Value\":\"changes-iam/api\"", "\"Value\":\"lab\"", "\"Value\":\"blue\""] {
        assert!(tags.contains(part), "{tags}");
    }
    assert_eq!(
        aws("iam list-attached-role-policies --role-name lab-changes-iam-api").expect("a list")["AttachedPolicies"][0]
            ["PolicyArn"],
        S3
    );
    assert!(aws("iam get-role-policy --role-name lab-changes-iam-api --policy-name queue").is_ok());
    assert_eq!(annotations("api")["eks.amazonaws.com/role-arn"], arn);
    let identity = verdict_of_new_pod(&program, "first", "api", arn);
    assert_eq!((&identity["roleArn"], &identity["usable"]), (&json!(arn), &json!("yes")), "{identity}");

    let again = run(&program, &make).ended_with(2);
    assert!(again.err.contains("there is a role of that name already"), "{}", again.err);
    run(&program, &["undo", "--yes"]).succeeded();
    assert!(aws("iam get-role --role-name lab-changes-iam-api").expect_err("it is gone").contains("NoSuchEntity"));
    assert_eq!(annotations("api"), Value::Null);
}

fn one_that_is_not_there_comes_with_its_role_by_pod_identity() {
    let program = fresh("api");
    let make = ["create-role", "sa/new", "--mechanism", "pod-identity", "--yes"];
    let said = run(&program, &make).err;
    assert!(said.contains("no ServiceAccount"), "{said}");
    // exported, it is the manifest of the ServiceAccount
    let export = ["create-role", "sa/new", "--create-service-account", "--policy", S3, "--export", "kubectl"];
    kubectl_with(&["apply", "-f", "-"], &run(&program, &export).succeeded().out);
    assert_eq!(annotations("new")["eks.amazonaws.com/role-arn"], "arn:aws:iam::123456789012:role/lab-changes-iam-new");
    kubectl(&["-n", NAMESPACE, "delete", "serviceaccount", "new"]);
    run(&program, &[&make[..], &["--create-service-account"]].concat()).succeeded();
    let identity = verdict_of_new_pod(&program, "second", "new", "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    assert_eq!(identity["roleArn"], "arn:aws:iam::123456789012:role/lab-changes-iam-new", "{identity}");
    assert_ne!(identity["usable"], "no", "{identity}");
    run(&program, &["undo", "--yes"]).succeeded();
    assert!(aws("iam get-role --role-name lab-changes-iam-new").is_err());
    let left = aws("eks list-pod-identity-associations --cluster-name lab --namespace changes-iam").expect("a list");
    assert_eq!(left["associations"], json!([]));
    assert!(!kubectl(&["-n", NAMESPACE, "get", "serviceaccounts", "-o", "name"]).contains("new"));
}

fn exported_lines_make_the_same() {
    let program = fresh("exported");
    let make = ["create-role", "sa/exported", "--policy", S3, "--role-name", "exported", "--tag", "of=a b", "--export"];
    let lines = run(&program, &[&make[..], &["aws"]].concat()).succeeded().out;
    let binding = run(&program, &[&make[..], &["kubectl"]].concat()).succeeded().out;
    for lines in [lines, binding] {
        shell(&lines).expect("the lines are run as they are");
    }
    run(&program, &["trust", "sa/exported"]).succeeded();
    let tags = aws("iam get-role --role-name exported").expect("it is there")["Role"]["Tags"].to_string();
    assert!(tags.contains("a b") && !tags.contains("rolecall:plan"), "{tags}");
    let exported = whole("exported");
    // and what is exported from a repair
    kubectl(&["-n", NAMESPACE, "create", "serviceaccount", "other-exported"]);
    let lines =
        run(&program, &["repair-trust", "sa/other-exported", "role/exported", "--export", "aws"]).succeeded().out;
    shell(&lines).expect("the lines are run as they are");
    run(&program, &["trust", "sa/other-exported", "role/exported"]).succeeded();
    kubectl(&["-n", NAMESPACE, "delete", "serviceaccount", "other-exported"]);
    let annotated = annotations("exported");
    let away = format!(
        "aws iam detach-role-policy --role-name exported --policy-arn {S3}; aws iam delete-role --role-name exported"
    );
    shell(&away).expect("it goes");
    // what is applied is what was exported, but for what the server gives and the plan's id
    let program = fresh("exported");
    run(&program, &[&make[..make.len() - 1], &["--yes"]].concat()).succeeded();
    assert_eq!(whole("exported"), exported);
    assert_eq!(annotations("exported"), annotated);
    run(&program, &["undo", "--yes"]).succeeded();
}

/// A role with what is attached to it, but for what the server gives and the id of the plan that made it.
fn whole(role: &str) -> Value {
    let mut whole = aws(&format!("iam get-role --role-name {role}")).expect("it is there")["Role"].clone();
    for own in ["RoleId", "CreateDate", "RoleLastUsed"] {
        whole.as_object_mut().expect("an object").remove(own);
    }
    let tags = whole["Tags"].as_array_mut().expect("tags");
    tags.retain(|tag| tag["Key"] != "rolecall:plan");
    tags.sort_by_key(ToString::to_string);
    whole["attached"] = aws(&format!("iam list-attached-role-policies --role-name {role}")).expect("a list");
    whole
}

/// What the lab has of a role's trust policy.
fn trust_of(role: &str) -> Value {
    aws(&format!("iam get-role --role-name {role}")).expect("it is there")["Role"]["AssumeRolePolicyDocument"].clone()
}

fn a_trust_policy_is_repaired_and_others_stay_when_it_is_taken_back() {
    let program = fresh("kept-out");
    let trust = token_trust("elsewhere", "kept-out");
    make_role("/", "shared-by-two", &trust);
    kubectl(&[
        "-n",
        NAMESPACE,
        "annotate",
        "serviceaccount",
        "kept-out",
        "eks.amazonaws.com/role-arn=arn:aws:iam::123456789012:role/shared-by-two",
    ]);
    run(&program, &["trust", "sa/kept-out"]).ended_with(1);

    run(&program, &["repair-trust", "sa/kept-out", "--yes"]).succeeded();
    let mut repaired = trust.clone();
    *subject_in(&mut repaired) =
        json!(["system:serviceaccount:elsewhere:kept-out", "system:serviceaccount:changes-iam:kept-out"]);
    assert_eq!(trust_of("shared-by-two"), repaired);
    let arn = "arn:aws:iam::123456789012:role/shared-by-two";
    let identity = verdict_of_new_pod(&program, "third", "kept-out", arn);
    assert_eq!((&identity["roleArn"], &identity["usable"]), (&json!(arn), &json!("yes")), "{identity}");
    let said = run(&program, &["repair-trust", "sa/kept-out", "--yes"]).ended_with(2).err;
    assert!(said.contains("nothing to repair"), "{said}");

    // somebody else lets EC2 in meanwhile
    let ec2 = json!({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"});
    repaired["Statement"].as_array_mut().expect("a list").push(ec2.clone());
    write_trust("shared-by-two", &repaired);
    let said = run(&program, &["undo", "--yes"]).ended_with(2).err;
    assert!(said.contains("others use the role") && said.contains("--accept-others"), "{said}");
    run(&program, &["undo", "--yes", "--accept-others"]).succeeded();
    let mut left = trust;
    left["Statement"].as_array_mut().expect("a list").push(ec2);
    assert_eq!(trust_of("shared-by-two"), left, "what the other did stays");
}

/// What the last step is about has moved: the first is not begun.
fn a_binding_that_another_writes_meanwhile_leaves_no_role_behind() {
    let program = fresh("moved");
    let home = tempfile::tempdir().expect("a directory");
    let program = program.env("XDG_STATE_HOME", home.path());
    let arguments = ["create-role", "sa/moved", "--policy", S3, "-n", NAMESPACE, "--cluster-name", "lab"];
    let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), (150, 45));
    terminal.wait_for("the question", |text| text.contains("do it?"));
    kubectl(&["-n", NAMESPACE, "annotate", "serviceaccount", "moved", "eks.amazonaws.com/role-arn=theirs"]);
    terminal.keys("y\r");
    assert_eq!(terminal.ended().exit_code(), 5);
    assert!(aws("iam get-role --role-name lab-changes-iam-moved").is_err(), "nothing is left behind");
    let steps = &program.json(&["log"])["items"][0]["steps"];
    let states: Vec<&Value> = (0..3).map(|at| &steps[at]["state"]).collect();
    assert_eq!(states, ["notStarted", "notStarted", "failed"]);
}

/// What `sub` has to be in the first statement.
fn subject_in(trust: &mut Value) -> &mut Value {
    let equal = trust["Statement"][0]["Condition"]["StringEquals"].as_object_mut().expect("conditions");
    equal.iter_mut().find(|(key, _)| key.ends_with(":sub")).expect("sub").1
}

/// Somebody else writes while we think: IAM tells nobody who.
fn a_trust_policy_that_another_writes_meanwhile_is_left_alone() {
    let program = fresh("fought-over");
    make_role("/", "fought-over", &token_trust("elsewhere", "fought-over"));
    let home = tempfile::tempdir().expect("a directory");
    let program = program.env("XDG_STATE_HOME", home.path());
    let arguments = ["repair-trust", "sa/fought-over", "role/fought-over", "-n", NAMESPACE, "--cluster-name", "lab"];
    let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), (150, 45));
    terminal.wait_for("the question", |text| text.contains("do it?"));
    let theirs = token_trust("a-third", "fought-over");
    write_trust("fought-over", &theirs);
    terminal.keys("y\r");
    assert_eq!(terminal.ended().exit_code(), 5);
    let text: String = terminal.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("was changed since it was read"), "{text}");
    assert_eq!(trust_of("fought-over"), theirs, "nothing is overwritten");
    let log = program.json(&["log"]);
    assert_eq!(
        (&log["items"][0]["state"], &log["items"][0]["steps"][0]["state"]),
        (&json!("stopped"), &json!("failed"))
    );
    // planned anew from what it holds now, it is made, and theirs stays
    run(&program, &["repair-trust", "sa/fought-over", "role/fought-over", "--yes"]).succeeded();
    let mut both = theirs;
    *subject_in(&mut both) =
        json!(["system:serviceaccount:a-third:fought-over", "system:serviceaccount:changes-iam:fought-over"]);
    assert_eq!(trust_of("fought-over"), both);
}

/// Runs what `--export aws` prints in a shell.
fn exported(program: &Program, arguments: &[&str]) {
    let lines = run(program, &[arguments, &["--export", "aws"]].concat()).succeeded().out;
    shell(&lines).unwrap_or_else(|said| panic!("{lines}: {said}"));
}

fn policies_come_and_go_and_so_does_the_role() {
    let program = fresh("many");
    let role = "role/lab-changes-iam-many";
    run(&program, &["create-role", "sa/many", "--yes"]).succeeded();
    let attached =
        || aws("iam list-attached-role-policies --role-name lab-changes-iam-many").expect("a list").to_string();
    run(&program, &["attach", role, S3, "--yes"]).succeeded();
    assert!(attached().contains(S3));
    let said = run(&program, &["undo", "--yes"]).ended_with(2).err;
    assert!(said.contains("pods lose something") && attached().contains(S3), "as detaching does: {said}");
    run(&program, &["undo", "--yes", "--accept-loss"]).succeeded();
    assert!(!attached().contains(S3), "attaching is taken back");
    exported(&program, &["attach", role, S3]);
    assert!(attached().contains(S3), "the lines do the same");
    exported(&program, &["detach", role, "AmazonS3ReadOnlyAccess"]);
    assert!(!attached().contains(S3), "and those that detach it");
    exported(&program, &["attach", role, S3]);
    let said =
        run(&program, &["attach", role, "arn:aws:iam::aws:policy/AdministratorAccess", "--dry-run"]).succeeded().out;
    assert!(said.contains("makes the role an administrator") && said.contains("changes-iam/many"), "{said}");
    let said = run(&program, &["detach", role, "AmazonS3ReadOnlyAccess", "--yes"]).ended_with(2);
    assert!(said.err.contains("pods lose something"), "{}", said.err);
    run(&program, &["detach", role, "AmazonS3ReadOnlyAccess", "--yes", "--accept-loss"]).succeeded();
    assert!(!attached().contains(S3));
    run(&program, &["undo", "--yes"]).succeeded();
    assert!(attached().contains(S3), "detaching is taken back");

    let one = file(
        "one.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}"#,
    );
    let two = file("two.json", r#"{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}"#);
    let put = || aws("iam get-role-policy --role-name lab-changes-iam-many --policy-name queue");
    let (one, two) = (format!("queue={}", one.display()), format!("queue={}", two.display()));
    run(&program, &["put", role, &one, "--yes"]).succeeded();
    let first = put().expect("it is there");
    exported(&program, &["put", role, &two]);
    let both = put().expect("it is there");
    assert_eq!(both["PolicyDocument"]["Statement"][1]["Action"], "sqs:ReceiveMessage", "{both}");
    shell(&format!(
        "aws iam put-role-policy --role-name lab-changes-iam-many --policy-name queue --policy-document '{}'",
        first["PolicyDocument"]
    ))
    .expect("it is as before");
    run(&program, &["put", role, &two, "--yes"]).succeeded();
    assert_eq!(put(), Ok(both), "as the lines did");
    run(&program, &["undo", "--yes", "--accept-loss"]).succeeded();
    assert_eq!(put(), Ok(first), "the statement is taken back");

    let said = run(&program, &["delete-role", role, "--yes"]).ended_with(2).err;
    assert!(said.contains("is used by ServiceAccounts: changes-iam/many"), "{said}");
    run(&program, &["annotate", "sa/many", "--remove", "--yes"]).succeeded();
    let said = run(&program, &["delete-role", role, "--yes"]).succeeded().err;
    assert!(aws("iam get-role --role-name lab-changes-iam-many").is_err());
    assert!(!said.contains("rolecall undo"), "there is no way back: {said}");
    a_deleted_role_is_not_undone(&program, "lab-changes-iam-many");
    run(&program, &["create-role", "sa/many", "--role-name", "exported-away", "--policy", S3, "--yes"]).succeeded();
    run(&program, &["annotate", "sa/many", "--remove", "--yes"]).succeeded();
    exported(&program, &["delete-role", "role/exported-away"]);
    assert!(aws("iam get-role --role-name exported-away").is_err(), "the lines delete it, its policies first");
    let said = run(&program, &["delete-role", "role/lab-node", "--yes"]).ended_with(2).err;
    assert!(said.contains("rolecall deletes only what it made"), "{said}");
}

/// Nor is what was taken from it given to a role that somebody else makes under its name.
fn a_deleted_role_is_not_undone(program: &Program, role: &str) {
    let refused = || {
        let said = run(program, &["undo", "--yes"]).ended_with(2).err;
        assert!(said.contains("can be taken back") && said.contains("is deleted"), "{said}");
    };
    refused();
    let trust = token_trust("elsewhere", "theirs");
    aws(&format!("iam create-role --role-name {role} --assume-role-policy-document '{trust}'")).expect("it is made");
    refused();
    let attached = aws(&format!("iam list-attached-role-policies --role-name {role}")).expect("a list");
    assert_eq!(attached["AttachedPolicies"], json!([]), "somebody else's role is left alone");
    aws(&format!("iam delete-role --role-name {role}")).expect("it goes");
}

fn a_step_that_is_denied_leaves_a_true_account() {
    let program = fresh("denied");
    let make = ["create-role", "sa/denied", "--policy", S3, "--yes"];
    let faults = Side::Aws.with_faults(&json!({"deny": ["iam:AttachRolePolicy"]}));
    let said = run(&program, &make).ended_with(5).err;
    assert!(said.contains("rolecall resume") && said.contains("rolecall undo"), "{said}");
    assert!(aws("iam get-role --role-name lab-changes-iam-denied").is_ok(), "the first step is done");
    assert_eq!(annotations("denied"), Value::Null, "the last is not");
    drop(faults);
    run(&program, &["resume", "--yes"]).succeeded();
    run(&program, &["trust", "sa/denied"]).succeeded();
    run(&program, &["undo", "--yes"]).succeeded();
    assert!(aws("iam get-role --role-name lab-changes-iam-denied").is_err());
}

/// Other tests count pods and ServiceAccounts.
fn they_go_again() {
    kubectl(&["delete", "namespace", NAMESPACE]);
}
