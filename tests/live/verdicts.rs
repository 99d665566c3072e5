//! Every kind of verdict, for pods that the real webhook has seen (or has not).

use crate::support::answers::{container, items, texts};
use crate::support::lab;
use crate::support::lab::kubectl;
use crate::support::program::Program;
use crate::support::world::{self, WHO, role};
use crate::{broken, kept_out};
use libtest_mimic::Trial;
use rolecall::domain::identity::Finding;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// What is expected of one container.
#[derive(Clone, Copy)]
struct Expected {
    pod: &'static str,
    container: &'static str,
    kind: &'static str,
    mechanism: Option<&'static str>,
    role: Option<&'static str>,
    unusable: bool,
    confidence: &'static str,
    findings: &'static [&'static str],
    gap_about: Option<&'static str>,
}

impl Expected {
    const fn of(pod: &'static str, kind: &'static str) -> Self {
        Self {
            pod,
            container: "app",
            kind,
            mechanism: None,
            role: None,
            unusable: false,
            confidence: "proven",
            findings: &[],
            gap_about: None,
        }
    }

    /// An own role by IRSA.
    const fn irsa(pod: &'static str, role: &'static str) -> Self {
        Self { mechanism: Some("webIdentity"), role: Some(role), ..Self::of(pod, "role") }
    }

    /// An own role by Pod Identity.
    const fn pod_identity(pod: &'static str) -> Self {
        Self { mechanism: Some("podIdentity"), role: Some("lab-pods"), ..Self::of(pod, "role") }
    }

    /// The node's role.
    const fn node_role(pod: &'static str) -> Self {
        let findings = &["nodeRoleFallback"];
        Self { mechanism: Some("node"), role: Some("lab-node"), findings, ..Self::of(pod, "nodeRole") }
    }

    /// No credentials: there is nothing that AWS could hand out.
    const fn nobody(pod: &'static str) -> Self {
        Self { unusable: true, ..Self::of(pod, "none") }
    }

    /// Something that could not be read, and what the gap speaks of.
    const fn unknown(pod: &'static str, about: &'static str) -> Self {
        Self { confidence: "unknown", gap_about: Some(about), ..Self::of(pod, "unknown") }
    }

    const fn container(self, container: &'static str) -> Self {
        Self { container, ..self }
    }

    /// In order of the alphabet.
    const fn findings(self, findings: &'static [&'static str]) -> Self {
        Self { findings, ..self }
    }

    const fn unusable(self) -> Self {
        Self { unusable: true, ..self }
    }

    const fn likely(self) -> Self {
        Self { confidence: "likely", ..self }
    }
}

