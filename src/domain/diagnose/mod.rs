//! From a verdict to words: what is wrong, because of what, what to do; and the way from pod to policies as links.
//!
//! One rule, one file under `rules/`, and one line in its table.

mod case;
mod diagnosis;
mod remedy;
mod route;
mod rules;

pub use case::Case;
pub use diagnosis::{Diagnosis, Fix, Severity, diagnose};
pub use remedy::{remedies, remedies_against};
pub use route::{Link, LinkKind, LinkState, Route, routes};
pub use rules::{RULES, Rule};
