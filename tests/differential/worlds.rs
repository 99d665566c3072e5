//! What is not known is tried out: every value that could make a difference, for every key, for every resource that
//! a pattern stands for. Slow, and hard to get wrong.

use crate::condition::{Kind, Operator, Set, operator, short_arn, unknown_operator};
use crate::context::{Context, Held, texts};
use crate::decide::{Case, Outcome, decide};
use crate::pattern::{Piece, common, pieces, stands_for};
use crate::resources::{as_written, filled, resource_patterns, resources};
use crate::statement::{Place, Statement};
use crate::value::{moment, network, number};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) decision: &'static str,
    /// For `implicitDeny`: the layers that did not allow in any world.
    pub(crate) silent: BTreeSet<&'static str>,
    /// Nothing was unknown: there was one world.
    pub(crate) certain: bool,
}

/// The kinds of values that an unknown key may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Domain {
    /// One value, of the type that its operators compare.
    Single,
    /// Also lists, where an operator asks for a list.
    Typed,
    /// Also values of other types, and lists.
    Anything,
}

/// A word that no policy knows.
pub(crate) const STRANGER: &str = "zzq";
pub(crate) const STRANGERS: [&str; 2] = ["203.0.113.250", "arn:aws:zzq:zzq:000000000000:zzq/zzq"];

/// All worlds of one line.
pub(crate) struct Worlds {
    known: Context,
    cases: Vec<Tried>,
}

/// What is tried out for one caller.
struct Tried {
    case: Case,
    resources: BTreeSet<String>,
    pools: BTreeMap<String, Vec<Option<Held>>>,
}

impl Worlds {
    pub(crate) fn of(line: &Value, domain: Domain) -> Self {
        let tried = |case: Case| {
            let resources = resources(line, &case.statements);
            let pools = pools(line, &case.statements, &resources, domain);
            Tried { case, resources, pools }
        };
        Self { known: Context::of(&line["request"]), cases: Case::all(line).into_iter().map(tried).collect() }
    }

    pub(crate) fn count(&self) -> usize {
        self.cases.iter().map(|it| it.pools.values().map(Vec::len).product::<usize>() * it.resources.len()).sum()
    }

    /// The answer of the documentation.
    pub(crate) fn answer(&self) -> Answer {
        together(self.cases.iter().flat_map(|Tried { case, resources, pools }| {
            assignments(self.known.clone(), pools).into_iter().flat_map(move |context| {
                resources.iter().map(|resource| decide(case, &context, resource)).collect::<Vec<_>>()
            })
        }))
    }
}

/// The answer of the documentation to one line of `evaluate`.
pub(crate) fn answer(line: &Value, domain: Domain) -> Answer {
    Worlds::of(line, domain).answer()
}

/// `depends` only if some worlds allow, and no world beyond would change that; denied either way is `implicitDeny`, or
/// `explicitDeny` where a Deny is certain.
fn together(worlds: impl Iterator<Item = Outcome>) -> Answer {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for outcome in worlds {
        let allows = |it: &Outcome| *it == Outcome::Allowed;
        let differs = outcomes.first().is_some_and(|first| allows(first) != allows(&outcome));
        if differs || outcome == Outcome::AllowedUnless {
            return Answer { decision: "depends", silent: BTreeSet::new(), certain: false };
        }
        outcomes.push(outcome);
    }
    let decision = match outcomes.first() {
        Some(Outcome::Allowed) => "allowed",
        _ if certain_deny(&outcomes).is_empty() => "implicitDeny",
        _ => "explicitDeny",
    };
    let mut silent = BTreeSet::new();
    if decision == "implicitDeny" {
        let layers = |it: &Outcome| if let Outcome::Implicit(layers) = it { Some(layers.clone()) } else { None };
        silent = outcomes.iter().filter_map(layers).reduce(|a, b| &a & &b).unwrap_or_default();
    }
    Answer { decision, silent, certain: outcomes.len() == 1 }
}

/// The Deny statements that hit in every world.
fn certain_deny(outcomes: &[Outcome]) -> BTreeSet<Place> {
    let mut common: Option<BTreeSet<Place>> = None;
    for outcome in outcomes {
        let Outcome::Explicit(places) = outcome else { return BTreeSet::new() };
        common = Some(common.map_or_else(|| places.clone(), |common| &common & places));
    }
    common.unwrap_or_default()
}

fn assignments(known: Context, pools: &BTreeMap<String, Vec<Option<Held>>>) -> Vec<Context> {
    let mut all = vec![known];
    for (key, pool) in pools {
        let mut next = Vec::new();
        for context in &all {
            for value in pool {
                let mut context = context.clone();
                context.set(key, value.clone());
                next.push(context);
            }
        }
        all = next;
    }
    all
}

