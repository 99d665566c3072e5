//! A second evaluator of IAM policies, written to be obvious instead of fast, straight from the documentation and
//! without a line of the engine's; the rules of `tests/policy_rules` are run against both, and so are random requests.

#![expect(clippy::unwrap_used, reason = "a failed test panics by name")]
#![expect(clippy::string_slice, reason = "the vocabulary is ASCII")]

mod compare;
mod condition;
mod context;
mod decide;
mod generate;
mod pattern;
mod principal;
mod rules;
mod statement;
mod value;
mod worlds;

use compare::{Engine, disagreement, smallest};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use worlds::{Domain, answer};

/// How often each decision comes out: a generator that only denies would prove little.
#[test]
fn the_random_requests_are_of_all_kinds() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..2_000 {
        *counts.entry(answer(&generate::line(seed), Domain::Typed).decision).or_default() += 1;
    }
    println!("{counts:?}");
    for decision in ["allowed", "explicitDeny", "implicitDeny", "depends"] {
        assert!(counts.get(decision).is_some_and(|count| *count > 50), "{counts:?}");
    }
}

#[test]
fn the_second_evaluator_follows_every_rule() {
    let rules = rules::rules();
    let mut wrong = Vec::new();
    for rule in rules.iter().filter(|rule| rule.decision != "unreadable") {
        let got = answer(&rule.line, Domain::Typed);
        let silent: BTreeSet<String> = got.silent.iter().map(ToString::to_string).collect();
        if got.decision != rule.decision || rule.layers.as_ref().is_some_and(|layers| *layers != silent) {
            let (expected, layers) = (&rule.decision, &rule.layers);
            wrong.push(format!("{}: {} by {silent:?}, expected {expected} by {layers:?}", rule.name, got.decision));
        }
    }
    assert!(rules.len() >= 500, "only {} rules", rules.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rules.len(), wrong.join("\n"));
}

#[test]
fn no_two_rules_have_one_name() {
    let mut seen = BTreeSet::new();
    for rule in rules::rules() {
        assert!(seen.insert(rule.name.clone()), "{}", rule.name);
    }
}

/// The comparison itself is tested: engines that forget one thing each are found out, on a line that shows it.
#[test]
fn a_forgetful_engine_is_found_out() {
    for layer in ["identity", "boundary", "session", "resource", "scp", "rcp", "endpoint"] {
        let forgetful = |line: &Value| {
            let mut line = line.clone();
            line["policies"].as_object_mut().unwrap().remove(layer);
            let told = answer(&line, Domain::Typed);
            Some(Engine {
                decision: told.decision.to_owned(),
                silent: told.silent.iter().map(ToString::to_string).collect(),
            })
        };
        let found = (0..500).find_map(|seed| disagreement(&generate::line(seed), &forgetful));
        let found = smallest(found.unwrap_or_else(|| panic!("nobody missed {layer}")), &forgetful);
        assert!(found.line["policies"].get(layer).is_some(), "{} does not show {layer}", found.line);
        let text = found.line["policies"].to_string();
        assert!(text.len() < 400, "not small: {text}");
    }
}
