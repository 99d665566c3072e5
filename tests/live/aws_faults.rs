//! AWS that refuses, is slow, does not answer or does not know us: each costs the answers that hang on it, and no others.

use crate::access::assert_same_verdicts;
use crate::support::answers::{container, gaps, has_gap, items};
use crate::support::lab::Side;
use crate::support::program::Program;
use crate::support::world::{self, WHO};
use crate::verdicts::pods;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        aws_faults: throttling_is_waited_out,
        calls_that_hang_are_given_up,
        expired_credentials_are_named,
        no_credentials_leave_the_pods,
        an_unknown_profile_is_named,
        another_region_has_no_such_cluster,
    )
}

/// Every answer comes in the end, by asking again.
fn throttling_is_waited_out() {
    let expected = pods();
    let _faults = Side::Aws.with_faults(&json!({"throttle": {"*": 0.3}}));
    Side::Aws.forget_calls();
    let began = Instant::now();
    let seen = Program::new().json(&["pods", "-A"]);
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    assert_same_verdicts(expected, &seen);
    assert_eq!(gaps(&seen), gaps(expected));
    let asked: u64 = Side::Aws.calls().values().filter_map(Value::as_u64).sum();
    let _none = Side::Aws.with_faults(&json!({}));
    Side::Aws.forget_calls();
    Program::new().json(&["pods", "-A"]);
    let needed: u64 = Side::Aws.calls().values().filter_map(Value::as_u64).sum();
    assert!(asked > needed, "{asked} calls, {needed} without throttling: nothing was asked again");
}

/// What hangs on the call is a gap that says so, within a bound; the rest is there.
fn calls_that_hang_are_given_up() {
    for (call, changes) in [("iam:GetInstanceProfile", "iam:GetInstanceProfile"), ("iam:GetRole", "iam:GetRole")] {
        let expected = pods();
        let _faults = Side::Aws.with_faults(&json!({"hang": [call]}));
        let began = Instant::now();
        let seen = Program::new().json(&["pods", "-A"]);
        assert!(began.elapsed() < Duration::from_secs(90), "{call}: {:?}", began.elapsed());
        let mut hanging = 0;
        for (was, is) in items(expected).iter().zip(items(&seen)) {
            let own = was["evidence"].to_string().contains(changes);
            assert_eq!(has_gap(&json!({"gaps": is["gaps"]}), call, "timeout"), own, "{call}: {is:#}");
            assert_eq!(is["identity"]["kind"], was["identity"]["kind"], "{call}: {is:#}");
            assert_eq!(is["identity"]["roleArn"], was["identity"]["roleArn"], "{call}: {is:#}");
            if own {
                hanging += 1;
            } else {
                assert_eq!(is["identity"], was["identity"], "{call}: {is:#}");
                assert_eq!(is["findings"], was["findings"], "{call}: {is:#}");
                assert_eq!(is["gaps"], was["gaps"], "{call}: {is:#}");
            }
        }
        assert!(hanging > 5, "{call}: {hanging}");
    }
}

fn expired_credentials_are_named() {
    world::ready();
    let _faults = Side::Aws.with_faults(&json!({"expired": ["*"]}));
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
