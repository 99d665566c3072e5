//! Everything that the conditions on one unknown key can say together, whatever its value: absent, one value, several.
//!
//! Operators with a set prefix are asked of all the values, those without of one of them: who writes none takes the key for
//! one of a single value, and no other statement's prefix changes what such a policy says.

use super::cells::{self, Cell};
use super::language::{self, Steps};
use super::operands::{self, Marks};
use crate::domain::policy::condition::{Family, Operands, comparison, family, of_missing, presence};
use crate::domain::policy::document::Condition;
use crate::domain::policy::operator::{Operator, SetPrefix, Test};
use crate::domain::policy::pattern::Pattern;
use crate::domain::policy::shape::Shape;
use crate::domain::policy::variable::{Value, Values};
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// A condition, and how its operands are read.
pub(crate) type Question<'a> = (&'a Condition, Operands);

/// What each of some conditions says, in their order.
pub(crate) type Profile = Vec<bool>;

/// No more profiles than this are told apart for one key.
const PROFILES: usize = 1_024;
/// Sets of values are looked at where there are no more kinds of values than this.
const KINDS: usize = 32;
/// And only until so many of them have been held beside each other.
const UNIONS: usize = 16_384;
/// No more numbers, moments or address ranges times conditions than this are held against each other.
const POINTS: usize = 1_000_000;
/// Of conditions that cannot be told apart, every combination is taken where there are no more than this.
const FREE: usize = 10;
/// No more conditions of one key than this are looked at with operands that may mean anything.
const DOUBTS: usize = 6;

type Profiles = HashSet<Profile, RandomState>;

/// Every profile that some value of the key gives the conditions; more than those where telling them apart takes too
/// long; `None` where there would be too many. An operand that is not known matches nothing.
pub(crate) fn profiles<V: Values + ?Sized>(questions: &[Question<'_>], values: &V) -> Option<Vec<Profile>> {
    let conditions: Vec<&Condition> = questions.iter().map(|(condition, _)| *condition).collect();
    let shape = shape(&conditions, values);
    let presence = match shape {
        None => Presence::Any,
        Some(shape) if shape.may_be_absent => Presence::OneOrNone,
        Some(_) => Presence::One,
    };
    let kinds = kinds(&conditions, values, shape.map(|shape| &shape.pattern))?;
    let doubted: Vec<usize> = questions
        .iter()
        .enumerate()
        .filter(|(_, (_, operands))| *operands == Operands::InDoubt)
        .map(|(at, _)| at)
        .collect();
    if doubted.len() > DOUBTS {
        return None;
    }
    let mut found = Profiles::default();
    for meant in 0..1_usize << doubted.len() {
        let meant: Vec<usize> =
            doubted.iter().enumerate().filter(|(bit, _)| meant >> bit & 1 == 1).map(|(_, at)| *at).collect();
        found.extend(of_kinds(&conditions, &matching(&kinds, &meant), presence)?);
    }
    (found.len() <= PROFILES).then(|| found.into_iter().collect())
}

/// What the value of the key looks like, where so much is known of it.
fn shape<'a, V: Values + ?Sized>(conditions: &[&Condition], values: &'a V) -> Option<&'a Shape> {
    match values.value(&conditions.first()?.key) {
        Value::Shaped(shape) => Some(shape),
        _ => None,
    }
}

/// How many values a key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    One,
    OneOrNone,
    /// None, one or several.
    Any,
}

fn of_kinds(conditions: &[&Condition], kinds: &[KindOfValue], presence: Presence) -> Option<Profiles> {
    let mut found = Profiles::default();
    if presence != Presence::One {
        found.insert(conditions.iter().map(|condition| of_absent(condition)).collect());
    }
    found.extend(
        kinds.iter().map(|kind| conditions.iter().zip(&kind.matched).map(|(c, m)| of_one(c, *m, kind.empty)).collect()),
    );
    if presence == Presence::Any && conditions.iter().any(|condition| condition.operator.set.is_some()) {
        found.extend(of_sets(conditions, kinds)?);
    }
    Some(found)
}

/// The kinds where these conditions match every value. An operand that cannot be read means something between nothing
/// and everything, and what a condition says turns once on the way from the one to the other: the two ends are enough.
fn matching(kinds: &[KindOfValue], meant: &[usize]) -> Vec<KindOfValue> {
    let all = |kind: &KindOfValue| {
        let matched = kind.matched.iter().enumerate().map(|(at, matched)| *matched || meant.contains(&at));
        KindOfValue { matched: matched.collect(), empty: kind.empty }
    };
    let distinct: HashSet<KindOfValue, RandomState> = kinds.iter().map(all).collect();
    distinct.into_iter().collect()
}

