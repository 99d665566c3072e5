//! From "it depends" to an answer, where there is one: every world that the unknown keys leave open is looked at, and
//! if all of them agree, it does not depend.
//!
//! A world gives every atom ([`formula::Atom`]) an answer. The answers about one key are exactly those that some value
//! of it gives ([`profiles`]); all other atoms are free. So worlds may be looked at that cannot be, never too few: what
//! is said for certain is certain.

mod cells;
mod formula;
mod language;
mod operands;
mod profiles;
mod refine;
mod search;
mod tally;

use refine::{Axis, Event};
pub(crate) use refine::{Refined, settled};
