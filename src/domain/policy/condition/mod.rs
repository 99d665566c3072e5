//! Conditions: what their operators compare, and whether one holds of a request, in three values.

pub(crate) mod address;
pub(crate) mod comparison;
mod evaluate;
pub(crate) mod moment;
pub(crate) mod number;

pub(crate) use comparison::{Family, family};
pub use evaluate::condition_holds;
pub(crate) use evaluate::{Operands, is_comparable, is_operand, is_readable, of_missing, presence, truth, truth_value};
