//! The mouse: clicks, the wheel, and text that is marked.

use super::changing::{on_a_pod, previewed, status};
use super::world::*;
use crate::tui::app::layout::{Layout, layout};
use crate::tui::app::screen::{Pane, Screen, ScreenKind, Scroll, TextBody, TextScreen};
use crate::tui::app::select::{Item, SortBy};
use crate::tui::app::{Gesture, Job, Message, Pointer, PromptKind, Spot, State, Turn, update};
use crate::tui::keymap::{Chord, Code};
use ratatui::layout::Position;

type At = (u16, u16);

fn point(state: &mut State, did: Gesture, at: At) -> Vec<Job> {
    update(state, Message::Pointer(Pointer { did, at: at.into() }))
}

/// A click on what the views have there.
fn click_on(state: &mut State, at: At, spot: Option<Spot>) -> Vec<Job> {
    let mut jobs = point(state, Gesture::Pressed, at);
    jobs.extend(point(state, Gesture::Released(spot), at));
    jobs
}

fn click(state: &mut State, at: At) -> Vec<Job> {
    click_on(state, at, None)
}

fn drag(state: &mut State, from: At, to: At) -> Vec<Job> {
    let mut jobs = point(state, Gesture::Pressed, from);
    jobs.extend(point(state, Gesture::Dragged, to));
    jobs.extend(point(state, Gesture::Released(None), to));
    jobs
}

/// A cell of a row of the explorer's pane, by the row's place in its window.
fn cell(state: &State, pane: Pane, row: u16) -> At {
    let area = layout(state).panes[pane as usize];
    (area.x + 5, area.y + 2 + row)
}

fn focus(state: &State) -> Pane {
    let Screen::Explorer(explorer) = state.screen() else { panic!("{:?}", state.screen().kind()) };
    explorer.focus
}

/// The cluster with so many pods of `shop/web` more, on that screen.
fn crowded(size: At, more: i64) -> State {
    let mut state = started(size);
    facts(&mut state, (0..more).map(|number| pod("shop", &format!("many-{number:03}"), "web", number)).collect());
    state
}

fn tops(state: &State) -> [usize; 3] {
    let Screen::Explorer(explorer) = state.screen() else { panic!("{:?}", state.screen().kind()) };
    Pane::ALL.map(|pane| explorer.list(pane).cursor.top)
}

/// A page of text, so many lines long.
fn on_text(size: At, lines: usize) -> State {
    let mut state = started(size);
    let body = TextBody::Ready((0..lines).map(|line| format!("line {line}")).collect());
    let subject = Item::Node(name("node-a"));
    state.screens.push(Screen::Text(TextScreen { subject, body, scroll: Scroll::default() }));
    state
}

#[test]
fn a_click_selects_and_a_second_one_goes_in() {
    let mut state = wide();
    let at = cell(&state, Pane::Namespaces, 2);
    click(&mut state, at);
    assert_eq!((focus(&state), selected(&state)), (Pane::Namespaces, "shop"));
    assert_eq!(state.scope.as_deref(), Some("shop"), "what is beside it is narrowed");
    click(&mut state, at);
    assert_eq!(focus(&state), Pane::Accounts);
    let at = cell(&state, Pane::Pods, 1);
    click(&mut state, at);
    assert_eq!((focus(&state), state.list().map(|list| list.cursor.at)), (Pane::Pods, Some(1)));
    click(&mut state, at);
    assert_eq!(state.screen().kind(), ScreenKind::Evidence);
}

#[test]
fn the_row_that_a_list_begins_on_is_gone_into_by_the_second_click_only() {
    let mut state = wide();
    let at = cell(&state, Pane::Pods, 0);
    click(&mut state, at);
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    press(&mut state, "a");
    assert_eq!(state.screen().kind(), ScreenKind::Actions);
    let first = (5, layout(&state).tables.y + 2);
    click(&mut state, first);
    assert_eq!(state.screen().kind(), ScreenKind::Actions, "no action is begun by who looks at it");
}

#[test]
fn a_click_in_a_pane_without_a_row_takes_the_keys_there_and_one_on_an_edge_does_nothing() {
    let mut state = wide();
    let places = layout(&state);
    let accounts = places.panes[1];
    let below = (accounts.x + 9, accounts.bottom() - 2);
    click(&mut state, below);
    assert_eq!(focus(&state), Pane::Accounts);
    let before = state.clone();
    for at in [(accounts.x, accounts.y + 4), (accounts.right() - 1, accounts.y + 4), (9, accounts.bottom() - 1), (9, 0)]
    {
        assert_eq!(click(&mut state, at), []);
        assert_eq!(state, before, "{at:?}");
    }
    click(&mut state, (places.panes[2].x + 4, places.panes[2].y));
    assert_eq!(focus(&state), Pane::Pods, "its name is its own");
}

