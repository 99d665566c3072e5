//! From a finding on the card to pods whose verdict is good, by the keys that a person presses.

use crate::support::aws::aws;
use crate::support::broken::{agree_to_loss, has, program};
use crate::support::lab::{apply, kubectl};
use crate::support::program::{self, Program};
use crate::support::world::{self, role};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::json;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        tui_mends: a_finding_is_mended_and_its_pods_run_with_the_role_in_under_ten_key_presses,
        what_has_nothing_gets_a_role_an_annotation_and_pods_made_anew_by_one_plan,
    )
}

/// A person at the terminal, whose key presses are counted.
struct Hands {
    terminal: Terminal,
    pressed: usize,
}

impl Hands {
    fn press(&mut self, key: &str) {
        self.terminal.keys(key);
        self.pressed += 1;
    }
}

/// A ServiceAccount without a role, and a Deployment whose pod reaches the node's.
fn broken(namespace: &str) {
    world::ready();
    let metadata = json!({"name": "api", "namespace": namespace, "labels": {"app": "api"}});
    let spec = json!({"serviceAccountName": "api", "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal",
        "containers": [{"name": "app", "image": "app"}]});
    let objects = [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
            "selector": {"matchLabels": {"app": "api"}},
            "template": {"metadata": {"labels": {"app": "api"}}, "spec": spec}}}),
    ];
    apply(&objects.map(|object| object.to_string()).join("\n---\n"));
    kubectl(&["rollout", "status", "deployment/api", "-n", namespace, "--timeout=60s"]);
}

/// The screen with its pod selected, and what is wrong with that read.
fn at_the_finding(program: &Program, namespace: &str) -> Hands {
    let arguments = ["-n", namespace, "--cluster-name", "lab"];
    let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), (130, 40));
    terminal.wait_for("its pod", |text| text.contains("api-"));
    terminal.wait_for("the account", |text| text.contains(world::ACCOUNT));
    terminal.keys("/api-");
    terminal.wait_for("it alone", |text| text.contains("1 of "));
    terminal.keys("\r");
    terminal
        .wait_for("the finding, and the key that mends it", |text| text.contains("node role") && text.contains("(e)"));
    Hands { terminal, pressed: 0 }
}

/// Waits until the pods run with the role, on the screen and for whoever asks on the command line.
fn runs_with(hands: &mut Hands, program: &Program, namespace: &str, shown: &str) {
    hands.terminal.wait_for("the verdict of the new pod", |text| {
        text.lines().any(|line| line.contains("api-") && line.contains(shown))
            && !text.lines().any(|line| line.contains("api-") && line.contains("node role"))
    });
    let seen = program.json(&["pods", "-n", namespace]);
    let running = seen["items"].as_array().expect("pods").iter().filter(|pod| pod["phase"] == "Running");
    for pod in running {
        assert_eq!((&pod["identity"]["usable"], &pod["findings"]), (&json!("yes"), &json!([])), "{pod:#}");
    }
}

fn annotations(namespace: &str) -> String {
    kubectl(&["-n", namespace, "get", "serviceaccount", "api", "-o", "jsonpath={.metadata.annotations}"])
}

fn a_finding_is_mended_and_its_pods_run_with_the_role_in_under_ten_key_presses() {
    let namespace = "tui-mends";
    broken(namespace);
    let (program, _home) = program();
    let mut hands = at_the_finding(&program, namespace);
    hands.press("e");
    hands.terminal.wait_for("a role that fits", |text| text.contains("▸✔ apps/lab-app"));
    hands.press("\r");
    let annotation = format!("+ eks.amazonaws.com/role-arn: {}", role("apps/lab-app"));
    hands.terminal.wait_for("the diff", |text| text.contains(&annotation) && !text.contains("asking whether"));
    hands.terminal.wait_for("the restart that is offered", has("restart deployment/api"));
    hands.press(" ");
    hands.pressed += hands.terminal.is_asked("apply these 2 steps to lab?");
    assert_eq!(annotations(namespace), "", "nothing is sent before it is agreed to");
    hands.press("y");
    hands.terminal.wait_for("that it is done", has("done; in the log as"));
    hands.press("\x1b");
    runs_with(&mut hands, &program, namespace, "◆ apps/lab-app");
    assert!(hands.pressed < 10, "{} key presses", hands.pressed);
    kubectl(&["delete", "namespace", namespace]);
}

fn what_has_nothing_gets_a_role_an_annotation_and_pods_made_anew_by_one_plan() {
    let namespace = "tui-makes";
    broken(namespace);
    let (program, _home) = program();
    let mut hands = at_the_finding(&program, namespace);
    hands.press("C");
    hands.terminal.wait_for("the form", |text| {
        text.contains("create a role for serviceaccount/api in tui-makes") && text.contains("lab-tui-makes-api")
    });
    hands.press("\r");
    hands.terminal.wait_for("the plan", |text| {
        text.contains("create role/lab-tui-makes-api") && text.contains("annotate serviceaccount/api")
    });
    hands.terminal.wait_for("the restart that is offered, and that all is allowed", |text| {
        text.contains("restart deployment/api") && !text.contains("asking whether")
    });
    hands.press(" ");
    hands.pressed += hands.terminal.is_asked("apply these 3 steps to lab?");
    assert!(aws("iam get-role --role-name lab-tui-makes-api").is_err(), "nothing is sent before it is agreed to");
    hands.press("y");
    hands.terminal.wait_for("that it is done", has("done; in the log as"));
    assert!(annotations(namespace).contains(&role("lab-tui-makes-api")), "{}", annotations(namespace));
    hands.press("\x1b");
    // its name is cut where its column is narrow
    runs_with(&mut hands, &program, namespace, "◆ lab-tu");
    // and all of it goes again, but for the restart, which has no way back
    hands.terminal.keys(":log\r");
    hands.terminal.wait_for("the log", has("create role lab-tui-makes-api"));
    hands.terminal.keys("u");
    hands.terminal.wait_for("the way back", |text| {
        text.contains("delete role/lab-tui-makes-api") && text.contains("that cannot be taken back")
    });
    agree_to_loss(&mut hands.terminal);
    assert!(aws("iam get-role --role-name lab-tui-makes-api").is_err());
    assert_eq!(annotations(namespace), "");
    kubectl(&["delete", "namespace", namespace]);
}
