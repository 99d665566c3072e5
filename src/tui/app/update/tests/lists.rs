//! Lists: their order, what narrows them, and a cursor that holds on to its object.

use super::world::*;
use crate::domain::inventory::{Delta, Kind, Scope};
use crate::tui::app::screen::{Pane, Screen};
use crate::tui::app::select::Item;
use crate::tui::app::update;
use crate::tui::app::{Layout, Message, StatusKind, layout};

const PODS: [&str; 7] = ["bank-1", "bank-2", "api-1", "api-2", "api-3", "web-1", "web-2"];

#[test]
fn the_first_screen_shows_all_pods() {
    let state = wide();
    let Screen::Explorer(explorer) = state.screen() else { panic!("the explorer") };
    assert_eq!(explorer.focus, Pane::Pods);
    assert_eq!(rows(&state).len(), PODS.len());
    assert_eq!(explorer.namespaces.index.len(), 3, "all, pay, shop");
    assert_eq!(explorer.accounts.index.len(), 4, "all and three");
}

#[test]
fn moving_in_one_pane_narrows_the_next() {
    let mut state = wide();
    press(&mut state, "hhjj");
    assert_eq!((selected(&state), state.scope.as_deref()), ("shop", Some("shop")));
    press(&mut state, "lj");
    assert_eq!(selected(&state), "api");
    press(&mut state, "l");
    assert_eq!(rows(&state), ["api-1", "api-2", "api-3"]);
    press(&mut state, "hhk");
    assert_eq!(state.scope.as_deref(), Some("pay"));
    press(&mut state, "ll");
    assert_eq!(rows(&state), ["bank-1", "bank-2"]);
}

#[test]
fn the_cursor_stays_on_its_pod_and_its_line_while_pods_come_and_go() {
    let mut state = wide();
    press(&mut state, "Njjj");
    assert_eq!(selected(&state), "api-2");
    let line = |state: &crate::tui::app::State| state.list().map(|list| list.cursor.at - list.cursor.top);
    facts(&mut state, vec![pod("pay", "aaa", "bank", 5), pod("shop", "api-0", "api", 5), pod("shop", "zzz", "api", 5)]);
    assert_eq!(selected(&state), "api-2");
    assert_eq!(rows(&state), ["aaa", "bank-1", "bank-2", "api-0", "api-1", "api-2", "api-3", "web-1", "web-2", "zzz"]);
    facts(&mut state, vec![gone("pay", "bank-1"), gone("pay", "aaa")]);
    assert_eq!(selected(&state), "api-2");
    assert!(line(&state).is_some());
    press(&mut state, "A");
    assert_eq!(selected(&state), "api-2", "sorting moves rows, not the selection");
    assert_eq!(rows(&state)[0], "api-0");
}

#[test]
fn a_window_that_is_full_keeps_the_selected_line_in_place() {
    let mut state = started((120, 16));
    let many = (0..200).map(|at| pod("shop", &format!("m-{at:03}"), "api", 30)).collect();
    facts(&mut state, many);
    press(&mut state, "N<pgdn><pgdn>kk");
    let before = state.list().map(|list| (list.cursor.item.clone(), list.cursor.at - list.cursor.top)).expect("a list");
    facts(&mut state, vec![pod("shop", "m-000a", "api", 30), pod("shop", "m-001a", "api", 30)]);
    let after = state.list().map(|list| (list.cursor.item.clone(), list.cursor.at - list.cursor.top)).expect("a list");
    assert_eq!(before, after);
}

#[test]
fn a_vanished_pod_leaves_the_cursor_on_its_line() {
    let mut state = wide();
    press(&mut state, "Njjj");
    facts(&mut state, vec![gone("shop", "api-2")]);
    assert_eq!(selected(&state), "api-3");
    press(&mut state, "G");
    facts(&mut state, vec![gone("shop", "web-2"), gone("shop", "web-1")]);
    assert_eq!(selected(&state), "api-3");
}

#[test]
fn sorting_again_turns_it_round() {
    let mut state = wide();
    press(&mut state, "N");
    assert_eq!(rows(&state), PODS);
    press(&mut state, "N");
    assert_eq!(rows(&state), PODS.into_iter().rev().collect::<Vec<_>>());
    press(&mut state, "A");
    assert_eq!(rows(&state)[0], "bank-1", "the youngest first");
    press(&mut state, "O");
    assert_eq!(rows(&state)[..3], ["bank-2", "api-2", "web-1"], "those of node-a first");
}

#[test]
fn a_patched_list_is_the_same_as_one_made_anew() {
    for keys in ["N", "NN", "A", "AA", "O", "S", "SS", "N/api<enter>", "S/!web<enter>", "<c-z>", "N/irsa"] {
        let mut patched = wide();
        press(&mut patched, keys);
        let changes = vec![pod("shop", "new", "web", 15), pod("shop", "api-1", "api", 100), gone("pay", "bank-2")];
        facts(&mut patched, changes.clone());
        let mut anew = wide();
        facts(&mut anew, changes);
        press(&mut anew, keys);
        assert_eq!(rows(&patched), rows(&anew), "{keys}");
        assert_eq!(patched.list().map(|list| list.index.total), anew.list().map(|list| list.index.total), "{keys}");
    }
}