#[test]
fn a_narrow_explorer_is_drilled_through() {
    let mut state = started((80, 24));
    press(&mut state, "hh");
    assert_eq!(focus(&state), Pane::Namespaces);
    for row in [2, 1] {
        let at = cell(&state, focus(&state), row);
        click(&mut state, at);
        click(&mut state, at);
    }
    assert_eq!(focus(&state), Pane::Pods);
    assert_eq!(rows(&state), ["api-1", "api-2", "api-3"]);
    click_on(&mut state, (3, 23), Some(Spot::Step(Pane::Namespaces)));
    assert_eq!((focus(&state), selected(&state)), (Pane::Namespaces, "shop"));
}

#[test]
fn the_scrolled_row_under_the_pointer_is_the_one_that_is_selected() {
    let mut state = crowded((100, 20), 60);
    press(&mut state, ":po<enter>NG");
    let top = state.list().map(|list| list.cursor.top).expect("a list");
    assert!(top > 0);
    let window = Layout::window(Layout::inner(layout(&state).tables));
    click(&mut state, (9, window.y + 3));
    let list = state.list().expect("a list");
    assert_eq!((list.cursor.at, list.cursor.top), (top + 3, top), "and nothing moves under it");
    click(&mut state, (9, window.bottom() - 1));
    let list = state.list().expect("a list");
    assert_eq!((list.cursor.at, list.cursor.top), (top + usize::from(window.height) - 1, top));
}

#[test]
fn a_heading_sorts_as_its_key_does_in_its_own_pane() {
    let mut state = wide();
    let heading = cell(&state, Pane::Accounts, 0);
    let heading = (heading.0, heading.1 - 1);
    click_on(&mut state, heading, Some(Spot::Heading(SortBy::Pods)));
    let sort = |state: &State| state.list().map(|list| (list.sort.by, list.sort.reversed));
    assert_eq!((focus(&state), sort(&state)), (Pane::Accounts, Some((SortBy::Pods, false))));
    click_on(&mut state, heading, Some(Spot::Heading(SortBy::Pods)));
    assert_eq!(sort(&state), Some((SortBy::Pods, true)));
}

#[test]
fn a_hint_is_its_key_and_what_was_said_goes_with_a_click() {
    let mut state = wide();
    press(&mut state, "N");
    assert!(state.status.is_some());
    click_on(&mut state, (30, 39), Some(Spot::Cover));
    assert_eq!(state.status, None);
    click_on(&mut state, (30, 39), Some(Spot::Key(Chord::char('?'))));
    assert_eq!(state.screen().kind(), ScreenKind::Help);
    click_on(&mut state, (30, 39), Some(Spot::Key(Chord::plain(Code::Esc))));
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
}

#[test]
fn a_button_that_is_let_go_of_elsewhere_was_no_click() {
    let mut state = wide();
    let before = state.clone();
    let (from, to) = (cell(&state, Pane::Namespaces, 2), cell(&state, Pane::Namespaces, 1));
    point(&mut state, Gesture::Pressed, from);
    point(&mut state, Gesture::Released(None), to);
    assert_eq!(state, before);
    assert_eq!(point(&mut state, Gesture::Released(None), to), [], "it was pressed before the program was there");
    assert_eq!(point(&mut state, Gesture::Dragged, from), []);
    assert_eq!(state, before);
}

#[test]
fn the_wheel_scrolls_what_lies_under_it_and_nothing_else() {
    let mut state = crowded((130, 24), 60);
    press(&mut state, "hh");
    let over = cell(&state, Pane::Pods, 2);
    point(&mut state, Gesture::Wheel(Turn::Down), over);
    assert_eq!((tops(&state), focus(&state)), ([0, 0, 3], Pane::Namespaces));
    point(&mut state, Gesture::Wheel(Turn::Down), over);
    point(&mut state, Gesture::Wheel(Turn::Up), over);
    assert_eq!(tops(&state), [0, 0, 3]);
    let before = state.clone();
    let card = layout(&state).card;
    for at in [(card.x + 9, card.y + 3), cell(&state, Pane::Accounts, 1), (9, 0), (9, 23)] {
        point(&mut state, Gesture::Wheel(Turn::Down), at);
        assert_eq!(state, before, "{at:?}: all of it is shown, or it is no list");
    }
    for _ in 0..100 {
        point(&mut state, Gesture::Wheel(Turn::Down), over);
    }
    let height = Layout::rows(layout(&state).tables);
    assert_eq!(tops(&state), [0, 0, 67 - height], "the last page, not less");
}

