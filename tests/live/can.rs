//! What real roles allow, asked from the command line: attached and inline policies as IAM gives them.

use crate::support::eventually;
use crate::support::lab::{Side, apply, associations, iam, kubectl, make_role};
use crate::support::program::Program;
use crate::support::world::{self, ACCOUNT, WHO, role};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;

const LAYERED: &str = "layered";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        can: a_pod_may_what_its_role_allows_and_is_shown_the_statement,
        a_pod_on_the_node_role_may_what_that_allows,
        a_pod_without_credentials_may_nothing,
        a_role_whose_documents_are_refused_is_left_open,
        a_boundary_and_a_session_policy_take_away,
        requests_are_decided_without_a_cluster,
    )
}

/// The answer of `rolecall can`, and that it ended with this code.
fn asked(arguments: &[&str], code: i32) -> Value {
    world::ready();
    Program::new().run(&[&["can"], arguments, &["-n", WHO, "-o", "json"]].concat()).ended_with(code).json()
}

fn answer_of<'a>(decision: &'a Value, layer: &str) -> &'a str {
    let layers = decision["layers"].as_array().expect("layers");
    layers.iter().find(|line| line["layer"] == layer).and_then(|line| line["answer"].as_str()).unwrap_or("none")
}

fn a_pod_may_what_its_role_allows_and_is_shown_the_statement() {
    let yes = asked(&["pod/irsa", "s3:GetObject", "arn:aws:s3:::shop/a"], 0);
    assert_eq!((&yes["decision"], answer_of(&yes, "identity")), (&json!("allowed"), "allow"), "{yes:#}");
    let by = yes["by"].as_array().expect("statements");
    assert!(by.iter().any(|by| by["policyName"] == "inline" || by["policyArn"].is_string()), "{yes:#}");
    assert_eq!(answer_of(&yes, "scp"), "notRead", "{yes:#}");

    let no = asked(&["pod/irsa", "s3:PutObject", "arn:aws:s3:::shop/a"], 1);
    assert_eq!((&no["decision"], answer_of(&no, "identity")), (&json!("implicitDeny"), "silent"), "{no:#}");
}