const EXPECTED: &[Expected] = &[
    Expected::irsa("irsa", "apps/lab-app"),
    Expected::irsa("irsa-hop-one", "apps/lab-app"),
    Expected::irsa("named", "apps/lab-named"),
    Expected::irsa("irsa-fargate", "apps/lab-app"),
    Expected::irsa("windows", "apps/lab-app"),
    Expected::irsa("keys-empty", "apps/lab-app"),
    Expected::irsa("irsa-changed", "apps/lab-app").findings(&["staleRole"]),
    Expected::irsa("handmade", "apps/lab-other").findings(&["envOverridesBinding"]),
    Expected::irsa("role-missing", "nobody-made-it").unusable().findings(&["roleNotFound"]),
    Expected { role: None, ..Expected::irsa("role-malformed", "") }.unusable().findings(&["malformedRoleArn"]),
    Expected { role: None, ..Expected::irsa("role-quoted", "") }.unusable().findings(&["malformedRoleArn"]),
    Expected { role: None, ..Expected::irsa("role-hostile", "") }.unusable().findings(&["malformedRoleArn"]),
    Expected::irsa("audience", "apps/lab-app").unusable().findings(&["audienceMismatch"]),
    Expected::node_role("irsa-late").findings(&["nodeRoleFallback", "startedBeforeBinding"]),
    Expected { gap_about: Some("managedFields"), ..Expected::node_role("irsa-late-undated") }
        .likely()
        .findings(&["nodeRoleFallback", "startedBeforeBinding"]),
    Expected::pod_identity("associated"),
    Expected::node_role("association-late").findings(&["associationNotInjected", "nodeRoleFallback"]),
    Expected { role: None, ..Expected::pod_identity("dissociated") }.unusable().findings(&["associationGone"]),
    Expected::pod_identity("agent-absent").unusable().findings(&["podIdentityAgent"]),
    Expected::pod_identity("associated-fargate").unusable().findings(&["podIdentityAgent"]),
    Expected::pod_identity("both").findings(&["twoBindings"]),
    // beside an injected pair: the .NET SDK before version 4 asks for the web identity first
    Expected::of("keys-from-secret", "staticKeys").findings(&["staticKeys"]).likely(),
    Expected::of("keys-literal", "staticKeys").findings(&["staticKeys"]),
    Expected::of("env-from-map", "staticKeys").findings(&["staticKeys"]),
    Expected::of("profile", "staticKeys").findings(&["staticKeys"]).likely(),
    Expected { gap_about: Some("aws-creds"), ..Expected::node_role("env-from-secret") }
        .findings(&["nodeRoleFallback", "staticKeys"])
        .likely(),
    Expected::node_role("node-role"),
    Expected::node_role("host-network"),
    Expected::nobody("hop-one"),
    Expected::nobody("hop-one-asking").findings(&["noIdentity"]),
    Expected::nobody("metadata-off"),
    Expected::nobody("metadata-not-asked").findings(&["noIdentity"]),
    Expected::nobody("fargate"),
    Expected::nobody("hybrid"),
    Expected::unknown("node-gone", "i-0123456789abcdef0"),
    Expected::unknown("node-nameless", "nameless"),
    Expected::unknown("unscheduled", "node"),
    Expected::unknown("elsewhere", "http://127.0.0.1:9911/creds"),
    Expected::node_role("skipped").findings(&["injectionSkipped", "nodeRoleFallback"]),
    Expected::irsa("skipped-container", "apps/lab-app"),
    Expected::node_role("skipped-container").container("side").findings(&["injectionSkipped", "nodeRoleFallback"]),
    Expected::irsa("many", "apps/lab-app"),
    Expected::irsa("many", "apps/lab-app").container("first"),
    Expected::irsa("many", "apps/lab-app").container("proxy"),
    Expected::irsa("debugged", "apps/lab-app"),
    Expected::node_role("debugged").container("debugger"),
    Expected::node_role("finished").findings(&[]),
    Expected::irsa("own-token", "apps/lab-app").unusable().findings(&["audienceMismatch"]),
    Expected::node_role("overridden").findings(&["envOverridesBinding", "nodeRoleFallback"]),
    Expected::node_role("kube2iam").findings(&["legacyAnnotation", "nodeRoleFallback"]),
];

/// One test for each expected container, and those of the list as a whole.
pub(crate) fn trials() -> Vec<Trial> {
    let each = EXPECTED.iter().map(|expected| {
        Trial::test(format!("verdicts::{}_{}", expected.pod, expected.container).replace('-', "_"), move || {
            check(*expected);
            Ok(())
        })
    });
    each.chain(crate::named!(
        verdicts: every_finding_has_a_pod,
        every_container_has_one_item_with_evidence,
        init_containers_and_sidecars_are_marked,
        a_finished_pod_keeps_its_phase,
        identity_of_one_pod_is_its_items,
        labels_go_to_the_server,
        nothing_hostile_reaches_the_terminal,
        names_are_printed_once_per_pod_without_a_call_to_aws,
        lists_of_every_kind_agree_with_the_pods,
    ))
    .collect()
}

/// `rolecall pods -A -o json`, read once.
pub(crate) fn pods() -> &'static Value {
    static PODS: OnceLock<Value> = OnceLock::new();
    PODS.get_or_init(|| {
        world::ready();
        Program::new().json(&["pods", "-A"])
    })
}

