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
//! - [`source`] alone talks to Kubernetes, AWS or a file. What opens a connection stands behind the feature `live`.
//! - [`config`] is what the program was told.
//!
//! Arrows go one way: `domain` uses nothing outside itself, and inside it a room uses only those above it;
//! `source` uses `domain`. `tests/architecture.rs` checks it over the source text, which is why every import names its
//! room (`use crate::domain::model::…`, never `use crate::{…}`).
//!
//! # How to add
//! - **a fact**: a field in [`domain::model`], read by the adapters of [`source`].
//! - **a rule**: one file under `domain/diagnose/rules` and one line in its table; its name is a
//!   [`domain::identity::Finding`].
//! - **a source**: an implementation of [`source::Facts`] and [`source::Roles`].

pub mod cli;
pub mod config;
pub mod domain;
pub mod report;
pub mod source;
pub mod telemetry;
pub mod tui;
