//! A capture behind the two ports: what was written down once is told again, and a question that it has no answer to
//! is a gap.

mod answers;
mod listing;
mod opening;
#[cfg(test)]
mod tests;
mod told;

pub(super) use opening::opened;
pub use opening::{open, source};
pub(super) use told::Told;
