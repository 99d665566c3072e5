//! The demo: what its screens promise is so, whichever of its rows they are about.

#![expect(clippy::expect_used, reason = "a failed test panics by name")]

use crate::stage::Stage;
use rolecall::domain::identity::Finding;
use rolecall::report::capture;
use rolecall::tui::app::screen::{Pick, Screen};
use rolecall::tui::app::select::Item;
use rolecall::tui::app::{Message, State, StatusKind, mending, update};
use rolecall::tui::keymap::TABLE;

/// The demo with everything read, on its table of pods.
pub(crate) fn demo() -> Stage {
    let mut stage = Stage::empty((160, 50));
    stage.state.about.may_change = true;
    let bytes = include_bytes!("../../assets/demo/cluster.json.gz");
    stage.read(capture::from_bytes(bytes).expect("the demo is a good capture").into_deltas());
    stage.go("po");
    stage
}

/// The same with the cursor on a row.
fn on(state: &mut State, item: &Item) {
    let list = state.screen_mut().list_mut().expect("a table");
    (list.cursor.item, list.cursor.moved) = (Some(item.clone()), true);
    list.index.revision = 0; // made anew, so that the cursor finds it
    let clock = state.clock;
    update(state, Message::Now(clock));
    assert_eq!(state.selected(), Some(item));
}

fn pod(namespace: &str, begins: &str, stage: &Stage) -> Item {
    let shard = stage.state.inventory.shard(namespace).expect("the namespace");
    let mut names = shard.pods().map(|(name, _)| name).filter(|name| name.starts_with(begins));
    Item::Pod(namespace.into(), names.next().expect("such a pod").clone())
}

/// Where a remedy names a key, that key leads to it.
#[test]
fn no_key_that_mends_a_finding_is_refused() {
    let whole = demo().state;
    let mut tried: Vec<(String, Finding)> = Vec::new();
    for (namespace, rows) in whole.identities.namespaces() {
        for (name, row) in rows.pods.iter().filter(|(_, row)| !row.dimmed) {
            let item = Item::Pod(namespace.clone(), name.clone());
            for finding in row.findings.iter() {
                let of = (format!("{namespace}/{}", row.account), finding);
                if tried.contains(&of) {
                    continue;
                }
                tried.push(of);
                let Some(offer) = mending(&whole, finding, &item) else { continue };
                let key = TABLE.iter().find(|line| line.action == offer.action).expect("a key").keys[0];
                let mut state = whole.clone();
                on(&mut state, &item);
                update(&mut state, Message::Key(key));
                let refused = state.status.filter(|status| status.kind == StatusKind::Failed);
                assert_eq!(refused, None, "{key} for {finding:?} of {namespace}/{name}");
            }
        }
    }
    assert!(tried.len() > 20, "{tried:?}");
}

/// Pods of one ServiceAccount with the same kind of identity are not all alike.
#[test]
fn only_pods_with_the_same_finding_are_counted_as_alike() {
    let mut stage = demo();
    for (namespace, begins, said) in [
        ("payments", "ledger-dq", "2 of 3 pods are like this"),
        ("payments", "ledger-cq", "1 of 3 pods is like this"),
        ("edge", "edge-cache-", "1 of 3 pods is like this"),
        ("data", "warehouse-loader-0", "2 of 3 pods are like this"),
    ] {
        let item = pod(namespace, begins, &stage);
        on(&mut stage.state, &item);
        let picture = stage.picture();
        assert!(picture.contains(said), "{begins}: {picture}");
    }
}

/// What helps against two findings is said once, with its key, and a remedy that is wrapped keeps off its label.
#[test]
fn what_to_do_is_said_once() {
    let mut stage = demo();
    let item = pod("shop", "api-rrws", &stage);
    on(&mut stage.state, &item);
    stage.press("d");
    let picture = stage.picture();
    assert_eq!(picture.matches("what to do").count(), 1, "{picture}");
    assert!(picture.contains("restart deployment/api (r)"), "{picture}");
    stage.press("esc");
    let item = pod("cert-manager", "cert-manager-tb", &stage);
    on(&mut stage.state, &item);
    update(&mut stage.state, Message::Size(80, 24));
    assert!(stage.picture().contains("what to do   add to the trust policy"), "{}", stage.picture());
}

/// Who uses a role leads back to that role.
#[test]
fn who_uses_a_role_is_opened_once() {
    let mut stage = demo();
    stage.go("roles");
    stage.press("u u u");
    assert_eq!(stage.state.screens.len(), 3, "{}", stage.picture());
}

/// The rows of a table of pods are more than the pods that counts count: how many more is said.
#[test]
fn a_table_of_pods_says_how_many_of_its_rows_do_not_count() {
    let mut stage = demo();
    assert!(stage.picture().contains("─ Pods 225, 7 not counted ─"), "{}", stage.picture());
    stage.go("po preview-1417");
    assert!(stage.picture().contains("─ Pods of preview-1417 2, 2 not counted ─"), "{}", stage.picture());
    stage.go("po argocd");
    assert!(stage.picture().contains("─ Pods of argocd 6 ─"), "{}", stage.picture());
}

/// Whole names do not push out where a pod is, nor the half of a name what it is told by.
#[test]
fn the_wide_table_of_pods_keeps_namespace_and_node() {
    let mut stage = demo();
    stage.press("ctrl-w");
    for (width, node) in [(80, "ip-10-"), (100, "ip-10-20-"), (130, "ip-10-20-"), (160, ".eu-west-1.compute.internal")]
    {
        update(&mut stage.state, Message::Size(width, 50));
        let picture = stage.picture();
        let heading = picture.lines().find(|line| line.contains("IDENTITY")).unwrap_or_default();
        assert!(heading.contains("NAMESPACE") && heading.contains("NODE"), "{width}: {picture}");
        assert!(picture.contains(node), "{width}: {picture}");
        assert!(width < 160 || heading.contains("SERVICEACCOUNT"), "{picture}");
    }
}

/// What is typed behind `/` is counted without the row `all`; labels are not counted at all.
#[test]
fn the_line_of_a_filter_says_what_enter_will_do() {
    let mut stage = demo();
    stage.press("esc h h /");
    let last = |stage: &Stage| stage.picture().lines().nth(49).expect("the last line").trim_end().to_owned();
    assert!(last(&stage).ends_with("15 of 15"), "{}", last(&stage));
    stage.write("-l app=api");
    assert!(last(&stage).ends_with("enter asks the API server"), "{}", last(&stage));
}

/// Who types `no role` means none, and not the first of which something was not read.
#[test]
fn what_is_typed_finds_what_is_called_so_first() {
    let mut stage = demo();
    let item = pod("kube-system", "aws-node-", &stage);
    on(&mut stage.state, &item);
    let picked = |stage: &Stage| {
        let Screen::Choose(screen) = stage.state.screen() else { panic!("{:?}", stage.state.status) };
        (screen.rows.get(screen.at) == Some(&Pick::Nothing), screen.picked().map(ToString::to_string))
    };
    stage.press("e");
    stage.write("no role");
    assert_eq!(picked(&stage), (true, None));
    stage.press("esc E");
    stage.write("loki");
    assert_eq!(picked(&stage), (false, Some("arn:aws:iam::111122223333:role/eks/loki".to_owned())));
}
