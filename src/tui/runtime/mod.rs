//! The loop around the pure middle: it alone waits, spawns, reads the clock and touches the terminal.
//!
//! Whatever happens comes in as a message; `update` answers with jobs; the jobs are carried out by tasks, whose answers
//! are messages again. A frame is drawn after the queue is drained, at most every 16 ms, and only if something changed.

mod changing;
mod clipboard;
mod editor;
mod elsewhere;
mod hangup;
mod input;
mod questions;
mod screen;
mod session;
mod signals;
mod translate;
mod workers;

pub use hangup::Gone;
pub use session::run;
