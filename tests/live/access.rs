//! What users with less access see: what they may read is right, what they may not is a named gap, never "fine".

use crate::support::answers::{container, gaps, has_gap, items};
use crate::support::eventually;
use crate::support::lab::{Side, apply, associations, kubectl, kubectl_with};
use crate::support::program::{self, Program};
use crate::support::world::{self, WHO};
use crate::terminal::Terminal;
use crate::verdicts::pods;
use libtest_mimic::Trial;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        access: a_viewer_sees_own_roles_and_is_told_that_nodes_are_hidden,
        a_user_of_one_namespace_sees_that_one,
        a_user_of_one_namespace_cannot_list_all,
        where_the_agent_runs_is_read_for_one_namespace_too,
        a_user_of_one_namespace_may_be_let_see_the_agent,
        the_role_we_ask_for_in_one_namespace_is_enough_there,
        the_permissions_we_ask_for_are_enough,
        the_aws_actions_we_ask_for_are_all_that_are_called,
        info_says_who_we_are_and_what_we_may_read,
        one_namespace_costs_its_own_associations_alone,
    )
}

fn a_viewer_sees_own_roles_and_is_told_that_nodes_are_hidden() {
    world::ready();
    let seen = Program::new().user("viewer").json(&["pods", "-A"]);
    assert!(has_gap(&seen, "list nodes", "forbidden"), "{:#}", seen["gaps"]);
    assert!(has_gap(&seen, "list mutatingwebhookconfigurations", "forbidden"), "{:#}", seen["gaps"]);
    let irsa = container(&seen, WHO, "irsa", "app");
    assert_eq!(irsa["identity"], container(pods(), WHO, "irsa", "app")["identity"]);
    for pod in ["node-role", "hop-one"] {
        let item = container(&seen, WHO, pod, "app");
        assert_ne!(item["confidence"], "proven", "nobody looked at its node: {item:#}");
        assert_ne!(item["identity"]["kind"], "none", "nobody looked at its node: {item:#}");
    }
    // its node's name alone says what it runs on
    assert_eq!(container(&seen, WHO, "fargate", "app")["confidence"], "likely");
}

fn a_user_of_one_namespace_sees_that_one() {
    world::ready();
    let none = Program::new().user("ns1").json(&["pods"]);
    assert!(items(&none).iter().all(|item| item["namespace"] == "ns1"), "{none:#}");
    assert!(has_gap(&none, "list nodes", "forbidden"), "{:#}", none["gaps"]);
    Program::new().user("ns1").run(&["pods", "-n", "ns1", "-o", "name"]).succeeded();
}

fn a_user_of_one_namespace_cannot_list_all() {
    let refused = Program::new().user("ns1").run(&["pods", "-A", "-o", "name"]).ended_with(3);
    assert!(refused.err.contains("list pods"), "the missing permission is named: {}", refused.err);
    assert_eq!(refused.out, "");
    let refused = Program::new().user("ns1").run(&["nodes"]).ended_with(3);
    assert!(refused.err.contains("list nodes"), "the missing permission is named: {}", refused.err);
}

/// What hangs on the agent: it runs on the node of the first pod, and not on that of the second.
fn assert_agent_is_seen(seen: &Value) {
    for pod in ["associated", "agent-absent"] {
        let item = container(seen, WHO, pod, "app");
        let whole = container(pods(), WHO, pod, "app");
        assert_eq!((&item["identity"], &item["findings"]), (&whole["identity"], &whole["findings"]), "{item:#}");
    }
}

fn where_the_agent_runs_is_read_for_one_namespace_too() {
    world::ready();
    assert_agent_is_seen(&Program::new().json(&["pods", "-n", WHO]));
    // of all pods only some: the agent's are not among them
    let labelled = Program::new().json(&["pods", "-A", "-l", "!app.kubernetes.io/name"]);
    assert!(items(&labelled).iter().all(|item| item["namespace"] != "kube-system"), "{labelled:#}");
    assert_agent_is_seen(&labelled);
}

