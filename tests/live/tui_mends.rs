//! From a finding on the card to pods whose verdict is good, by the keys that a person presses.

use crate::support::lab::{apply, kubectl};
use crate::support::program::{self, Program};
use crate::support::world::{self, role};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::json;

const NAMESPACE: &str = "tui-mends";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(tui_mends: a_finding_is_mended_and_its_pods_run_with_the_role_in_under_ten_key_presses)
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
fn broken() {
    world::ready();
    let metadata = json!({"name": "api", "namespace": NAMESPACE, "labels": {"app": "api"}});
    let spec = json!({"serviceAccountName": "api", "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal",
        "containers": [{"name": "app", "image": "app"}]});
    let objects = [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
            "selector": {"matchLabels": {"app": "api"}},
            "template": {"metadata": {"labels": {"app": "api"}}, "spec": spec}}}),
    ];
    apply(&objects.map(|object| object.to_string()).join("\n---\n"));
    kubectl(&["rollout", "status", "deployment/api", "-n", NAMESPACE, "--timeout=60s"]);
}

fn a_finding_is_mended_and_its_pods_run_with_the_role_in_under_ten_key_presses() {
    broken();
    let home = tempfile::tempdir().expect("a directory");
    let program = Program::new().env("HOME", home.path());
    let arguments = ["-n", NAMESPACE, "--cluster-name", "lab"];
    let terminal = Terminal::start(program::path(), &arguments, program.environment(), (130, 40));
    let mut hands = Hands { terminal, pressed: 0 };
    hands.terminal.wait_for("its pod", |text| text.contains("api-"));
    hands.terminal.wait_for("the account", |text| text.contains(world::ACCOUNT));
    hands.terminal.keys("/api-");
    hands.terminal.wait_for("it alone", |text| text.contains("1 of "));
    hands.terminal.keys("\r");
    // the finding, and the key that mends it
    hands.terminal.wait_for("the finding", |text| text.contains("node role") && text.contains("(e)"));

    hands.press("e");
    hands.terminal.wait_for("a role that fits", |text| text.contains("▸✔ apps/lab-app"));
    hands.press("\r");
    let annotation = format!("+ eks.amazonaws.com/role-arn: {}", role("apps/lab-app"));
    hands.terminal.wait_for("the diff", |text| text.contains(&annotation) && !text.contains("asking whether"));
    hands.terminal.wait_for("the restart that is offered", |text| text.contains("restart deployment/api"));
    hands.press(" ");
    hands.press("\r");
    hands.terminal.wait_for("the question", |text| text.contains("apply these 2 steps to lab?"));
    let before = kubectl(&["-n", NAMESPACE, "get", "serviceaccount", "api", "-o", "jsonpath={.metadata.annotations}"]);
    assert_eq!(before, "", "nothing is sent before it is agreed to");
    hands.press("y");
    hands.terminal.wait_for("that it is done", |text| text.contains("done; in the log as"));
    hands.press("\x1b");
    hands.terminal.wait_for("the verdict of the new pod", |text| {
        text.lines().any(|line| line.contains("api-") && line.contains("◆ apps/lab-app"))
            && !text.lines().any(|line| line.contains("api-") && line.contains("node role"))
    });
    assert!(hands.pressed < 10, "{} key presses", hands.pressed);

    let seen = program.json(&["pods", "-n", NAMESPACE]);
    let running = seen["items"].as_array().expect("pods").iter().filter(|pod| pod["phase"] == "Running");
    for pod in running {
        assert_eq!((&pod["identity"]["usable"], &pod["findings"]), (&json!("yes"), &json!([])), "{pod:#}");
    }
    kubectl(&["delete", "namespace", NAMESPACE]);
}
