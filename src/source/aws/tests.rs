//! The wire, replayed.