fn check(expected: Expected) {
    let item = container(pods(), WHO, expected.pod, expected.container);
    let identity = &item["identity"];
    assert_eq!(identity["kind"], expected.kind, "{item:#}");
    assert_eq!(identity["mechanism"].as_str(), expected.mechanism, "{item:#}");
    if let Some(path) = expected.role {
        assert_eq!(identity["roleArn"], role(path), "{item:#}");
    }
    assert_eq!(identity["usable"] == "no", expected.unusable, "usable: {item:#}");
    assert_eq!(texts(&item["findings"]), expected.findings, "{item:#}");
    assert_eq!(item["confidence"], expected.confidence, "{item:#}");
    if let Some(about) = expected.gap_about {
        let said = item["gaps"].to_string() + &item["evidence"].to_string();
        assert!(said.contains(about), "{about} is to be named: {item:#}");
        assert!(!item["gaps"].as_array().expect("a list").is_empty(), "{item:#}");
    }
}

fn every_finding_has_a_pod() {
    let expected = EXPECTED.iter().map(|expected| expected.findings).chain(broken::FINDINGS);
    let expected: BTreeSet<&str> = expected.flatten().copied().chain(kept_out::findings()).collect();
    // what breaks nothing is no pod's: tests/scenarios has it
    let is_pods = |finding: &Finding| finding.breaks() || *finding == Finding::LegacyAnnotation;
    let all = Finding::ALL.into_iter().filter(is_pods).map(Finding::word);
    assert_eq!(expected, all.collect());
}

fn every_container_has_one_item_with_evidence() {
    let listed = pods();
    assert_eq!(listed["apiVersion"], "rolecall/v1");
    assert_eq!(listed["kind"], "PodList");
    let expected: Value = serde_json::from_str(&kubectl(&["get", "pods", "-A", "-o", "json"])).expect("JSON");
    let spec_lists = ["containers", "initContainers", "ephemeralContainers"];
    let count: usize = items(&expected)
        .iter()
        .flat_map(|pod| spec_lists.iter().map(|list| pod["spec"][list].as_array().map_or(0, Vec::len)))
        .sum();
    assert_eq!(items(listed).len(), count);
    for item in items(listed) {
        let evidence = item["evidence"].as_array().expect("a list");
        assert!(!evidence.is_empty(), "{item:#}");
        for line in evidence {
            assert!(line["fact"].as_str().is_some_and(|fact| !fact.is_empty()), "{item:#}");
            assert!(line["origin"].as_str().is_some_and(|origin| !origin.is_empty()), "{item:#}");
        }
        for gap in item["gaps"].as_array().expect("a list") {
            assert_ne!(gap["reason"], "notLoadedYet", "a command ends when all is read: {item:#}");
        }
    }
}

fn init_containers_and_sidecars_are_marked() {
    for (name, init) in [("first", true), ("proxy", true), ("app", false)] {
        let item = container(pods(), WHO, "many", name);
        assert_eq!(item["init"] == true, init, "{item:#}");
    }
}

fn a_finished_pod_keeps_its_phase() {
    assert_eq!(container(pods(), WHO, "finished", "app")["phase"], "Succeeded");
    assert_eq!(container(pods(), WHO, "unscheduled", "app")["phase"], "Pending");
}

fn identity_of_one_pod_is_its_items() {
    let one = Program::new().json(&["identity", "pod/skipped-container", "-n", WHO]);
    assert_eq!(one["kind"], "PodList");
    let names: Vec<&Value> = items(&one).iter().map(|item| &item["container"]).collect();
    assert_eq!(names, ["app", "side"]);
    for item in items(&one) {
        let name = item["container"].as_str().expect("text");
        assert_eq!(item["identity"], container(pods(), WHO, "skipped-container", name)["identity"]);
    }
    let missing = Program::new().run(&["identity", "pod/no-such-pod", "-n", WHO]);
    assert_ne!(missing.code, Some(0), "{}", missing.out);
    assert!(missing.err.contains("no-such-pod"), "{}", missing.err);
}

