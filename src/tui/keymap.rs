//! The one table of keys: it feeds what keys do, the hint line, the help screen and the docs.

mod binding;
mod chord;
mod table;

pub use binding::{Action, Binding, Group, Kinds, Motion};
pub use chord::{Chord, Code};
pub use table::{TABLE, action_for, help_for, hints_for, key_of};
