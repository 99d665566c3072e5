//! Journeys: in and back, evidence, owners, users, namespaces.

use super::world::*;
use crate::domain::inventory::{Kind, ObjectRef};
use crate::tui::app::screen::{ScreenKind, TextBody};
use crate::tui::app::select::{Item, Of};
use crate::tui::app::{Job, Message, Refusal, StatusKind, page, update};

#[test]
fn a_pod_of_several_containers_lists_them_and_one_of_one_shows_its_evidence() {
    let mut state = wide();
    press(&mut state, "N/api-3<enter><enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Containers);
    assert_eq!(state.list().map(|list| list.index.len()), Some(2));
    press(&mut state, "j<enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Evidence);
    let lines = page::lines(&state);
    assert!(lines.iter().any(|line| line.text.starts_with("container ")), "{lines:?}");
    press(&mut state, "<esc><esc><esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    press(&mut state, "/bank-1<enter><enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Evidence);
}

#[test]
fn tables_lead_from_namespaces_down_to_pods() {
    let mut state = wide();
    press(&mut state, ":ns<enter>j<enter>");
    assert_eq!(state.scope.as_deref(), Some("shop"));
    assert_eq!(rows(&state), ["api", "web"]);
    press(&mut state, "j<enter>");
    assert_eq!(rows(&state), ["web-1", "web-2"]);
    press(&mut state, "<esc>");
    assert_eq!(selected(&state), "web", "the table below kept its place");
}

#[test]
fn the_owner_s_pods_are_those_of_the_same_workload() {
    let mut state = wide();
    press(&mut state, "N/web-1<enter>J");
    assert_eq!(rows(&state), ["web-1", "web-2"]);
    assert_eq!(
        state.list().map(|list| &list.of),
        Some(&Of::PodsOfOwner(name("shop"), name("StatefulSet"), name("web")))
    );
}

#[test]
fn a_table_of_all_namespaces_is_not_saved_as_one_s() {
    let mut state = wide();
    press(&mut state, ":ns shop<enter>");
    for (keys, expected) in [("hh<c-s>", "namespaces.csv"), ("l<c-s>", "serviceaccounts-shop.csv")] {
        let jobs = press(&mut state, keys);
        let [Job::Save(_, name, _)] = &jobs[..] else { panic!("{jobs:?}") };
        assert_eq!(name, expected);
    }
}

#[test]
fn no_table_is_opened_twice() {
    let mut state = wide();
    press(&mut state, "N/web-1<enter>JJJ");
    assert_eq!(state.screens.len(), 2, "the owner's pods are shown already");
    press(&mut state, "<esc><esc>!@!@!");
    assert_eq!((state.screens.len(), state.list().map(|list| &list.of)), (2, Some(&Of::Troubles)));
    press(&mut state, "@?!");
    assert_eq!(state.screens.len(), 5, "a page is not left by what is opened above it");
}

#[test]
fn nodes_show_the_pods_on_them() {
    let mut state = wide();
    press(&mut state, ":nodes<enter><enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Node);
    press(&mut state, "N");
    assert_eq!(rows(&state), ["bank-1", "api-1", "api-3", "web-2"], "of node-b, on which the selected pod runs");
}

#[test]
fn a_table_by_command_begins_where_one_was() {
    let mut state = wide();
    press(&mut state, "N/web-2<enter>:nodes<enter>");
    assert_eq!(selected(&state), "node-b");
    press(&mut state, "<esc>:sa<enter>");
    assert_eq!(selected(&state), "web");
}

#[test]
fn digits_warp_and_zero_change_the_namespace() {
    let mut state = wide();
    press(&mut state, "N/web-1<enter>w<esc>");
    assert_eq!(state.scope.as_deref(), Some("shop"));
    press(&mut state, "0");
    assert_eq!(state.scope, None);
    press(&mut state, ":ns pay<enter>");
    assert_eq!((state.scope.as_deref(), state.recent.len()), (Some("pay"), 2));
    press(&mut state, "1");
    assert_eq!(state.scope.as_deref(), Some("shop"));
    press(&mut state, "2");
    assert_eq!(state.scope.as_deref(), Some("pay"));
    press(&mut state, "7");
    assert_eq!(state.scope.as_deref(), Some("pay"));
    assert!(state.status.is_some_and(|status| status.kind == StatusKind::Failed));
}

#[test]
fn a_text_is_read_shown_and_scrolled() {
    let mut state = wide();
    let jobs = press(&mut state, "N/web-1<enter>y");
    let [Job::Read(ticket, object)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(*object, ObjectRef::new(Kind::Pod, name("shop"), name("web-1")));
    let text = (0..100).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n");
    update(&mut state, Message::Text(*ticket, Ok(text)));
    assert_eq!(page::lines(&state).len(), 100);
    press(&mut state, "G");
    let shown = crate::tui::app::Layout::lines(crate::tui::app::layout(&state).body);
    let scroll = state.screen().scroll().map(|scroll| scroll.line);
    assert_eq!(scroll, Some(100 - shown), "the last line stands at the bottom");
}

#[test]
fn what_is_no_role_s_arn_is_not_waited_for() {
    for (arn, said) in [
        ("arn:aws:iam::111122223333:rolle/api", "this is no role ARN: "),
        ("arn:aws:iam::111122223333:role/api", "this role was not read yet"),
    ] {
        let TextBody::Failed(text, hint) = page::role_json(&wide(), &name(arn)) else { panic!("{arn}") };
        assert!(text.starts_with(said), "{text}");
        assert_eq!(hint.is_some(), said.ends_with("yet"), "{hint:?}");
    }
}

#[test]
fn a_text_that_cannot_be_read_says_so_in_its_place() {
    let mut state = wide();
    let jobs = press(&mut state, "y");
    let Some(Job::Read(ticket, _)) = jobs.first() else { panic!("{jobs:?}") };
    let refusal = Refusal { said: "may not get pods in shop".to_owned(), hint: Some("ask for get pods".to_owned()) };
    update(&mut state, Message::Text(*ticket, Err(refusal)));
    let crate::tui::app::screen::Screen::Text(screen) = state.screen() else { panic!("the text") };
    assert_eq!(
        screen.body,
        TextBody::Failed("may not get pods in shop".to_owned(), Some("ask for get pods".to_owned()))
    );
    assert_eq!(state.troubles.len(), 1);
}

#[test]
fn names_are_copied() {
    let mut state = wide();
    assert_eq!(press(&mut state, "N/web-1<enter>c"), [Job::Copy("web-1".to_owned())]);
    assert_eq!(press(&mut state, "Y"), [], "it has no role");
    assert!(state.status.is_some_and(|status| status.kind == StatusKind::Failed));
}

#[test]
fn the_shown_table_is_saved_with_full_names() {
    let mut state = wide();
    let jobs = press(&mut state, "N/web<enter><c-s>");
    let [Job::Save(_, name, table)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(name, "pods.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "namespace,pod,serviceAccount,identity,roleArn,node,created,findings");
    assert!(lines[1].starts_with("shop,web-1,web,") && lines.len() == 3, "{table}");
}

#[test]
fn the_card_is_about_the_selected_pod() {
    let mut state = wide();
    press(&mut state, "N");
    assert_eq!(state.card_subject(), Some(pod_item("pay", "bank-1")));
    press(&mut state, "h");
    assert_eq!(state.card_subject(), Some(pod_item("pay", "bank-1")), "whichever pane has the cursor");
    assert_eq!(state.subject(), None, "keys are about the row under the cursor, here all");
    press(&mut state, "j");
    assert_eq!(state.subject(), Some(Item::Account(name("pay"), name("bank"))));
}

#[test]
fn a_trouble_is_read_whole_on_its_own_page() {
    let mut state = wide();
    let refusal = Refusal { said: "may not list nodes".to_owned(), hint: Some("ask for list nodes".to_owned()) };
    update(&mut state, Message::Trouble("list nodes".to_owned(), refusal));
    press(&mut state, "!<enter>");
    let texts: Vec<String> = page::lines(&state).into_iter().map(|line| line.text).collect();
    assert!(["may not list nodes", "ask for list nodes"].iter().all(|said| texts.iter().any(|text| text == said)));
}

#[test]
fn that_everything_is_read_again_is_said_until_it_is() {
    let mut state = in_account();
    answered(&mut state);
    press(&mut state, "<c-r>");
    let said = |state: &crate::tui::app::State| state.status.as_ref().map(|status| status.text.clone());
    assert_eq!(said(&state).as_deref(), Some("reading everything again"));
    answered(&mut state);
    assert_eq!(said(&state).as_deref(), Some("everything was read again"));
}
