//! What changes the state: one message in, wishes out. One file per topic.

mod answers;
mod asking;
mod changing;
mod command;
mod completions;
mod copy;
mod facts;
mod keys;
mod moves;
mod opening;
mod pointing;
mod prompt;
mod questions;
mod scope;
mod settle;
mod step;
mod troubles;

#[cfg(test)]
mod tests;

pub use command::command_names;
use step::Changed;
pub use step::update;
