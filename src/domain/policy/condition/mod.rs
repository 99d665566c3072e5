//! Conditions: what their operators compare, and whether one holds of a request, in three values.

mod address;
mod moment;
mod number;
