//! What was changed, and what can be.

use super::{Sheet, sheet};
use crate::domain::model::visible;
use crate::domain::plan::PlanState;
use crate::tui::app::screen::{Feed, ListScreen};
use crate::tui::app::select::Item;
use crate::tui::app::{Entry, OFFERS, Offer, why_not};
use crate::tui::keymap::key_of;
use crate::tui::view::scene::Scene;
use crate::tui::widget::table::{Cell, Column};
use crate::tui::{text, theme};
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    At,
    Ago,
    By,
    Cluster,
    State,
    What,
}

static LOG: [(Part, Column); 6] = [
    (Part::Ago, Column::number("AGO", 4, 2)),
    (Part::At, Column::text("UTC", 16, 16, 5)),
    (Part::State, Column::text("STATE", 12, 12, 1)),
    (Part::What, Column::text("WHAT", 44, 110, 0)),
    (Part::Cluster, Column::text("CLUSTER", 8, 14, 3)),
    (Part::By, Column::text("BY", 10, 18, 4)),
];

/// The sheet of the log.
pub(super) fn log<'a>(scene: &'a Scene<'a>, screen: &'a ListScreen) -> Sheet<'a> {
    let look = |item: &Item| match (item, &screen.feed) {
        (Item::Change(id), Feed::Changes(entries)) => entries.iter().rev().find(|entry| entry.id == *id),
        _ => None,
    };
    let cell = move |entry: &&'a Arc<Entry>, part| match part {
        Part::Ago => Cell::text(scene.ago(entry.time)).styled(theme::FAINT),
        Part::At => Cell::text(text::moment(entry.time)).styled(theme::FAINT),
        Part::By => {
            let by = entry.by().map(|by| visible(by)).unwrap_or_default();
            let name = by.rsplit_once(':').map_or(&*by, |(_, name)| name).to_owned();
            Cell::text(if scene.state.wide { by.into_owned() } else { name }).styled(theme::FAINT)
        }
        Part::Cluster => Cell::text(entry.place.name().map(|name| visible(name)).unwrap_or_default()),
        Part::State => {
            let (mark, style) = match entry.state {
                PlanState::Running => ("…", theme::ACCENT),
                PlanState::Done => ("✔", theme::OWN),
                PlanState::Stopped | PlanState::Unfinished => (theme::BROKEN_MARK, theme::BAD),
                PlanState::Undone => (" ", theme::FAINT),
            };
            Cell::text(entry.state.word()).marked(mark).styled(style)
        }
        Part::What => Cell::phrase(visible(&entry.plan.title)),
    };
    sheet(&LOG, None, look, |entry| entry.state == PlanState::Undone, cell)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Key,
    What,
    WhyNot,
}

static OFFERED: [(Field, Column); 3] = [
    (Field::Key, Column::text("KEY", 5, 8, 1)),
    (Field::What, Column::text("WHAT IT DOES", 32, 62, 0)),
    (Field::WhyNot, Column::text("WHY NOT HERE", 22, 80, 2)),
];

/// The sheet of the actions for a row.
pub(super) fn offers<'a>(scene: &'a Scene<'a>, subject: Item) -> Sheet<'a> {
    let look = move |item: &Item| match item {
        Item::Offer(place) => OFFERS.get(*place).map(|offer| (offer, why_not(scene.state, offer, &subject))),
        _ => None,
    };
    let cell = |(offer, why_not): &(&'static Offer, Option<String>), field| match field {
        Field::Key => Cell::text(key_of(offer.action)).styled(theme::TITLE),
        Field::What => Cell::phrase(offer.title),
        Field::WhyNot => {
            Cell::phrase(why_not.as_deref().map(visible).unwrap_or_default().into_owned()).styled(theme::BAD)
        }
    };
    sheet(&OFFERED, None, look, |(_, why_not)| why_not.is_some(), cell)
}
