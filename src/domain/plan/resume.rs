//! Going on with a plan that was stopped: the rest of it, with what comes of that as things are now.

use super::consequences::tell;
use super::earlier::may_be_gone_on_with;
use super::owned::warn_of_keepers;
use super::{Plan, PlanRefusal, Seen};
use crate::domain::model::Time;

/// What is left of a plan ([`Plan::left`]). What it was warned of when it was made is told anew: since then others may have
/// come to use what it changes.
///
/// # Errors
/// Where what is left would be refused if it were planned now.
pub fn rest(seen: Seen<'_>, mut left: Plan, now: Time) -> Result<Plan, PlanRefusal> {
    may_be_gone_on_with(seen, &left, now)?;
    left.effects.clear();
    left.warnings.clear();
    warn_of_keepers(&mut left, seen);
    tell(&mut left, seen);
    Ok(left)
}
