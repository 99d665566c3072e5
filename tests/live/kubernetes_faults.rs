//! An API server that refuses, throttles, fails or does not answer, through the proxy of the lab; and none at all.

use crate::access::assert_same_verdicts;
use crate::support::answers::{container, gaps, has_gap};
use crate::support::lab::{Side, kubeconfig};
use crate::support::program::{Outcome, Program};
use crate::support::world::{self, WHO};
use crate::verdicts::pods;
use libtest_mimic::Trial;
use serde_json::json;
use std::time::{Duration, Instant};

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        kubernetes_faults: lists_refused_cost_what_hangs_on_them,
        without_service_accounts_nobody_knows_who_is_bound,
        pods_refused_end_the_command,
        not_signed_in_is_said,
        throttling_is_waited_out,
        a_server_that_fails_is_named,
        a_list_that_hangs_is_given_up,
        names_need_no_other_list,
        no_server_is_said,
        a_kubeconfig_that_is_not_there_is_named,
        an_unknown_context_is_named_with_those_there_are,
        an_exec_plugin_that_is_not_there_is_named,
        an_exec_plugin_that_hangs_is_given_up,
        a_server_that_hangs_is_given_up,
    )
}

fn faulty() -> Program {
    world::ready();
    Program::new().user("faulty")
}

fn lists_refused_cost_what_hangs_on_them() {
    for resource in ["nodes", "serviceaccounts", "mutatingwebhookconfigurations", "daemonsets"] {
        let _faults = Side::Kubernetes.with_faults(&json!({"deny": [format!("* {resource}")]}));
        let seen = faulty().json(&["pods", "-A"]);
        let call = format!("list {resource}");
        assert!(has_gap(&seen, &call, "forbidden"), "{call}: {:#?}", gaps(&seen));
        assert_eq!(container(&seen, WHO, "irsa", "app")["identity"]["kind"], "role", "without {resource}");
        assert_eq!(
            container(&seen, WHO, "keys-literal", "app")["identity"]["kind"],
            "staticKeys",
            "without {resource}"
        );
    }
}

/// A binding that nobody could look up is not taken for none.
fn without_service_accounts_nobody_knows_who_is_bound() {
    let _faults = Side::Kubernetes.with_faults(&json!({"deny": ["* serviceaccounts"]}));
    let seen = faulty().json(&["pods", "-A"]);
    for pod in ["node-role", "irsa-late", "fargate"] {
        let (was, is) = (container(pods(), WHO, pod, "app"), container(&seen, WHO, pod, "app"));
        assert_eq!(is["identity"], was["identity"], "{is:#}");
        assert_eq!(is["confidence"], "likely", "{is:#}");
        let unbound = is["evidence"].to_string().contains("bound to no role");
        assert!(!unbound, "nobody looked: {is:#}");
    }
}

fn pods_refused_end_the_command() {
    let _faults = Side::Kubernetes.with_faults(&json!({"deny": ["list pods"]}));
    let refused = faulty().run(&["pods", "-A"]).ended_with(3);
    assert!(refused.err.contains("list pods"), "{}", refused.err);
}

fn not_signed_in_is_said() {
    let _faults = Side::Kubernetes.with_faults(&json!({"unauthorized": ["*"]}));
    let refused = faulty().run(&["pods", "-A"]).ended_with(3);
    assert!(refused.err.lines().count() <= 8, "a sentence and a hint: {}", refused.err);
    assert!(!refused.err.is_empty());
}

fn throttling_is_waited_out() {
    let _faults = Side::Kubernetes.with_faults(&json!({"throttle": {"list *": 0.3}}));
    assert_same_verdicts(pods(), &faulty().json(&["pods", "-A"]));
}

fn a_server_that_fails_is_named() {
    let _faults = Side::Kubernetes.with_faults(&json!({"unavailable": {"list pods": 1.0}}));
    let failed = faulty().run(&["pods", "-A"]).ended_with(3);
    assert!(failed.err.contains("pods"), "{}", failed.err);
}

fn a_list_that_hangs_is_given_up() {
    let _faults = Side::Kubernetes.with_faults(&json!({"hang": ["list nodes"]}));
    let seen = faulty().json(&["pods", "-A"]);
    assert!(has_gap(&seen, "list nodes", "timeout"), "{:#?}", gaps(&seen));
}

fn names_need_no_other_list() {
    world::ready();
    Side::Kubernetes.forget_calls();
    faulty().run(&["pods", "-A", "-o", "name"]).succeeded();
    let calls = Side::Kubernetes.calls();
    let calls: Vec<&String> = calls.keys().collect();
    assert_eq!(calls, ["list pods"], "a command reads only what its output needs");
}

fn no_server_is_said() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = std::fs::read_to_string(kubeconfig("faulty")).expect("a kubeconfig");
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let there = format!("127.0.0.1:{}", crate::support::lab::setting("PROXY_PORT"));
    let path = directory.path().join("config");
    std::fs::write(&path, config.replace(&there, &format!("127.0.0.1:{port}"))).expect("written");
    let failed = Program::new().env("KUBECONFIG", &path).run(&["pods", "-A"]).ended_with(3);
    assert!(failed.err.contains(&format!("127.0.0.1:{port}")), "the server is named: {}", failed.err);
}

fn a_kubeconfig_that_is_not_there_is_named() {
    let failed = Program::new().run(&["pods", "--kubeconfig", "/no/such/kubeconfig"]);
    assert!(matches!(failed.code, Some(2 | 3)), "{:?}", failed.code);
    assert!(failed.err.contains("/no/such/kubeconfig"), "{}", failed.err);
}

fn an_unknown_context_is_named_with_those_there_are() {
    let failed = Program::new().run(&["pods", "--context", "no-such-context"]);
    assert!(matches!(failed.code, Some(2 | 3)), "{:?}", failed.code);
    assert!(failed.err.contains("no-such-context"), "{}", failed.err);
}

/// Runs it as a user whom the program signs in, by these arguments.
fn signed_in_by(command: &str, arguments: &[&str]) -> Outcome {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("config");
    let server = format!("https://127.0.0.1:{}", crate::support::lab::setting("KAS_PORT"));
    let config = json!({"apiVersion": "v1", "kind": "Config", "current-context": "eks",
        "clusters": [{"name": "eks", "cluster": {"server": server, "insecure-skip-tls-verify": true}}],
        "contexts": [{"name": "eks", "context": {"cluster": "eks", "user": "eks"}}],
        "users": [{"name": "eks", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": command, "args": arguments, "interactiveMode": "Never"}}}]});
    std::fs::write(&path, config.to_string()).expect("written");
    Program::new().env("KUBECONFIG", &path).run(&["pods", "-A"])
}

fn an_exec_plugin_that_is_not_there_is_named() {
    let failed = signed_in_by("no-such-plugin", &["eks", "get-token", "--cluster-name", "lab"]).ended_with(3);
    assert!(failed.err.contains("no-such-plugin"), "{}", failed.err);
}

fn an_exec_plugin_that_hangs_is_given_up() {
    let started = Instant::now();
    let failed = signed_in_by("sleep", &["100"]).ended_with(3);
    assert!(failed.err.contains("`sleep` did not end within 60 s"), "{}", failed.err);
    assert!(started.elapsed() < Duration::from_secs(90), "it is not waited for");
}

fn a_server_that_hangs_is_given_up() {
    let _faults = Side::Kubernetes.with_faults(&json!({"hang": ["*"]}));
    let failed = faulty().run(&["pods", "-A"]).ended_with(3);
    assert!(failed.err.contains("gives no answer within 30 s"), "{}", failed.err);
}
