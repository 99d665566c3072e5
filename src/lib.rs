//! Which AWS identity does a container in an EKS cluster really have, where does it come from, and why?
//!
//! # One way round
//! ```text
//!             facts                           what is true              what is shown
//!  source ──► Delta batches ──► inventory ──► identity ──► diagnose ──► select ──► view ──► frame
//!    ▲                                                                                       │
//!    └── Job ◄── runtime ◄── update(&mut State, Message) -> Vec<Job> ◄── keymap ◄── key ◄────┘
//! ```
//! Facts come in as [`domain::inventory::Delta`]s, from a cluster, a capture or the demo; nothing behind the ports of
//! [`source`] knows which. [`domain::identity::resolve_all`] says what is true of them, and is the specification that
//! its faster sibling must agree with. The command line is the same way without the loop.
//!
//! # Rooms
//! - [`domain`] is pure: no I/O, no async, no clock, no serde. It cannot fail; it keeps what it understood and names
//!   the rest as gaps.
//! - [`report`] is what leaves the program and comes back: wire types, and the capture format.
//! - [`source`] alone talks to Kubernetes, AWS or a file. What opens a connection stands behind the feature `live`.
//! - [`tui`] is the terminal program: `app` decides and is pure, `view` and `widget` draw, `runtime` waits and reads the
//!   clock.
//! - [`cli`] is the command line: the same way without the loop.
//! - [`config`] is what the program was told, [`telemetry`] its log file.
//!
//! Arrows go one way: `domain` uses nothing outside itself, and inside it a room uses only those above it; `report` uses
//! `domain`, `source` uses both, `tui` draws what `domain` says, `cli` stands on top. `tests/architecture.rs` checks it
//! over the source text, which is why every import names its room (`use crate::domain::model::…`, never `use crate::{…}`).
//!
//! # How to add
//! - **a fact**: a field in [`domain::model`], read by the adapters of [`source`], written by [`report::capture`].
//! - **a rule**: its name is a [`domain::identity::Finding`]; its words are one file under `domain/diagnose/rules` and
//!   one line in the table there.
//! - **a source**: an implementation of [`source::Facts`] and [`source::Roles`], and of [`source::Changes`] where it can be
//!   written to.
//! - **a change**: a file under `domain/plan` that makes a [`domain::plan::Plan`] of what was seen.
//! - **a screen**: a file under `tui/app/screen` and one under `tui/view`; **a key**: a line in [`tui::keymap::TABLE`].
//! - **a command**: its arguments in `cli/args`, its work in a file of its own, its answer in [`report`].

pub mod cli;
pub mod config;
pub mod domain;
pub mod report;
pub mod source;
pub mod telemetry;
pub mod tui;
