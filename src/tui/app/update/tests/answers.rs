//! Answers: late ones, other connections, what went wrong, what is asked again.

use super::world::*;
use crate::domain::inventory::{Delta, Kind, Scope};
use crate::domain::model::{Gap, GapReason, Name, Question, Reading};
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::select::Item;
use crate::tui::app::{About, CallLine, CallsMade, Job, Message, Refusal, State, StatusKind, Ticket, page, update};

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
    update(&mut state, Message::Connected(ticket, Ok(Box::new(about))));
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
    update(&mut state, Message::Connected(*old, Ok(Box::default())));
    assert_eq!(state.connection, Ticket(1));
    update(&mut state, Message::Connected(*new, Ok(Box::default())));
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

/// A watch that goes on, a list that is allowed by now, a role that was throttled: none of them is unread any more.
#[test]
fn what_is_read_after_all_is_no_trouble_any_more() {
    let mut state = wide();
    let gap = |call: &str| Gap::new("it", call, GapReason::Timeout, "the server does not answer");
    let over = |state: &State| state.troubles.iter().map(|trouble| trouble.over).collect::<Vec<_>>();
    let role = Name::from("arn:aws:iam::111122223333:role/late");
    let broken = vec![
        Delta::Stalled(Kind::Pod, moment(1), gap("watch pods")),
        Delta::Unreadable(Kind::Node, gap("list nodes")),
        Delta::Role(role.clone(), Reading::Unread(gap("iam:GetRole"))),
    ];
    facts(&mut state, broken.clone());
    assert_eq!(over(&state), [false; 3]);
    facts(&mut state, vec![Delta::Resumed(Kind::ServiceAccount, moment(2)), Delta::Resumed(Kind::Pod, moment(2))]);
    assert_eq!(over(&state), [true, false, false]);
    facts(
        &mut state,
        vec![Delta::Listed(Kind::Node, moment(3)), Delta::Role(role, Reading::Missing { at: moment(3) })],
    );
    assert_eq!(over(&state), [true; 3], "that there is no such role was read, too");
    facts(&mut state, broken);
    assert_eq!(over(&state), [false; 3]);
    assert!(state.troubles.iter().all(|trouble| trouble.times == 2));
}

#[test]
fn what_is_said_of_many_is_over_with_the_last_of_them() {
    let mut state = wide();
    let gap = Gap::new("role", "iam:GetRole", GapReason::Throttled, "AWS turned iam:GetRole away for its rate");
    let [one, two] = ["one", "two"].map(|name| Name::from(format!("arn:aws:iam::111122223333:role/{name}")));
    facts(&mut state, [&one, &two].map(|arn| Delta::Role(arn.clone(), Reading::Unread(gap.clone()))).to_vec());
    assert_eq!((state.troubles.len(), state.troubles[0].times), (1, 2));
    let missing = |arn: &Name| vec![Delta::Role(arn.clone(), Reading::Missing { at: moment(1) })];
    facts(&mut state, missing(&two));
    assert!(!state.troubles[0].over, "the other one is not read still");
    facts(&mut state, missing(&two));
    assert!(!state.troubles[0].over);
    facts(&mut state, missing(&one));
    assert!(state.troubles[0].over);
}

#[test]
fn associations_are_asked_again_after_a_minute() {
    let mut state = wide();
    let read = Reading::Read { value: Vec::new(), at: moment(0) };
    facts(&mut state, vec![Delta::Associations(read)]);
    let asks = |jobs: &[Job]| {
        jobs.iter().any(|job| matches!(job, Job::Ask { question: Question::AssociationsInTurn(None), .. }))
    };
    let connection = state.connection;
    update(&mut state, Message::Answered(connection, Question::Associations));
    assert!(!asks(&update(&mut state, Message::Now(moment(59)))));
    assert!(asks(&update(&mut state, Message::Now(moment(60)))));
    assert!(!asks(&update(&mut state, Message::Now(moment(61)))), "it is on its way");
}

/// Credentials expire while the screen is open: who is bound stays, and is asked for again without a key press.
#[test]
fn associations_that_did_not_come_are_asked_for_again() {
    let mut state = wide();
    let in_turn = Question::AssociationsInTurn(None);
    let asks = |jobs: &[Job]| jobs.iter().any(|job| matches!(job, Job::Ask { question, .. } if *question == in_turn));
    let answer = |state: &mut State, reading| {
        facts(state, vec![Delta::Associations(reading)]);
        let connection = state.connection;
        for question in [Question::Associations, in_turn.clone()] {
            update(state, Message::Answered(connection, question));
        }
    };
    let gap = |reason| Reading::Unread(Gap::new("associations", "eks:ListPodIdentityAssociations", reason, "no"));
    answer(&mut state, Reading::Read { value: Vec::new(), at: moment(0) });
    assert!(asks(&update(&mut state, Message::Now(moment(60)))));
    answer(&mut state, gap(GapReason::Expired));
    assert!(state.inventory.aws().associations().is_some_and(|reading| reading.value().is_some()), "they are kept");
    assert!(!asks(&update(&mut state, Message::Now(moment(119)))), "not all the time");
    assert!(asks(&update(&mut state, Message::Now(moment(120)))));
    answer(&mut state, gap(GapReason::Forbidden));
    assert!(!asks(&update(&mut state, Message::Now(moment(999)))), "a person grants it, and asks again");
}

