//! AWS that refuses, is slow, does not answer or does not know us: each costs the answers that hang on it, and no others.

use crate::access::assert_same_verdicts;
use crate::support::answers::{container, gaps, has_gap};
use crate::support::lab::Side;
use crate::support::program::Program;
use crate::support::world::{self, WHO};
use crate::verdicts::pods;
use libtest_mimic::Trial;
use serde_json::{Value, json};

/// The calls that verdicts hang on, each with a pod whose verdict shows it and one whose verdict does not need it.
const CALLS: [(&str, &str, &str); 7] = [
    ("eks:DescribeCluster", "both", "hybrid"),
    ("eks:ListPodIdentityAssociations", "associated", "hybrid"),
    ("eks:DescribePodIdentityAssociation", "associated", "irsa"),
    ("ec2:DescribeInstances", "node-role", "irsa"),
    ("iam:GetInstanceProfile", "node-role", "irsa"),
    ("iam:GetRole", "irsa", "node-role"),
    ("iam:ListOpenIDConnectProviders", "irsa", "node-role"),
];

pub(crate) fn trials() -> Vec<Trial> {
    let denied = CALLS.iter().map(|call| {
        Trial::test(format!("aws_faults::denied_{}", call.0.replace(':', "_")), move || {
            one_call_denied(*call);
            Ok(())
        })
    });
    denied
        .chain(crate::named!(
            aws_faults: a_policy_refused_costs_that_policy,
            throttling_is_waited_out,
            a_call_that_hangs_is_given_up,
            expired_credentials_are_named,
            no_credentials_leave_the_pods,
            an_unknown_profile_is_named,
            another_region_has_no_such_cluster,
        ))
        .collect()
}

fn one_call_denied((call, needs, does_not): (&str, &str, &str)) {
    world::ready();
    let _faults = Side::Aws.with_faults(&json!({"deny": [call]}));
    let seen = Program::new().json(&["pods", "-A"]);
    assert!(has_gap(&seen, call, "forbidden"), "{call}: {:#?}", gaps(&seen));
    let gap = gaps(&seen).into_iter().find(|gap| gap["call"] == call).expect("just seen");
    assert!(gap["sentence"].as_str().is_some_and(|sentence| sentence.contains(call)), "the action one needs: {gap:#}");
    let untouched = container(&seen, WHO, does_not, "app");
    let before = container(pods(), WHO, does_not, "app");
    assert_eq!(untouched["identity"]["kind"], before["identity"]["kind"], "{untouched:#}");
    let touched = container(&seen, WHO, needs, "app");
    let fields = ["identity", "confidence", "gaps"];
    let before = container(pods(), WHO, needs, "app");
    assert!(
        fields.iter().any(|field| touched[field] != before[field])
            || has_gap(&json!({"gaps": seen["gaps"]}), call, "forbidden")
    );
    assert_ne!(touched["identity"]["usable"], "yes", "nobody looked: {touched:#}");
}

fn a_policy_refused_costs_that_policy() {
    world::ready();
    for call in ["iam:ListAttachedRolePolicies", "iam:GetRolePolicy", "iam:GetPolicyVersion", "iam:GetPolicy"] {
        // documents that were read once are kept there
        let home = tempfile::tempdir().expect("a directory");
        let _faults = Side::Aws.with_faults(&json!({"deny": [call, "iam:GetAccountAuthorizationDetails"]}));
        let one = Program::new().env("HOME", home.path()).json(&["roles", "role/lab-app"]);
        assert!(one.to_string().contains("sts:AssumeRoleWithWebIdentity"), "the trust policy was read: {one:#}");
        assert!(one.to_string().contains(call), "{call} is named: {one:#}");
    }
}

fn throttling_is_waited_out() {
    world::ready();
    let _faults = Side::Aws.with_faults(&json!({"throttle": {"*": 0.3}}));
    let seen = Program::new().json(&["pods", "-A"]);
    let given_up = gaps(&seen).iter().any(|gap| gap["reason"] == "throttled");
    if !given_up {
        assert_same_verdicts(pods(), &seen);
    }
    let others: Vec<&Value> = gaps(&seen).into_iter().filter(|gap| gap["reason"] != "throttled").collect();
    let expected = gaps(pods());
    assert!(others.iter().all(|gap| given_up || expected.contains(gap)), "{others:#?}");
}

fn a_call_that_hangs_is_given_up() {
    world::ready();
    let _faults = Side::Aws.with_faults(&json!({"hang": ["iam:GetInstanceProfile"]}));
    let seen = Program::new().json(&["pods", "-n", WHO]);
    assert!(has_gap(&seen, "iam:GetInstanceProfile", "timeout"), "{:#?}", gaps(&seen));
    assert_eq!(container(&seen, WHO, "irsa", "app")["identity"]["kind"], "role");
}

fn expired_credentials_are_named() {
    world::ready();
    let _faults = Side::Aws.with_faults(&json!({"expired": true}));
    let seen = Program::new().json(&["pods", "-A"]);
    assert!(gaps(&seen).iter().any(|gap| gap["reason"] == "expired"), "{:#?}", gaps(&seen));
    assert_read_from_pods_alone(&seen);
}

fn no_credentials_leave_the_pods() {
    world::ready();
    let seen = Program::new().without_credentials().json(&["pods", "-A"]);
    assert!(gaps(&seen).iter().any(|gap| gap["reason"] == "noCredentials"), "{:#?}", gaps(&seen));
    assert_read_from_pods_alone(&seen);
}

/// What stands in a pod is known without AWS; whether AWS agrees is not.
fn assert_read_from_pods_alone(seen: &Value) {
    for pod in ["irsa", "associated", "keys-literal", "fargate", "hybrid"] {
        let item = container(seen, WHO, pod, "app");
        assert_eq!(item["identity"]["kind"], container(pods(), WHO, pod, "app")["identity"]["kind"], "{item:#}");
        assert_ne!(item["identity"]["usable"], "yes", "nobody asked AWS: {item:#}");
    }
    let node_role = container(seen, WHO, "node-role", "app");
    assert_ne!(node_role["confidence"], "proven", "nobody asked AWS: {node_role:#}");
}

fn an_unknown_profile_is_named() {
    world::ready();
    let seen =
        Program::new().without_credentials().run(&["pods", "-n", WHO, "--profile", "no-such-profile", "-o", "json"]);
    let said = format!("{}{}", seen.out, seen.err);
    assert!(said.contains("no-such-profile"), "{said:.3000}");
    assert!(!seen.err.contains("panicked"), "{}", seen.err);
}

fn another_region_has_no_such_cluster() {
    world::ready();
    let seen = Program::new().json(&["pods", "-n", WHO, "--region", "us-east-1"]);
    assert!(gaps(&seen).iter().any(|gap| gap["call"] == "eks:DescribeCluster"), "{:#?}", gaps(&seen));
    let associated = container(&seen, WHO, "associated", "app");
    assert_ne!(associated["confidence"], "proven", "its association is elsewhere: {associated:#}");
}
