//! rolecall

pub mod config;
pub mod domain;
pub mod source;
