//! What each operator makes of an order between two values, and which operators read values alike.

use crate::domain::policy::operator::Test;
use std::cmp::Ordering;

/// How an operator reads values. Operators of one family see one value the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// As text: strings, ARNs, truth values and bytes in base64.
    Text,
    /// As decimal numbers.
    Number,
    /// As moments.
    Moment,
    /// As IP addresses.
    Address,
    /// Not at all: whether there is one.
    Presence,
    /// It is not known.
    Unknown,
}

/// The family of an operator.
pub(crate) fn family(test: Test) -> Family {
    match test {
        Test::StringEquals
        | Test::StringEqualsIgnoreCase
        | Test::StringLike
        | Test::ArnLike
        | Test::Bool
        | Test::BinaryEquals => Family::Text,
        Test::NumericEquals
        | Test::NumericLessThan
        | Test::NumericLessThanEquals
        | Test::NumericGreaterThan
        | Test::NumericGreaterThanEquals => Family::Number,
        Test::DateEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => Family::Moment,
        Test::IpAddress => Family::Address,
        Test::Null => Family::Presence,
        Test::Unknown => Family::Unknown,
    }
}

/// Whether an operator that compares by order holds, where the request's value stands so to the policy's. Operators
/// that do not compare by order hold of equal ones.
pub(crate) fn holds(test: Test, request_to_policy: Ordering) -> bool {
    match test {
        Test::NumericLessThan | Test::DateLessThan => request_to_policy.is_lt(),
        Test::NumericLessThanEquals | Test::DateLessThanEquals => request_to_policy.is_le(),
        Test::NumericGreaterThan | Test::DateGreaterThan => request_to_policy.is_gt(),
        Test::NumericGreaterThanEquals | Test::DateGreaterThanEquals => request_to_policy.is_ge(),
        _ => request_to_policy.is_eq(),
    }
}

/// Whether it holds of a value that stands so to one of these, which are in order: if to any, then to the least, the greatest
/// or one that is equal.
pub(crate) fn holds_of_any<T>(test: Test, sorted: &[T], value_to: impl Fn(&T) -> Ordering) -> bool {
    let near = sorted.partition_point(|own| value_to(own).is_gt());
    [sorted.first(), sorted.get(near), sorted.last()].into_iter().flatten().any(|own| holds(test, value_to(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ordering::{Equal, Greater, Less};

    #[test]
    fn each_order_holds_where_its_name_says() {
        for (tests, holding) in [
            ([Test::NumericEquals, Test::DateEquals], &[Equal][..]),
            ([Test::NumericLessThan, Test::DateLessThan], &[Less]),
            ([Test::NumericLessThanEquals, Test::DateLessThanEquals], &[Less, Equal]),
            ([Test::NumericGreaterThan, Test::DateGreaterThan], &[Greater]),
            ([Test::NumericGreaterThanEquals, Test::DateGreaterThanEquals], &[Greater, Equal]),
        ] {
            for (test, order) in tests.into_iter().flat_map(|test| [Less, Equal, Greater].map(|order| (test, order))) {
                assert_eq!(holds(test, order), holding.contains(&order), "{test:?} of {order:?}");
            }
        }
    }
}
