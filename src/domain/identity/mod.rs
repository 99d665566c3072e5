//! From facts to the identity that AWS will see, container by container.
//!
//! [`verdict_of`] is the one rule book: everything shown, counted or exported comes out of it. [`resolve_all`] runs it
//! over the whole inventory and is the specification; [`refresh`] runs it over what a batch of deltas touched and must
//! give the same.

mod account;
mod agent;
mod asking;
mod bearer;
mod chain;
mod doubts;
mod finding;
mod hygiene;
mod injection;
mod irsa;
mod judge;
mod node_role;
mod pod_identity;
mod resolve;
mod role_use;
mod rows;
mod situation;
mod static_keys;
mod trace;
mod trust;
mod usable;
mod verdict;
mod wanted;
mod webhook;
mod withheld;

pub use agent::Agent;
pub use asking::{
    Asking, Instead, asking_of_container, asking_of_node, asking_of_role, askings_of_account, askings_of_pod,
    askings_of_running,
};
pub use bearer::{Bearer, bearer_if_bound, bearer_of, bearer_of_role, in_session};
pub use chain::{Found, Keys, METADATA_DISABLED, METADATA_V1_DISABLED, chain, is_true, speaks_of_keys};
pub use finding::{Finding, FindingSet};
pub use hygiene::{UNUSED_DAYS, days_since, is_node_policy};
pub use injection::{POD_IDENTITY_PAIR, Skip, WEB_IDENTITY_PAIR, is_hand_set, skipped, skipped_names};
pub use judge::unconfirmed_gap;
pub use node_role::{Reach, node_role_of};
pub use resolve::{Refreshed, pod_row, refresh, resolve_all, verdict_of};
pub use role_use::{RoleUse, RoleUser, role_use, role_uses};
pub use rows::{AccountRow, Binding, Counts, Identities, NamespaceRows, PodRow};
pub use situation::{Situation, account_of};
pub use trace::Trace;
pub use trust::{
    Answers, Assumer, Assumers, CheckRow, DEFAULT_AUDIENCE, Hindrance, KeptOutBy, Opening, Step, StepKind, TrustCheck,
    Way, association_trust, assumers, audience, cluster_arn, container_trust, naming_provider, openings,
    provider_unread, trust_if_bound, trust_review, trust_way, unread_trusts, unseen_binding,
};
pub use verdict::{
    Confidence, Elsewhere, Evidence, Fallback, GET_SECRETS, Identity, IdentityKind, Mechanism, Usable, ValueSource,
    Verdict,
};
pub use wanted::{INSTANCES_A_CALL, Need, SWEEP_FROM, hop_questions, roles_so_far, sources_of, wanted};
pub use webhook::webhook_acts_in;
pub use withheld::{Withheld, withheld};
