//! What the texts say of each situation, as data: a cluster in the capture format, and the verdicts expected of it.
//!
//! One file under `tests/scenarios/` is one topic. Its cases are laid over the file's `base`: objects are merged, of
//! lists the items with the same name (and namespace), ARN or id are replaced and the others added, `null` takes away.
//!
//! ```json
//! {"base": "cluster.json",
//!  "cases": [{"name": "…", "capture": {…},
//!    "expect": {"shop/api[app]": {"kind": "role", "mechanism": "webIdentity", "role": "api", "confidence": "proven",
//!                                 "findings": ["staleRole"], "gaps": ["iam:GetRole"], "gapReasons": ["forbidden"],
//!                                 "told": {"staleRole": ["keeps old", "restart deployment/api"]},
//!                                 "routes": ["Pod= ServiceAccount! Role= Trust? Policies=", "…"]}},
//!    "accounts": {"shop/api": {"bindings": ["webIdentity api"], "findings": []}},
//!    "roles": {"eks/api": ["sharedRole"]}}]}
//! ```
//!
//! Of a container the findings are compared always (absent: none), everything else where it is named. A route's links
//! carry `=` (holds), `!` (broken) or `?` (unknown); the one that is taken begins with `>`.

#![expect(clippy::panic, reason = "a test's file that cannot be read is a mistake in it")]

use rolecall::domain::diagnose::{LinkState, Route, diagnose, routes};
use rolecall::domain::identity::{
    Elsewhere, Fallback, Finding, Identities, Identity, IdentityKind, Mechanism, Verdict, resolve_all, role_use,
    role_uses, verdict_of,
};
use rolecall::domain::inventory::{Dirty, Inventory};
use rolecall::domain::model::{Gap, Name, Pod, RoleArn};
use rolecall::report::capture::{Capture, from_text};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};

/// One file: a topic.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    base: Option<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    capture: Value,
    #[serde(default)]
    expect: BTreeMap<String, Expected>,
    #[serde(default)]
    accounts: BTreeMap<String, ExpectedAccount>,
    /// The findings of roles, by path and name.
    #[serde(default)]
    roles: BTreeMap<String, BTreeSet<String>>,
}

/// What is expected of one container.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    kind: Option<String>,
    mechanism: Option<String>,
    role: Option<String>,
    via: Option<String>,
    elsewhere: Option<String>,
    because: Option<String>,
    usable: Option<String>,
    confidence: Option<String>,
    #[serde(default)]
    findings: BTreeSet<String>,
    gaps: Option<BTreeSet<String>>,
    #[serde(rename = "gapReasons")]
    gap_reasons: Option<BTreeSet<String>>,
    #[serde(default)]
    told: BTreeMap<String, Vec<String>>,
    routes: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedAccount {
    #[serde(default)]
    bindings: Vec<String>,
    #[serde(default)]
    findings: BTreeSet<String>,
}