fn a_user_of_one_namespace_may_be_let_see_the_agent() {
    world::ready();
    let view = ["-n", WHO, "create", "rolebinding", "one-namespace", "--clusterrole=view", "--user=ns1-dev"];
    kubectl(&view);
    let seen = || {
        let seen = Program::new().user("ns1").json(&["pods", "-n", WHO]);
        container(&seen, WHO, "associated", "app").clone()
    };
    let agent = |item: &Value| gaps(item).into_iter().find(|gap| gap["call"] == "list pods in kube-system").cloned();
    let gap = agent(&seen()).expect("whether an agent runs on its node is not known");
    assert_eq!(gap["reason"], "forbidden");
    assert!(gap["sentence"].to_string().contains("ns1-dev may not list pods in namespace kube-system"), "{gap:#}");
    let granted = include_str!("../../assets/permissions/kubernetes-read-agent.yaml");
    apply(&granted.replace("rolecall-readers", "lab-devs"));
    eventually("the agent is seen", Duration::from_secs(20), || agent(&seen()).is_none());
    kubectl(&["-n", "kube-system", "delete", "rolebinding", "rolecall-read-agent"]);
    kubectl(&["-n", WHO, "delete", "rolebinding", "one-namespace"]);
}

/// Before the permissions of a whole cluster are given to the same user.
fn the_role_we_ask_for_in_one_namespace_is_enough_there() {
    world::ready();
    kubectl(&["delete", "clusterrolebinding", "rolecall-read", "rolecall-read-templates", "--ignore-not-found"]);
    kubectl(&["-n", "kube-system", "delete", "rolebinding", "rolecall-read-agent", "--ignore-not-found"]);
    kubectl_with(
        &["-n", WHO, "apply", "--server-side", "-f", "-"],
        include_str!("../../assets/permissions/kubernetes-read-namespace.yaml"),
    );
    eventually("the API server knows of the binding", Duration::from_secs(20), || {
        let may = ["-n", WHO, "auth", "can-i", "list", "pods", "--as=lab-reader", "--as-group=rolecall-readers"];
        kubectl(&may).contains("yes")
    });
    let seen = Program::new().user("reader").json(&["pods", "-n", WHO]);
    // what the file does not give lies outside of the namespace
    let refused: BTreeSet<&str> = gaps(&seen)
        .into_iter()
        .filter(|gap| gap["reason"] == "forbidden")
        .map(|gap| gap["call"].as_str().expect("text"))
        .collect();
    let outside = ["list daemonsets", "list mutatingwebhookconfigurations", "list nodes", "list pods in kube-system"];
    assert_eq!(refused.into_iter().collect::<Vec<_>>(), outside);
    for was in items(pods()).iter().filter(|item| item["namespace"] == WHO) {
        let name = was["name"].as_str().expect("text");
        let is = container(&seen, WHO, name, was["container"].as_str().expect("text"));
        match was["identity"]["kind"].as_str() {
            // stands in the pod
            Some("role" | "staticKeys") => {
                for field in ["kind", "mechanism", "roleArn"] {
                    assert_eq!(is["identity"][field], was["identity"][field], "{field}: {is:#}");
                }
            }
            _ => assert_ne!(is["confidence"], "proven", "nobody looked at its node: {is:#}"),
        }
    }
    let mut terminal = Terminal::start(
        program::path(),
        &["-n", WHO, "--cluster-name", "lab"],
        Program::new().user("reader").environment(),
        (150, 45),
    );
    terminal.wait_for("the pods", |text| text.contains("associated") && text.contains("apps/lab-app"));
    terminal.keys("!");
    terminal.wait_for("what could not be read", |text| text.contains("list nodes") && !text.contains("list pods"));
}

