//! AWS, live: who we are, the cluster, roles and their policies, instances and their profiles.
//!
//! [`connect`] makes the adapter of the port [`Roles`](super::Roles) without asking anything. Each question costs its
//! own calls, and each call that fails costs its own answer alone: it becomes a gap that names the action one needs.

mod account;
mod hints;
mod profiles;

pub use account::connect;
pub use hints::{AwsHints, IssuerSource};
pub use profiles::profiles;
