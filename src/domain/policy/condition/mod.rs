//! Conditions: what their operators compare, and whether one holds of a request, in three values.

pub(crate) mod address;
mod among;
pub(crate) mod comparison;
mod evaluate;
pub(crate) mod moment;
pub(crate) mod number;

pub(crate) use comparison::{Family, family};
pub use evaluate::condition_holds;
pub(crate) use evaluate::{
    Operands, has_short_arn, is_comparable, is_operand, is_readable, of_missing, presence, says_nothing, truth,
    truth_value,
};
