//! The terminal program: keys and facts in, frames out.
//!
//! `app` is the pure middle: `update(&mut State, Message) -> Vec<Job>`. `keymap` says what a key does where. The views
//! draw `&State`. Only the runtime awaits, spawns and reads the clock.

pub mod app;
pub mod keymap;
mod runtime;
pub mod text;
pub mod theme;
pub mod view;
pub mod widget;

pub use runtime::{Gone, run};
