//! AWS, live: who we are, the cluster, roles and their policies, instances and their profiles.
//!
//! [`connect`] makes the adapter of the port [`Roles`](super::Roles), and what writes, without asking anything. Each question costs its
//! own calls, and each call that fails costs its own answer alone: it becomes a gap that names the action one needs.
//! Every call passes [`wire`], which signs in, waits for a place, notes it in the log of calls, and puts its failure in
//! words; what the answers mean stands in a file per kind of question.

mod access;
mod account;
mod associations;
mod changes;
mod clients;
mod cluster;
mod connect;
mod document;
mod ec2;
mod ec2_answer;
mod export;
mod hints;
mod http_client;
mod instances;
mod paging;
mod policies;
mod profiles;
mod refusal;
mod roles;
mod shelf;
mod sign_in;
mod sweep;
#[cfg(test)]
mod tests;
mod wire;

pub(in crate::source) use changes::Writer;
pub use connect::{Connected, connect};
pub use hints::{AwsHints, IssuerSource};
pub use profiles::profiles;
