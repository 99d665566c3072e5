//! Answers: late ones, other connections, what went wrong, what is asked again.

use super::world::*;
use crate::domain::inventory::{Delta, Kind};
use crate::domain::model::{Gap, GapReason, Question, Reading};
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::{About, Job, Message, Refusal, StatusKind, Ticket, update};

#[test]
fn a_late_text_is_dropped() {
    let mut state = wide();
    let jobs = press(&mut state, "y");
    let Some(Job::Read(ticket, _)) = jobs.first() else { panic!("{jobs:?}") };
    let ticket = *ticket;
    assert_eq!(press(&mut state, "<esc>"), [Job::Cancel(ticket)], "a screen that closes cancels its jobs");
    press(&mut state, "y");
    let before = state.clone();
    update(&mut state, Message::Text(ticket, Ok("late".to_owned())));
    assert_eq!(state, before);
}

#[test]
fn facts_of_another_connection_are_dropped() {
    let mut state = wide();
    let before = rows(&state);
    update(&mut state, Message::Facts(Ticket(999), vec![pod("shop", "stray", "api", 1)]));
    assert_eq!(rows(&state), before);
}

#[test]
fn the_old_world_stays_until_the_new_one_answers() {
    let mut state = wide();
    let connect = |jobs: &[Job]| match jobs.last() {
        Some(Job::Connect(ticket, _)) => *ticket,
        other => panic!("{other:?}"),
    };
    let ticket = connect(&press(&mut state, ":ctx test<enter>"));
    assert_eq!(rows(&state).len(), 7);
    let refusal = Refusal { said: "test does not answer".to_owned(), hint: Some("is the VPN up?".to_owned()) };
    update(&mut state, Message::Connected(ticket, Err(refusal)));
    assert_eq!(rows(&state).len(), 7, "nothing is lost");
    assert_eq!(state.status.as_ref().map(|s| (s.kind, &*s.text)), Some((StatusKind::Failed, "test does not answer")));

    let ticket = connect(&press(&mut state, ":ctx test<enter>"));
    let about = About { context: Some("test".to_owned()), ..About::default() };
    update(&mut state, Message::Connected(ticket, Ok(about)));
    assert_eq!((state.connection, rows(&state).len()), (ticket, 0));
    update(&mut state, Message::Facts(Ticket(1), cluster()));
    assert_eq!(rows(&state).len(), 0, "the old connection is not listened to");
    update(&mut state, Message::Facts(ticket, cluster()));
    assert_eq!(rows(&state).len(), 7);
}

#[test]
fn of_two_connections_the_newer_wins() {
    let mut state = wide();
    let first = press(&mut state, ":ctx one<enter>");
    let second = press(&mut state, ":ctx two<enter>");
    let (Some(Job::Connect(old, _)), [Job::Cancel(cancelled), Job::Connect(new, _)]) = (first.last(), &second[..])
    else {
        panic!("{first:?} {second:?}")
    };
    assert_eq!(old, cancelled);
    update(&mut state, Message::Connected(*old, Ok(About::default())));
    assert_eq!(state.connection, Ticket(1));
    update(&mut state, Message::Connected(*new, Ok(About::default())));
    assert_eq!(state.connection, *new);
}

#[test]
fn what_cannot_be_read_is_remembered_once() {
    let mut state = wide();
    let gap = Gap::new("nodes", "list nodes", GapReason::Forbidden, "may not list nodes: ask for list nodes");
    for _ in 0..3 {
        facts(&mut state, vec![Delta::Unreadable(Kind::Node, gap.clone())]);
    }
    assert_eq!(state.troubles.len(), 1);
    assert_eq!((&*state.troubles[0].source, state.troubles[0].times), ("list nodes", 3));
    press(&mut state, "!");
    assert_eq!(state.screen().kind(), ScreenKind::Errors);
    assert_eq!(state.list().map(|list| list.index.len()), Some(1));
}

#[test]
fn associations_are_asked_again_after_a_minute() {
    let mut state = wide();
    let read = Reading::Read { value: Vec::new(), at: moment(0) };
    facts(&mut state, vec![Delta::Associations(read)]);
    let asks = |jobs: &[Job]| jobs.iter().any(|job| matches!(job, Job::Ask { question: Question::Associations, .. }));
    let connection = state.connection;
    update(&mut state, Message::Answered(connection, Question::Associations));
    assert!(!asks(&update(&mut state, Message::Now(moment(59)))));
    assert!(asks(&update(&mut state, Message::Now(moment(60)))));
    assert!(!asks(&update(&mut state, Message::Now(moment(61)))), "it is on its way");
}

#[test]
fn reading_again_asks_everything_that_was_asked_once() {
    let mut state = wide();
    let jobs = press(&mut state, "<c-r>");
    assert_eq!(jobs.first(), Some(&Job::Relist));
    for question in [Question::Caller, Question::Cluster, Question::Associations, Question::Providers] {
        assert!(jobs.iter().any(|job| matches!(job, Job::Ask { question: asked, .. } if *asked == question)));
    }
}

#[test]
fn calls_are_fetched_and_fetched_again() {
    let mut state = wide();
    let jobs = press(&mut state, "@");
    let [Job::Calls(ticket)] = &jobs[..] else { panic!("{jobs:?}") };
    let call = |command: &str| crate::tui::app::CallLine {
        at: moment(0),
        command: command.to_owned(),
        milliseconds: Some(3),
        outcome: Some(Ok(())),
    };
    update(&mut state, Message::Calls(*ticket, vec![call("kubectl get pods -A"), call("aws iam get-role")]));
    assert_eq!(state.list().map(|list| list.index.len()), Some(2));
    let again = press(&mut state, "<c-r>");
    let [Job::Calls(again)] = &again[..] else { panic!("{again:?}") };
    update(&mut state, Message::Calls(*ticket, Vec::new()));
    assert_eq!(state.list().map(|list| list.index.len()), Some(2), "the first answer was used up");
    update(&mut state, Message::Calls(*again, vec![call("kubectl get pods -A")]));
    assert_eq!(state.list().map(|list| list.index.len()), Some(1));
}
