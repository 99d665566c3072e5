//! What every view looks things up in, made once for a frame.

use crate::domain::identity::{IdentityKind, PodRow};
use crate::domain::inventory::Shard;
use crate::domain::model::{Pod, RoleArn, Time};
use crate::tui::app::{State, WIDE_ENOUGH, shows_panes};
use crate::tui::text;
use std::borrow::Cow;
use std::cell::Cell;

/// The state, and what follows from it for a whole frame.
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    /// The account whose roles are shown without it.
    pub(super) account: Option<&'a str>,
    /// An age was shown that is another one in a second.
    young: Cell<bool>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(state: &'a State) -> Self {
        Self { state, account: state.inventory.aws().account(), young: Cell::new(false) }
    }

    /// The panes stand side by side.
    pub(super) fn shows_panes(&self) -> bool {
        shows_panes(self.state)
    }

    pub(super) fn shard(&self, namespace: &str) -> Option<&'a Shard> {
        self.state.inventory.shard(namespace)
    }

    pub(super) fn pod(&self, namespace: &str, name: &str) -> Option<(&'a Pod, &'a PodRow)> {
        Some((self.shard(namespace)?.pod(name)?, self.state.identities.pod(namespace, name)?))
    }

    /// A role as it is shown: whole in the wide mode.
    pub(super) fn role<'r>(&self, arn: &'r RoleArn) -> Cow<'r, str> {
        if self.state.wide { crate::domain::model::visible(arn.as_str()) } else { text::role(arn, self.account) }
    }

    /// A node as it is shown in a column: without what all share where there is little room, whole in the wide mode.
    pub(super) fn node<'n>(&self, name: &'n str, room: Room) -> Cow<'n, str> {
        match room {
            _ if self.state.wide => crate::domain::model::visible(name),
            Room::Screen if self.state.size.0 >= WIDE_ENOUGH => self.state.node_names.host(name),
            Room::Pane | Room::Screen => self.state.node_names.short(name),
        }
    }

    /// How long ago, in one word.
    pub(super) fn age(&self, since: Option<Time>) -> String {
        let Some(since) = since else { return String::new() };
        if text::is_young(since, self.state.now) {
            self.young.set(true);
        }
        text::age(since, self.state.now)
    }

    /// How long ago something of ours was: by the clock, which the made-up moments of a demo have nothing to do with.
    pub(super) fn ago(&self, at: Time) -> String {
        if text::is_young(at, self.state.clock) {
            self.young.set(true);
        }
        text::age(at, self.state.clock)
    }

    /// Whether what was shown so far is another in a second.
    pub(super) fn changes_by_the_second(&self) -> bool {
        self.young.get() && self.state.time_goes_on()
    }
}

/// How much room a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// One pane of three.
    Pane,
    /// The whole width.
    Screen,
}

/// The kinds in the order in which they are counted out: own roles first, then what deserves a look.
pub(super) const COUNTED: [IdentityKind; 6] = [
    IdentityKind::WebIdentity,
    IdentityKind::PodIdentity,
    IdentityKind::NodeRole,
    IdentityKind::StaticKeys,
    IdentityKind::Nobody,
    IdentityKind::Unknown,
];