fn a_pod_on_the_node_role_may_what_that_allows() {
    let yes = asked(&["pod/node-role", "ec2:DescribeInstances"], 0);
    assert_eq!((&yes["decision"], &yes["identity"]["mechanism"]), (&json!("allowed"), &json!("node")), "{yes:#}");
    // its requests are those of the instance's session: who denies that one denies it
    let folder = tempfile::tempdir().expect("a directory");
    let denied = |name: &str, session: &str, code| {
        let principal = format!("arn:aws:sts::{ACCOUNT}:assumed-role/lab-node/{session}");
        let statement =
            json!({"Effect": "Deny", "Principal": {"AWS": principal}, "Action": "sqs:SendMessage", "Resource": "*"});
        let path = folder.path().join(name);
        std::fs::write(&path, json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()).expect("a file");
        let path = path.display().to_string();
        asked(
            &["pod/node-role", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:q", "--resource-policy", &path],
            code,
        )
    };
    let provider =
        kubectl(&["get", "node", "ip-10-0-0-1.eu-west-1.compute.internal", "-o", "jsonpath={.spec.providerID}"]);
    let instance = provider.rsplit('/').next().expect("an instance");
    assert_eq!(denied("own", instance, 1)["decision"], "explicitDeny");
    assert_eq!(denied("other", "i-0123456789abcdef0", 1)["decision"], "implicitDeny");
    // and everybody may ask who he is
    let who = asked(&["pod/node-role", "sts:GetCallerIdentity"], 0);
    assert_eq!(who["decision"], "allowed", "{who:#}");
}

fn a_pod_without_credentials_may_nothing() {
    let no = asked(&["pod/hop-one", "s3:GetObject", "arn:aws:s3:::shop/a"], 1);
    assert_eq!((&no["decision"], &no["by"][0]["layer"]), (&json!("implicitDeny"), &json!("credentials")), "{no:#}");
    let no = asked(&["pod/agent-absent", "s3:GetObject", "arn:aws:s3:::shop/a"], 1);
    assert_eq!((&no["decision"], &no["by"][0]["layer"]), (&json!("implicitDeny"), &json!("trust")), "{no:#}");
    let said = no["sentence"].as_str().unwrap_or_default();
    assert!(said.contains("no Pod Identity agent answers on its node; with the role's credentials: allowed"), "{no:#}");
}

fn a_role_whose_documents_are_refused_is_left_open() {
    world::ready();
    // documents that were read once are kept at home
    let home = tempfile::tempdir().expect("a directory");
    let arguments = ["can", "pod/irsa", "s3:PutObject", "arn:aws:s3:::shop/a", "-n", WHO, "-o", "json"];
    let open = {
        let _faults = Side::Aws.with_faults(&json!({"deny": ["iam:GetRolePolicy", "iam:GetPolicyVersion"]}));
        Program::new().env("HOME", home.path()).run(&arguments).ended_with(4).json()
    };
    assert_eq!((&open["decision"], answer_of(&open, "identity")), (&json!("depends"), "notRead"), "{open:#}");
    let gaps = open["gaps"].as_array().expect("gaps");
    assert!(gaps.iter().any(|gap| gap["call"] == "iam:GetRolePolicy" && gap["reason"] == "forbidden"), "{open:#}");
}

/// A role whose policy asks for the tags of a Pod Identity session, under a boundary; an association that takes away more.
fn make_layered() {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]});
    make_role("/apps/", "lab-layered", &trust);
    let tagged = json!({"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": LAYERED}});
    let own = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": "*", "Condition": tagged},
            {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]});
    let put = [("Action", "PutRolePolicy"), ("RoleName", "lab-layered"), ("PolicyName", "own")];
    iam(&[&put[..], &[("PolicyDocument", &own.to_string())]].concat()).expect("PutRolePolicy");
    let limit = allow(&["s3:*", "iam:*"]);
    let made = [("Action", "CreatePolicy"), ("PolicyName", "lab-limit"), ("PolicyDocument", &limit)];
    iam(&made).expect("CreatePolicy");
    let bound = [("Action", "PutRolePermissionsBoundary"), ("RoleName", "lab-layered")];
    let limit = format!("arn:aws:iam::{ACCOUNT}:policy/lab-limit");
    iam(&[&bound[..], &[("PermissionsBoundary", &limit)]].concat()).expect("PutRolePermissionsBoundary");
    kubectl(&["create", "namespace", LAYERED]);
    kubectl(&["-n", LAYERED, "create", "serviceaccount", "app"]);
    let session = allow(&["s3:GetObject", "s3:PutObject"]);
    let association = json!({"namespace": LAYERED, "serviceAccount": "app", "roleArn": role("apps/lab-layered"),
            "policy": session, "disableSessionTags": false});
    associations::create_as(&association);
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app", "namespace": LAYERED},
            "spec": {"serviceAccountName": "app", "containers": [{"name": "app", "image": "app"}]}});
    eventually("a pod is injected", Duration::from_secs(30), || {
        kubectl(&["-n", LAYERED, "delete", "pod", "app", "--ignore-not-found", "--force", "--grace-period=0"]);
        apply(&pod.to_string());
        kubectl(&["-n", LAYERED, "get", "pod", "app", "-o", "yaml"]).contains("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    });
}

fn asked_of_layered(subject: &str, action: &str, code: i32) -> Value {
    Program::new().run(&["can", subject, action, "*", "-n", LAYERED, "-o", "json"]).ended_with(code).json()
}

fn allow(actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}).to_string()
}

fn a_boundary_and_a_session_policy_take_away() {
    make_layered();
    // the tag that the role's policy asks for is one of those that EKS gives a session
    let yes = asked_of_layered("pod/app", "s3:PutObject", 0);
    for layer in ["identity", "boundary", "session"] {
        assert_eq!(answer_of(&yes, layer), "allow", "{layer}: {yes:#}");
    }
    let session = asked_of_layered("pod/app", "s3:DeleteObject", 1);
    assert_eq!((answer_of(&session, "identity"), answer_of(&session, "session")), ("allow", "silent"), "{session:#}");
    let boundary = asked_of_layered("sa/app", "dynamodb:GetItem", 1);
    assert_eq!(
        (answer_of(&boundary, "identity"), answer_of(&boundary, "boundary")),
        ("allow", "silent"),
        "{boundary:#}"
    );
    // of the role alone nobody knows who asks for it, nor with which tags
    let open = asked_of_layered("role/lab-layered", "s3:PutObject", 4);
    assert_eq!(open["decision"], "depends", "{open:#}");
    associations::clear(LAYERED);
    kubectl(&["delete", "namespace", LAYERED]);
    // others look at all roles that there are
    for policy in ["own", "inline"] {
        iam(&[("Action", "DeleteRolePolicy"), ("RoleName", "lab-layered"), ("PolicyName", policy)]).expect("deleted");
    }
    let attached = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    iam(&[("Action", "DetachRolePolicy"), ("RoleName", "lab-layered"), ("PolicyArn", attached)]).expect("detached");
    iam(&[("Action", "DeleteRole"), ("RoleName", "lab-layered")]).expect("DeleteRole");
}

fn requests_are_decided_without_a_cluster() {
    let requests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/requests.jsonl");
    let outcome = Program::new().without("KUBECONFIG").run(&["evaluate", requests]).ended_with(2);
    let asked = std::fs::read_to_string(requests).expect("they are there");
    assert_eq!(outcome.out.lines().count(), asked.lines().count(), "{}", outcome.out);
}
