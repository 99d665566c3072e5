//! Changing something: choosing what, looking at the plan, agreeing to it, following it, and what was changed before.

mod after;
pub(super) mod applying;
pub(super) mod candidates;
pub(super) mod choosing;
pub(super) mod drafts;
pub(super) mod fields;
pub(super) mod files;
pub(super) mod form;
pub(super) mod history;
mod intending;
pub(super) mod offering;
pub(super) mod planning;
pub(super) mod resuming;
mod tokens;
pub(super) mod trying;
pub(super) mod waiting;
