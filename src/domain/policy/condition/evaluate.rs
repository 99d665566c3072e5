//! Whether a condition holds of a request, in three values.
//!
//! IAM user guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys".

use super::address::{Range, address};
use super::among::Among;
use super::comparison::{self, Family, family};
use super::moment::moment;
use super::number::Number;
use crate::domain::policy::document::Condition;
use crate::domain::policy::operator::{Operator, SetPrefix, Test};
use crate::domain::policy::pattern::Pattern;
use crate::domain::policy::shape::Shape;
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::{Resolved, Template, Value, Values, may_hold_variable};

/// What an operand of the policy that is no number, date or address comes to. One that is no ARN is open either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operands {
    /// It equals nothing.
    AsWritten,
    /// It may have been meant to equal anything: how a Deny is looked at a second time.
    InDoubt,
}

/// Whether the condition holds of the request's keys.
pub fn condition_holds<V: Values + ?Sized>(condition: &Condition, values: &V) -> Truth {
    truth(condition, values, Operands::AsWritten)
}

/// Whether the condition holds.
pub(crate) fn truth<V: Values + ?Sized>(condition: &Condition, values: &V, operands: Operands) -> Truth {
    let operator = &condition.operator;
    let found = values.value(&condition.key);
    let among = Among::of(condition, &found, values, operands);
    let holds = |value: &str| {
        let matches = match &among {
            Some(among) => among.matches(value),
            None => Truth::any(condition.values.iter().map(|own| matches(operator.test, own, value, values, operands))),
        };
        if operator.negated { !matches } else { matches }
    };
    match (operator.test, found) {
        // AWS takes an empty list, and does not agree with itself on what it says
        _ if says_nothing(condition) => Truth::Depends,
        (Test::Null, _) if operands == Operands::InDoubt && !is_readable(condition) => Truth::Depends,
        (Test::Null, Value::Unknown) => either(presence(condition, true), presence(condition, false)),
        (Test::Null, Value::Shaped(Shape { may_be_absent: true, .. })) => {
            either(presence(condition, true), presence(condition, false))
        }
        (Test::Null, value) => presence(condition, value == Value::Absent),
        (Test::Unknown, _) | (_, Value::Unknown) => Truth::Depends,
        (_, Value::Shaped(shape)) => {
            let there = match shape.pattern.as_text() {
                // the one value that it can be
                Some(value) if !value.is_empty() => holds(value),
                _ => of_shape(condition, &shape.pattern, values),
            };
            if shape.may_be_absent { either(of_missing(operator).into(), there) } else { there }
        }
        (_, Value::Absent) => of_missing(operator).into(),
        (_, Value::One(value)) => match operator.set {
            Some(SetPrefix::ForAllValues) if value.is_empty() => Truth::Yes,
            _ => holds(value),
        },
        (_, Value::Many(several)) => match operator.set {
            None => Truth::No,
            Some(SetPrefix::ForAnyValue) => Truth::any(several.iter().map(|value| holds(value))),
            Some(SetPrefix::ForAllValues) if several.iter().all(|value| value.is_empty()) => Truth::Yes,
            Some(SetPrefix::ForAllValues) => Truth::all(several.iter().map(|value| holds(value))),
        },
    }
}

/// What is so in either of two cases.
fn either(one: Truth, other: Truth) -> Truth {
    if one == other { one } else { Truth::Depends }
}

/// Whether the condition holds of every value of this shape, of none, or of some. Only what is compared as text with
/// wildcards is told apart here; for the rest it depends.
fn of_shape<V: Values + ?Sized>(condition: &Condition, shape: &Pattern, values: &V) -> Truth {
    let operator = &condition.operator;
    let is_compared = matches!(operator.test, Test::StringEquals | Test::StringLike);
    // of the empty text `ForAllValues:` holds whatever is compared
    let may_be_empty = operator.set == Some(SetPrefix::ForAllValues) && shape.matches("");
    if !is_compared || may_be_empty {
        return Truth::Depends;
    }
    let matches = |own: &Template| match own.resolved(values) {
        Resolved::Ready(pattern) => pattern.relation(shape),
        Resolved::Null => Truth::No,
        Resolved::Unknown(widest) => widest.relation(shape).and(Truth::Depends),
    };
    let matches = Truth::any(condition.values.iter().map(matches));
    if operator.negated { !matches } else { matches }
}

/// Whether an operator holds of a key that the request does not carry.
///
/// "If the key that you specify in a policy condition is not present in the request context, the values do not match",
/// and negated operators hold; `ForAllValues:` holds of no values, `ForAnyValue:` does not.
pub(crate) fn of_missing(operator: &Operator) -> bool {
    operator.if_exists
        || match operator.set {
            Some(SetPrefix::ForAllValues) => true,
            Some(SetPrefix::ForAnyValue) => false,
            None => operator.negated,
        }
}

