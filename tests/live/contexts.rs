//! `:ctx`: to another cluster user and back, with the profile that belongs to each, and to a server that is not there.

use crate::support::lab::setting;
use crate::support::program::{self, Program};
use crate::support::world::{self, WHO};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(contexts: another_one_changes_everything_over_and_one_that_is_gone_nothing)
}

/// The same server as two users, each by an exec plugin with a profile of its own; and a server that nobody answers at.
fn write_kubeconfig(path: &Path) {
    let user = |token: &str, profile: &str| {
        let credential = json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
            "status": {"token": token}});
        json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "echo",
            "args": [credential.to_string()], "env": [{"name": "AWS_PROFILE", "value": profile}], "interactiveMode": "Never"}})
    };
    let cluster = |port: &str| {
        let server = format!("https://127.0.0.1:{port}");
        json!({"server": server, "certificate-authority": Path::new(&setting("LAB")).join("pki/ca.crt")})
    };
    let context =
        |cluster: &str, user: &str, namespace: &str| json!({"cluster": cluster, "user": user, "namespace": namespace});
    let named = |what: &str, all: &[(&str, Value)]| -> Vec<Value> {
        all.iter().map(|(name, value)| json!({"name": name, what: value})).collect()
    };
    let config = json!({"apiVersion": "v1", "kind": "Config", "current-context": "first",
    "clusters": named("cluster", &[("lab", cluster(&setting("KAS_PORT"))), ("gone", cluster("1"))]),
    "users": named("user", &[
        ("admin", user("lab-admin-token", "alpha")),
        ("viewer", user("lab-viewer-token", "beta")),
        ("nobody", user("no-token", "gamma")),
    ]),
    "contexts": named("context", &[
        ("first", context("lab", "admin", WHO)),
        ("second", context("lab", "viewer", "kube-system")),
        ("unreachable", context("gone", "nobody", WHO)),
    ])});
    std::fs::write(path, config.to_string()).expect("written");
}

/// Profiles of the names that the kubeconfig gives.
fn write_profiles(path: &Path) {
    let keys = "aws_access_key_id = AKIALAB\naws_secret_access_key = lab\nregion = eu-west-1\n";
    let profiles: String = ["alpha", "beta", "gamma"].map(|name| format!("[{name}]\n{keys}")).concat();
    std::fs::write(path, profiles).expect("written");
}

fn another_one_changes_everything_over_and_one_that_is_gone_nothing() {
    world::ready();
    let directory = tempfile::tempdir().expect("a directory");
    let (config, profiles) = (directory.path().join("config"), directory.path().join("credentials"));
    write_kubeconfig(&config);
    write_profiles(&profiles);
    let program = Program::new()
        .without_credentials()
        .env("KUBECONFIG", &config)
        .env("AWS_SHARED_CREDENTIALS_FILE", &profiles)
        .env("AWS_CONFIG_FILE", "/dev/null");
    let mut terminal = Terminal::start(program::path(), &["--cluster-name", "lab"], program.environment(), (150, 45));
    terminal.wait_for("the first one", |text| {
        text.contains("context first") && text.contains("lab-token-admin") && text.contains("node role")
    });
    profile_is(&mut terminal, "alpha");

    go_to(&mut terminal, "second");
    let screen = terminal.wait_for("the second one's pods", |text| {
        text.contains("context second") && text.contains("lab-viewer") && text.contains("IRSA")
    });
    assert!(!screen.contains("lab-token-admin"), "the first one's user is gone:\n{screen}");
    profile_is(&mut terminal, "beta");

    go_to(&mut terminal, "unreachable");
    let screen = terminal.wait_for("that it cannot be reached", |text| text.contains("refuses the connection"));
    assert!(screen.contains("second"), "one is still where one was:\n{screen}");
    terminal.keys("\x1b");
    terminal.wait_for("the filter is cleared", |text| !text.contains("/unreachable"));
    terminal.keys("\x1b");
    terminal.wait_for("the list is closed", |text| !text.contains("unreachable"));
    go_to(&mut terminal, "first");
    terminal.wait_for("the first one again", |text| text.contains("context first") && text.contains("lab-token-admin"));
    profile_is(&mut terminal, "alpha");
}

fn go_to(terminal: &mut Terminal, context: &str) {
    terminal.keys(":ctx\r");
    terminal.wait_for("the contexts", |text| text.contains("unreachable") && text.contains("second"));
    terminal.keys(&format!("/{context}\r"));
    terminal.wait_for("it alone", |text| text.contains("Contexts 1 of 3"));
    terminal.keys("\r");
}

/// The calls to AWS, as they are listed, carry the profile that the kubeconfig's user names, and no other.
fn profile_is(terminal: &mut Terminal, profile: &str) {
    terminal.wait_for("who AWS says we are", |text| text.contains("→ user/moto"));
    terminal.keys("@");
    let wanted = format!("--profile {profile}");
    let calls = terminal.wait_for(&format!("calls with {profile}"), |text| text.contains(&wanted));
    let others = calls.matches("--profile ").count() - calls.matches(&wanted).count();
    assert_eq!(others, 0, "{calls}");
    terminal.keys("\x1b");
    terminal.wait_for("the calls are closed", |text| !text.contains(&wanted));
}
