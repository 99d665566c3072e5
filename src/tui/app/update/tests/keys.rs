//! Every key does what the help says, on every screen where the table has it.

use super::world::*;
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::{Job, Message, Outcome, State, Ticket, Told, update};
use crate::tui::keymap::{Action, TABLE, help_for};

/// How one gets to a screen of each kind.
fn on(kind: ScreenKind) -> State {
    let mut state = if kind == ScreenKind::Form { in_account() } else { wide() };
    let keys = match kind {
        ScreenKind::Explorer => "N",
        ScreenKind::Namespaces => ":ns<enter>",
        ScreenKind::Accounts => ":sa<enter>",
        ScreenKind::Pods => ":po<enter>",
        ScreenKind::Containers => "N/api-3<enter><enter>",
        ScreenKind::Nodes => ":nodes<enter>",
        ScreenKind::Node => ":nodes<enter><enter>",
        ScreenKind::Roles => ":roles<enter>",
        ScreenKind::Evidence => "d",
        ScreenKind::Ask => "xs3:GetObject<enter>",
        ScreenKind::Trust => "N<enter>t",
        ScreenKind::Text => "y",
        ScreenKind::Help => "?",
        ScreenKind::Errors => "!",
        ScreenKind::Calls => "@",
        ScreenKind::Contexts => ":ctx<enter>",
        ScreenKind::Profiles => ":profile<enter>",
        ScreenKind::Choose => "N<enter><esc>e",
        ScreenKind::Form => "N<enter><esc>C",
        ScreenKind::Actions => "Na",
        ScreenKind::Log => ":log<enter>",
        ScreenKind::Plan => {
            let plan = crate::domain::plan::Plan::new(crate::domain::plan::PlanKind::Annotate, "a plan");
            let place = crate::domain::plan::Place::default();
            let screen = crate::tui::app::screen::PlanScreen::preview(None, plan, place);
            state.screens.push(crate::tui::app::screen::Screen::Plan(screen));
            ""
        }
        ScreenKind::Export => {
            use crate::tui::app::screen::{ExportScreen, Screen, Scroll};
            let (text, dialect) = ("kubectl\n".repeat(80), crate::domain::plan::Dialect::Kubectl);
            let export = crate::domain::plan::Export { text, is_manifest: false };
            state.screens.push(Screen::Export(ExportScreen {
                dialect,
                title: "it".into(),
                export,
                scroll: Scroll::default(),
            }));
            ""
        }
        ScreenKind::Role | ScreenKind::UsedBy => {
            let arn = name("arn:aws:iam::111122223333:role/api");
            let screen = if kind == ScreenKind::Role {
                use crate::tui::app::screen::{RoleScreen, Screen, Scroll};
                Screen::Role(RoleScreen { arn, scroll: Scroll::default() })
            } else {
                use crate::tui::app::screen::{ListScreen, Screen};
                Screen::List(ListScreen::new(crate::tui::app::select::Of::UsersOfRole(arn)))
            };
            state.screens.push(screen);
            ""
        }
    };
    press(&mut state, keys);
    assert_eq!(state.screen().kind(), kind, "the keys to it");
    state
}

/// Every key that the help of a screen names changes something, or says why it cannot.
#[test]
fn no_key_of_a_screen_is_dead() {
    for kind in ScreenKind::ALL {
        for binding in TABLE.iter().filter(|binding| binding.on.has(kind)) {
            let mut state = on(kind);
            // so that up, first and back have somewhere to go
            press(&mut state, if matches!(binding.action, Action::Move(_)) { "j" } else { "" });
            let before = state.clone();
            let mut jobs = Vec::new();
            for chord in if binding.keys[0].to_string() == "g" { chords("gg") } else { vec![binding.keys[0]] } {
                jobs.extend(update(&mut state, Message::Key(chord)));
            }
            let may_stand_still = matches!(binding.action, Action::Move(_) | Action::NextPane | Action::In);
            assert!(state != before || !jobs.is_empty() || may_stand_still, "{} on {kind:?}", binding.keys_text());
        }
    }
}

/// What the help says of a key is so on that screen.
#[test]
fn the_help_of_a_screen_is_about_that_screen() {
    let help =
        |kind, action| help_for(kind, true).into_iter().flat_map(|(_, lines)| lines).find(|it| it.action == action);
    for kind in ScreenKind::ALL {
        if let Some(line) = help(kind, Action::Filter) {
            let mut state = on(kind);
            press(&mut state, "/-l app=api<enter>");
            let is_refused = state.status.is_some_and(|status| status.text.contains("no labels"));
            assert_eq!(line.help.contains("-l"), !is_refused, "{kind:?}");
        }
        if let Some(line) = help(kind, Action::Back).filter(|line| line.help.contains("filter")) {
            assert!(on(kind).list().is_some(), "{kind:?}: {}", line.help);
        }
        if help(kind, Action::Actions).is_some() && on(kind).subject().is_some() {
            let mut state = on(kind);
            press(&mut state, "a");
            assert_eq!(state.screen().kind(), ScreenKind::Actions, "{kind:?}");
        }
    }
}

#[test]
fn every_screen_can_be_left() {
    for kind in ScreenKind::ALL.into_iter().filter(|kind| *kind != ScreenKind::Explorer) {
        let mut state = on(kind);
        press(&mut state, "<esc><esc><esc>");
        assert_eq!(state.screen().kind(), ScreenKind::Explorer, "{kind:?}");
        assert!(press(&mut on(kind), "<c-c>").contains(&Job::Quit), "{kind:?}");
    }
}

#[test]
fn q_goes_back_and_leaves_from_the_first_screen() {
    let mut state = wide();
    assert_eq!(press(&mut state, "?q"), []);
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    assert_eq!(press(&mut state, "q"), [Job::Quit]);
}

#[test]
fn the_help_goes_as_it_came() {
    let mut state = wide();
    press(&mut state, ":po<enter>??");
    assert_eq!(state.screen().kind(), ScreenKind::Pods);
}

#[test]
fn gg_needs_both() {
    let mut state = wide();
    press(&mut state, "NG");
    assert_eq!(selected(&state), "web-2");
    press(&mut state, "g");
    assert_eq!(selected(&state), "web-2");
    press(&mut state, "jg");
    assert_eq!(selected(&state), "web-2", "another key between them forgets the first");
    press(&mut state, "g");
    assert_eq!(selected(&state), "bank-1");
}

#[test]
fn what_has_not_come_yet_has_no_key() {
    let left_out = "bpvm[]";
    for kind in ScreenKind::ALL {
        for line in help_for(kind, true).into_iter().flat_map(|(_, lines)| lines) {
            assert!(line.keys.iter().all(|key| key.typed().is_none_or(|c| !left_out.contains(c))), "{line:?}");
        }
    }
}

#[test]
fn leaving_is_asked_for_anew_with_every_change() {
    let (mut state, ticket) = super::changing::applying();
    let running = state.running[&ticket].clone();
    assert_eq!(press(&mut state, "<c-c>"), [], "the first time it only warns");
    super::changing::tell(&mut state, ticket, Told::Ended(Outcome::Done));
    state.running.insert(Ticket(99), running);
    assert_eq!(press(&mut state, "<c-c>"), [], "so it does of the next one");
    assert_eq!(press(&mut state, "<c-c>"), [Job::Quit]);
}
