//! What does not lie in the inventory: what went wrong, the calls made, where one can go.

use super::{Sheet, sheet};
use crate::domain::model::{Name, visible};
use crate::tui::app::screen::{Feed, ListScreen};
use crate::tui::app::select::Item;
use crate::tui::app::{CallLine, Trouble};
use crate::tui::text;
use crate::tui::theme;
use crate::tui::view::scene::Scene;
use crate::tui::widget::table::{Cell, Column};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    At,
    Source,
    Said,
    Times,
}

static TROUBLES: [(Part, Column); 4] = [
    (Part::At, Column::number("AGO", 4, 2)),
    (Part::Source, Column::text("WHERE", 12, 34, 1)),
    (Part::Said, Column::text("WHAT IS SO, AND WHAT TO DO", 24, 180, 0)),
    (Part::Times, Column::number("TIMES", 5, 3)),
];

/// The sheet of what went wrong.
pub(super) fn troubles<'a>(scene: &'a Scene<'a>) -> Sheet<'a> {
    let look = |item: &Item| match item {
        Item::Trouble(place) => scene.state.troubles.get(*place),
        _ => None,
    };
    let cell = move |trouble: &&'a Trouble, part| match part {
        Part::At => Cell::text(scene.age(Some(trouble.at))).styled(theme::FAINT),
        Part::Source => Cell::text(visible(&trouble.source)),
        Part::Said if trouble.over => Cell::phrase(format!("over: {}", visible(&trouble.said))).styled(theme::FAINT),
        Part::Said => Cell::phrase(match trouble.hint.as_deref() {
            Some(hint) => format!("{}; {}", visible(&trouble.said), visible(hint)).into(),
            None => visible(&trouble.said),
        }),
        Part::Times => Cell::text(if trouble.times > 1 { text::count(trouble.times) } else { String::new() }),
    };
    sheet(&TROUBLES, None, look, |_| false, cell)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CallPart {
    At,
    Took,
    Came,
    Command,
}

static CALLS: [(CallPart, Column); 4] = [
    (CallPart::At, Column::number("AGO", 4, 2)),
    (CallPart::Took, Column::number("MS", 7, 3)),
    (CallPart::Came, Column::text("CAME OF IT", 10, 18, 2)),
    (CallPart::Command, Column::text("THE LINE THAT DOES THE SAME", 20, 160, 0)),
];

/// The sheet of calls.
pub(super) fn calls<'a>(scene: &'a Scene<'a>, screen: &'a ListScreen) -> Sheet<'a> {
    let look = |item: &Item| match (item, &screen.feed) {
        (Item::Call(number), Feed::Calls(calls)) => calls.line(*number),
        _ => None,
    };
    let cell = move |call: &&'a CallLine, part| match part {
        CallPart::At => Cell::text(scene.age(Some(call.at))).styled(theme::FAINT),
        CallPart::Took => Cell::text(
            call.milliseconds.map(|ms| text::figure(usize::try_from(ms).unwrap_or(usize::MAX))).unwrap_or_default(),
        ),
        CallPart::Came => match &call.outcome {
            None => Cell::text("…").styled(theme::ACCENT),
            Some(Ok(())) => Cell::text("ok").styled(theme::OWN),
            Some(Err(said)) => Cell::phrase(visible(said)).marked(theme::BROKEN_MARK).styled(theme::BAD),
        },
        CallPart::Command => Cell::phrase(visible(&call.command)),
    };
    sheet(&CALLS, None, look, |_| false, cell)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TargetPart {
    Name,
    Present,
}

static TARGETS: [(TargetPart, Column); 2] =
    [(TargetPart::Name, Column::text("NAME", 16, 80, 0)), (TargetPart::Present, Column::text("", 8, 8, 1))];

/// The sheet of contexts or profiles.
pub(super) fn targets(screen: &ListScreen) -> Sheet<'_> {
    let look = |item: &Item| match item {
        Item::Context(name) | Item::Profile(name) => Some(name.clone()),
        _ => None,
    };
    let cell = |name: &Name, part| match (part, &screen.feed) {
        (TargetPart::Name, _) => Cell::text(visible(name).into_owned()),
        (TargetPart::Present, Feed::Targets(_, Some(present))) if present == name => {
            Cell::text("in use").styled(theme::OWN)
        }
        (TargetPart::Present, _) => Cell::default(),
    };
    sheet(&TARGETS, None, look, |_| false, cell)
}
