//! From facts to the identity that AWS will see, container by container.
//!
//! [`verdict_of`] is the one rule book: everything shown, counted or exported comes out of it. [`resolve_all`] runs it
//! over the whole inventory and is the specification; [`refresh`] runs it over what a batch of deltas touched and must
//! give the same.

mod finding;
mod resolve;
mod role_use;
mod rows;
mod verdict;
mod wanted;

pub use finding::{Finding, FindingSet};
pub use resolve::{refresh, resolve_all, verdict_of};
pub use role_use::{RoleUse, RoleUser, node_role_of, role_uses};
pub use rows::{AccountRow, Binding, Counts, Identities, NamespaceRows, PodRow};
pub use verdict::{Confidence, Evidence, Fallback, Identity, IdentityKind, Mechanism, Usable, Verdict};
pub use wanted::{Need, wanted};
