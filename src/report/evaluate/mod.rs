//! `rolecall evaluate`: one request a line in, one decision a line out. The line's shape and every rule of judgement are
//! those of README, "Evaluate"; what is not in the line is not there.

mod answer;
mod bounds;
mod documents;
mod line;
mod members;
mod object;
mod parts;

pub use answer::{ByWire, Evaluator};
