//! Each AWS action that `assets/permissions/iam-read.json` asks for, refused in turn: it costs its own answers, each of
//! which is then a gap that names the action, and everything else is as the admin sees it.

use crate::support::answers::{gaps, items};
use crate::support::lab::Side;
use crate::support::program::Program;
use crate::support::world;
use crate::verdicts::pods;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What becomes of the verdict on one container when an action is refused; whether that leaves a gap in its item.
type Cost = fn(&mut Value) -> bool;

/// The actions that verdicts hang on, how many gaps of the whole list their refusal is, and what it costs each item.
const VERDICTS: [(&str, usize, Cost); 10] = [
    ("sts:GetCallerIdentity", 1, nothing),
    ("eks:DescribeCluster", 1, without_the_cluster),
    ("eks:ListPodIdentityAssociations", 1, without_associations),
    ("eks:DescribePodIdentityAssociation", 0, without_descriptions),
    // the second way to a node's role, not gone where the first one leads there
    ("eks:DescribeNodegroup", 0, nothing),
    ("ec2:DescribeInstances", 0, without_instances),
    ("iam:GetInstanceProfile", 0, without_profiles),
    ("iam:GetRole", 0, without_roles),
    ("iam:ListOpenIDConnectProviders", 1, without_audiences),
    ("iam:GetOpenIDConnectProvider", 1, without_audiences),
];

/// The actions of which a role's own page is made, and what of it is lost.
const OF_A_ROLE: [(&str, &[&str]); 6] = [
    ("iam:GetRole", &["/exists", "/trust", "/attached/0", "/inline/0"]),
    ("iam:ListAttachedRolePolicies", &["/attached/0"]),
    ("iam:ListRolePolicies", &["/inline/0"]),
    ("iam:GetRolePolicy", &["/inline/0/document"]),
    ("iam:GetPolicy", &["/attached/0/version", "/attached/0/document"]),
    ("iam:GetPolicyVersion", &["/attached/0/document"]),
];

const SWEEP: &str = "iam:GetAccountAuthorizationDetails";

pub(crate) fn trials() -> Vec<Trial> {
    let name = |of: &str, call: &str| format!("aws_denied::{of}_without_{}", call.replace(':', "_"));
    let verdicts = VERDICTS.iter().map(|(call, of_the_list, cost)| {
        Trial::test(name("verdicts", call), move || {
            verdicts_without(call, *of_the_list, *cost);
            Ok(())
        })
    });
    let roles = OF_A_ROLE.iter().map(|(call, lost)| {
        Trial::test(name("a_role", call), move || {
            a_role_without(call, lost);
            Ok(())
        })
    });
    let others = crate::named!(aws_denied: every_action_asked_for_is_refused_once, many_roles_without_the_sweep,
        a_nodes_role_without_both_ways_to_it, an_unconfirmed_account_is_one_gap_of_the_list);
    verdicts.chain(roles).chain(others).collect()
}

fn every_action_asked_for_is_refused_once() {
    let policy: Value = serde_json::from_str(include_str!("../../assets/permissions/iam-read.json")).expect("JSON");
    let statements = policy["Statement"].as_array().expect("a list");
    let actions = statements.iter().flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        action => vec![action.clone()],
    });
    let asked_for: BTreeSet<String> = actions.map(|action| action.as_str().expect("text").to_owned()).collect();
    let needs_no_permission = "sts:GetCallerIdentity";
    let refused =
        VERDICTS.iter().map(|(call, _, _)| *call).chain(OF_A_ROLE.iter().map(|(call, _)| *call)).chain([SWEEP]);
    let refused: BTreeSet<String> = refused.filter(|call| *call != needs_no_permission).map(str::to_owned).collect();
    assert_eq!(refused, asked_for);
}

fn verdicts_without(call: &str, of_the_list: usize, cost: Cost) {
    let before = pods();
    let seen = {
        let _faults = Side::Aws.with_faults(&json!({"deny": [call]}));
        Program::new().json(&["pods", "-A"])
    };
    assert_eq!(refusals(&seen["gaps"], call), of_the_list, "gaps of the list that name {call}: {:#}", seen["gaps"]);
    assert_eq!(items(&seen).len(), items(before).len());
    for (was, is) in items(before).iter().zip(items(&seen)) {
        let mut expected = was.clone();
        let leaves_a_gap = cost(&mut expected);
        for field in ["namespace", "name", "container", "identity", "confidence", "findings"] {
            assert_eq!(is[field], expected[field], "{field} without {call}: {is:#}\nas the admin sees it: {was:#}");
        }
        assert_eq!(refusals(&is["gaps"], call), usize::from(leaves_a_gap), "gaps that name {call}: {is:#}");
        if expected == *was && !leaves_a_gap {
            assert_eq!(is["gaps"], was["gaps"], "gaps without {call}: {is:#}");
        }
    }
}

