//! The operands of a condition brought in order, where so many comparisons are to be made that looking values up is faster.

use super::address::{Range, Ranges, address};
use super::comparison::{self, Family, family};
use super::evaluate::{Operands, folded, is_readable, truth_value};
use super::moment::moment;
use super::number::Number;
use crate::domain::model::Time;
use crate::domain::policy::document::Condition;
use crate::domain::policy::operator::Test;
use crate::domain::policy::pattern::Pattern;
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::{Resolved, Template, Value, Values};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

/// What the values of a request are looked up in.
pub(super) struct Among<'a> {
    test: Test,
    read: Read<'a>,
    /// What is said of a value that none of them matches.
    otherwise: Truth,
}

/// The operands, read as their operator compares.
enum Read<'a> {
    /// Texts, and those of them with wildcards.
    Texts(HashSet<Cow<'a, str>, RandomState>, Vec<Cow<'a, Pattern>>),
    /// In order.
    Numbers(Vec<Number<'a>>),
    /// In order.
    Moments(Vec<Time>),
    /// Whether one of them is `true`, and one `false`.
    Truths { yes: bool, no: bool },
    /// Ranges.
    Addresses(Ranges),
}

/// Fewer comparisons than this are made.
const FEW: usize = 4_096;
/// A longer text takes as many comparisons as this is contained in it.
const LONG: usize = 64;

impl<'a> Among<'a> {
    /// The operands of a condition on this value of its key; `None` where comparing with each of them is no effort, or
    /// cannot be helped.
    pub(super) fn of<V: Values + ?Sized>(
        condition: &'a Condition,
        found: &Value<'_>,
        values: &V,
        operands: Operands,
    ) -> Option<Self> {
        let comparisons = match found {
            Value::Many(several) if condition.operator.set.is_some() => {
                several.len() + several.iter().map(|value| value.len() / LONG).sum::<usize>()
            }
            // reading it again and again is what takes long
            Value::One(value) if value.len() > LONG && family(condition.operator.test) != Family::Text => {
                value.len() / LONG
            }
            _ => return None,
        };
        let is_effort = comparisons.saturating_mul(condition.values.len()) >= FEW;
        is_effort.then(|| Self::read(condition, values, operands)).flatten()
    }

    fn read<V: Values + ?Sized>(condition: &'a Condition, values: &V, operands: Operands) -> Option<Self> {
        let (test, own) = (condition.operator.test, &condition.values);
        let read = match family(test) {
            Family::Number => Read::Numbers(in_order(own, Number::read, Number::compare)),
            Family::Moment => Read::Moments(in_order(own, moment, Ord::cmp)),
            Family::Address => Read::Addresses(Ranges::of(own.iter().filter_map(|own| Range::read(own.as_str())))),
            Family::Text if test == Test::Bool => {
                let has = |truth| own.iter().any(|own| truth_value(own.as_str()) == Some(truth));
                Read::Truths { yes: has(true), no: has(false) }
            }
            Family::Text if test != Test::ArnLike => texts(test, own, values)?,
            Family::Text | Family::Presence | Family::Unknown => return None,
        };
        let is_whole = operands == Operands::AsWritten || is_readable(condition);
        Some(Self { test, read, otherwise: if is_whole { Truth::No } else { Truth::Depends } })
    }

    /// Whether the value matches one of them.
    pub(super) fn matches(&self, value: &str) -> Truth {
        let matches = match &self.read {
            Read::Texts(texts, patterns) => {
                texts.contains(&as_compared(self.test, value)) || patterns.iter().any(|own| own.matches(value))
            }
            Read::Numbers(own) => Number::read(value)
                .is_some_and(|value| comparison::holds_of_any(self.test, own, |own| value.compare(own))),
            Read::Moments(own) => {
                moment(value).is_some_and(|value| comparison::holds_of_any(self.test, own, |own| value.cmp(own)))
            }
            Read::Truths { yes, no } => truth_value(value).is_some_and(|value| if value { *yes } else { *no }),
            Read::Addresses(own) => address(value).is_some_and(|value| own.hold(value)),
        };
        if matches { Truth::Yes } else { self.otherwise }
    }
}

fn in_order<'a, T>(
    own: &'a [Template],
    read: impl Fn(&'a str) -> Option<T>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<T> {
    let mut all: Vec<T> = own.iter().filter_map(|own| read(own.as_str())).collect();
    all.sort_unstable_by(compare);
    all
}

