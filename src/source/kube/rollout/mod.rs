//! Restarts: how a workload rolls out its pods, what its next pod would be given, and whether the rollout came to its end.

mod expected;
mod read;
mod restart;
mod settled;

pub(super) use expected::Associated;
pub(super) use read::{group_resource, rollout};
pub(super) use restart::{Restart, restarted};
