//! What AWS would decide: every statement is held against the request ([`statement`]), all of them together are weighed
//! ([`scale`]), and where that depends on what is not known, every world it leaves open is looked at ([`worlds`]).

mod explain;
mod naming;
mod notes;
mod outcome;
mod scale;
mod statement;
mod terms;
mod walk;
mod worlds;

pub use outcome::{decide, outcome};
pub(crate) use statement::{names, selects};