/// A kind of value: which conditions it matches (`Not` left aside), and whether it is the empty text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct KindOfValue {
    matched: Profile,
    empty: bool,
}

fn of_absent(condition: &Condition) -> bool {
    match condition.operator.test {
        Test::Null => presence(condition, true).is_yes(),
        _ => of_missing(&condition.operator),
    }
}

fn of_one(condition: &Condition, matched: bool, empty: bool) -> bool {
    match (condition.operator.test, condition.operator.set) {
        (Test::Null, _) => presence(condition, false).is_yes(),
        (_, Some(SetPrefix::ForAllValues)) if empty => true,
        _ => matched != condition.operator.negated,
    }
}

/// What the members of a set of values say together of each condition with a set prefix: some of them, all of them. Of a
/// condition without, both are what the one member says of it that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Together {
    some: Profile,
    all: Profile,
    all_empty: bool,
}

impl Together {
    /// The set with this one member.
    fn of(conditions: &[&Condition], kind: &KindOfValue) -> Self {
        let says = |(condition, matched): (&&Condition, &bool)| *matched != condition.operator.negated;
        let says: Profile = conditions.iter().zip(&kind.matched).map(says).collect();
        Self { some: says.clone(), all: says, all_empty: kind.empty }
    }

    /// The same as one that is not asked by conditions without a set prefix.
    fn unasked(&self, conditions: &[&Condition]) -> Self {
        let of_sets = |own: &Profile, neutral: bool| {
            let has_set = conditions.iter().map(|condition| condition.operator.set.is_some());
            own.iter().zip(has_set).map(|(own, has_set)| if has_set { *own } else { neutral }).collect()
        };
        Self { some: of_sets(&self.some, false), all: of_sets(&self.all, true), all_empty: self.all_empty }
    }

    /// The set with one more member, which is not asked.
    fn with(&self, unasked: &Self) -> Self {
        let each = |own: &Profile, other: &Profile, both: fn((&bool, &bool)) -> bool| {
            own.iter().zip(other).map(both).collect()
        };
        Self {
            some: each(&self.some, &unasked.some, |(a, b)| *a || *b),
            all: each(&self.all, &unasked.all, |(a, b)| *a && *b),
            all_empty: self.all_empty && unasked.all_empty,
        }
    }

    fn profile(&self, conditions: &[&Condition]) -> Profile {
        let says = |(condition, (some, all)): (&&Condition, (&bool, &bool))| match condition.operator {
            Operator { test: Test::Null, .. } => presence(condition, false).is_yes(),
            Operator { set: None | Some(SetPrefix::ForAnyValue), .. } => *some,
            Operator { set: Some(SetPrefix::ForAllValues), .. } => self.all_empty || *all,
        };
        conditions.iter().zip(self.some.iter().zip(&self.all)).map(says).collect()
    }
}

/// The profiles of keys with several values: of every set of kinds and each member of it. Sets that say the same are one,
/// whatever comes to them.
fn of_sets(conditions: &[&Condition], kinds: &[KindOfValue]) -> Option<Vec<Profile>> {
    let mut found: HashSet<Together, RandomState> = kinds.iter().map(|kind| Together::of(conditions, kind)).collect();
    let others: HashSet<Together, RandomState> = found.iter().map(|one| one.unasked(conditions)).collect();
    if others.len() > KINDS {
        return None;
    }
    let mut open: Vec<Together> = found.iter().cloned().collect();
    while let Some(set) = open.pop() {
        for larger in others.iter().map(|one| set.with(one)) {
            if !found.contains(&larger) {
                if found.len() >= PROFILES || found.len() * others.len() > UNIONS {
                    return None;
                }
                found.insert(larger.clone());
                open.push(larger);
            }
        }
    }
    Some(found.iter().map(|set| set.profile(conditions)).collect())
}

