//! The rows of what is not in the inventory: troubles, calls, contexts, profiles.

use super::rows::{Query, Rows};
use super::{Item, Of, Rank};
use crate::tui::app::OFFERS;
use crate::tui::app::screen::Feed;

/// The lines of a feed; troubles and calls with the newest first.
pub(super) fn lines(query: &Query<'_>, out: &mut Rows) {
    match (query.of, query.feed) {
        (Of::Troubles, _) => {
            for (place, trouble) in query.state.troubles.iter().enumerate().rev() {
                out.add(Item::Trouble(place), newest(place), true, |texts| {
                    texts.say(&trouble.source);
                    texts.say(&trouble.said);
                });
            }
        }
        (Of::Calls, Feed::Calls(calls)) => {
            for (number, call) in calls.newest_first() {
                let failure = call.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
                out.add(Item::Call(number), newest(number), true, |texts| {
                    texts.say(&call.command);
                    texts.say(failure.map_or("", String::as_str));
                });
            }
        }
        (Of::Contexts, Feed::Targets(names, _)) => {
            for name in names {
                out.add(Item::Context(name.clone()), Rank::Same, true, |texts| texts.say(name));
            }
        }
        (Of::Profiles, Feed::Targets(names, _)) => {
            for name in names {
                out.add(Item::Profile(name.clone()), Rank::Same, true, |texts| texts.say(name));
            }
        }
        (Of::Changes, Feed::Changes(entries)) => {
            for (place, entry) in entries.iter().enumerate().rev() {
                out.add(Item::Change(entry.id.clone()), newest(place), entry.state.is_left_open(), |texts| {
                    texts.say(&entry.plan.title);
                    texts.say(&entry.id);
                    texts.say(entry.state.word());
                    entry.by().into_iter().chain(entry.place.name()).for_each(|name| texts.say(name));
                });
            }
        }
        (Of::Actions(subject), _) => {
            for (place, offer) in OFFERS.iter().enumerate().filter(|(_, offer)| (offer.is_about)(subject)) {
                let rank = Rank::Number(i64::try_from(place).unwrap_or(i64::MAX));
                out.add(Item::Offer(place), rank, false, |texts| texts.say(offer.title));
            }
        }
        _ => {}
    }
}

fn newest(place: usize) -> Rank {
    Rank::Number(-i64::try_from(place).unwrap_or(i64::MAX))
}