/// For each unknown key all values that could matter, and its absence.
fn pools(
    line: &Value,
    statements: &[Statement],
    resources: &BTreeSet<String>,
    domain: Domain,
) -> BTreeMap<String, Vec<Option<Held>>> {
    let mut unknown: Vec<String> = texts(line.get("unknown")).iter().map(|key| key.to_lowercase()).collect();
    unknown.sort();
    unknown.dedup();
    let mut pools = BTreeMap::new();
    for key in &unknown {
        pools.insert(key.clone(), pool(line, key, (statements, resources), domain));
    }
    for (name, key, wanted) in statements.iter().flat_map(|it| &it.conditions) {
        let open = Some(unknown_operator(name)).filter(|_| operator(name).kind == Kind::Unknown);
        for question in open.into_iter().chain(short_arn(name, key, wanted)) {
            pools.insert(question.to_lowercase(), vec![None, Some(Held::Single("yes".to_owned()))]);
        }
    }
    pools
}

fn pool(
    line: &Value,
    key: &str,
    (statements, resources): (&[Statement], &BTreeSet<String>),
    domain: Domain,
) -> Vec<Option<Held>> {
    let context = &Context::of(&line["request"]);
    let all: Vec<&(String, String, Vec<String>)> = statements.iter().flat_map(|it| &it.conditions).collect();
    let uses: Vec<_> = all.iter().filter(|(_, name, _)| name.to_lowercase() == key).collect();
    let mut values: BTreeSet<String> = BTreeSet::new();
    for (name, _, wanted) in &uses {
        for wanted in wanted {
            values.extend(around(&operator(name), wanted, context));
        }
    }
    values.extend(shared(&uses, context));
    if uses.iter().any(|(name, ..)| operator(name).kind == Kind::TextWithoutCase) {
        // others of its operators may tell apart what this one takes for the same
        values.extend(values.clone().iter().flat_map(|value| in_other_cases(value)));
    }
    values.extend(as_variable(line, key, (statements, resources), context));
    let textual =
        |it: &Operator| matches!(it.kind, Kind::Text | Kind::TextWithoutCase | Kind::TextPattern | Kind::Null);
    if uses.is_empty() && values.is_empty() {
        return vec![None];
    }
    if domain == Domain::Anything || uses.iter().all(|(name, ..)| textual(&operator(name))) {
        values.insert(STRANGER.to_owned());
    }
    if uses.iter().any(|(name, ..)| operator(name).set == Some(Set::All)) {
        values.insert(String::new());
    }
    let sets = uses.iter().any(|(name, ..)| operator(name).set.is_some());
    let singles = uses.iter().any(|(name, ..)| operator(name).set.is_none());
    let mut pool = vec![None];
    pool.extend(values.iter().map(|value| Some(Held::Single(value.clone()))));
    if domain == Domain::Anything || (sets && domain == Domain::Typed) {
        // of one value, each operator says the same, whatever the key is taken for
        for (index, first) in values.iter().enumerate() {
            for second in values.iter().skip(index + 1) {
                let both = vec![first.clone(), second.clone()];
                if singles {
                    pool.push(Some(Held::Either(both.clone(), second.clone())));
                }
                if singles && sets && domain == Domain::Anything {
                    pool.push(Some(beside(&both, STRANGER)));
                }
                pool.push(Some(Held::Either(both, first.clone())));
            }
        }
    }
    pool
}

/// Texts for which every two patterns of the key both stand.
fn shared(uses: &[&&(String, String, Vec<String>)], context: &Context) -> BTreeSet<String> {
    let value_of = |key: &str| context.variable(key);
    let of_patterns = uses.iter().filter(|(name, ..)| matches!(operator(name).kind, Kind::TextPattern | Kind::Arn));
    let patterns: BTreeSet<&String> = of_patterns.flat_map(|(_, _, wanted)| wanted).collect();
    let patterns: Vec<_> = patterns.into_iter().filter_map(|it| pieces(it, Some(&value_of))).collect();
    let pairs = patterns.iter().enumerate().flat_map(|(at, one)| patterns.iter().skip(at + 1).map(move |it| (one, it)));
    pairs.filter_map(|(one, other)| common(one, other)).collect()
}

/// Two values, and a third that an operator is asked of which takes the key for a single-valued one.
fn beside(both: &[String], third: &str) -> Held {
    Held::Either(both.iter().map(String::as_str).chain([third]).map(str::to_owned).collect(), third.to_owned())
}