#[test]
fn every_scenario_is_judged_as_the_texts_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let (mut differences, mut cases) = (Vec::new(), 0);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let topic: Topic = serde_json::from_value(json(file)).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let base = topic.base.map_or(Value::Null, |base| json(&directory.join("base").join(base)));
        for case in topic.cases {
            cases += 1;
            let name = format!("{}: {}", file.file_stem().unwrap().to_string_lossy(), case.name);
            let differs = check(&case, &merged(base.clone(), case.capture.clone()));
            differences.extend(differs.into_iter().map(|difference| format!("{name}\n    {difference}")));
        }
    }
    assert!(cases > 0, "no scenario was found in {}", directory.display());
    assert!(
        differences.is_empty(),
        "{} of {cases} cases' facts differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

fn json(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// One value laid over another.
fn merged(base: Value, over: Value) -> Value {
    match (base, over) {
        (base, Value::Null) => base,
        (Value::Object(mut base), Value::Object(over)) => {
            for (key, value) in over {
                if value.is_null() {
                    base.remove(&key);
                } else {
                    let old = base.remove(&key).unwrap_or(Value::Null);
                    base.insert(key, merged(old, value));
                }
            }
            Value::Object(base)
        }
        (Value::Array(mut base), Value::Array(over)) => {
            let named: Vec<_> = over.iter().filter_map(key_of).collect();
            base.retain(|item| key_of(item).is_none_or(|key| !named.contains(&key)));
            base.extend(over);
            Value::Array(base)
        }
        (_, over) => over,
    }
}

/// What tells one item of a list from another.
fn key_of(item: &Value) -> Option<Vec<Value>> {
    let item: &Map<String, Value> = item.as_object()?;
    let name = ["arn", "name", "id"].into_iter().find_map(|field| item.get(field).cloned())?;
    let namespace = item.get("namespace").cloned().unwrap_or_default();
    Some(vec![namespace, item.get("kind").cloned().unwrap_or_default(), name])
}

fn check(case: &Case, capture: &Value) -> Vec<String> {
    let capture = from_text(&capture.to_string()).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let broken = capture.broken();
    assert!(broken.is_empty(), "{}: {broken:?}", case.name);
    let taken_at = capture.taken_at;
    let inventory = inventory_of(capture);
    let identities = resolve_all(&inventory);
    let mut differences = Vec::new();
    for (place, expected) in &case.expect {
        let (pod, container) = find(&inventory, place).unwrap_or_else(|| panic!("{}: no {place}", case.name));
        let verdict = verdict_of(&inventory, pod, container);
        let mut said = Vec::new();
        compare_verdict(&verdict, expected, &mut said);
        compare_words(&(&inventory, &identities, pod, container), &verdict, expected, &mut said);
        differences.extend(said.into_iter().map(|said| format!("{place} {said}")));
    }
    for (place, expected) in &case.accounts {
        let mut said = Vec::new();
        compare_account(&identities, place, expected, &mut said);
        differences.extend(said.into_iter().map(|said| format!("{place} {said}")));
    }
    let uses = role_uses(&inventory, &identities);
    let of_one = |arn: &Name| role_use(&inventory, &identities, &RoleArn::new(arn.clone()));
    differences.extend(
        uses.iter()
            .filter(|(arn, all)| of_one(arn) != **all)
            .map(|(arn, _)| format!("who uses {arn} is told otherwise where it is asked for alone")),
    );
    for (path, expected) in &case.roles {
        let mut named = uses.iter().filter(|(arn, _)| RoleArn::new((*arn).clone()).path_and_name() == path);
        let found: Option<BTreeSet<&str>> = named.next().map(|(_, it)| it.findings.iter().map(Finding::word).collect());
        if found != Some(expected.iter().map(String::as_str).collect()) {
            differences.push(format!("role {path} has the findings {found:?}, expected {expected:?}"));
        }
    }
    let again = resolve_all(&inventory_of(Capture::of(&inventory, taken_at)));
    if again != identities {
        differences.push("a capture of it opens to other rows".into());
    }
    differences
}

fn inventory_of(capture: Capture) -> Inventory {
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    for delta in capture.into_deltas() {
        inventory.apply(delta, &mut dirty);
    }
    inventory
}

/// The pod and the container's index of `namespace/pod[container]`.
fn find<'a>(inventory: &'a Inventory, place: &str) -> Option<(&'a Pod, usize)> {
    let (namespace, rest) = place.split_once('/')?;
    let (pod, container) = rest.strip_suffix(']')?.split_once('[')?;
    let pod = inventory.shard(namespace)?.pod(pod)?;
    let at = pod.spec.containers.iter().position(|other| &*other.name == container)?;
    Some((pod, at))
}

fn compare_verdict(verdict: &Verdict, expected: &Expected, said: &mut Vec<String>) {
    let mut differ = |what: &str, is: Option<String>, expected: &Option<String>| {
        if expected.is_some() && is != *expected {
            said.push(format!("{what} is {}, expected {}", shown(is.as_ref()), shown(expected.as_ref())));
        }
    };
    let identity = verdict.identity.as_ref();
    let role = identity.and_then(Identity::role);
    let in_full = expected.role.as_deref().is_some_and(|role| role.starts_with("arn:"));
    let none = || Some("-".to_owned());
    differ("kind", Some(verdict.kind().word().into()), &expected.kind);
    differ("mechanism", identity.and_then(mechanism).or_else(none), &expected.mechanism);
    differ("role", role.map(|role| short(role, in_full)).or_else(none), &expected.role);
    differ("via", identity.and_then(via).or_else(none), &expected.via);
    differ("elsewhere", verdict.elsewhere.as_ref().map(Elsewhere::label).or_else(none), &expected.elsewhere);
    differ("because", identity.and_then(because).or_else(none), &expected.because);
    differ("usable", Some(verdict.usable.word().into()), &expected.usable);
    differ("confidence", Some(verdict.confidence.word().into()), &expected.confidence);
    let findings: BTreeSet<String> = verdict.findings.iter().map(|finding| finding.word().to_owned()).collect();
    if findings != expected.findings {
        said.push(format!("findings are {findings:?}, expected {:?}", expected.findings));
    }
    let of_gaps = |word: fn(&Gap) -> String| verdict.gaps.iter().map(word).collect::<BTreeSet<_>>();
    let gaps = [
        ("gaps", of_gaps(|gap| gap.call.clone()), &expected.gaps),
        ("reasons of the gaps", of_gaps(|gap| gap.reason.to_string()), &expected.gap_reasons),
    ];
    for (what, are, expected) in gaps {
        if let Some(expected) = expected.as_ref().filter(|expected| **expected != are) {
            said.push(format!("{what} are {are:?}, expected {expected:?}"));
        }
    }
    if verdict.evidence.is_empty() {
        said.push("has no evidence".into());
    }
}

/// A pod's container, and what it is seen in.
type Seen<'a> = (&'a Inventory, &'a Identities, &'a Pod, usize);

