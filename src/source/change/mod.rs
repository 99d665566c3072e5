//! Changes: the port that they go through, the log that they stand in, and the one way in which they are made.
//!
//! [`Run`] takes a plan step by step: look, compare with what was seen, write, look again; before and after each the
//! [`ChangeLog`] says so on disk. Whoever is killed in between leaves a true account.

mod fitted;
mod log;
mod logged;
mod port;
mod run;
#[cfg(test)]
mod tests;
mod trials;
mod words;

pub use fitted::fitted;
pub use log::{ChangeLog, LogFailure, Running};
pub use logged::{LoggedPlan, StepState};
pub use port::{Changes, Held, Rehearsal, Touch, lacking};
pub use run::{Ending, Progress, Run, Stopped, Why};
pub use trials::trials;
