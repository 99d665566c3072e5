//! Which services, actions, resource types and condition keys AWS has: what the documentation's tables of actions say,
//! for completion, for "did you mean", for spreading out wildcards, and to know what a policy could have meant.
//!
//! The catalogue is a text with a line a thing (`assets/catalogue/build.py` writes it and says how). Reading it finds
//! where its services and lines begin and nothing else: a line is taken apart when somebody asks for it.

mod entry;
mod index;
mod spelling;

pub(crate) use entry::filled;
pub use entry::{AccessLevel, ConditionKey, KnownAction, ResourceType, ResourceUse, Service};
pub use index::{Catalogue, CatalogueError};
