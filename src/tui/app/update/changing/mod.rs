//! Changing something: choosing what, looking at the plan, agreeing to it, following it, and what was changed before.

mod after;
pub(super) mod applying;
pub(super) mod choosing;
pub(super) mod history;
pub(super) mod making;
pub(super) mod offering;
pub(super) mod planning;
