//! The rows of what is not in the inventory: troubles, calls, contexts, profiles.

use super::rows::{Gathered, Query};
use super::{Item, Of, Rank};
use crate::tui::app::screen::Feed;

/// The lines of a feed; troubles and calls with the newest first.
pub(super) fn lines(query: &Query<'_>, out: &mut Gathered) {
    match (query.of, query.feed) {
        (Of::Troubles, _) => {
            for (place, trouble) in query.state.troubles.iter().enumerate().rev() {
                let passes = query.filter.lets(&[&trouble.source, &trouble.said]);
                out.add(passes.then(|| (Item::Trouble(place), newest(place))));
            }
        }
        (Of::Calls, Feed::Calls(calls)) => {
            for (place, call) in calls.iter().enumerate().rev() {
                let failure = call.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
                let passes = query.filter.lets(&[&*call.command, failure.map_or("", String::as_str)]);
                out.add(passes.then(|| (Item::Call(place), newest(place))));
            }
        }
        (Of::Contexts, Feed::Targets(names, _)) => {
            for name in names {
                out.add(query.filter.lets(&[&**name]).then(|| (Item::Context(name.clone()), Rank::Same)));
            }
        }
        (Of::Profiles, Feed::Targets(names, _)) => {
            for name in names {
                out.add(query.filter.lets(&[&**name]).then(|| (Item::Profile(name.clone()), Rank::Same)));
            }
        }
        _ => {}
    }
}

fn newest(place: usize) -> Rank {
    Rank::Number(-i64::try_from(place).unwrap_or(i64::MAX))
}