fn compare_words(seen: &Seen<'_>, verdict: &Verdict, expected: &Expected, said: &mut Vec<String>) {
    let (inventory, identities, pod, container) = *seen;
    let told = diagnose(inventory, identities, pod, container, verdict);
    for (finding, words) in &expected.told {
        let Some(diagnosis) = told.iter().find(|diagnosis| diagnosis.finding.word() == finding) else {
            said.push(format!("does not tell {finding}"));
            continue;
        };
        let text = [diagnosis.sentence.clone(), diagnosis.fix.summary.clone()].into_iter();
        let text = text.chain(diagnosis.fix.commands.clone()).chain([diagnosis.confidence.word().to_owned()]);
        let text = text.collect::<Vec<_>>().join(" | ");
        let missing = words.iter().filter(|words| !text.contains(&***words));
        said.extend(missing.map(|words| format!("{finding} does not say {words:?}: {text}")));
    }
    if let Some(expected) = &expected.routes {
        let drawn: Vec<String> = routes(inventory, identities, pod, container, verdict).iter().map(drawn).collect();
        if drawn != *expected {
            said.push(format!("routes are {drawn:#?}, expected {expected:#?}"));
        }
    }
}

fn compare_account(identities: &Identities, place: &str, expected: &ExpectedAccount, said: &mut Vec<String>) {
    let row = place.split_once('/').and_then(|(namespace, name)| identities.account(namespace, name));
    let Some(row) = row else {
        said.push("has no row".into());
        return;
    };
    let binding = |binding: &rolecall::domain::identity::Binding| {
        let target = binding.target.as_ref().map(|target| format!(" > {}", target.path_and_name())).unwrap_or_default();
        let role = binding.role.as_ref().map_or("-", RoleArn::path_and_name);
        format!("{} {role}{target}{}", word_of(binding.mechanism), if binding.is_broken() { " (broken)" } else { "" })
    };
    let bindings: Vec<String> = row.bindings.iter().map(binding).collect();
    if bindings != expected.bindings {
        said.push(format!("bindings are {bindings:?}, expected {:?}", expected.bindings));
    }
    let findings: BTreeSet<String> = row.findings.iter().map(|finding| finding.word().to_owned()).collect();
    if findings != expected.findings {
        said.push(format!("findings are {findings:?}, expected {:?}", expected.findings));
    }
}

fn drawn(route: &Route) -> String {
    let mark = |state| match state {
        LinkState::Holds => '=',
        LinkState::Broken => '!',
        LinkState::Unknown => '?',
    };
    let links: Vec<String> = route.links.iter().map(|link| format!("{:?}{}", link.kind, mark(link.state))).collect();
    format!("{}{}", if route.taken { "> " } else { "" }, links.join(" "))
}

fn mechanism(identity: &Identity) -> Option<String> {
    match identity {
        Identity::Role { .. } => Some(word_of(identity.kind()).into()),
        Identity::NodeRole { .. } => Some("node".into()),
        _ => None,
    }
}

fn word_of(mechanism: IdentityKind) -> &'static str {
    if mechanism == IdentityKind::PodIdentity { "podIdentity" } else { "webIdentity" }
}

fn via(identity: &Identity) -> Option<String> {
    match identity {
        Identity::Role { by: Mechanism::PodIdentity { via }, .. } => via.as_ref().map(|role| short(role, false)),
        _ => None,
    }
}

fn because(identity: &Identity) -> Option<String> {
    let because: &Fallback = match identity {
        Identity::NodeRole { because, .. } | Identity::Nobody { because } => because,
        _ => return None,
    };
    let word = format!("{because:?}");
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

fn short(role: &RoleArn, in_full: bool) -> String {
    if in_full { role.as_str().to_owned() } else { role.path_and_name().to_owned() }
}

fn shown(text: Option<impl Debug>) -> String {
    text.map_or_else(|| "nothing".into(), |text| format!("{text:?}"))
}
