//! How far the list of each kind has come, and how old what is shown of it is.

use super::{Kind, Scope};
use crate::domain::model::{Gap, Time};

/// The state of one kind's list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// Over which namespaces it goes.
    pub scope: Scope,
    /// Objects seen by the listing that runs, or by the last one.
    pub seen: usize,
    /// How many there are in all, where the server says so.
    pub expected: Option<usize>,
    /// When it was last complete.
    pub listed: Option<Time>,
    /// A listing is running.
    pub running: bool,
    /// Why it could not be read, or why the watch has stalled.
    pub gap: Option<Gap>,
    /// Since when the watch has stalled.
    pub stalled: Option<Time>,
    /// Objects that could not be understood and are left out.
    pub left_out: Option<Gap>,
    /// A label selector picks what is listed: there is more.
    pub narrowed: Option<Gap>,
    /// Counts listings, so that one can tell what it did not name.
    pub(super) generation: u32,
}

impl Listing {
    /// Whether it was complete at least once.
    pub fn is_read(&self) -> bool {
        self.listed.is_some()
    }

    /// Whether it was complete and named everything there is in its scope.
    pub fn is_whole(&self) -> bool {
        self.is_read() && self.left_out.is_none() && self.narrowed.is_none()
    }

    /// Why what it does not name may be there all the same, where that is known.
    pub fn doubt(&self) -> Option<&Gap> {
        self.narrowed.as_ref().or(self.left_out.as_ref()).or(self.gap.as_ref())
    }

    /// What a count of its objects is over: nothing for all of the cluster's, else ` of this namespace`, or ` of those
    /// read` where it is not complete, or a label selector or an object that was not understood makes it shorter.
    pub fn counted_over(&self) -> &'static str {
        match self.scope {
            _ if !self.is_whole() => " of those read",
            Scope::Cluster => "",
            Scope::Namespace(_) => " of this namespace",
        }
    }

    /// Whether it can never be complete.
    pub fn is_unreadable(&self) -> bool {
        self.gap.is_some() && self.listed.is_none() && !self.running
    }

    /// Whether it is settled: complete once, or known not to be had.
    pub fn is_settled(&self) -> bool {
        self.is_read() || self.is_unreadable()
    }
}

/// The lists of all kinds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listings([Listing; Kind::ALL.len()]);

impl Listings {
    /// One kind's list.
    pub fn of(&self, kind: Kind) -> &Listing {
        &self.0[kind as usize]
    }

    pub(super) fn of_mut(&mut self, kind: Kind) -> &mut Listing {
        &mut self.0[kind as usize]
    }

    /// Whether a kind's list is whole and goes over the namespace: then what is not there does not exist.
    pub fn covers(&self, kind: Kind, namespace: &str) -> bool {
        let listing = self.of(kind);
        listing.is_whole() && listing.scope.covers(namespace)
    }

    /// All kinds with their lists.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &Listing)> {
        Kind::ALL.into_iter().zip(&self.0)
    }
}
