//! One namespace's objects, sorted by name.

use crate::domain::model::{Name, Namespace, Pod, ServiceAccount};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A namespace and what lies in it. Default order is the map's own, so a sorted view costs nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shard {
    /// The namespace object, where it was seen.
    pub(super) namespace: Option<Stored<Namespace>>,
    /// Its ServiceAccounts.
    pub(super) service_accounts: BTreeMap<Name, Stored<ServiceAccount>>,
    /// Its pods.
    pub(super) pods: BTreeMap<Name, Stored<Pod>>,
}

impl Shard {
    /// The namespace object, where it was seen.
    pub fn namespace(&self) -> Option<&Namespace> {
        self.namespace.as_ref().map(|stored| &*stored.value)
    }

    /// Its ServiceAccounts, in order of name.
    pub fn service_accounts(&self) -> impl ExactSizeIterator<Item = (&Name, &ServiceAccount)> {
        self.service_accounts.iter().map(|(name, stored)| (name, &*stored.value))
    }

    /// Its pods, in order of name.
    pub fn pods(&self) -> impl ExactSizeIterator<Item = (&Name, &Pod)> {
        self.pods.iter().map(|(name, stored)| (name, &*stored.value))
    }

    /// One ServiceAccount.
    pub fn service_account(&self, name: &str) -> Option<&ServiceAccount> {
        self.service_accounts.get(name).map(|stored| &*stored.value)
    }

    /// One pod.
    pub fn pod(&self, name: &str) -> Option<&Pod> {
        self.pods.get(name).map(|stored| &*stored.value)
    }

    /// Whether nothing at all is left in it.
    pub fn is_empty(&self) -> bool {
        self.namespace.is_none() && self.service_accounts.is_empty() && self.pods.is_empty()
    }
}

/// An object with the listing that last named it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored<T> {
    /// The object.
    pub(super) value: Arc<T>,
    /// The listing's generation.
    pub(super) generation: u32,
}