/// Every kind of single value. What the families of operators see of one value is taken for independent of each other;
/// only the empty text, of which `ForAllValues:` holds whatever is compared, is no number, moment or address.
fn kinds<V: Values + ?Sized>(
    conditions: &[&Condition],
    values: &V,
    shape: Option<&Pattern>,
) -> Option<Vec<KindOfValue>> {
    let of_all = |condition: &&Condition| condition.operator.set == Some(SetPrefix::ForAllValues);
    let tells_empty = conditions.iter().any(of_all) && shape.is_none_or(|shape| shape.matches(""));
    let none_matched = |empty| KindOfValue { matched: vec![false; conditions.len()], empty };
    let mut kinds: Vec<KindOfValue> =
        [false, true].into_iter().filter(|empty| !empty || tells_empty).map(none_matched).collect();
    for of in [Family::Text, Family::Number, Family::Moment, Family::Address] {
        let members: Vec<usize> = (0..conditions.len())
            .filter(|at| conditions.get(*at).is_some_and(|c| family(c.operator.test) == of))
            .collect();
        let own: Vec<&Condition> = members.iter().filter_map(|at| conditions.get(*at).copied()).collect();
        if own.is_empty() {
            continue;
        }
        let seen = match of {
            Family::Text => texts(&own, values, shape)?,
            _ => points(&own, of)?,
        };
        let mut next = HashSet::<KindOfValue, RandomState>::default();
        for kind in &kinds {
            for (matched, _) in seen.iter().filter(|(_, empty)| !tells_empty || *empty == kind.empty) {
                let mut kind = kind.clone();
                for (at, matched) in members.iter().zip(matched) {
                    if let Some(own) = kind.matched.get_mut(*at) {
                        *own = *matched;
                    }
                }
                next.insert(kind);
                if next.len() > PROFILES {
                    return None;
                }
            }
        }
        kinds = next.into_iter().collect();
    }
    Some(kinds)
}

/// Which of the conditions a text of this shape can match together, and whether it is empty.
fn texts<V: Values + ?Sized>(
    conditions: &[&Condition],
    values: &V,
    shape: Option<&Pattern>,
) -> Option<Vec<(Profile, bool)>> {
    let any = Pattern::everything();
    let shape = operands::joined(std::slice::from_ref(shape.unwrap_or(&any)));
    let mut patterns: Vec<Steps> = vec![Vec::new(), shape];
    let mut owners = vec![usize::MAX; 2];
    for (at, condition) in conditions.iter().enumerate() {
        for steps in condition.values.iter().filter_map(|own| operands::steps(condition.operator.test, own, values)) {
            owners.push(at);
            patterns.push(steps);
        }
    }
    let seen: HashSet<(Profile, bool), RandomState> = match language::combinations(&patterns) {
        Some(combinations) => combinations
            .into_iter()
            .filter(|met| met.get(1) == Some(&true))
            .map(|met| {
                let mut matched = vec![false; conditions.len()];
                for (owner, met) in owners.iter().zip(&met) {
                    if let Some(own) = matched.get_mut(*owner).filter(|_| *met) {
                        *own = true;
                    }
                }
                (matched, met.first() == Some(&true))
            })
            .collect(),
        None => free(conditions.len())?
            .into_iter()
            .flat_map(|matched| [(matched.clone(), false), (matched, true)])
            .collect(),
    };
    Some(seen.into_iter().collect())
}

/// Every combination whatsoever, where there are not too many.
fn free(conditions: usize) -> Option<Vec<Profile>> {
    (conditions <= FREE)
        .then(|| (0..1_usize << conditions).map(|set| (0..conditions).map(|at| set >> at & 1 == 1).collect()).collect())
}

/// Which of the conditions a number, moment or address can match together; first, what is none, and may be empty. `None`
/// where there are too many of either.
fn points(conditions: &[&Condition], of: Family) -> Option<Vec<(Profile, bool)>> {
    let none = vec![false; conditions.len()];
    let mut found = Profiles::from_iter([none.clone()]);
    let mut meets = |matched: Profile| {
        found.insert(matched);
        (found.len() <= PROFILES).then_some(())
    };
    let are_few = |points: usize| points.saturating_mul(conditions.len()) <= POINTS;
    match operands::marks(conditions, of) {
        Marks::Ordered { count, of_condition } if are_few(count) => Cell::all(count).try_for_each(|cell| {
            let matched = |(condition, marks): (&&Condition, &Vec<usize>)| {
                comparison::holds_of_any(condition.operator.test, marks, |mark| cell.compare(*mark))
            };
            meets(conditions.iter().zip(&of_condition).map(matched).collect())
        })?,
        Marks::Ranges(of_condition) if are_few(of_condition.iter().map(|own| own.ends().len()).sum()) => {
            let mut addresses = cells::addresses(&of_condition).into_iter();
            addresses
                .try_for_each(|address| meets(of_condition.iter().map(|ranges| ranges.hold(address)).collect()))?;
        }
        Marks::Ordered { .. } | Marks::Ranges(_) => return None,
    }
    Some(found.into_iter().map(|matched| (matched, false)).chain([(none, true)]).collect())
}
