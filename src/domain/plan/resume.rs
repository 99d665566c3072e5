//! Going on with a plan that was stopped: the rest of it, with what comes of that as things are now.

use super::consequences::tell;
use super::owned::warn_of_keepers;
use super::{Plan, Seen};

/// What is left of a plan ([`Plan::left`]). What it was warned of when it was made is told anew: since then others may have
/// come to use what it changes.
#[must_use]
pub fn rest(seen: Seen<'_>, mut left: Plan) -> Plan {
    left.effects.clear();
    left.warnings.clear();
    warn_of_keepers(&mut left, seen);
    tell(&mut left, seen);
    left
}
