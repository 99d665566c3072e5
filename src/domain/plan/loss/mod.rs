//! What is lost by a change: what an identity allows today and what comes in its place does not.
//!
//! Each Allow statement of today's policies is asked of those to come, pattern for pattern: a pattern as a request's
//! resource asks for all that it stands for; a pattern of actions, and `*`, ask for themselves, and for each of their parts
//! that a Deny to come names, or an Allow to come leaves out (IAM user guide, "`NotAction`", "`NotResource`"). A variable asks
//! for what it stands for in the session that it is asked by, and a short ARN for all that it leaves open. Pairs that AWS
//! never asks for are left out. What was not read is named, and taken for neither.

mod against;
mod lost;
mod of_pods;
mod of_role;
mod pairs;

pub(super) use of_pods::warn_of_loss_at_once;
pub use of_pods::{Becomes, roles_of_pods, warn_of_loss};
pub(super) use of_role::warn_of_role_loss;
