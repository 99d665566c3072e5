//! ServiceAccounts that something is wrong with, and what a person does about it at the terminal.

use super::lab::{apply, kubectl, make_role};
use super::program::{self, Program};
use super::world::{self, role};
use crate::terminal::Terminal;
use serde_json::{Value, json};

const SIZE: (u16, u16) = (130, 40);
pub(crate) const NAMESPACE: &str = "ns1";
pub(crate) const ROLE: &str = "eks.amazonaws.com/role-arn";

/// A ServiceAccount without a role, and a pod of it; they go when this is dropped.
pub(crate) struct Broken(pub(crate) &'static str);

impl Broken {
    pub(crate) fn new(name: &'static str) -> Self {
        world::ready();
        // applied, so that the API server keeps account of who changes it
        let metadata = json!({"name": name, "namespace": NAMESPACE, "labels": {"app": name}});
        apply(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}).to_string());
        let broken = Self(name);
        apply(&broken.pod("before").to_string());
        broken
    }

    /// One that is annotated with a role, and a pod that was injected for it.
    pub(crate) fn annotated(name: &'static str, role: &str) -> Self {
        Self::annotated_so(name, &json!({ROLE: role}))
    }

    /// The same with whatever else it is annotated with.
    pub(crate) fn annotated_so(name: &'static str, annotations: &Value) -> Self {
        world::ready();
        let metadata = json!({"name": name, "namespace": NAMESPACE, "annotations": annotations});
        apply(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}).to_string());
        let broken = Self(name);
        world::until_injected(&broken.pod("before"), "AWS_ROLE_ARN");
        apply(&broken.pod("before").to_string());
        broken
    }

    pub(crate) fn pod(&self, suffix: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("{}-{suffix}", self.0), "namespace": NAMESPACE},
            "spec": {"serviceAccountName": self.0, "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal",
                "containers": [{"name": "app", "image": "app"}]}})
    }

    /// The role that it is annotated with, as kubectl reads it.
    pub(crate) fn role(&self) -> String {
        let path = format!("jsonpath={{.metadata.annotations.{}}}", ROLE.replace('.', "\\."));
        kubectl(&["-n", NAMESPACE, "get", "serviceaccount", self.0, "-o", &path])
    }

    /// The screen, with its pod selected and everything read that a choice of roles hangs on.
    pub(crate) fn on_screen(&self, program: &Program, arguments: &[&str]) -> Terminal {
        let arguments = [arguments, &["-n", NAMESPACE, "--cluster-name", "lab"]].concat();
        let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), SIZE);
        terminal.wait_for("its pod", |text| text.contains(self.0));
        terminal.wait_for("the account", |text| text.contains(world::ACCOUNT));
        terminal.keys(&format!("/{}", self.0));
        terminal.wait_for("it alone", |text| text.contains("1 of "));
        terminal.keys("\r");
        terminal
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        for suffix in ["before", "after"] {
            let name = format!("{}-{suffix}", self.0);
            kubectl(&["-n", NAMESPACE, "delete", "pod", &name, "--wait=false", "--ignore-not-found"]);
        }
        kubectl(&["-n", NAMESPACE, "delete", "serviceaccount", self.0, "--ignore-not-found"]);
    }
}

/// A home of its own, so that the log holds what this test did and no more.
pub(crate) fn program() -> (Program, tempfile::TempDir) {
    let home = tempfile::tempdir().expect("a directory");
    (Program::new().env("HOME", home.path()), home)
}

pub(crate) fn has(text: &'static str) -> impl Fn(&str) -> bool {
    move |screen| screen.contains(text)
}

/// Agrees to the plan that is shown, and waits until it is done.
pub(crate) fn agree(terminal: &mut Terminal, title: &str) {
    agree_to(terminal, title, "apply this step to lab?");
}

/// The same of a plan of several steps.
pub(crate) fn agree_to(terminal: &mut Terminal, title: &str, question: &'static str) {
    terminal.wait_for("the plan", |text| text.contains(title) && text.contains("nothing is sent"));
    terminal.wait_for("that it is allowed", |text| {
        !text.contains("asking whether") && !text.contains("reading what it holds")
    });
    terminal.is_asked(question);
    terminal.keys("y");
    terminal.wait_for("that it is done", has("done; in the log as"));
}

/// Waits for the finding whose words these are, and for the key of what mends it at the OIDC provider, and has it mended.
pub(crate) fn mend_provider(terminal: &mut Terminal, finding: &str, title: &str) {
    terminal.wait_for("the finding, and the key that mends it", |text| {
        text.contains(finding) && text.contains("(shift-i)")
    });
    terminal.keys("I");
    agree(terminal, title);
}

/// The same where pods lose something by it.
pub(crate) fn agree_to_loss(terminal: &mut Terminal) {
    terminal.wait_for("that it is allowed", |text| {
        text.contains("nothing is sent") && !text.contains("asking whether") && !text.contains("reading what it holds")
    });
    terminal.is_asked("type lose");
    terminal.keys("lose\r");
    terminal.wait_for("that it is done", has("done; in the log as"));
}

/// A role of these tests alone, which lets the lab's tokens in.
pub(crate) fn own_role(name: &str) -> String {
    world::ready();
    make_role("/tui/", name, &world::web_identity_trust(None));
    role(&format!("tui/{name}"))
}