/// How many gaps of a list say that the action was refused; each must say whom to give it.
fn refusals(of: &Value, call: &str) -> usize {
    let of = of.as_array().expect("a list");
    let refused = of.iter().filter(|gap| gap["call"] == call && gap["reason"] == "forbidden");
    refused.inspect(|gap| assert_names(gap, call)).count()
}

#[track_caller]
fn assert_names(gap: &Value, call: &str) {
    let caller = format!("arn:aws:iam::{}:user/lab needs {call}", world::ACCOUNT);
    assert!(gap["sentence"].as_str().is_some_and(|sentence| sentence.ends_with(&caller)), "{gap:#}");
}

/// Whether the evidence was read by that call.
fn rests_on(item: &Value, call: &str) -> bool {
    let evidence = item["evidence"].as_array().expect("a list");
    evidence.iter().any(|line| line["origin"].as_str().is_some_and(|origin| origin.starts_with(call)))
}

fn nothing(_item: &mut Value) -> bool {
    false
}

/// Whose account it is cannot be shown, nor who its issuer is.
fn without_the_cluster(item: &mut Value) -> bool {
    no_better_than_likely(item);
    leave_trust_open(item);
    without_audiences(item)
}

fn no_better_than_likely(item: &mut Value) {
    if item["confidence"] == "proven" {
        item["confidence"] = json!("likely");
    }
}

fn remove_findings(item: &mut Value, gone: &[&str]) {
    let findings = item["findings"].as_array_mut().expect("a list");
    findings.retain(|finding| !gone.iter().any(|name| finding == name));
}

fn has_finding(item: &Value, name: &str) -> bool {
    item["findings"].as_array().expect("a list").iter().any(|finding| finding == name)
}

/// Whether the role trusts the pod hangs on what was refused too; a role that cannot be used for another reason stays so.
fn leave_trust_open(item: &mut Value) {
    if item["identity"]["usable"] == "yes" {
        item["identity"]["usable"] = json!("unknown");
    }
}

/// Whether a role that is not seen to be missing could still be used.
fn reopen_usable(item: &mut Value) {
    if !["podIdentityAgent", "malformedRoleArn", "audienceMismatch"].iter().any(|name| has_finding(item, name)) {
        item["identity"]["usable"] = json!("unknown");
    }
}

/// Whoever is not bound by annotation might be by an association. Keys, and what is unknown anyway, do not hang on it.
fn without_associations(item: &mut Value) -> bool {
    if ["role", "nodeRole", "none"].iter().any(|kind| item["identity"]["kind"] == *kind) {
        no_better_than_likely(item);
    }
    if item["identity"]["mechanism"] == "podIdentity" {
        item["identity"].as_object_mut().expect("an object").remove("roleArn");
        reopen_usable(item);
    }
    remove_findings(item, &["associationGone", "associationNotInjected", "twoBindings"]);
    false
}

/// Who is bound is in the list; to which role and since when is not.
fn without_descriptions(item: &mut Value) -> bool {
    let touched = rests_on(item, "eks:DescribePodIdentityAssociation");
    if touched {
        no_better_than_likely(item);
        if item["identity"]["mechanism"] == "podIdentity" {
            item["identity"].as_object_mut().expect("an object").remove("roleArn");
            leave_trust_open(item);
        }
    }
    touched
}

/// Without metadata options nobody knows who reaches the node's role, but for those on the node's own network.
fn without_instances(item: &mut Value) -> bool {
    let named = |gap: &Value| gap["call"] == "ec2:DescribeInstances";
    let touched = rests_on(item, "ec2:DescribeInstances") || gaps(item).into_iter().any(named);
    let on_the_nodes_network = item["container"] == "agent" || item["name"] == "host-network";
    if touched && on_the_nodes_network {
        item["confidence"] = json!("likely");
        let identity = item["identity"].as_object_mut().expect("an object");
        identity.remove("instanceProfile");
        if item["node"] == "gone" {
            item["identity"] = json!({"kind": "nodeRole", "mechanism": "node", "usable": "unknown"});
            item["findings"] = json!(["nodeRoleFallback"]);
        }
    } else if touched {
        item["confidence"] = json!("unknown");
        item["identity"] = json!({"kind": "unknown", "usable": "unknown"});
        remove_findings(item, &["nodeRoleFallback", "noIdentity"]);
    }
    touched
}

/// The node group says the role as well.
fn without_profiles(item: &mut Value) -> bool {
    let touched = rests_on(item, "iam:GetInstanceProfile");
    if touched {
        no_better_than_likely(item);
    }
    touched
}

/// Which role it is stands in the pod; whether there is such a role does not.
fn without_roles(item: &mut Value) -> bool {
    let touched = rests_on(item, "iam:GetRole");
    if touched {
        remove_findings(item, &["roleNotFound"]);
        reopen_usable(item);
    }
    touched
}

/// Whether STS takes a token hangs on the audiences that the cluster's provider lists. The API server's own are listed by
/// hardly anybody.
fn without_audiences(item: &mut Value) -> bool {
    if item["identity"]["mechanism"] == "webIdentity" {
        leave_trust_open(item);
    }
    if has_finding(item, "audienceMismatch") {
        item["identity"]["usable"] = json!("unknown");
        if item["name"] == "own-token" {
            no_better_than_likely(item);
        } else {
            remove_findings(item, &["audienceMismatch"]);
        }
    }
    false
}

