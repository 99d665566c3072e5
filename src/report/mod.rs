//! What leaves the program and comes back: wire types for JSON, YAML and CSV, and the capture format.
//!
//! Wire types are made from domain types and know nothing else. Their names and shapes are versioned (`rolecall/v1`);
//! the domain's are not.

pub mod capture;
mod gap;

pub use gap::GapWire;

/// The version that every document carries.
pub const API_VERSION: &str = "rolecall/v1";