#[test]
fn the_cursor_stays_in_the_window_that_the_wheel_moves() {
    let mut state = crowded((100, 20), 60);
    press(&mut state, ":po<enter>");
    let (tables, height) = (layout(&state).tables, Layout::rows(layout(&state).tables));
    let turn = |state: &mut State, turn| drop(point(state, Gesture::Wheel(turn), (9, tables.y + 3)));
    turn(&mut state, Turn::Down);
    let cursor = |state: &State| state.list().map(|list| (list.cursor.top, list.cursor.at)).expect("a list");
    assert_eq!(cursor(&state), (3, 3));
    press(&mut state, "G");
    turn(&mut state, Turn::Up);
    let top = 67 - height - 3;
    assert_eq!(cursor(&state), (top, top + height - 1));
    let name = selected(&state).to_owned();
    facts(&mut state, vec![gone("pay", "bank-1")]);
    assert_eq!(selected(&state), name, "new facts leave it there");
}

#[test]
fn pages_scroll_under_the_wheel() {
    let mut state = on_text((80, 24), 100);
    let scroll = |state: &State| state.screen().scroll().map(|scroll| scroll.line);
    for (turn, line) in [(Turn::Down, 3), (Turn::Down, 6), (Turn::Up, 3), (Turn::Up, 0), (Turn::Up, 0)] {
        point(&mut state, Gesture::Wheel(turn), (40, 12));
        assert_eq!(scroll(&state), Some(line));
    }
    point(&mut state, Gesture::Wheel(Turn::Down), (40, 23));
    assert_eq!(scroll(&state), Some(0), "the last line is no part of it");
    click(&mut state, (40, 12));
    assert_eq!((scroll(&state), state.screen().kind()), (Some(0), ScreenKind::Text));
}

#[test]
fn a_command_that_is_typed_is_left_alone_and_a_filter_has_found_what_is_clicked() {
    let mut state = wide();
    press(&mut state, ":no");
    let before = state.clone();
    let at = cell(&state, Pane::Namespaces, 2);
    click(&mut state, at);
    click_on(&mut state, (40, 39), Some(Spot::Key(Chord::plain(Code::Enter))));
    assert_eq!(state, before);
    press(&mut state, "<esc>N/api");
    let at = cell(&state, Pane::Pods, 1);
    assert_eq!(click(&mut state, (40, 0)), []);
    assert!(state.prompt.is_some(), "beside the rows nothing happens");
    click(&mut state, at);
    assert_eq!((state.prompt.is_none(), selected(&state)), (true, "api-2"));
    assert_eq!(rows(&state), ["api-1", "api-2", "api-3"]);
}

#[test]
fn a_role_is_picked_by_a_click_and_its_plan_shown_by_the_second() {
    let mut state = on_a_pod();
    press(&mut state, "e");
    let at = (9, layout(&state).tables.y + 1);
    click_on(&mut state, at, Some(Spot::Pick(0)));
    assert_eq!(state.screen().kind(), ScreenKind::Choose);
    click_on(&mut state, at, Some(Spot::Pick(1)));
    assert_eq!((choice(&state).at, state.screen().kind()), (1, ScreenKind::Choose));
    let jobs = click_on(&mut state, at, Some(Spot::Pick(1)));
    assert_eq!(state.screen().kind(), ScreenKind::Plan, "{jobs:?}");
    assert!(!jobs.iter().any(|job| matches!(job, Job::Apply(..))));
}

#[test]
fn the_window_of_a_choice_stays_where_it_is_clicked() {
    let mut state = on_a_pod();
    let role = |number: u16| super::changing::role(&format!("arn:aws:iam::111122223333:role/many/r{number:03}"));
    facts(&mut state, (0..60).map(role).collect());
    press(&mut state, "e");
    let over = (9, layout(&state).tables.y + 4);
    point(&mut state, Gesture::Wheel(Turn::Down), over);
    assert_eq!((choice(&state).top, choice(&state).at), (3, 3));
    click_on(&mut state, over, Some(Spot::Pick(6)));
    assert_eq!((choice(&state).top, choice(&state).at), (3, 6));
    press(&mut state, "x");
    assert_eq!(choice(&state).top, 0, "other rows begin anew");
}

#[test]
fn a_field_is_gone_to_and_never_planned_by_a_click() {
    let mut state = in_account();
    facts(&mut state, vec![crate::domain::inventory::Delta::Associations(read(Vec::new()))]);
    press(&mut state, "N/api-1<enter>C");
    assert_eq!(state.screen().kind(), ScreenKind::Form, "{}", status(&state));
    for _ in 0..2 {
        click_on(&mut state, (9, 9), Some(Spot::Field(2)));
        assert_eq!((form(&state).at, state.screen().kind()), (2, ScreenKind::Form));
    }
    assert_eq!(click(&mut state, (9, 9)), [], "beside the fields nothing happens");
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.kind), Some(PromptKind::Field));
}

