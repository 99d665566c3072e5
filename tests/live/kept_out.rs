//! Pods that were injected as they should be, and whose roles do not let them in.

use crate::support::answers::{container, texts};
use crate::support::lab::{apply, associations, kubectl, make_role};
use crate::support::program::Program;
use crate::support::world::{self, role};
use crate::support::{eventually, lab};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::time::Duration;

const NAMESPACE: &str = "kept-out";

/// The ServiceAccount, which its pod is called like, its role, and the finding that says what keeps it out.
const EXPECTED: [(&str, &str, &str); 4] = [
    ("subject", "apps/lab-named", "trustMismatch"),
    ("elsewhere", "apps/lab-elsewhere", "trustOtherCluster"),
    ("service", "lab-pods", "trustMismatch"),
    ("untagged", "lab-untagged", "podIdentityTrust"),
];

/// The findings that have a pod here.
pub(crate) fn findings() -> impl Iterator<Item = &'static str> {
    EXPECTED.iter().map(|(_, _, finding)| *finding)
}

pub(crate) fn trials() -> Vec<Trial> {
    let each = EXPECTED.into_iter().map(|expected| {
        Trial::test(format!("kept_out::{}", expected.0), move || {
            check(expected);
            Ok(())
        })
    });
    each.chain(crate::named!(kept_out: trust_says_so_too, they_go_again)).collect()
}

fn check((pod, path, finding): (&str, &str, &str)) {
    let item = container(pods(), NAMESPACE, pod, "app");
    assert_eq!(item["identity"]["kind"], "role", "{item:#}");
    assert_eq!(item["identity"]["roleArn"], role(path), "{item:#}");
    assert_eq!(item["identity"]["usable"], "no", "{item:#}");
    assert_eq!(texts(&item["findings"]), [finding], "{item:#}");
    assert_eq!(item["confidence"], "proven", "{item:#}");
}

fn trust_says_so_too() {
    pods();
    for (account, ..) in EXPECTED {
        let outcome = Program::new().run(&["trust", &format!("sa/{account}"), "-n", NAMESPACE]).ended_with(1);
        assert!(outcome.out.starts_with("not trusted"), "{account}: {}", outcome.out);
    }
}

/// Other tests count pods.
fn they_go_again() {
    associations::clear(NAMESPACE);
    kubectl(&["delete", "namespace", NAMESPACE]);
}

/// `rolecall pods -n kept-out -o json`, read once.
fn pods() -> &'static Value {
    static PODS: OnceLock<Value> = OnceLock::new();
    PODS.get_or_init(|| {
        world::ready();
        make();
        Program::new().json(&["pods", "-n", NAMESPACE])
    })
}

fn make() {
    kubectl(&["delete", "namespace", NAMESPACE, "--ignore-not-found"]);
    associations::clear(NAMESPACE);
    let statement = |principal: Value, action: &str| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": action}]});
    let other =
        format!("arn:aws:iam::{}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0ELSEWHERE0", world::ACCOUNT);
    make_role("/apps/", "lab-elsewhere", &statement(json!({"Federated": other}), "sts:AssumeRoleWithWebIdentity"));
    make_role("/", "lab-untagged", &statement(json!({"Service": "pods.eks.amazonaws.com"}), "sts:AssumeRole"));
    apply(include_str!("world/kept_out.yaml"));
    associations::create(NAMESPACE, "untagged", &role("lab-untagged"));
    for (account, path, _) in EXPECTED {
        let variable = if path == "lab-untagged" { "AWS_CONTAINER_CREDENTIALS_FULL_URI" } else { "AWS_ROLE_ARN" };
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": account, "namespace": NAMESPACE},
            "spec": {"serviceAccountName": account, "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal",
                "containers": [{"name": "app", "image": "app"}]}})
        .to_string();
        eventually("the webhook injects", Duration::from_secs(20), || {
            lab::kubectl_with(&["create", "--dry-run=server", "-o", "json", "-f", "-"], &pod).contains(variable)
        });
        apply(&pod);
    }
}