/// What `Null` says of a key that is absent, or there; nothing at all behind a set prefix.
///
/// IAM user guide, "IAM policy validation check reference", "Null with qualifier": with `ForAllValues` it always holds, with
/// `ForAnyValue` never.
pub(crate) fn presence(condition: &Condition, absent: bool) -> Truth {
    if let Some(set) = condition.operator.set {
        return (set == SetPrefix::ForAllValues).into();
    }
    condition.values.iter().any(|value| truth_value(value.as_str()) == Some(absent)).into()
}

/// `true` or `false`, in whatever case.
pub(crate) fn truth_value(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|value| text.eq_ignore_ascii_case(if *value { "true" } else { "false" }))
}

/// Whether every operand can be read as what its operator compares, or makes no difference.
pub(crate) fn is_readable(condition: &Condition) -> bool {
    let Operator { test, set, .. } = condition.operator;
    (test == Test::Null && set.is_some()) || condition.values.iter().all(|own| is_operand(test, own.as_str()))
}

/// Whether a text of a policy can be read as what the operator compares.
pub(crate) fn is_operand(test: Test, own: &str) -> bool {
    match family(test) {
        Family::Number => Number::read(own).is_some(),
        Family::Moment => moment(own).is_some(),
        Family::Address => Range::read(own).is_some(),
        Family::Presence => truth_value(own).is_some(),
        Family::Text if test == Test::Bool => truth_value(own).is_some(),
        Family::Text if test == Test::ArnLike => has_parts_of_arn(own) || may_hold_variable(own),
        Family::Text | Family::Unknown => true,
    }
}

/// Whether it compares its key with nothing, where that makes a difference.
pub(crate) fn says_nothing(condition: &Condition) -> bool {
    let Operator { test, set, .. } = condition.operator;
    condition.values.is_empty() && !(test == Test::Null && set.is_some())
}

/// Whether an operand compares ARNs and has not the parts of one: of it alone it depends, whatever the effect, which values it
/// matches.
pub(crate) fn has_short_arn(condition: &Condition) -> bool {
    condition.operator.test == Test::ArnLike && !is_readable(condition)
}

/// Whether a text has the six parts of an ARN: "Each of the six colon-delimited components of the ARN is checked
/// separately", and of fewer, be it `*`, AWS does not say what they match.
fn has_parts_of_arn(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b':').nth(4).is_some()
}

/// Whether an operator can compare this value of a request at all.
pub(crate) fn is_comparable(test: Test, value: &str) -> bool {
    match family(test) {
        Family::Number => Number::read(value).is_some(),
        Family::Moment => moment(value).is_some(),
        Family::Address => address(value).is_some(),
        Family::Text | Family::Presence | Family::Unknown => true,
    }
}

/// Whether two texts are the same but for case.
pub(crate) fn same_but_for_case(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

/// A text character by character in lower case.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether one value of the request matches one of the policy, `Not` left aside.
fn matches<V: Values + ?Sized>(test: Test, own: &Template, value: &str, values: &V, operands: Operands) -> Truth {
    let unreadable = || if operands == Operands::InDoubt { Truth::Depends } else { Truth::No };
    match test {
        Test::StringEquals | Test::StringLike => own.matches(value, values),
        Test::StringEqualsIgnoreCase => match own.resolved(values) {
            Resolved::Ready(pattern) => pattern.as_text().is_some_and(|text| same_but_for_case(text, value)).into(),
            Resolved::Null => Truth::No,
            Resolved::Unknown(widest) => Truth::from(widest.folded().matches(&folded(value))).and(Truth::Depends),
        },
        Test::ArnLike => match own.resolved(values) {
            Resolved::Ready(pattern) if is_operand(test, own.as_str()) => pattern.matches_arn(value).into(),
            Resolved::Ready(_) => Truth::Depends,
            Resolved::Null => Truth::No,
            // a value may hold colons, so the parts of the widest pattern cannot be told apart
            Resolved::Unknown(widest) => Truth::from(widest.matches(value)).and(Truth::Depends),
        },
        Test::Bool => truth_value(own.as_str()).map_or_else(unreadable, |own| (truth_value(value) == Some(own)).into()),
        Test::BinaryEquals => (own.as_str() == value).into(),
        Test::IpAddress => Range::read(own.as_str())
            .map_or_else(unreadable, |range| address(value).is_some_and(|value| range.holds(value)).into()),
        Test::Null | Test::Unknown => Truth::Depends,
        Test::DateEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => moment(own.as_str()).map_or_else(unreadable, |own| {
            moment(value).is_some_and(|value| comparison::holds(test, value.cmp(&own))).into()
        }),
        Test::NumericEquals
        | Test::NumericLessThan
        | Test::NumericLessThanEquals
        | Test::NumericGreaterThan
        | Test::NumericGreaterThanEquals => Number::read(own.as_str()).map_or_else(unreadable, |own| {
            Number::read(value).is_some_and(|value| comparison::holds(test, value.compare(&own))).into()
        }),
    }
}
