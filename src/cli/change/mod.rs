//! The commands that change something: each makes a plan, and all plans go the same way from there.

mod annotate;
mod args;
mod gathered;
mod log;
mod run;
mod text;
mod undo;

pub(super) use annotate::run as annotate;
pub(super) use args::{AnnotateArgs, UndoArgs};
pub(super) use log::run as log;
pub(super) use undo::{resume, undo};
