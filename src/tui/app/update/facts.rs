//! Facts come in: into the inventory, through the resolver, and what failed among the troubles.

use super::{Changed, troubles};
use crate::domain::identity::refresh;
use crate::domain::inventory::{Delta, Dirty, Inventory};
use crate::domain::model::Question;
use crate::tui::app::{Job, State, StatusKind, Ticket};
use crate::tui::text::NodeNames;

/// That everything is read again, which is said until it is.
pub(super) const READING_AGAIN: &str = "reading everything again";

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
    tell_end(state);
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
        tell_end(state);
    }
    Vec::new()
}

/// Says that everything was read again, as soon as it is so.
fn tell_end(state: &mut State) {
    let is_said = state.status.as_ref().is_some_and(|status| status.text == READING_AGAIN);
    if is_said && !state.is_loading() {
        state.say(StatusKind::Done, "everything was read again");
    }
}
