//! Every screen at the sizes that people have.

use crate::stage::{Stage, world};
use rolecall::domain::inventory::{Delta, Kind, Scope};
use rolecall::domain::model::{Gap, GapReason, Name};
use rolecall::tui::app::{CallLine, CallsMade, Message, Options, Refusal, TargetKind, update};

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
fn whatever_columns_have_room_the_rows_of_all_are_named() {
    for width in 100..=160 {
        let picture = Stage::new((width, 34)).picture();
        let named = picture.lines().any(|line| {
            let cells: Vec<&str> = line.split('│').map(str::trim).collect();
            matches!(cells[..], ["", namespaces, accounts, ..]
                if namespaces.starts_with("▸all") && accounts.trim_start_matches('▸').trim_start().starts_with("all"))
        });
        assert!(named, "{width}");
    }
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
fn where_the_header_is_one_line_it_says_that_something_was_not_read() {
    let mut stage = Stage::new((80, 24));
    let gap = Gap::new("nodes", "list nodes", GapReason::Forbidden, "sre:anna may not list nodes");
    stage.read(vec![Delta::Unreadable(Kind::Node, gap)]);
    let connection = stage.state.connection;
    for question in stage.state.unanswered.clone() {
        update(&mut stage.state, Message::Answered(connection, question));
    }
    let picture = stage.picture();
    let first = picture.lines().next().unwrap_or_default();
    assert!(first.starts_with(" prod-eu ") && first.ends_with("✖ not read !   as of 0s ago"), "{first}");
}

#[test]
fn the_header_keeps_its_place_and_the_account_while_something_is_read_or_was_not() {
    for (width, named) in [(80, "▲ node "), (100, "● Pod Identity "), (130, "you: sre:anna → ")] {
        let mut stage = crate::demo::demo();
        update(&mut stage.state, Message::Size(width, 30));
        let left = |stage: &Stage| -> Vec<String> {
            let picture = stage.picture();
            let lines = picture.lines().take_while(|line| !line.starts_with('┌'));
            let cut = |line: &str| {
                let end = ["reading", "✖ ", "live", "as of"].iter().filter_map(|word| line.find(word)).min();
                Some(line.split_at(end.unwrap_or(line.len())).0.trim().to_owned())
            };
            lines.filter_map(cut).collect()
        };
        let missing = std::mem::take(&mut stage.state.troubles);
        let before = left(&stage);
        assert!(before[0].contains(" 111122223333") && before.concat().contains(named), "{before:?}");
        stage.state.troubles = missing;
        assert_eq!(left(&stage), before, "something was not read");
        let connection = stage.state.connection;
        for question in stage.state.unanswered.clone() {
            update(&mut stage.state, Message::Answered(connection, question));
        }
        assert_eq!(left(&stage), before, "all is read that can be: {}", stage.picture());
    }
}

#[test]
fn what_is_only_out_of_reach_does_not_ask_for_a_permission() {
    for (reason, said) in [
        (GapReason::Timeout, "it is tried again by itself · ctrl-r tries at once"),
        (GapReason::Forbidden, "it takes the permission to list pods · ctrl-r tries again"),
        (GapReason::Expired, "ctrl-r tries again"),
    ] {
        let mut stage = Stage::empty((100, 30));
        let gap = Gap::new("pods", "list pods", reason, "pods not read: x");
        stage.read(vec![Delta::Unreadable(Kind::Pod, gap)]);
        stage.go("po");
        let picture = stage.picture();
        assert!(picture.lines().any(|line| line.trim_matches(['│', ' ']) == said), "{picture}");
    }
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
fn contexts_and_profiles() {
    let contexts = ["prod-eu", "prod-us", "arn:aws:eks:eu-west-1:444455556666:cluster/staging-with-a-long-name"];
    for (name, command, kind, names) in [
        ("contexts-read", "ctx", TargetKind::Context, contexts.as_slice()),
        ("profiles-read", "profile", TargetKind::Profile, &["default", "prod-eu", "sre-readonly"]),
    ] {
        at_every_size(name, |stage| {
            stage.go(command);
            let names: Vec<Name> = names.iter().copied().map(Name::from).collect();
            stage.answer(|ticket| Message::Targets(ticket, kind, Ok((names, Some("prod-eu".into())))));
        });
    }
    at_every_size("contexts-failed", |stage| {
        stage.go("ctx");
        let said = "the kubeconfig ~/.kube/config is not valid: line 12 is no YAML".to_owned();
        let hint = Some("repair it, or name another with --kubeconfig".to_owned());
        stage.answer(|ticket| Message::Targets(ticket, TargetKind::Context, Err(Refusal { said, hint })));
    });
}

#[test]
fn calls_that_were_made() {
    at_every_size("calls-read", |stage| {
        stage.press("@");
        let (now, second) = (stage.state.now, std::time::Duration::from_secs(1));
        let call = |ago: u32, command: &str, milliseconds, outcome| CallLine {
            at: now.checked_sub(second * ago).unwrap(),
            command: command.to_owned(),
            milliseconds,
            outcome,
        };
        let role = "aws iam get-role --role-name shop-api";
        let refused = "iam:GetRole is not allowed for assumed-role/SRE/anna".to_owned();
        let lines = vec![
            call(190, "kubectl get --raw '/api/v1/pods?limit=500'", Some(1_204), Some(Ok(()))),
            call(75, role, Some(41), Some(Err(refused))),
            call(2, "aws eks describe-cluster --name prod-eu --region eu-west-1", None, None),
        ];
        stage.answer(|ticket| Message::Calls(ticket, CallsMade { lines, forgotten: 0, revision: 5 }));
        stage.press("j");
    });
}

#[test]
fn text_of_a_pod_and_its_refusal() {
    at_every_size("text-read", |stage| {
        stage.press("y");
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api-7d9f6c-x2kqv\n  namespace: shop\n  annotations:\n    \
                    note: a line that is much longer than a screen of eighty columns is wide, so that it is folded\n";
        stage.answer(|ticket| Message::Text(ticket, Ok(text.to_owned())));
    });
    at_every_size("text-refused", |stage| {
        stage.press("y");
        let said = "pod/legacy-1c1c-ppppp was not read: sre:anna may not get pods in shop".to_owned();
        let hint = Some("it takes the permission to get pods".to_owned());
        stage.answer(|ticket| Message::Text(ticket, Err(Refusal { said, hint })));
    });
}

#[test]
fn what_went_wrong() {
    at_every_size("errors-read", |stage| {
        for (source, said, hint) in [
            ("list nodes", "nodes cannot be listed: sre:anna may not list nodes", Some("ask for list on nodes")),
            ("clipboard", "the terminal takes no copies", None),
        ] {
            let refusal = Refusal { said: said.to_owned(), hint: hint.map(str::to_owned) };
            update(&mut stage.state, Message::Trouble(source.to_owned(), refusal));
            stage.wait(90);
        }
        stage.press("! j");
    });
}

#[test]
fn wide_tables() {
    for table in ["po", "nodes"] {
        at_every_size(&format!("wide-{table}"), |stage| {
            stage.go(table);
            stage.press("ctrl-w");
        });
    }
}

#[test]
fn problems_only_is_left_by_the_key_that_the_card_names() {
    let mut stage = Stage::new((120, 40));
    stage.go("ns");
    assert!(stage.picture().contains("5 pods have a finding; ctrl-z shows only those"), "{}", stage.picture());
    stage.press("ctrl-z");
    assert!(stage.picture().contains("have a finding; ctrl-z shows all rows again"), "{}", stage.picture());
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

/// Nothing is said of the namespaces that nobody read.
#[test]
fn where_one_namespace_was_read_there_is_nothing_in_that_one() {
    let mut stage = Stage::empty((80, 24));
    let scope = Scope::Namespace("shop".into());
    let now = stage.state.now;
    stage.read(vec![Delta::Listing { kind: Kind::Pod, scope, expected: Some(0) }, Delta::Listed(Kind::Pod, now)]);
    let picture = stage.picture();
    assert!(picture.contains("no pods in namespace shop") && !picture.contains("in this cluster"), "{picture}");
}

#[test]
fn a_namespace_that_is_not_there_has_no_pods_to_speak_of() {
    let options = Options { namespace: Some("nope".to_owned()), ..Options::default() };
    let mut stage = Stage::with_options((80, 24), options);
    stage.read(world());
    assert!(stage.picture().contains("there is no namespace nope"), "{}", stage.picture());
}

#[test]
fn what_a_table_is_sorted_by_is_said_where_no_column_tells_it() {
    for (command, keys, said) in [("ns", "S", "─ identity ↑ ─"), ("ns", "S S", "─ identity ↓ ─"), ("po", "A", "AGE↑")]
    {
        let mut stage = Stage::new((100, 30));
        stage.go(command);
        stage.press(keys);
        assert!(stage.picture().contains(said), "{}", stage.picture());
        assert!(!stage.picture().contains("WRONG↑"), "{}", stage.picture());
    }
    let mut stage = Stage::new((100, 30));
    stage.press("A");
    assert!(stage.picture().contains("─ age ↑ ─"), "{}", stage.picture());
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
