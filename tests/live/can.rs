//! What real roles allow, asked from the command line: attached and inline policies as IAM gives them.

use crate::support::lab::Side;
use crate::support::program::Program;
use crate::support::world::{self, WHO};
use libtest_mimic::Trial;
use serde_json::{Value, json};

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        can: a_pod_may_what_its_role_allows_and_is_shown_the_statement,
        a_pod_on_the_node_role_may_what_that_allows,
        a_pod_without_credentials_may_nothing,
        a_role_whose_documents_are_refused_is_left_open,
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
}

fn a_pod_without_credentials_may_nothing() {
    let no = asked(&["pod/hop-one", "s3:GetObject", "arn:aws:s3:::shop/a"], 1);
    assert_eq!((&no["decision"], &no["by"][0]["layer"]), (&json!("implicitDeny"), &json!("credentials")), "{no:#}");
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

fn requests_are_decided_without_a_cluster() {
    let requests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/requests.jsonl");
    let outcome = Program::new().without("KUBECONFIG").run(&["evaluate", requests]).ended_with(2);
    assert_eq!(outcome.out.lines().count(), 10, "{}", outcome.out);
}
