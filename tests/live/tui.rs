//! The screen against the lab: it fills, follows what changes, and survives what an API server does to it.

use crate::support::lab::{Side, apply, kubectl, script};
use crate::support::program::{self, Program};
use crate::support::world::{self, WHO, role};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Watch events move the screen within a second; the rest is for this machine, which runs the lab as well.
const SOON: Duration = Duration::from_secs(3);
const SIZE: (u16, u16) = (150, 45);

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        tui: shows_pods_with_their_identities,
        says_on_each_card_what_the_command_line_says,
        follows_new_pods_and_gone_ones,
        follows_an_annotation,
        follows_the_calls_it_makes,
        reads_on_after_watches_break_off,
        says_what_cannot_be_read,
        says_how_old_it_is_while_watches_are_refused,
        survives_an_expired_list_and_a_restart,
        gives_the_terminal_back_when_it_is_ended,
    )
}

fn start(program: &Program, arguments: &[&str]) -> Terminal {
    world::ready();
    let arguments = [arguments, &["--cluster-name", "lab"]].concat();
    Terminal::start(program::path(), &arguments, program.environment(), SIZE)
}

fn has(text: &'static str) -> impl Fn(&str) -> bool {
    move |screen| screen.contains(text)
}

fn make_pod(name: &str, service_account: &str) {
    apply(
        &json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": WHO}, "spec": {
        "serviceAccountName": service_account, "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal",
        "containers": [{"name": "app", "image": "app"}]}})
        .to_string(),
    );
}

fn delete_pod(name: &str) {
    kubectl(&["-n", WHO, "delete", "pod", name, "--wait=false", "--ignore-not-found"]);
}