fn the_permissions_we_ask_for_are_enough() {
    world::ready();
    apply(include_str!("../../assets/permissions/kubernetes-read.yaml"));
    eventually("the API server knows of the binding", Duration::from_secs(20), || {
        kubectl(&["auth", "can-i", "list", "nodes", "--as=lab-reader", "--as-group=rolecall-readers", "--quiet=false"])
            .contains("yes")
    });
    let seen = Program::new().user("reader").json(&["pods", "-A"]);
    let forbidden: Vec<&Value> = gaps(&seen).into_iter().filter(|gap| gap["reason"] == "forbidden").collect();
    assert!(forbidden.is_empty(), "{forbidden:#?}");
    assert_same_verdicts(pods(), &seen);
}

/// Every container has the same identity, confidence and findings.
pub(crate) fn assert_same_verdicts(one: &Value, other: &Value) {
    let verdicts = |list: &Value| -> Vec<String> {
        let fields = ["namespace", "name", "container", "identity", "confidence", "findings"];
        let line = |item: &Value| fields.map(|field| item[field].to_string()).join(" ");
        items(list).iter().map(line).collect()
    };
    let (one, other) = (verdicts(one), verdicts(other));
    let differ: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    assert_eq!(one.len(), other.len());
}

fn the_aws_actions_we_ask_for_are_all_that_are_called() {
    use crate::support::lab::Side;
    world::ready();
    let policy: Value = serde_json::from_str(include_str!("../../assets/permissions/iam-read.json")).expect("JSON");
    let granted: String =
        policy["Statement"].as_array().expect("a list").iter().map(|s| s["Action"].to_string()).collect();
    Side::Aws.forget_calls();
    Program::new().json(&["pods", "-A"]);
    Program::new().json(&["roles"]);
    Program::new().json(&["roles", "role/lab-app"]);
    for action in Side::Aws.calls().keys() {
        // GetCallerIdentity needs no permission
        assert!(
            action == "sts:GetCallerIdentity" || granted.contains(&format!("\"{action}\"")),
            "{action} is not granted"
        );
    }
}

fn info_says_who_we_are_and_what_we_may_read() {
    let info = Program::new().user("viewer").json(&["info"]);
    assert_eq!(info["kind"], "Info");
    assert_eq!(info["account"], world::ACCOUNT, "{info:#}");
    assert_eq!(info["region"], "eu-west-1", "{info:#}");
    assert_eq!(info["cluster"], "lab", "{info:#}");
    assert!(info["kubernetesUser"].to_string().contains("lab-viewer"), "{info:#}");
    assert!(info["awsCaller"].to_string().contains(world::ACCOUNT), "{info:#}");
    let may = |call: &str| {
        let reads = info["reads"].as_array().expect("a list");
        reads.iter().find(|read| read["call"] == call).unwrap_or_else(|| panic!("{call}: {info:#}"))["allowed"].clone()
    };
    assert_eq!(may("list pods"), true, "{info:#}");
    assert_eq!(may("list nodes"), false, "{info:#}");
}

fn one_namespace_costs_its_own_associations_alone() {
    world::ready();
    associations::create("elsewhere", "api", &world::role("lab-pods"));
    let own = associations::of(WHO).len();
    let described = |arguments: &[&str]| {
        Side::Aws.forget_calls();
        let seen = Program::new().json(arguments);
        (Side::Aws.calls()["eks:DescribePodIdentityAssociation"].as_u64(), seen)
    };
    let (of_one, seen) = described(&["pods", "-n", WHO]);
    let (of_all, whole) = described(&["pods", "-A"]);
    associations::clear("elsewhere");
    assert_eq!(of_one, Some(own as u64));
    assert!(of_all > of_one, "{of_all:?}");
    for pod in ["associated", "association-late", "dissociated", "irsa"] {
        let [one, other] = [&seen, &whole].map(|list| container(list, WHO, pod, "app"));
        assert_eq!((&one["identity"], &one["findings"]), (&other["identity"], &other["findings"]), "{one:#}");
    }
}
