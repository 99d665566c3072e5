//! Repairing a trust policy so that it lets one ServiceAccount in, by the smallest change that lets in nobody else.

mod candidates;
mod plan;
mod take_back;
mod widening;

pub(super) use plan::with_trust;
pub use plan::{refused_repair, repair_trust};
pub(super) use take_back::taken_back;