/// The texts, with variables in place; `None` where one of those is not known.
fn texts<'a, V: Values + ?Sized>(test: Test, own: &'a [Template], values: &V) -> Option<Read<'a>> {
    let (mut texts, mut patterns) = (HashSet::default(), Vec::new());
    for own in own {
        let pattern = match own.resolved(values) {
            Resolved::Ready(pattern) => pattern,
            Resolved::Null => continue,
            Resolved::Unknown(_) => return None,
        };
        let compared = match &pattern {
            Cow::Borrowed(pattern) => pattern.as_text().map(|own| as_compared(test, own)),
            Cow::Owned(pattern) => pattern.as_text().map(|own| as_compared(test, own).into_owned().into()),
        };
        match compared {
            Some(own) => drop(texts.insert(own)),
            None => patterns.push(pattern),
        }
    }
    Some(Read::Texts(texts, patterns))
}

/// A value as the operator compares it.
fn as_compared(test: Test, value: &str) -> Cow<'_, str> {
    if test == Test::StringEqualsIgnoreCase { folded(value).into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use super::super::truth;
    use super::*;
    use crate::domain::policy::context::Context;
    use crate::domain::policy::document::{Document, Kind};

    const NUMBERS: [&str; 6] = ["1", "01.50", "few", "-2", "1e2", "7"];
    const MOMENTS: [&str; 4] = ["2026-01-01", "1767225600", "soon", "2026-01-02T00:00:00Z"];
    const RANGES: [&str; 6] = ["ten", "10.0.0.0/8", "10.1.0.0/16", "10.255.255.255", "192.0.2.7", "2001:db8::/32"];
    const TEXTS: [&str; 7] = ["a", "B", "b*", "?", "${k:x}", "${k:none}", ""];
    const ASKED: [&str; 23] = [
        "1.5",
        "-2",
        "-3",
        "100",
        "101",
        "x",
        "2026-01-01",
        "2025-12-31",
        "2026-01-02",
        "2026-02-01",
        "10.3.0.1",
        "11.0.0.0",
        "192.0.2.7",
        "2001:db8::1",
        "a",
        "b",
        "bb",
        "B*",
        "x1",
        "",
        "true",
        "FALSE",
        "maybe",
    ];

    fn document(operator: &str, operands: &[&str]) -> Document {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*",
                "Condition":{{"ForAnyValue:{operator}":{{"k":{operands:?}}}}}}}}}"#
        );
        Document::parse(&text, Kind::Identity).unwrap()
    }

    #[test]
    fn looking_a_value_up_says_what_comparing_it_does() {
        let orders = ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
        let of_order = |family: &str| orders.map(|order| format!("{family}{order}")).to_vec();
        let named = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (operators, all) in [
            (of_order("Numeric"), &NUMBERS[..]),
            (of_order("Date"), &MOMENTS),
            (named("IpAddress"), &RANGES),
            (named("Bool"), &["maybe", "True", "false"]),
            (named("StringEquals StringEqualsIgnoreCase StringLike BinaryEquals"), &TEXTS),
        ] {
            for (operator, first) in operators.iter().flat_map(|own| (0..all.len()).map(move |first| (own, first))) {
                let (few, document) = (&all[first..], document(operator, &all[first..]));
                let condition = &document.statements[0].conditions[0];
                for operands in [Operands::AsWritten, Operands::InDoubt] {
                    let mut context = Context::default();
                    context.set("k:x", "x1");
                    let among = Among::read(condition, &context, operands).unwrap();
                    for value in ASKED {
                        context.set_many("k", [value]);
                        let compared = truth(condition, &context, operands);
                        assert_eq!(among.matches(value), compared, "{operator} {few:?} of {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_are_looked_up_where_many_comparisons_would_be_made() {
        let many: Vec<String> = (0..200).map(|at| at.to_string()).collect();
        let operands: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = "1".repeat(LONG * 100);
        for (operator, value, is_looked_up) in [
            ("NumericEquals", vec!["5"; 10], false),
            ("NumericEquals", vec!["5"; 100], true),
            ("NumericEquals", vec![long.as_str()], true),
            ("StringLike", vec!["5"; 100], true),
            ("ArnLike", vec!["5"; 100], false),
        ] {
            let document = document(operator, &operands);
            let mut context = Context::default();
            context.set_many("k", value);
            let (condition, key) = (&document.statements[0].conditions[0], &document.statements[0].conditions[0].key);
            let among = Among::of(condition, &context.value(key), &context, Operands::AsWritten);
            assert_eq!(among.is_some(), is_looked_up, "{operator}");
        }
        let document = document("NumericEquals", &operands);
        let condition = &document.statements[0].conditions[0];
        for (value, is_looked_up) in [("5", false), (&*long, true)] {
            let among = Among::of(condition, &Value::One(value), &Context::default(), Operands::AsWritten);
            assert_eq!(among.is_some(), is_looked_up, "{}", value.len());
        }
    }
}
