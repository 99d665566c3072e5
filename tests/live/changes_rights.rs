//! The least permissions for changing things, as they stand in `assets/permissions`: enough for every change, and each of
//! them needed.

use crate::support::aws::{NobodyTrusts, aws, provider_arn, token_trust};
use crate::support::eventually;
use crate::support::lab::{Side, apply, kubectl, kubectl_with, make_role, permissions, setting};
use crate::support::program::Program;
use crate::support::world;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const NAMESPACE: &str = "changes-rights";
const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ON_NODE: &str = "ip-10-0-0-1.eu-west-1.compute.internal";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(changes_rights: what_is_named_is_enough_for_every_change_and_all_of_it_is_needed)
}

/// The actions that a policy grants.
fn actions(policy: &str) -> BTreeSet<String> {
    let policy: Value = serde_json::from_str(policy).expect("JSON");
    let statements = policy["Statement"].as_array().expect("a list").iter();
    let of = |statement: &Value| match &statement["Action"] {
        Value::Array(actions) => actions.iter().map(|action| action.as_str().expect("text").to_owned()).collect(),
        action => vec![action.as_str().expect("text").to_owned()],
    };
    statements.flat_map(of).collect()
}

/// What the Role of `kubernetes-change.yaml` grants, as `patch serviceaccounts`.
fn granted() -> BTreeSet<String> {
    let role = kubectl(&["-n", NAMESPACE, "get", "role", "rolecall-change", "-o", "json"]);
    let role: Value = serde_json::from_str(&role).expect("JSON");
    let mut all = BTreeSet::new();
    for rule in role["rules"].as_array().expect("a list") {
        for resource in rule["resources"].as_array().expect("a list") {
            let resource = resource.as_str().expect("text");
            all.extend(
                rule["verbs"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|verb| format!("{} {resource}", verb.as_str().expect("text"))),
            );
        }
    }
    all
}

/// The namespace with what is changed in it, and the rights in force.
fn ready() {
    world::ready();
    let mut objects = vec![json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})];
    for kind in ["Deployment", "StatefulSet", "DaemonSet"] {
        let name = kind.to_lowercase();
        let metadata = json!({"name": name, "namespace": NAMESPACE, "labels": {"app": name}});
        let spec = json!({"serviceAccountName": "app", "containers": [{"name": "app", "image": "app"}],
            "nodeSelector": {"kubernetes.io/hostname": ON_NODE}, "tolerations": [{"operator": "Exists"}]});
        let mut owner = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec}}});
        if kind == "StatefulSet" {
            owner["spec"]["serviceName"] = json!(name);
        }
        if kind != "DaemonSet" {
            owner["spec"]["template"]["spec"]["nodeName"] = json!(ON_NODE);
        }
        objects.push(owner);
    }
    for name in ["app", "kept-out"] {
        let metadata = json!({"name": name, "namespace": NAMESPACE, "labels": {"app": name}});
        objects.insert(1, json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}));
    }
    let objects: Vec<String> = objects.iter().map(Value::to_string).collect();
    apply(&objects.join("\n---\n"));
    for owner in ["deployment", "statefulset", "daemonset"] {
        kubectl(&["-n", NAMESPACE, "rollout", "status", &format!("{owner}/{owner}"), "--timeout=60s"]);
    }
    // of a DaemonSet that no node was found for yet, kubectl says that it is rolled out
    eventually("the DaemonSet has its pod", Duration::from_secs(20), || {
        kubectl(&["-n", NAMESPACE, "get", "daemonset", "daemonset", "-o", "jsonpath={.status.numberReady}"]) == "1"
    });
    apply(include_str!("../../assets/permissions/kubernetes-read.yaml"));
    let rights = include_str!("../../assets/permissions/kubernetes-change.yaml");
    kubectl_with(&["-n", NAMESPACE, "apply", "--server-side", "-f", "-"], rights);
    eventually("the API server knows of the bindings", Duration::from_secs(20), || {
        ["patch daemonsets -n changes-rights", "list nodes"].iter().all(|may| {
            let may: Vec<&str> = may.split(' ').collect();
            let who = ["--as=lab-changer", "--as-group=rolecall-readers", "--as-group=rolecall-changers"];
            kubectl(&[&["auth", "can-i"], &may[..], &who].concat()).contains("yes")
        })
    });
}

