//! Whether a role lets a ServiceAccount's pods in: its trust policy under what EKS really sends, the OIDC provider that
//! vouches for their tokens, and both hops of an association.
//!
//! [`Trusted`] is the answer in a word, for a hundred thousand rows; [`TrustCheck`] is the same step by step, with every
//! condition, for a person.

mod answers;
mod asked;
mod assumers;
mod check;
mod kept_out;
mod opening;
mod provided;
mod provider;
mod review;
mod rows;
mod source;
mod statement;
mod trusted;
mod words;

pub use asked::{DEFAULT_AUDIENCE, cluster_arn};
pub(super) use asked::{Token, pod_identity};
pub(super) use check::{of_association, of_token};
pub(super) use provider::{Provider, provider_gap, provider_of};
pub(super) use trusted::{Hops, Trusted, asks_for_pod, by_association, by_token, is_too_wide};

pub use answers::Answers;
pub use assumers::{Assumer, Assumers, assumers};
pub use check::{Step, StepKind, TrustCheck, Way};
pub use kept_out::KeptOutBy;
pub use opening::{Opening, openings};
pub use provided::{naming_provider, unread_trusts};
pub use provider::provider_unread;
pub(super) use review::audience_of;
pub use review::{
    association_trust, audience, container_trust, trust_if_bound, trust_review, trust_way, unseen_binding,
};
pub use rows::CheckRow;
pub use source::Hindrance;