#[test]
fn a_listing_that_runs_again_changes_no_row() {
    let mut state = wide();
    press(&mut state, "Njj");
    let before = rows(&state);
    facts(&mut state, vec![Delta::Listing { kind: Kind::Pod, scope: Scope::Cluster, expected: None }]);
    assert_eq!((rows(&state), selected(&state)), (before, "api-1"));
}

#[test]
fn a_narrow_screen_shows_one_table_and_keeps_its_place_when_it_grows() {
    let mut state = started((80, 24));
    let areas = |state: &crate::tui::app::State| layout(state).panes.map(|pane| pane.width);
    press(&mut state, "<esc><esc>");
    assert_eq!(areas(&state), [80, 0, 0]);
    press(&mut state, "jj<enter>j<enter>");
    assert_eq!((areas(&state), rows(&state)), ([0, 0, 80], vec!["api-1".into(), "api-2".into(), "api-3".into()]));
    let at = state.selected().cloned();
    update(&mut state, Message::Size(130, 40));
    assert!(areas(&state).iter().all(|width| *width > 0));
    assert_eq!(state.selected().cloned(), at);
    press(&mut state, "<esc><esc>");
    assert_eq!(state.selected(), Some(&Item::Namespace(name("shop"))));
}

#[test]
fn problems_only_hides_what_is_well() {
    let mut state = wide();
    let all = rows(&state).len();
    press(&mut state, "<c-z>");
    let shown: Vec<String> = rows(&state);
    for pod in &shown {
        let namespace = if pod.starts_with("bank") { "pay" } else { "shop" };
        let row = state.identities.pod(namespace, pod).expect("its row");
        assert!(!row.findings.is_empty(), "{pod}");
    }
    assert_eq!(state.list().map(|list| list.index.total), Some(all));
    press(&mut state, "<c-z>");
    assert_eq!(rows(&state).len(), all);
}

#[test]
fn a_namespace_that_is_begun_in_has_its_row_before_it_is_seen() {
    use crate::tui::app::{About, Options, State};
    let options = Options { namespace: Some("shop".to_owned()), ..Options::default() };
    let mut state = State::new(About::default(), options, moment(0));
    update(&mut state, Message::Size(130, 40));
    assert_eq!(state.scope.as_deref(), Some("shop"));
    facts(&mut state, cluster());
    assert_eq!(state.scope.as_deref(), Some("shop"));
    assert_eq!(rows(&state).len(), 5);
}

#[test]
fn a_filter_over_namespaces_narrows_the_panes_to_what_it_finds_first() {
    let mut state = wide();
    press(&mut state, "hh/pay<enter>");
    assert_eq!((rows(&state), state.scope.as_deref()), (vec!["pay".to_owned()], Some("pay")));
    press(&mut state, "<esc>");
    assert_eq!((rows(&state).len(), selected(&state)), (3, "pay"));
}

#[test]
fn rows_are_sorted_only_by_what_they_have() {
    let mut state = wide();
    for (to, key, said) in [("hh", "O", "these rows have no node"), ("ll", "P", "these rows have no number of pods")] {
        press(&mut state, to);
        let before = rows(&state);
        press(&mut state, key);
        let status = state.status.clone().expect("it is said");
        assert!(status.text.starts_with(said) && status.kind == StatusKind::Failed, "{key}: {status:?}");
        assert_eq!(rows(&state), before, "{key}");
    }
    press(&mut state, "O");
    assert_eq!(state.status.map(|status| status.text).as_deref(), Some("sorted by node"));
}

#[test]
fn the_row_of_all_is_none_that_a_key_could_be_about() {
    let mut state = wide();
    press(&mut state, "hh");
    for keys in ["d", "a", "y", "x", "c", "e"] {
        press(&mut state, keys);
        let said = state.status.clone().expect("it is said").text;
        assert_eq!(said, "this row stands for all of them: select one", "{keys}");
    }
}

#[test]
fn what_is_selected_beside_a_filter_that_lets_nothing_through_is_in_the_window_again_behind_it() {
    let mut state = started((120, 20));
    facts(&mut state, (0..12).map(|number| pod("shop", &format!("many-{number:02}"), "web", number)).collect());
    press(&mut state, "Gh/zzz");
    assert!(rows(&state).is_empty(), "no card, and more room for rows");
    press(&mut state, "<esc>");
    let Screen::Explorer(explorer) = state.screen() else { panic!("{:?}", state.screen().kind()) };
    let (cursor, height) = (&explorer.pods.cursor, Layout::rows(layout(&state).tables));
    assert!(cursor.at > height, "below what the window shows first");
    assert!((cursor.top..cursor.top + height).contains(&cursor.at), "{cursor:?} in {height}");
}
