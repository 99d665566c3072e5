//! What went wrong: remembered, counted when it is said again, and over when the same is read after all.

use crate::domain::inventory::{Delta, Kind};
use crate::domain::model::{Gap, GapReason, Name, Reading};
use crate::tui::app::state::{Topic, Trouble};
use crate::tui::app::{Refusal, State};
use std::collections::BTreeSet;

/// How many troubles are remembered.
const REMEMBERED: usize = 500;

/// Remembers what went wrong; what is said again is counted.
pub(super) fn note(state: &mut State, source: &str, refusal: Refusal) {
    put(state, source, refusal, None);
}

/// Takes from the news what went wrong, and what does no longer.
pub(super) fn take_in(state: &mut State, delta: &Delta) {
    match gap_of(delta) {
        // it is on its way, or there is no such thing here
        Some(Gap { reason: GapReason::NotLoadedYet | GapReason::NotSupported, .. }) => {}
        Some(gap) => {
            let refusal = Refusal { said: gap.sentence.clone(), hint: None };
            put(state, &gap.call.clone(), refusal, topic_of(delta));
        }
        None if state.troubles.iter().any(|trouble| !trouble.over) => {
            let Some(topic) = topic_of(delta) else { return };
            for trouble in &mut state.troubles {
                // what is said of many in the same words is over with the last of them
                trouble.over |= trouble.open.remove(&topic) && trouble.open.is_empty();
            }
        }
        None => {}
    }
}

fn put(state: &mut State, source: &str, refusal: Refusal, topic: Option<Topic>) {
    let Refusal { said, hint } = refusal;
    let said_before = state.troubles.iter().position(|trouble| trouble.source == source && trouble.said == said);
    let (mut times, mut open) = (1, BTreeSet::from_iter(topic));
    if let Some(mut before) = said_before.map(|place| state.troubles.remove(place)) {
        times += before.times;
        open.append(&mut before.open);
    }
    if state.troubles.len() == REMEMBERED {
        state.troubles.remove(0);
    }
    state.troubles.push(Trouble { at: state.now, source: source.to_owned(), said, hint, times, open, over: false });
}

/// What a delta says could not be read.
fn gap_of(delta: &Delta) -> Option<&Gap> {
    match delta {
        Delta::Stalled(_, _, gap) | Delta::Unreadable(_, gap) | Delta::LeftOut(_, gap) => Some(gap),
        Delta::KubernetesUser(reading) => reading.gap(),
        Delta::ConfigMapKeys(_, _, reading) | Delta::ProfilesOf(_, reading) => reading.gap(),
        Delta::Template(_, _, _, reading) => reading.gap(),
        Delta::Workload(_, _, _, reading) => reading.gap(),
        Delta::Caller(reading) => reading.gap(),
        Delta::Cluster(reading) => reading.gap(),
        Delta::Associations(Reading::Read { value, .. }) | Delta::AssociationsOf(_, Reading::Read { value, .. }) => {
            value.iter().find_map(|one| one.undescribed.as_ref())
        }
        Delta::Associations(reading) | Delta::AssociationsOf(_, reading) => reading.gap(),
        Delta::Providers(Reading::Read { value, .. }) => value.iter().find_map(|one| one.unread.as_ref()),
        Delta::Providers(reading) => reading.gap(),
        Delta::Role(_, Reading::Read { value, .. }) => {
            let documents = value.inline.iter().flatten().find_map(|policy| policy.document.as_ref().err());
            value.attached.as_ref().err().or(value.inline.as_ref().err()).or(documents)
        }
        Delta::Role(_, reading) => reading.gap(),
        Delta::ManagedPolicy(_, Reading::Read { value, .. }) => value.document.as_ref().err(),
        Delta::ManagedPolicy(_, reading) => reading.gap(),
        Delta::Sweep(reading) => reading.gap(),
        Delta::Instance(_, reading) => reading.gap(),
        Delta::InstanceProfile(_, reading) => reading.gap(),
        Delta::Nodegroup(_, reading) => reading.gap(),
        _ => None,
    }
}

/// What a delta is about, where it can fail and be read later.
fn topic_of(delta: &Delta) -> Option<Topic> {
    let list = |kind: Kind| Some(Topic("list", kind.resource().into()));
    let only = |what| Some(Topic(what, Name::default()));
    let one = |what, name: &Name| Some(Topic(what, name.clone()));
    let within = |what, path: &[&str]| Some(Topic(what, path.join("/").into()));
    match delta {
        Delta::Stalled(kind, ..) | Delta::Unreadable(kind, _) | Delta::Listed(kind, _) | Delta::Resumed(kind, _) => {
            list(*kind)
        }
        // what was left out of one listing may be whole in the next
        Delta::LeftOut(kind, _) | Delta::Listing { kind, .. } => Some(Topic("objects", kind.resource().into())),
        Delta::KubernetesUser(_) => only("user"),
        Delta::ConfigMapKeys(namespace, name, _) => within("configmap", &[namespace, name]),
        Delta::Template(namespace, kind, name, _) => within("template", &[namespace, kind, name]),
        Delta::Workload(namespace, kind, name, _) => within("workload", &[namespace, kind, name]),
        Delta::Caller(_) => only("caller"),
        Delta::Cluster(_) => only("cluster"),
        Delta::Associations(_) => only("associations"),
        Delta::AssociationsOf(namespace, _) => one("associations", namespace),
        Delta::Providers(_) => only("providers"),
        Delta::Role(arn, _) => one("role", arn),
        Delta::ManagedPolicy(arn, _) => one("policy", arn),
        Delta::Sweep(_) => only("sweep"),
        Delta::Instance(id, _) => one("instance", id),
        Delta::InstanceProfile(arn, _) => one("instance profile", arn),
        Delta::ProfilesOf(role, _) => one("instance profiles of role", role),
        Delta::Nodegroup(name, _) => one("node group", name),
        _ => None,
    }
}
