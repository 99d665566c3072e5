//! What is typed behind `:` and `/`.

use super::world::*;
use crate::domain::inventory::{Delta, Kind, Scope};
use crate::tui::app::screen::{Screen, ScreenKind};
use crate::tui::app::{Job, Message, Refusal, State, StatusKind, Target, TargetKind, update};

#[test]
fn a_filter_narrows_with_every_key_and_esc_takes_it_back() {
    let mut state = wide();
    press(&mut state, "N/we");
    assert_eq!(rows(&state), ["web-1", "web-2"]);
    press(&mut state, "b-2");
    assert_eq!(rows(&state), ["web-2"]);
    press(&mut state, "<esc>");
    assert_eq!(rows(&state).len(), 7);
    press(&mut state, "/WEB<enter>");
    assert_eq!(rows(&state).len(), 2, "whatever the case");
    press(&mut state, "<esc>");
    assert_eq!(rows(&state).len(), 7, "the first esc clears the filter");
}

#[test]
fn an_emptied_filter_is_none() {
    for keys in ["N/web<c-u>", "N/web<enter>/<bs><bs><bs>", "N/web<enter>/<c-u><bs>", "N/web<enter>/<c-u><enter>"] {
        let mut state = wide();
        press(&mut state, keys);
        assert_eq!(rows(&state).len(), 7, "{keys}");
    }
    let mut state = wide();
    press(&mut state, "N/web<enter>/<c-u>-");
    assert_eq!(rows(&state).len(), 7, "where labels begin nothing is looked for yet");
}

#[test]
fn what_is_pasted_comes_in_at_the_cursor_at_once_and_has_an_end() {
    let mut state = wide();
    press(&mut state, "N/wb<c-b>");
    update(&mut state, Message::Paste("\ne\u{301}".to_owned()));
    let input =
        |state: &State| state.prompt.as_ref().map(|prompt| (prompt.input.value().to_owned(), prompt.input.cursor()));
    assert_eq!(input(&state), Some(("we\u{301}b".to_owned(), 3)));
    let start = std::time::Instant::now();
    update(&mut state, Message::Paste("ü".repeat(1_000_000)));
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    let (text, cursor) = input(&state).expect("the bar");
    assert_eq!((text.chars().count(), cursor), (10_000, 9_999), "the b stays behind the cursor");
    assert!(state.status.is_some_and(|status| status.text.contains("10000 characters")));
}

#[test]
fn an_exclamation_mark_is_the_opposite() {
    let mut state = wide();
    press(&mut state, "N/!api<enter>");
    assert_eq!(rows(&state), ["bank-1", "bank-2", "web-1", "web-2"]);
}

#[test]
fn a_filter_finds_pods_by_account_and_node_too() {
    let mut state = wide();
    press(&mut state, "N/node-a<enter>");
    assert_eq!(rows(&state), ["bank-2", "api-2", "web-1"]);
    press(&mut state, "<esc>/pay<enter>");
    assert_eq!(rows(&state), ["bank-1", "bank-2"], "and by namespace, where several are mixed");
}