fn labels_go_to_the_server() {
    world::ready();
    let labelled = Program::new().run(&["pods", "-n", WHO, "-l", "app=irsa", "-o", "name"]).succeeded();
    assert_eq!(labelled.out, "pod/irsa\npod/irsa-hop-one\n");
}

fn nothing_hostile_reaches_the_terminal() {
    world::ready();
    for arguments in [
        &["pods", "-n", WHO][..],
        &["pods", "-n", WHO, "-o", "wide"],
        &["serviceaccounts", "-n", WHO, "-o", "wide"],
        &["roles"],
        &["identity", "pod/role-hostile", "-n", WHO],
    ] {
        let printed = Program::new().run(arguments).succeeded();
        let hostile = |sign: char| (sign.is_control() && sign != '\n') || sign == '\u{202e}';
        let line = printed.out.lines().find(|line| line.contains(hostile));
        assert_eq!(line, None, "{arguments:?}");
        assert!(printed.out.contains("red"), "{arguments:?} shows the rest of it: {}", printed.out);
    }
}

fn names_are_printed_once_per_pod_without_a_call_to_aws() {
    world::ready();
    lab::Side::Aws.forget_calls();
    let printed = Program::new().run(&["pods", "-A", "-o", "name"]).succeeded();
    assert_eq!(lab::Side::Aws.calls(), serde_json::Map::new());
    let template = "{range .items[*]}{.metadata.namespace}/pod/{.metadata.name}{\"\\n\"}{end}";
    let expected = kubectl(&["get", "pods", "-A", "-o", &format!("jsonpath={template}")]);
    let sorted = |text: &str| -> Vec<String> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&printed.out), sorted(&expected));
}

fn lists_of_every_kind_agree_with_the_pods() {
    world::ready();
    let roles = Program::new().json(&["roles"]);
    let app = items(&roles).iter().find(|item| item["arn"] == role("apps/lab-app")).expect("the role");
    assert_eq!(texts(&app["inline"]), ["inline"]);
    assert_eq!(app["attached"][0]["name"], "AmazonS3ReadOnlyAccess");
    assert!(app["usedBy"].as_array().expect("a list").iter().any(|user| user["serviceAccount"] == "irsa"), "{app:#}");

    let one = Program::new().json(&["roles", "role/lab-app"]);
    let text = one.to_string();
    assert!(text.contains("sts:AssumeRoleWithWebIdentity"), "the trust policy: {one:#}");
    assert!(text.contains("s3:GetObject"), "the inline document: {one:#}");
    assert!(texts(&app["findings"]).contains(&"trustTooWide"), "{app:#}");
    assert_eq!(one["findings"], app["findings"], "the same of the role by itself: {one:#}");

    let nodes = Program::new().json(&["nodes"]);
    let first = items(&nodes)
        .iter()
        .find(|item| item["name"] == "ip-10-0-0-1.eu-west-1.compute.internal")
        .expect("the first node");
    assert_eq!(first["roleArn"], role("lab-node"), "{first:#}");
    assert_eq!(first["metadata"]["hopLimit"], 2, "{first:#}");
    assert!(first["podsOnNodeRole"].as_u64().is_some_and(|count| count >= 5), "{first:#}");

    let accounts = Program::new().json(&["serviceaccounts", "-n", WHO]);
    let both = items(&accounts).iter().find(|item| item["name"] == "both").expect("the ServiceAccount");
    assert_eq!(both["bindings"].as_array().map(Vec::len), Some(2), "{both:#}");
    assert!(texts(&both["findings"]).contains(&"twoBindings"), "{both:#}");

    let namespaces = Program::new().json(&["namespaces"]);
    let who = items(&namespaces).iter().find(|item| item["name"] == WHO).expect("the namespace");
    assert!(who["pods"]["total"].as_u64().is_some_and(|total| total > 30), "{who:#}");
    assert!(items(&namespaces).iter().any(|item| item["name"] == "empty"), "{namespaces:#}");
}