/// The same word in other letters: all of them, all but the first, the first, the last.
fn in_other_cases(word: &str) -> Vec<String> {
    let (lower, upper) = (word.to_lowercase(), word.to_uppercase());
    let joined = |a: &str, b: &str, at: usize| format!("{}{}", &a[..at], &b[at..]);
    match word.len() {
        0 => Vec::new(),
        length => {
            let mixed = [joined(&lower, &upper, 1), joined(&upper, &lower, 1), joined(&lower, &upper, length - 1)];
            [lower.clone(), upper.clone()].into_iter().chain(mixed).collect()
        }
    }
}

/// Values on every side of what an operator compares with.
fn around(operator: &Operator, wanted: &str, context: &Context) -> Vec<String> {
    let owned = |all: [&str; 2]| all.map(str::to_owned).to_vec();
    match operator.kind {
        Kind::Number(_) => match number(wanted) {
            Some(it) => [it - 1.0, it, it + 1.0].iter().map(ToString::to_string).collect(),
            None => vec!["0".to_owned()],
        },
        Kind::Date(_) => match moment(wanted) {
            Some(it) => [it / 1000 - 1, it / 1000, it / 1000 + 1].iter().map(ToString::to_string).collect(),
            None => vec!["0".to_owned()],
        },
        Kind::Truth => owned(["true", "false"]),
        Kind::Address => {
            let mut found = vec![STRANGERS[0].to_owned()];
            found.extend(network(wanted).into_iter().flat_map(super::value::Network::ends));
            found
        }
        Kind::Null | Kind::Unknown => Vec::new(),
        _ => {
            let value_of = |key: &str| context.variable(key);
            let stranger = |key: &str| Some(context.variable(key).unwrap_or_else(|| STRANGER.to_owned()));
            let plain: String = pieces(wanted, Some(&value_of))
                .or_else(|| pieces(wanted, Some(&stranger)))
                .unwrap_or_default()
                .iter()
                .map(as_written)
                .collect();
            let mut found = vec![STRANGERS[1].to_owned(), wanted.to_owned(), plain.clone(), plain.to_uppercase()];
            found.extend(filled(&plain, &[String::new(), STRANGER.to_owned()]));
            found
        }
    }
}

/// Values that a variable of this name would need for a pattern to stand for what the request carries.
fn as_variable(
    line: &Value,
    key: &str,
    (statements, resources): (&[Statement], &BTreeSet<String>),
    context: &Context,
) -> BTreeSet<String> {
    let conditions = || statements.iter().flat_map(|it| &it.conditions);
    let mut patterns = resource_patterns(statements);
    patterns.extend(conditions().flat_map(|(_, _, wanted)| wanted.iter().cloned()));
    patterns.retain(|it| it.contains("${"));
    if patterns.is_empty() {
        return BTreeSet::new();
    }
    let unknown = texts(line.get("unknown"));
    let mut targets: Vec<String> = resources.iter().cloned().collect();
    targets.extend(context.values());
    targets.extend(conditions().filter(|(_, key, _)| unknown.contains(key)).flat_map(|(_, _, wanted)| wanted.clone()));
    let mut found = BTreeSet::new();
    for pattern in &patterns {
        for target in &targets {
            found.extend(captures(pattern, key, target, context));
            // for operators to which case is nothing
            found.extend(captures(&pattern.to_lowercase(), key, &target.to_lowercase(), context));
        }
    }
    found
}

/// The texts that stand where the pattern has `${key}`, when the whole is to be `target`.
fn captures(pattern: &str, key: &str, target: &str, context: &Context) -> Vec<String> {
    let value_of = |name: &str| Some(context.variable(name).unwrap_or_else(|| "*".to_owned()));
    let lower = pattern.to_lowercase();
    let Some(start) = lower.find(&format!("${{{key}")) else { return Vec::new() };
    let Some((_, after)) = pattern[start..].split_once('}') else { return Vec::new() };
    let loose = |part: &str| {
        let all = pieces(part, Some(&value_of)).unwrap_or_default();
        all.into_iter().map(|it| if it == Piece::Value('*') { Piece::Many } else { it }).collect::<Vec<_>>()
    };
    let (before, after) = (loose(&pattern[..start]), loose(after));
    let target: Vec<char> = target.chars().collect();
    let mut found = Vec::new();
    for from in 0..=target.len() {
        if !stands_for(&before, &target[..from]) {
            continue;
        }
        for to in from..=target.len() {
            if stands_for(&after, &target[to..]) {
                found.push(target[from..to].iter().collect());
            }
        }
    }
    found
}