#[test]
fn to_a_change_nobody_agrees_with_the_mouse() {
    let mut state = previewed();
    click_on(&mut state, (9, 39), Some(Spot::Key(Chord::plain(Code::Enter))));
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.kind), Some(PromptKind::Consent), "it is asked once more");
    let before = state.clone();
    for spot in [None, Some(Spot::Key(Chord::char('y'))), Some(Spot::Key(Chord::plain(Code::Enter)))] {
        for at in [(9, 39), (40, 39), (40, 20), (0, 0)] {
            assert_eq!(click_on(&mut state, at, spot), [], "{spot:?}");
            assert_eq!(state, before, "{spot:?} {at:?}");
        }
    }
    let jobs = press(&mut state, "y");
    assert!(matches!(jobs[..], [Job::Apply(..)]), "the keyboard does: {jobs:?}");
}

#[test]
fn what_the_pointer_is_drawn_over_is_marked_and_copied_as_it_stands() {
    let mut state = wide();
    let before = state.clone();
    let (from, to) = (cell(&state, Pane::Accounts, 1), cell(&state, Pane::Pods, 2));
    let jobs = drag(&mut state, from, to);
    let marked = state.marked.expect("it is marked");
    assert_eq!(jobs, [Job::Marked(marked)]);
    let accounts = layout(&state).panes[1];
    assert_eq!((marked.within.x, marked.within.right()), (accounts.x + 2, accounts.right() - 2), "its pane alone");
    assert_eq!(marked.to, Position::new(accounts.right() - 3, to.1));
    assert_eq!(State { marked: None, ..state.clone() }, before, "nothing is selected or opened by it");
    let jobs = update(&mut state, Message::Marked("bank\napi".to_owned()));
    assert_eq!(jobs, [Job::Copy("bank\napi".to_owned())]);
    assert_eq!((status(&state), state.marked), ("copied 2 lines", Some(marked)));
    update(&mut state, Message::Marked("bank".to_owned()));
    assert_eq!(status(&state), "copied bank");
    let said = state.status.take();
    assert_eq!(update(&mut state, Message::Marked(String::new())), [], "blanks are nothing");
    assert!(said.is_some() && state.status.is_none());
}

#[test]
fn any_key_takes_the_mark_away_and_escape_does_no_more() {
    let marked = |size| {
        let mut state = on_text(size, 100);
        drag(&mut state, (5, 6), (9, 8));
        assert!(state.marked.is_some());
        state
    };
    let mut state = marked((80, 24));
    press(&mut state, "<esc>");
    assert_eq!((state.marked, state.screen().kind()), (None, ScreenKind::Text));
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    let mut state = marked((80, 24));
    press(&mut state, "j");
    assert_eq!((state.marked, state.screen().scroll().map(|scroll| scroll.line)), (None, Some(1)));
    for did in [Gesture::Pressed, Gesture::Wheel(Turn::Down)] {
        let mut state = marked((80, 24));
        point(&mut state, did, (5, 6));
        assert_eq!(state.marked, None, "{did:?}");
    }
    let mut state = marked((80, 24));
    update(&mut state, Message::Size(100, 30));
    assert_eq!(state.marked, None, "other things stand there now");
    let mut state = marked((80, 24));
    state.screens.pop();
    update(&mut state, Message::Now(moment(1)));
    assert_eq!(state.marked, None, "that part of the screen is no more");
}

#[test]
fn from_an_edge_nothing_is_marked() {
    let mut state = wide();
    let accounts = layout(&state).panes[1];
    assert_eq!(drag(&mut state, (accounts.x, accounts.y + 3), (accounts.x + 9, accounts.y + 5)), []);
    assert_eq!(drag(&mut state, (accounts.x + 9, accounts.y), (accounts.x + 9, accounts.y + 5)), []);
    assert_eq!(state.marked, None);
}

#[test]
fn what_is_asked_can_be_marked_while_it_is_agreed_to() {
    let mut state = previewed();
    press(&mut state, "<enter>");
    let jobs = drag(&mut state, (5, 6), (20, 6));
    assert!(matches!(jobs[..], [Job::Marked(_)]));
    assert_eq!(press(&mut state, "<esc>"), []);
    assert!(state.prompt.is_some(), "the mark went first");
    press(&mut state, "<esc>");
    assert_eq!((state.prompt.is_none(), status(&state)), (true, "nothing was changed"));
}
