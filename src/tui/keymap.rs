//! The one table of keys: it feeds what keys do, the hint line, the help screen and the docs.

mod chord;
mod table;

pub use chord::{Chord, Code};
pub use table::{Action, Binding, Group, Kinds, Motion, TABLE, action_for, help_for, hints_for};