fn a_role_without(call: &str, lost: &[&str]) {
    world::ready();
    let arguments = ["roles", "role/lab-app"];
    let before = Program::new().json(&arguments);
    // documents that were read once are kept there
    let home = tempfile::tempdir().expect("a directory");
    let seen = {
        let _faults = Side::Aws.with_faults(&json!({"deny": [call, SWEEP]}));
        Program::new().env("HOME", home.path()).json(&arguments)
    };
    for path in ["/arn", "/usedBy", "/exists", "/trust", "/attached/0/name", "/attached/0/version", "/inline/0/name"] {
        let is_lost = lost.iter().any(|lost| path.starts_with(lost));
        let expected = if is_lost { None } else { before.pointer(path) };
        assert!(before.pointer(path).is_some(), "{path}: {before:#}");
        assert_eq!(seen.pointer(path), expected, "{path} without {call}: {seen:#}");
    }
    for path in ["/attached/0/document", "/inline/0/document"] {
        let is_lost = lost.iter().any(|lost| path.starts_with(lost));
        assert!(before.pointer(path).is_some_and(|document| document["Statement"].is_array()), "{path}: {before:#}");
        assert_eq!(seen.pointer(path), before.pointer(path).filter(|_| !is_lost), "{path} without {call}: {seen:#}");
    }
    let all = gaps(&seen);
    assert_eq!(all.len(), 1, "the one answer that is missing: {all:#?}");
    assert_eq!(refusals(&seen["gaps"], call), 1, "{all:#?}");
}

/// From some number of roles on one sweep brings them all; where that is refused they are read one by one.
fn many_roles_without_the_sweep() {
    world::ready();
    let crowd = world::many_roles();
    let page = |seen: &Value| -> Vec<Value> {
        let of_the_crowd = |role: &&Value| role["arn"].as_str().is_some_and(|arn| arn.contains(":role/eks/irsa-"));
        items(seen).iter().filter(of_the_crowd).cloned().collect()
    };
    Side::Aws.forget_calls();
    let before = Program::new().json(&["roles"]);
    let calls = Side::Aws.calls();
    assert!(calls.contains_key(SWEEP), "{calls:#?}");
    let one_by_one = calls.get("iam:GetRole").and_then(Value::as_u64).unwrap_or_default();
    assert!(one_by_one < 10, "the sweep brought them: {calls:#?}");
    assert_eq!(page(&before).len(), crowd.count());

    let _faults = Side::Aws.with_faults(&json!({"deny": [SWEEP]}));
    let seen = Program::new().json(&["roles"]);
    for (was, is) in page(&before).iter().zip(page(&seen)) {
        for field in ["arn", "exists", "usedBy", "inline", "findings", "gaps"] {
            assert_eq!(is[field], was[field], "{field} read by itself: {is:#}");
        }
        assert_eq!(names_of_attached(&is), names_of_attached(was));
    }
    assert_eq!(page(&seen).len(), crowd.count());
}

fn names_of_attached(role: &Value) -> BTreeSet<String> {
    let attached = role["attached"].as_array().expect("a list");
    attached.iter().map(|policy| format!("{} {}", policy["name"], policy["arn"])).collect()
}

/// Nothing shows that the credentials are of this cluster's account: that touches all, and is said once.
fn an_unconfirmed_account_is_one_gap_of_the_list() {
    world::ready();
    let _faults = Side::Aws.with_faults(&json!({"deny": ["eks:DescribeCluster"]}));
    let seen = Program::new().json(&["pods", "-A"]);
    let unconfirmed = |of: &Value| {
        let of = of["gaps"].as_array().expect("a list");
        of.iter().filter(|gap| gap["reason"] == "clusterNotConfirmed").count()
    };
    assert_eq!(unconfirmed(&seen), 1, "{:#}", seen["gaps"]);
    assert!(items(&seen).iter().all(|item| unconfirmed(item) == 0));
}

/// Neither the instance profile nor the node group tells: the node role is still what the pod runs on.
fn a_nodes_role_without_both_ways_to_it() {
    let before = pods();
    let calls = ["iam:GetInstanceProfile", "eks:DescribeNodegroup"];
    let _faults = Side::Aws.with_faults(&json!({"deny": calls}));
    let seen = Program::new().json(&["pods", "-A"]);
    for (was, is) in items(before).iter().zip(items(&seen)) {
        let mut expected = was.clone();
        if without_profiles(&mut expected) {
            expected["identity"].as_object_mut().expect("an object").remove("roleArn");
            for call in calls {
                assert_eq!(refusals(&is["gaps"], call), 1, "{call}: {is:#}");
            }
        }
        for field in ["identity", "confidence", "findings"] {
            assert_eq!(is[field], expected[field], "{field}: {is:#}");
        }
    }
}
