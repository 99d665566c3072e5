//! What comes of changes, whatever plan they are steps of: one that is taken back, the rest of one that was stopped.
//!
//! A plan that is made of what somebody wants says so itself. These are made of changes that stand in the log, some of
//! them the other way round, and things have moved since: what they do to pods, roles and others is told from the changes
//! and from what is there now, by the same rules.

mod bound;
mod left;
mod moved;
mod questions;
mod tell;
mod touched;

pub(super) use bound::bound_by;
pub use left::left_to_restart;
pub(super) use moved::only_lets_in;
pub use questions::consequence_questions;
pub(super) use tell::tell;