#[test]
fn a_list_that_cannot_be_read_again_is_no_present_any_more() {
    let mut state = wide();
    let stalled = |state: &State| state.inventory.listings().of(Kind::Pod).stalled;
    assert_eq!(stalled(&state), None);
    update(&mut state, Message::Now(moment(500)));
    press(&mut state, "<c-r>");
    update(&mut state, Message::Now(moment(507)));
    let gap = Gap::new("pods", "list pods", GapReason::Expired, "pods not read: sign in again");
    facts(&mut state, vec![Delta::Unreadable(Kind::Pod, gap)]);
    assert_eq!(stalled(&state), Some(moment(500)));
    assert_eq!(rows(&state).len(), 7, "what was read stays");
}

#[test]
fn where_one_namespace_alone_may_be_listed_only_its_associations_are_asked_for() {
    let mut state = wide();
    let narrowed = [Kind::ServiceAccount, Kind::Pod].map(|kind| Delta::Listing {
        kind,
        scope: Scope::Namespace("shop".into()),
        expected: None,
    });
    facts(&mut state, narrowed.to_vec());
    let jobs = press(&mut state, "<c-r>");
    let asks =
        |wanted: Question| jobs.iter().any(|job| matches!(job, Job::Ask { question, .. } if *question == wanted));
    assert!(asks(Question::AssociationsOf("shop".into())) && !asks(Question::Associations), "{jobs:?}");
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

/// Calls made: the numbers that were given out, the oldest still remembered first.
fn calls_made(numbers: std::ops::Range<usize>, revision: u64) -> CallsMade {
    let line = |number: usize| CallLine {
        at: moment(0),
        command: format!("call {number}"),
        milliseconds: Some(3),
        outcome: Some(Ok(())),
    };
    CallsMade { forgotten: numbers.start, lines: numbers.map(line).collect(), revision }
}

fn calls_shown(state: &State) -> Option<usize> {
    state.list().map(|list| list.index.len())
}

#[test]
fn calls_are_fetched_and_fetched_again() {
    let mut state = wide();
    let jobs = press(&mut state, "@");
    let [Job::Calls(ticket, None)] = &jobs[..] else { panic!("{jobs:?}") };
    update(&mut state, Message::Calls(*ticket, calls_made(0..2, 4)));
    assert_eq!(calls_shown(&state), Some(2));
    let again = press(&mut state, "<c-r>");
    let [Job::Cancel(_), Job::Calls(again, None)] = &again[..] else { panic!("{again:?}") };
    update(&mut state, Message::Calls(*ticket, calls_made(0..0, 0)));
    assert_eq!(calls_shown(&state), Some(2), "the first answer was used up");
    update(&mut state, Message::Calls(*again, calls_made(0..1, 2)));
    assert_eq!(calls_shown(&state), Some(1));
}

#[test]
fn the_screen_of_calls_follows_them_as_long_as_it_is_open() {
    let mut state = wide();
    let jobs = press(&mut state, "@");
    let [Job::Calls(first, None)] = &jobs[..] else { panic!("{jobs:?}") };
    let jobs = update(&mut state, Message::Calls(*first, calls_made(0..3, 6)));
    let [Job::Calls(second, Some(6))] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(press(&mut state, "j"), [], "it is asked for once");
    let jobs = update(&mut state, Message::Calls(*second, calls_made(0..5, 9)));
    let [Job::Calls(third, Some(9))] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(calls_shown(&state), Some(5));
    // a page above it shows one of them, and goes on too
    assert_eq!(press(&mut state, "<enter>"), []);
    assert_eq!(state.screen().kind(), ScreenKind::Evidence);
    let jobs = update(&mut state, Message::Calls(*third, calls_made(0..6, 11)));
    let [Job::Calls(fourth, Some(11))] = &jobs[..] else { panic!("{jobs:?}") };
    let jobs = press(&mut state, "<esc>");
    let [Job::Cancel(cancelled), Job::Calls(fifth, Some(11))] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((cancelled, calls_shown(&state)), (fourth, Some(6)));
    assert_eq!(press(&mut state, "<esc>"), [Job::Cancel(*fifth)], "nobody waits for them any more");
    assert_eq!(update(&mut state, Message::Calls(*fifth, calls_made(0..7, 13))), []);
}

#[test]
fn the_cursor_stays_on_its_call_while_others_are_made_and_forgotten() {
    let mut state = wide();
    let jobs = press(&mut state, "@");
    let [Job::Calls(first, None)] = &jobs[..] else { panic!("{jobs:?}") };
    let jobs = update(&mut state, Message::Calls(*first, calls_made(0..200, 1)));
    let [Job::Calls(next, _)] = &jobs[..] else { panic!("{jobs:?}") };
    press(&mut state, "jjj");
    let line = |state: &State| state.list().map(|list| list.cursor.at - list.cursor.top);
    let before = line(&state);
    assert_eq!(state.selected(), Some(&Item::Call(196)));
    update(&mut state, Message::Calls(*next, calls_made(40..240, 2)));
    assert_eq!(state.selected(), Some(&Item::Call(196)));
    assert_eq!(line(&state), before, "nor does its line move");
    press(&mut state, "<enter>");
    let page = page::lines(&state);
    assert!(page.iter().any(|line| format!("{line:?}").contains("call 196")), "{page:?}");
}

#[test]
fn two_workloads_of_one_name_are_two_troubles() {
    let mut state = wide();
    let gap = Gap::new("its template", "get", GapReason::Timeout, "the server does not answer");
    let template = |kind: &str, reading| Delta::Template("shop".into(), kind.into(), "api".into(), reading);
    facts(&mut state, ["Deployment", "StatefulSet"].map(|kind| template(kind, Reading::Unread(gap.clone()))).to_vec());
    facts(&mut state, vec![template("Deployment", Reading::Missing { at: moment(1) })]);
    assert!(!state.troubles[0].over, "the other one is not read still");
    facts(&mut state, vec![template("StatefulSet", Reading::Missing { at: moment(2) })]);
    assert!(state.troubles[0].over);
}