/// Every change there is but the OIDC provider's, and what takes each back that is taken back by other calls.
fn changes(policy: &str) -> Vec<Vec<String>> {
    let (role, queue) = (world::role("apps/lab-app"), format!("queue={policy}"));
    let all: &[&[&str]] = &[
        &["annotate", "sa/app", &role, "--restart"],
        &["undo"],
        &["create-role", "sa/new", "--create-service-account", "--policy", S3, "--inline", &queue, "--boundary", S3],
        &["undo"],
        &["create-role", "sa/app", "--tag", "team=blue"],
        &["attach", "role/lab-changes-rights-app", S3],
        &["detach", "role/lab-changes-rights-app", S3],
        &["put", "role/lab-changes-rights-app", &queue],
        &["undo"],
        &["annotate", "sa/app", "--remove"],
        &["delete-role", "role/lab-changes-rights-app"],
        &["repair-trust", "sa/kept-out", "role/changes-rights"],
        &["undo"],
        &["associate", "sa/app", "role/lab-pods", "--restart"],
        &["associate", "sa/app", "role/pods-other"],
        &["dissociate", "sa/app"],
        &["restart", "sa/app"],
    ];
    all.iter().map(|words| words.iter().map(ToString::to_string).collect()).collect()
}

/// The OIDC provider's, where the account has none and no role trusts it.
fn changes_of_the_provider() -> Vec<Vec<String>> {
    let all: &[&[&str]] = &[
        &["create-provider"],
        &["undo"],
        &["create-provider"],
        &["create-provider", "--audience", "other"],
        &["undo"],
    ];
    all.iter().map(|words| words.iter().map(ToString::to_string).collect()).collect()
}

/// Makes them with the rights that are named and no others, and gives what AWS was to allow for it.
fn made_with_those_rights(changes: &[Vec<String>], rights: &BTreeSet<String>, home: &tempfile::TempDir) -> Vec<String> {
    let program = Program::new().user("changer").env("XDG_STATE_HOME", home.path());
    let _allowed = Side::Aws.with_faults(&json!({"allow": rights}));
    Side::Aws.forget_calls();
    for words in changes {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = program.run(&[&words[..], &["-n", NAMESPACE, "--yes", "--accept-loss", "--accept-others"]].concat());
        assert_eq!(done.code, Some(0), "{words:?}: {}", done.err);
    }
    permissions()
}

fn what_is_named_is_enough_for_every_change_and_all_of_it_is_needed() {
    ready();
    make_role("/", "changes-rights", &token_trust("elsewhere", "kept-out"));
    let pods = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]});
    make_role("/", "pods-other", &pods);
    let (read, change) = (
        actions(include_str!("../../assets/permissions/iam-read.json")),
        actions(include_str!("../../assets/permissions/iam-change.json")),
    );
    let rights: BTreeSet<String> = read.union(&change).cloned().collect();
    let home = tempfile::tempdir().expect("a directory");
    let policy = std::path::PathBuf::from(setting("LAB")).join("rights.json");
    let statement = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"});
    std::fs::write(&policy, json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()).expect("written");
    Side::Kubernetes.forget_calls();
    let mut needed = made_with_those_rights(&changes(&policy.display().to_string()), &rights, &home);
    let nobody = NobodyTrusts::new();
    let provider = provider_arn();
    aws(&format!("iam delete-open-id-connect-provider --open-id-connect-provider-arn {provider}")).expect("it goes");
    needed.extend(made_with_those_rights(&changes_of_the_provider(), &rights, &home));
    drop(nobody);
    let lacking: Vec<&String> = change.iter().filter(|action| !needed.contains(action)).collect();
    assert!(lacking.is_empty(), "granted, and never needed: {lacking:?}");

    let (granted, calls) = (granted(), Side::Kubernetes.calls());
    let unused: Vec<&String> = granted.iter().filter(|call| !calls.contains_key(*call)).collect();
    assert!(unused.is_empty(), "granted, and never used: {unused:?}");
    let writes = |call: &&String| !["get ", "list ", "watch "].iter().any(|verb| call.starts_with(verb));
    let reviews = |call: &&String| call.contains("subjectaccessreviews") || call.contains("selfsubjectreviews");
    let others: Vec<&String> =
        calls.keys().filter(writes).filter(|it| !reviews(it) && !granted.contains(*it)).collect();
    assert!(others.is_empty(), "used, and not granted: {others:?}");
    for role in ["changes-rights", "pods-other"] {
        let away = format!(
            "iam delete-role-policy --role-name {role} --policy-name inline; aws iam detach-role-policy \
            --role-name {role} --policy-arn {S3}; aws iam delete-role --role-name {role}"
        );
        aws(&away).expect("it goes");
    }
    kubectl(&["delete", "namespace", NAMESPACE]);
}
