//! Writing to AWS: roles, their trust and policies, OIDC providers, Pod Identity associations.
//!
//! A [`Writer`] stands beside the adapter that reads and is made only where something may be changed. IAM and EKS know no
//! precondition: what is held is read right before and right after, and nothing is sent twice of which nobody knows
//! whether it was done.

mod associations;
mod failure;
mod once;
mod providers;
mod roles;
mod writer;

pub(in crate::source) use writer::Writer;