#[test]
fn labels_are_asked_of_the_server() {
    let mut state = wide();
    let jobs = press(&mut state, "N/-l app=web<enter>");
    let [Job::Labelled(ticket, Kind::Pod, Scope::Cluster, selector)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(selector, "app=web");
    assert_eq!(rows(&state).len(), 7, "nothing is hidden before the answer");
    update(&mut state, Message::Labelled(*ticket, Ok(vec![(name("shop"), name("web-2"))])));
    assert_eq!(rows(&state), ["web-2"]);
    press(&mut state, "<esc>");
    assert_eq!(rows(&state).len(), 7);
}

#[test]
fn labels_that_cannot_be_had_are_said_and_hide_nothing() {
    let mut state = wide();
    let jobs = press(&mut state, "/-l app=web<enter>");
    let Some(Job::Labelled(ticket, ..)) = jobs.first() else { panic!("{jobs:?}") };
    let refusal = Refusal { said: "a capture keeps no labels".to_owned(), hint: None };
    update(&mut state, Message::Labelled(*ticket, Err(refusal)));
    assert_eq!(rows(&state).len(), 7);
    let status = state.status.expect("it is said");
    assert_eq!((status.kind, &*status.text), (StatusKind::Failed, "a capture keeps no labels"));
}

#[test]
fn an_answer_about_labels_that_nobody_waits_for_is_dropped() {
    let mut state = wide();
    let jobs = press(&mut state, "/-l app=web<enter>");
    let Some(Job::Labelled(ticket, ..)) = jobs.first() else { panic!("{jobs:?}") };
    let ticket = *ticket;
    assert_eq!(press(&mut state, "<esc>"), [Job::Cancel(ticket)]);
    let before = state.clone();
    update(&mut state, Message::Labelled(ticket, Ok(Vec::new())));
    assert_eq!(state, before);
}

#[test]
fn the_answer_about_labels_reaches_the_list_that_asked_wherever_the_reader_is_by_then() {
    for away in ["<tab>", "<s-tab>", "?", "?<esc>", "d<esc>"] {
        let mut state = wide();
        let jobs = press(&mut state, "gg<s-tab><s-tab>/-l app=web<enter>");
        let Some(Job::Labelled(ticket, Kind::Namespace, ..)) = jobs.last() else { panic!("{jobs:?}") };
        let jobs = press(&mut state, away);
        assert!(!jobs.contains(&Job::Cancel(*ticket)), "{away}: {jobs:?}");
        update(&mut state, Message::Labelled(*ticket, Ok(vec![(name(""), name("shop"))])));
        let Screen::Explorer(explorer) = &state.screens[0] else { panic!("the explorer is the first screen") };
        assert!(explorer.namespaces.filter.labelled.is_some(), "{away}");
        assert!(explorer.pods.filter.labelled.is_none() && explorer.accounts.filter.labelled.is_none(), "{away}");
    }
}

#[test]
fn commands_are_completed() {
    let mut state = wide();
    press(&mut state, ":no<tab>");
    let prompt = state.prompt.as_ref().expect("the bar");
    assert_eq!(prompt.input.value(), "nodes");
    press(&mut state, "<enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Nodes);
    press(&mut state, ":sa s<tab><enter>");
    assert_eq!((state.screen().kind(), state.scope.as_deref()), (ScreenKind::Accounts, Some("shop")));
    press(&mut state, ":rol<enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Roles, "a word that is only begun, if it can become one alone");
}

#[test]
fn an_unknown_command_is_said_and_nothing_happens() {
    let mut state = wide();
    press(&mut state, ":findings<enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    assert!(state.status.is_some_and(|status| status.text.starts_with("no command findings")));
}

#[test]
fn going_elsewhere_asks_for_names_and_connects() {
    let mut state = wide();
    let jobs = press(&mut state, ":ctx ");
    let [Job::Targets(ticket, TargetKind::Context)] = &jobs[..] else { panic!("{jobs:?}") };
    update(&mut state, Message::Targets(*ticket, TargetKind::Context, Ok((vec![name("prod"), name("test")], None))));
    let jobs = press(&mut state, "t<tab><enter>");
    let target = Target { kind: TargetKind::Context, name: "test".to_owned() };
    assert!(matches!(&jobs[..], [Job::Connect(_, to)] if *to == target), "{jobs:?}");
    assert!(state.status.is_some_and(|status| status.kind == StatusKind::Busy));
}

#[test]
fn pasted_text_is_typed_and_never_acts() {
    let mut state = wide();
    update(&mut state, Message::Paste("q:q\r".to_owned()));
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    press(&mut state, "/");
    let jobs = update(&mut state, Message::Paste("web\n-1".to_owned()));
    assert_eq!((jobs, rows(&state)), (Vec::new(), vec!["web-1".to_owned()]));
}

#[test]
fn a_namespace_that_is_not_there_is_not_gone_to() {
    for command in ["ns", "sa", "po"] {
        let mut state = wide();
        press(&mut state, &format!(":{command} shopp<enter>"));
        let status = state.status.clone().expect("it is said");
        assert_eq!((status.kind, &*status.text), (StatusKind::Failed, "there is no namespace shopp"));
        assert_eq!((state.scope.as_deref(), state.screen().kind()), (None, ScreenKind::Explorer));
    }
}

#[test]
fn a_namespace_that_was_not_looked_for_is_gone_to() {
    let mut state = started((130, 40));
    let only = Delta::Listing { kind: Kind::Namespace, scope: Scope::Namespace(name("shop")), expected: None };
    facts(&mut state, vec![only, Delta::Listed(Kind::Namespace, moment(0))]);
    press(&mut state, ":ns other<enter>");
    assert_eq!(state.scope.as_deref(), Some("other"));
}
