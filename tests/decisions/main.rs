//! What AWS documents of evaluation, row by row: policies, a request, the decision, and where it is written.

#![expect(clippy::unwrap_used, reason = "a broken row panics by name")]

mod accounts;
mod allocations;
mod case;
mod conditions;
mod hostile;
mod layers;
mod unknown;
