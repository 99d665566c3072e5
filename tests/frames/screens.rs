//! Every screen at the sizes that people have.

use crate::stage::{Stage, world};
use rolecall::domain::inventory::{Delta, Kind, Scope};
use rolecall::domain::model::{Gap, GapReason};
use rolecall::tui::app::Options;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

/// Takes a picture of a screen at every size.
fn at_every_size(name: &str, set: impl Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut stage = Stage::new((width, height));
        set(&mut stage);
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), stage.picture());
    }
}

#[test]
fn explorer() {
    at_every_size("explorer", |_| {});
}

#[test]
fn explorer_in_a_namespace() {
    at_every_size("explorer-of-shop", |stage| stage.go("ns shop"));
}

#[test]
fn explorer_with_the_cursor_on_a_service_account() {
    at_every_size("explorer-account", |stage| {
        stage.go("ns shop");
        stage.press("h j");
    });
}

#[test]
fn tables() {
    for command in ["ns", "sa", "po", "nodes", "roles"] {
        at_every_size(command, |stage| stage.go(command));
    }
}

#[test]
fn containers_of_a_pod() {
    at_every_size("containers", |stage| {
        stage.go("po");
        stage.press("/ c h e c k enter enter");
    });
}

#[test]
fn one_node() {
    at_every_size("node", |stage| {
        stage.go("nodes");
        stage.press("j enter");
    });
}

#[test]
fn one_role() {
    at_every_size("role", |stage| {
        stage.go("roles");
        stage.press("j enter");
    });
}

#[test]
fn evidence() {
    at_every_size("evidence", |stage| stage.press("d"));
}

#[test]
fn used_by() {
    at_every_size("used-by", |stage| {
        stage.go("roles");
        stage.press("G u");
    });
}

#[test]
fn help() {
    at_every_size("help", |stage| stage.press("?"));
}

#[test]
fn errors() {
    at_every_size("errors", |stage| stage.press("!"));
}

#[test]
fn lists_that_are_still_being_asked_for() {
    for (name, command) in [("contexts", "ctx"), ("profiles", "profile")] {
        at_every_size(name, |stage| stage.go(command));
    }
    at_every_size("calls", |stage| stage.press("@"));
    at_every_size("text", |stage| stage.press("y"));
}

#[test]
fn command_bar_with_completions() {
    at_every_size("command", |stage| stage.press(": n tab"));
}

#[test]
fn filter_being_typed() {
    at_every_size("filter", |stage| {
        stage.go("po");
        stage.press("/ a p i");
    });
}

#[test]
fn filter_that_nothing_matches() {
    at_every_size("filtered-to-none", |stage| {
        stage.go("po");
        stage.press("/ z z z enter");
    });
}

#[test]
fn loading() {
    for (width, height) in SIZES {
        let mut stage = Stage::empty((width, height));
        stage.read(vec![
            Delta::Listing { kind: Kind::Namespace, scope: Scope::Cluster, expected: None },
            Delta::Listing { kind: Kind::Pod, scope: Scope::Cluster, expected: Some(33_120) },
        ]);
        insta::assert_snapshot!(format!("loading-{width}x{height}"), stage.picture());
    }
}

#[test]
fn pods_that_may_not_be_listed() {
    for (width, height) in SIZES {
        let mut stage = Stage::empty((width, height));
        let sentence = "pods cannot be listed: sre:anna may not list pods in the whole cluster";
        let gap = Gap::new("pods", "list pods", GapReason::Forbidden, sentence);
        stage.read(vec![Delta::Unreadable(Kind::Pod, gap)]);
        insta::assert_snapshot!(format!("forbidden-{width}x{height}"), stage.picture());
    }
}

#[test]
fn only_a_frame_with_something_young_changes_by_the_second() {
    let mut stage = Stage::new((120, 40));
    stage.go("po shop");
    assert!(!stage.frame().1, "all its pods are old");
    let mut pod = stage.state.inventory.shard("shop").and_then(|shard| shard.pods().next()).unwrap().1.clone();
    (pod.name, pod.created) = ("shop-new-1".into(), Some(stage.state.now));
    stage.read(vec![Delta::Pod(Box::new(pod))]);
    let mut ages = Vec::new();
    for seconds in [1, 44, 75, 1] {
        stage.wait(seconds);
        let (picture, by_the_second) = stage.frame();
        let row = picture.lines().find(|line| line.contains("shop-new-1")).unwrap();
        let age = row.split_whitespace().find(|word| word.ends_with(['s', 'm']) && word.starts_with(char::is_numeric));
        ages.push((age.unwrap().to_owned(), by_the_second));
    }
    let expected = [("1s", true), ("45s", true), ("2m", false), ("2m", false)];
    assert_eq!(ages, expected.map(|(age, by_the_second)| (age.to_owned(), by_the_second)));
}

#[test]
fn an_empty_cluster() {
    for (width, height) in SIZES {
        let mut stage = Stage::empty((width, height));
        let now = stage.state.now;
        stage.read(Kind::ALL.map(|kind| Delta::Listed(kind, now)).to_vec());
        insta::assert_snapshot!(format!("empty-{width}x{height}"), stage.picture());
    }
}

#[test]
fn without_colour_nothing_is_lost_and_without_glyphs_neither() {
    for (name, options) in [
        ("no-colour", Options { no_color: true, ..Options::default() }),
        ("ascii", Options { ascii: true, ..Options::default() }),
    ] {
        let mut stage = Stage::with_options((120, 40), options);
        stage.read(world());
        let picture = stage.picture();
        if name == "ascii" {
            assert!(picture.is_ascii());
        } else {
            assert!(!["cyan", "green", "red", "yellow"].iter().any(|colour| picture.contains(colour)));
        }
        insta::assert_snapshot!(name, picture);
    }
}
