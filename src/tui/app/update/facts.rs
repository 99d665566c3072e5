//! Facts come in: into the inventory, through the resolver, and what failed among the troubles.

use super::{Changed, troubles};
use crate::domain::identity::refresh;
use crate::domain::inventory::{Delta, Dirty, Inventory};
use crate::domain::model::Question;
use crate::tui::app::{Job, State, Ticket};
use crate::tui::text::NodeNames;

/// Takes in what a source says. What another connection says is dropped.
pub(super) fn take_in(state: &mut State, connection: Ticket, deltas: Vec<Delta>) -> Changed {
    if connection != state.connection {
        return Changed::default();
    }
    let mut dirty = Dirty::default();
    let is_something = !deltas.is_empty();
    for delta in deltas {
        troubles::take_in(state, &delta);
        state.inventory.apply(dated(state, delta), &mut dirty);
    }
    if dirty.all || !dirty.nodes.is_empty() {
        state.node_names = node_names(&state.inventory);
    }
    let is_dirty = !dirty.is_empty();
    let refreshed = refresh(&state.inventory, &mut state.identities, &dirty);
    let before = state.revision;
    state.revision += u64::from(is_something);
    Changed { is_dirty, refreshed, before }
}

/// A list that was read, and that cannot be read again, shows what was so when it was begun anew.
fn dated(state: &State, delta: Delta) -> Delta {
    match delta {
        Delta::Unreadable(kind, gap) if state.inventory.listings().of(kind).is_read() => {
            let since = state.inventory.listings().of(kind).stalled.unwrap_or(state.relisted);
            Delta::Stalled(kind, since, gap)
        }
        delta => delta,
    }
}

/// What the names of the nodes share: of thousands, so that no frame has to look for it.
fn node_names(inventory: &Inventory) -> NodeNames {
    let names: Vec<&str> = inventory.nodes().map(|node| &*node.name).collect();
    NodeNames::of(names.iter().copied())
}

/// A question has its whole answer.
pub(super) fn answered(state: &mut State, connection: Ticket, question: &Question) -> Vec<Job> {
    if connection == state.connection {
        state.unanswered.remove(question);
        state.wants_stale = true;
    }
    Vec::new()
}
