//! The lists: what each needs read, its items for machines and its rows for people.

mod accounts;
mod marks;
mod namespaces;
mod nodes;
mod pods;
mod roles;
mod run;

pub(super) use marks::Marks;
pub(super) use pods::{containers, csv as pods_csv};
pub(super) use roles::{name as role_name, one as one_role};
pub(super) use run::{Listed, run, scope, unreadable, view_of};

use super::args::Format;
use crate::domain::identity::Identities;
use crate::domain::inventory::{Inventory, Scope};
use crate::domain::model::{Gap, Time};

/// What a list is made of.
pub(super) struct View<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) identities: &'a Identities,
    /// Over which namespaces it goes.
    pub(super) scope: Scope,
    /// The moment from which ages count.
    pub(super) now: Time,
    pub(super) format: Format,
    pub(super) marks: Marks,
    /// What touches the whole list and stands there once.
    pub(super) gaps: Vec<Gap>,
}
