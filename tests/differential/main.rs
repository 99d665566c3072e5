//! A second evaluator of IAM policies, written to be obvious instead of fast, straight from the documentation and
//! without a line of the engine's; the rules of `tests/policy_rules` are run against both, and so are random requests.

#![expect(clippy::unwrap_used, reason = "a failed test panics by name")]
#![expect(clippy::print_stderr, reason = "how many were compared is part of the result")]
#![expect(clippy::string_slice, reason = "the vocabulary is ASCII")]

mod compare;
mod condition;
mod context;
mod decide;
mod engine;
mod generate;
mod pattern;
mod principal;
mod resources;
mod rules;
mod statement;
mod value;
mod worlds;

use compare::{Engine, disagreement, disagreement_in, smallest};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::ops::Range;
use std::thread;
use worlds::{Domain, Worlds, answer};

/// How often each decision comes out: a generator that only denies would prove little.
#[test]
fn the_random_requests_are_of_all_kinds() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let all = (0..800).map(|seed| Worlds::of(&generate::line(seed), Domain::Typed));
    for worlds in all.filter(|it| it.count() <= WORLDS) {
        *counts.entry(worlds.answer().decision).or_default() += 1;
    }
    println!("{counts:?}");
    for decision in ["allowed", "explicitDeny", "implicitDeny", "depends"] {
        assert!(counts.get(decision).is_some_and(|count| *count > 20), "{counts:?}");
    }
}

#[test]
fn the_second_evaluator_follows_every_rule() {
    let rules = rules::rules();
    let mut wrong = Vec::new();
    for rule in rules.iter().filter(|rule| !matches!(rule.decision.as_str(), "unreadable" | "refused")) {
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
fn the_engine_follows_every_rule() {
    let mut wrong = Vec::new();
    let rules = rules::rules();
    for rule in &rules {
        let got = engine::written(&rule.line);
        let remarked = got["remarks"].as_array().is_some_and(|remarks| !remarks.is_empty());
        let right = match rule.decision.as_str() {
            "unreadable" => got["error"].is_string() || remarked,
            "refused" => (got["error"].is_string() || remarked) && got["decision"] != "allowed",
            decision => got["decision"] == decision && (remarked || !rule.remark),
        };
        let silent = engine::answered(&rule.line).map(|it| it.silent);
        let follows = right && rule.layers.as_ref().is_none_or(|layers| silent.as_ref() == Some(layers));
        if !follows {
            let (decision, layers, remark) = (&rule.decision, &rule.layers, rule.remark);
            wrong.push(format!("{}: {got}, expected {decision} by {layers:?}, remark: {remark}", rule.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rules.len(), wrong.join("\n"));
}

/// How many random requests both must answer alike: `ROLECALL_DIFFERENTIAL`, else what the test says.
fn requests(otherwise: u64) -> u64 {
    std::env::var("ROLECALL_DIFFERENTIAL").ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Requests with more worlds than this are left out: nine in a thousand, which would take most of the time.
const WORLDS: usize = 4_000;

/// What came of many random requests.
#[derive(Default)]
struct Run {
    /// How many were decided by both.
    compared: usize,
    /// How many have too many worlds.
    left_out: usize,
    /// The smallest lines on which they disagree.
    disagreements: Vec<String>,
}

/// Both evaluators on every seed of a range, on all cores.
fn run(seeds: Range<u64>) -> Run {
    let threads = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let part = |own: u64| {
        let mut run = Run::default();
        for seed in seeds.clone().filter(|seed| seed % threads == own) {
            let line = generate::line(seed);
            let worlds = Worlds::of(&line, Domain::Typed);
            if worlds.count() > WORLDS {
                run.left_out += 1;
                continue;
            }
            run.compared += 1;
            if let Some(found) = disagreement_in(&worlds, &line, &engine::answered) {
                run.disagreements.push(smallest(found, &engine::answered).to_string());
            }
            if run.disagreements.len() == 3 {
                break;
            }
        }
        run
    };
    let mut all = Run::default();
    thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|own| {
                scope.spawn({
                    let part = &part;
                    move || part(own)
                })
            })
            .collect();
        for one in started.into_iter().map(|one| one.join().unwrap()) {
            all.compared += one.compared;
            all.left_out += one.left_out;
            all.disagreements.extend(one.disagreements);
        }
    });
    all.disagreements.sort_by_key(String::len);
    eprintln!("{} requests compared, {} left out: too many worlds", all.compared, all.left_out);
    all
}

fn assert_agreement(run: &Run) {
    assert!(run.disagreements.is_empty(), "{}", run.disagreements.join("\n"));
    assert!(run.left_out * 20 < run.compared, "{} of {} left out", run.left_out, run.compared);
}

#[test]
fn both_agree_on_some_random_requests() {
    assert_agreement(&run(0..requests(500)));
}

/// One of the two was wrong about each of these.
#[test]
fn both_agree_where_they_once_did_not() {
    for line in include_str!("once.jsonl").lines() {
        let found = disagreement(&serde_json::from_str(line).unwrap(), &engine::answered);
        assert!(found.is_none(), "{}", found.map(|it| it.to_string()).unwrap_or_default());
    }
}

/// `cargo test --release -- --ignored differential`
#[test]
#[ignore = "some minutes"]
fn differential_both_agree_on_a_million_random_requests() {
    assert_agreement(&run(0..requests(1_000_000)));
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
