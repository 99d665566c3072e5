//! The pure core: no I/O, no async, no clock, no serde. It cannot fail; it keeps what it understood and names the rest.
//!
//! Inside it a room uses only the rooms above it in this list.

pub mod access;
pub mod diagnose;
pub mod identity;
pub mod inventory;
pub mod model;
pub mod plan;
pub mod policy;
