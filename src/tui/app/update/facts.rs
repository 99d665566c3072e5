//! Facts come in: into the inventory, through the resolver, and what failed among the troubles.

use super::Changed;
use crate::domain::identity::refresh;
use crate::domain::inventory::{Delta, Dirty, Inventory};
use crate::domain::model::{Gap, GapReason, Question, Reading};
use crate::tui::app::state::Trouble;
use crate::tui::app::{Job, Refusal, State, Ticket};
use crate::tui::text::NodeNames;

/// How many troubles are remembered.
const REMEMBERED: usize = 500;

/// Takes in what a source says. What another connection says is dropped.
pub(super) fn take_in(state: &mut State, connection: Ticket, deltas: Vec<Delta>) -> Changed {
    if connection != state.connection {
        return Changed::default();
    }
    let mut dirty = Dirty::default();
    let is_something = !deltas.is_empty();
    for delta in deltas {
        if let Some(gap) = gap_of(&delta).filter(|gap| is_trouble(gap)) {
            note(state, &gap.call.clone(), Refusal { said: gap.sentence.clone(), hint: None });
        }
        state.inventory.apply(delta, &mut dirty);
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

/// Remembers what went wrong; what is said again is counted.
pub(super) fn note(state: &mut State, source: &str, refusal: Refusal) {
    let now = state.now;
    let said_before =
        state.troubles.iter().position(|trouble| trouble.source == source && trouble.said == refusal.said);
    let times = said_before.map_or(0, |place| state.troubles.remove(place).times) + 1;
    if state.troubles.len() == REMEMBERED {
        state.troubles.remove(0);
    }
    state.troubles.push(Trouble { at: now, source: source.to_owned(), said: refusal.said, hint: refusal.hint, times });
}

fn is_trouble(gap: &Gap) -> bool {
    !matches!(gap.reason, GapReason::NotLoadedYet | GapReason::NotSupported)
}

/// What a delta says could not be read.
fn gap_of(delta: &Delta) -> Option<&Gap> {
    match delta {
        Delta::Stalled(_, _, gap) | Delta::Unreadable(_, gap) | Delta::LeftOut(_, gap) => Some(gap),
        Delta::KubernetesUser(reading) => reading.gap(),
        Delta::ConfigMapKeys(_, _, reading) => reading.gap(),
        Delta::Template(_, _, _, reading) => reading.gap(),
        Delta::Workload(_, _, _, reading) => reading.gap(),
        Delta::Caller(reading) => reading.gap(),
        Delta::Cluster(reading) => reading.gap(),
        Delta::Associations(Reading::Read { value, .. }) | Delta::AssociationsOf(_, Reading::Read { value, .. }) => {
            value.iter().find_map(|one| one.undescribed.as_ref())
        }
        Delta::Associations(reading) | Delta::AssociationsOf(_, reading) => reading.gap(),
        Delta::Providers(reading) => reading.gap(),
        Delta::Role(_, Reading::Read { value, .. }) => {
            value.attached.as_ref().err().or_else(|| value.inline.as_ref().err())
        }
        Delta::Role(_, reading) => reading.gap(),
        Delta::ManagedPolicy(_, reading) => reading.gap(),
        Delta::Sweep(reading) => reading.gap(),
        Delta::Instance(_, reading) => reading.gap(),
        Delta::InstanceProfile(_, reading) => reading.gap(),
        Delta::Nodegroup(_, reading) => reading.gap(),
        _ => None,
    }
}
