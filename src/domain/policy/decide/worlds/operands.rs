//! The operands of conditions, brought into the forms in which all values of a key can be looked through.

use super::language::{Step, Steps};
use crate::domain::policy::condition::address::{Range, Ranges};
use crate::domain::policy::condition::moment::moment;
use crate::domain::policy::condition::number::Number;
use crate::domain::policy::condition::{Family, truth_value};
use crate::domain::policy::document::Condition;
use crate::domain::policy::operator::Test;
use crate::domain::policy::pattern::{Pattern, Step as Own};
use crate::domain::policy::variable::{Resolved, Template, Values};
use std::cmp::Ordering;

/// Operands that are compared by order, or ranges.
pub(crate) enum Marks {
    /// Distinct marks, counted in order, and which of them each condition names, in that order.
    Ordered { count: usize, of_condition: Vec<Vec<usize>> },
    /// The ranges of each condition.
    Ranges(Vec<Ranges>),
}

/// The texts that an operand of the text family matches; `None` where it matches none.
pub(crate) fn steps<V: Values + ?Sized>(test: Test, operand: &Template, values: &V) -> Option<Steps> {
    match test {
        Test::Bool => truth_value(operand.as_str()).map(|value| folded(if value { "true" } else { "false" })),
        Test::BinaryEquals => Some(operand.as_str().chars().map(Step::Is).collect()),
        _ => match operand.resolved(values) {
            Resolved::Ready(pattern) if test == Test::StringEqualsIgnoreCase => pattern.as_text().map(folded),
            Resolved::Ready(pattern) if test == Test::ArnLike => parts_of_arn(&pattern),
            Resolved::Ready(pattern) => Some(joined(std::slice::from_ref(&pattern))),
            Resolved::Null | Resolved::Unknown(_) => None,
        },
    }
}

/// The marks that the conditions of one family name. What cannot be read is none.
pub(crate) fn marks(conditions: &[&Condition], family: Family) -> Marks {
    match family {
        Family::Number => ordered(conditions, Number::read, Number::compare),
        Family::Moment => ordered(conditions, moment, Ord::cmp),
        _ => Marks::Ranges(
            conditions
                .iter()
                .map(|own| Ranges::of(own.values.iter().filter_map(|value| Range::read(value.as_str()))))
                .collect(),
        ),
    }
}

/// The texts that parts of an ARN match, with colons between them; or those of one text.
pub(crate) fn joined(parts: &[Pattern]) -> Steps {
    let last = parts.len().saturating_sub(1);
    let mut steps = Steps::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            steps.push(Step::Is(':'));
        }
        steps.extend(part.steps().into_iter().map(|step| own_step(step, at < last)));
    }
    without_twin_runs(steps)
}

/// Runs side by side are one: a variable of an empty value may stand between two.
fn without_twin_runs(mut steps: Steps) -> Steps {
    steps.dedup_by(|a, b| a == b && matches!(a, Step::Run { .. }));
    steps
}

fn ordered<'a, T>(
    conditions: &[&'a Condition],
    read: impl Fn(&'a str) -> Option<T>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Marks {
    let named: Vec<Vec<T>> =
        conditions.iter().map(|own| own.values.iter().filter_map(|value| read(value.as_str())).collect()).collect();
    let mut sorted: Vec<&T> = named.iter().flatten().collect();
    sorted.sort_by(|a, b| compare(a, b));
    sorted.dedup_by(|a, b| compare(a, b).is_eq());
    let place = |mark: &T| sorted.partition_point(|other| compare(other, mark).is_lt());
    let in_order = |marks: &Vec<T>| {
        let mut places: Vec<usize> = marks.iter().map(place).collect();
        places.sort_unstable();
        places
    };
    let of_condition = named.iter().map(in_order).collect();
    Marks::Ordered { count: sorted.len(), of_condition }
}

fn folded(text: &str) -> Steps {
    text.chars().map(Step::Folds).collect()
}

/// The first five colons part an ARN, and no wildcard before the last of them goes across one.
fn parts_of_arn(pattern: &Pattern) -> Option<Steps> {
    let mut colons = 0;
    let step = |step: Own| {
        let in_part = colons < 5;
        colons += usize::from(step == Own::Char(':'));
        own_step(step, in_part)
    };
    let steps: Steps = pattern.steps().into_iter().map(step).collect();
    (colons >= 5).then(|| without_twin_runs(steps))
}

fn own_step(step: Own, in_part: bool) -> Step {
    match step {
        Own::Char(char) => Step::Is(char),
        Own::Any => Step::One { in_part },
        Own::Star => Step::Run { in_part },
    }
}
