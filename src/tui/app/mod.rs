//! The pure middle of the terminal program: what is on screen as plain data, and what changes it.
//!
//! [`update`] alone changes [`State`]; it neither waits nor reads the clock, and its wishes are [`Job`]s. An answer
//! carries the [`Ticket`] of its job: one that nobody waits for any more is dropped.

mod actions;
mod change;
mod intent;
mod job;
mod layout;
mod message;
pub mod page;
mod pointer;
mod prompt;
pub mod screen;
pub mod select;
mod state;
mod update;

pub use crate::domain::model::{About, Origin};
pub use actions::{OFFERS, Offer, mending, why_not};
pub use change::{Entry, Halt, Order, Outcome, Stage, Told};
pub use intent::Intent;
pub use job::{Job, Target, TargetKind, Ticket};
pub use layout::{Layout, WIDE_ENOUGH, below_refusal, layout, refusal, shows_panes};
pub use message::{CallLine, CallsMade, Message, Refusal};
pub use pointer::{Gesture, Marked, Pointer, Spot, Turn};
pub use state::{Options, Pending, Prompt, PromptKind, Running, State, Status, StatusKind, Trouble};
pub use update::{command_names, update};
