//! What leaves the program and comes back: wire types for JSON, YAML and CSV, and the capture format.
//!
//! Wire types are made from domain types and know nothing else. Their names and shapes are versioned (`rolecall/v1`);
//! the domain's are not.

mod access;
mod account;
pub mod capture;
pub mod change;
mod evaluate;
mod gap;
mod info;
mod json;
mod list;
mod node;
mod pod;
mod role;
mod trust;
mod yaml;

pub use access::{Asker, DecisionItem};
pub use account::{BindingWire, ByIdentity, NamespaceItem, PodsWire, ServiceAccountItem, namespace_findings, words};
pub use evaluate::{ByWire, Evaluator};
pub use gap::GapWire;
pub use info::{Info, ReadWire};
pub use json::to_json;
pub use list::{List, One};
pub use node::NodeItem;
pub use pod::{EvidenceWire, IdentityWire, PodItem};
pub use role::{AttachedItem, InlineItem, RoleItem, UserItem};
pub use trust::TrustItem;
pub use yaml::{AsYaml, to_yaml};

/// The version that every document carries.
pub const API_VERSION: &str = "rolecall/v1";