fn shows_pods_with_their_identities() {
    let mut terminal = start(&Program::new(), &["-n", WHO]);
    terminal.wait_for("pods and kinds", |text| {
        text.contains("associated") && text.contains("apps/lab-app") && text.contains("node role")
    });
    // pods come before AWS has said anything
    terminal
        .wait_for("the cluster and the account", |text| text.contains("cluster lab") && text.contains(world::ACCOUNT));
    terminal.keys("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored());
}

/// Every pod of the world, row after row: kind, role, confidence, and whether it is of use.
fn says_on_each_card_what_the_command_line_says() {
    let mut terminal = start(&Program::new(), &["-n", WHO, "--command", "po"]);
    terminal.wait_for("what AWS says", |text| text.contains(world::ACCOUNT) && !text.contains("reading"));
    let list = Program::new().json(&["pods", "-n", WHO]);
    let items = list["items"].as_array().expect("items").iter();
    let mut containers: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    items.for_each(|item| containers.entry(item["name"].as_str().expect("a name")).or_default().push(item));
    // by name: in the order by identity, what AWS still answers moves rows, and the cursor goes with its own
    terminal.keys("Ngg");
    let first = containers.keys().next().expect("pods");
    terminal.wait_for("the first of them", |text| card(text).is_some_and(|(pod, _)| pod == *first));
    let mut seen = BTreeSet::new();
    for _ in 0..containers.len() {
        // while a frame is being written, the old name and the new one stand there in parts
        let is_next =
            |text: &str| card(text).is_some_and(|(pod, _)| containers.contains_key(pod) && !seen.contains(pod));
        let left: Vec<_> = containers.keys().filter(|pod| !seen.contains(**pod)).collect();
        let text = terminal.wait_for(&format!("the card of one of {left:?}"), is_next);
        let pod = card(&text).map(|(pod, _)| pod.to_owned()).expect("a card");
        // of several containers the row is about the worst
        if let [item] = &containers[&*pod][..] {
            let expected = headline(item);
            terminal.wait_for(&format!("{pod}: {expected:?}"), |text| {
                card(text).is_some_and(|(own, line)| own == pod && expected.iter().all(|words| line.contains(words)))
            });
        }
        seen.insert(pod);
        terminal.keys("j");
    }
    assert!(seen.len() > 40, "{seen:?}");
}

/// Which pod the card is about, and its first line.
fn card(text: &str) -> Option<(&str, &str)> {
    let mut lines = text.lines().skip_while(|line| !line.contains("─ pod/"));
    let title = lines.next()?.split_once("pod/")?.1;
    Some((title.split([' ', '·']).next()?, lines.next()?))
}

/// What must stand in the first line of its card.
fn headline(item: &Value) -> Vec<&str> {
    let identity = &item["identity"];
    let mark = match (identity["kind"].as_str().expect("a kind"), identity["mechanism"].as_str()) {
        ("role", Some("podIdentity")) => "●",
        ("role", _) => "◆",
        ("nodeRole", _) => "▲",
        ("staticKeys", _) => "✱",
        ("none", _) => "○",
        _ => "?",
    };
    let confidence = match item["confidence"].as_str().expect("a confidence") {
        "unknown" => "cannot see",
        other => other,
    };
    let role = identity["roleArn"].as_str().and_then(|arn| arn.split_once("role/")).map(|(_, path)| path);
    // what a terminal would obey is drawn as another sign, which the parser passes over
    let role = role.filter(|path| path.chars().all(|sign| sign.is_ascii_graphic()));
    let broken = (identity["kind"] == "role" && identity["usable"] == "no").then_some("✖");
    [mark, confidence].into_iter().chain(role).chain(broken).collect()
}

fn follows_new_pods_and_gone_ones() {
    let terminal = start(&Program::new(), &["-n", WHO]);
    terminal.wait_for("the pods", has("associated"));
    // worst first: on the node's role it stands near the top of the pane, in which not all fit
    make_pod("a-new-one", "plain");
    terminal.wait_within(SOON, "the new pod", has("a-new-one"));
    delete_pod("a-new-one");
    terminal.wait_within(SOON, "the pod is gone", |text| !text.contains("a-new-one"));
}

fn follows_an_annotation() {
    kubectl(&["-n", "ns1", "create", "serviceaccount", "moving"]);
    let mut terminal = start(&Program::new(), &["-n", "ns1", "--command", "sa"]);
    terminal.wait_for("the ServiceAccount", has("moving"));
    let annotation = format!("eks.amazonaws.com/role-arn={}", role("apps/lab-other"));
    kubectl(&["-n", "ns1", "annotate", "serviceaccount", "moving", &annotation]);
    terminal.wait_within(SOON, "its role", has("lab-other"));
    kubectl(&["-n", "ns1", "delete", "serviceaccount", "moving"]);
    terminal.wait_within(SOON, "the ServiceAccount is gone", |text| !text.contains("moving"));
    terminal.keys("q");
    terminal.ended();
}

/// The list of calls is open before the call is made.
fn follows_the_calls_it_makes() {
    kubectl(&["-n", "ns1", "create", "serviceaccount", "asked-about"]);
    let mut terminal = start(&Program::new(), &["-n", "ns1", "--command", "sa"]);
    terminal.wait_for("the ServiceAccount", has("asked-about"));
    terminal.keys("@");
    terminal.wait_for("the calls", has("Calls made"));
    let annotation = format!("eks.amazonaws.com/role-arn={}", role("wanted-only-now"));
    kubectl(&["-n", "ns1", "annotate", "serviceaccount", "asked-about", &annotation]);
    terminal.wait_for("the call for its role", has("wanted-only-now"));
    kubectl(&["-n", "ns1", "delete", "serviceaccount", "asked-about"]);
}

fn reads_on_after_watches_break_off() {
    let terminal = start(&Program::new().user("faulty"), &["-n", WHO]);
    terminal.wait_for("the pods", has("associated"));
    {
        let _faults = Side::Kubernetes.with_faults(&json!({"drop_watches_after_s": 1}));
        for name in ["after-a-break-1", "after-a-break-2"] {
            std::thread::sleep(Duration::from_millis(1_200));
            make_pod(name, "plain");
            terminal.wait_for("a pod made after the watch broke off", |text| text.contains(name));
        }
    }
    for name in ["after-a-break-1", "after-a-break-2"] {
        delete_pod(name);
    }
}

fn says_what_cannot_be_read() {
    let terminal = start(&Program::new().user("viewer"), &["-n", WHO]);
    terminal.wait_for("the pods", has("associated"));
    let mut terminal = terminal;
    terminal.keys("!");
    terminal.wait_for("what could not be read", |text| text.contains("list nodes"));
}

/// How old the header says that what is shown is, in seconds.
fn age(text: &str) -> Option<u64> {
    let (_, said) = text.lines().next()?.rsplit_once("as of ")?;
    said.trim_end().strip_suffix("s ago")?.parse().ok()
}

/// The connection is lost and does not come back: every watch and every list is refused from then on.
fn says_how_old_it_is_while_watches_are_refused() {
    let breaking = Side::Kubernetes.with_faults(&json!({"drop_watches_after_s": 2}));
    let mut terminal = start(&Program::new().user("faulty"), &["-n", WHO]);
    terminal.wait_for("the pods", |text| text.contains("associated") && text.contains(" live"));
    drop(breaking);
    {
        let _faults = Side::Kubernetes.with_faults(&json!({"unavailable": {"list *": 1.0, "watch *": 1.0}}));
        let text = terminal.wait_for("the age of what is shown", |text| age(text).is_some());
        assert!(!text.contains(" live"), "{text}");
        let first = age(&text).unwrap_or_default();
        let text = terminal.wait_for("a greater age", |text| age(text).is_some_and(|now| now >= first + 5));
        assert!(text.contains("associated"), "what was read stays:\n{text}");
        terminal.keys("!");
        terminal.wait_for("why", |text| text.contains("watch pods") && text.contains("unable to handle"));
        terminal.keys("\x1b");
    }
    make_pod("a-late-one", "plain");
    terminal.wait_for("the present", |text| text.contains(" live") && text.contains("a-late-one"));
    delete_pod("a-late-one");
}

/// Through all of it the pods stay on the screen, a note says how old they are, and in the end what is new is shown.
fn survives_an_expired_list_and_a_restart() {
    let terminal = start(&Program::new(), &["-n", WHO]);
    terminal.wait_for("the pods", has("associated"));
    for (lab_script, arguments, pod) in [("expire", &[][..], "after-expiry"), ("restart", &["3"][..], "after-restart")]
    {
        std::thread::scope(|scope| {
            let disturbed = scope.spawn(|| script(lab_script, arguments));
            let mut told = false;
            while !disturbed.is_finished() {
                let text = terminal.text();
                assert!(text.contains("associated"), "the screen went blank during {lab_script}:\n{text}");
                told |= !text.contains(" live");
                std::thread::sleep(Duration::from_millis(50));
            }
            disturbed.join().expect("the lab's script");
            assert!(told, "nothing said that what is shown is old, during {lab_script}");
        });
        make_pod(pod, "plain");
        terminal.wait_for("a pod made afterwards", |text| text.contains(pod) && text.contains(" live"));
        delete_pod(pod);
    }
}

fn gives_the_terminal_back_when_it_is_ended() {
    for signal in ["TERM", "HUP"] {
        let mut terminal = start(&Program::new(), &["-n", WHO]);
        terminal.wait_for("the pods", has("associated"));
        terminal.signal(signal);
        terminal.ended();
        assert!(terminal.is_restored(), "after SIG{signal}: {}", terminal.text());
    }
}
