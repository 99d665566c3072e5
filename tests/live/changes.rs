//! Changes from the command line, against a real API server: made, taken back, fought over, killed, refused.

use crate::support::answers::{container, items};
use crate::support::aws::shell;
use crate::support::eventually;
use crate::support::lab::{Side, apply, kubectl, kubectl_with};
use crate::support::program::{self, Outcome, Program};
use crate::support::world::{self, role};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::fs;
use std::process::Child;
use std::time::Duration;

/// The namespace that is changed in.
const DESK: &str = "desk";
const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
const SIZE: (u16, u16) = (150, 45);
const SOON: Duration = Duration::from_secs(20);

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        changes: an_annotation_is_made_used_and_taken_back,
        a_dry_run_changes_nothing,
        the_lines_that_are_exported_do_the_same_and_nothing_else,
        a_second_writer_is_named_and_not_overwritten,
        undo_leaves_alone_what_somebody_else_has_changed_since,
        killed_before_it_was_written_it_can_be_gone_on_with_or_taken_back,
        killed_after_it_was_written_it_can_be_gone_on_with_or_taken_back,
        two_programs_write_one_log,
        who_may_not_is_told_before_anything_is_sent,
        what_is_read_only_is_not_changed,
        nobody_is_asked_where_nobody_can_be,
        a_write_that_is_refused_is_told_and_can_be_gone_on_with,
        a_write_that_hangs_may_be_made_yet,
    )
}

/// A program with a log of its own, and a ServiceAccount to change.
struct Desk {
    state: tempfile::TempDir,
    account: &'static str,
}

impl Desk {
    /// The ServiceAccount is made anew, without annotations.
    fn new(account: &'static str) -> Self {
        world::ready();
        apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": DESK}}).to_string());
        kubectl(&["-n", DESK, "delete", "serviceaccount", account, "--ignore-not-found"]);
        // with a label: whoever owns no field of an object that is made is no manager of it, and the API server notes
        // none for one that has none so far
        let metadata = json!({"name": account, "namespace": DESK, "labels": {"app": account}});
        apply(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}).to_string());
        Self { state: tempfile::tempdir().expect("a directory"), account }
    }

    fn program(&self) -> Program {
        Program::new().env("XDG_STATE_HOME", self.state.path())
    }

    /// Through the proxy: another place than the server itself.
    fn faulty(&self) -> Program {
        self.program().user("faulty")
    }

    fn subject(&self) -> String {
        format!("sa/{}", self.account)
    }

    /// `annotate` with the role and more arguments.
    fn annotate(&self, program: &Program, name: &str, more: &[&str]) -> Outcome {
        program.run(&[&["annotate", &self.subject(), &role(name), "-n", DESK], more].concat())
    }

    /// The annotation as the API server has it; empty where there is none.
    fn annotation(&self) -> String {
        let path = format!("-ojsonpath={{.metadata.annotations.{}}}", ROLE_ARN.replace('.', "\\."));
        kubectl(&["-n", DESK, "get", "serviceaccount", self.account, &path])
    }

    /// The newest plan in the log.
    fn newest(&self) -> Value {
        items(&self.program().json(&["log"]))[0].clone()
    }

    /// Starts `annotate --yes` through the proxy.
    fn start(&self, name: &str) -> Child {
        self.faulty().start(&["annotate", &self.subject(), &role(name), "-n", DESK, "--yes"])
    }

    /// The plan that was killed is told of, with what to do about it.
    fn tells_of_the_killed_plan(&self, id: &str) {
        assert_eq!(self.newest()["state"], "unfinished");
        let changing = self.annotate(&self.faulty(), "apps/lab-other", &[]).ended_with(2);
        let reading = self.faulty().run(&["pods", "-n", DESK]).succeeded();
        let tried = self.annotate(&self.faulty(), "apps/lab-other", &["--dry-run"]).succeeded();
        let exported = self.annotate(&self.faulty(), "apps/lab-other", &["--export", "kubectl"]).succeeded();
        for told in [changing, reading, tried, exported] {
            for wanted in ["was left unfinished", &format!("rolecall resume {id}"), &format!("rolecall undo {id}")] {
                assert!(told.err.contains(wanted), "{wanted}: {}", told.err);
            }
        }
        let read_only = self.faulty().run(&["pods", "-n", DESK, "--readonly"]).succeeded();
        assert!(!read_only.err.contains("unfinished"), "{}", read_only.err);
    }
}

fn patches() -> u64 {
    Side::Kubernetes.calls().get("patch serviceaccounts").and_then(Value::as_u64).unwrap_or_default()
}

fn id(plan: &Value) -> String {
    plan["id"].as_str().expect("an id").to_owned()
}

fn an_annotation_is_made_used_and_taken_back() {
    let desk = Desk::new("used");
    let done = desk.annotate(&desk.program(), "apps/lab-app", &["--yes", "-o", "json"]).succeeded().json();
    assert_eq!((&done["kind"], &done["steps"][0]["state"]), (&json!("Plan"), &json!("done")));
    assert_eq!(desk.annotation(), role("apps/lab-app"));
    let object = kubectl(&["-n", DESK, "get", "serviceaccount", "used", "--show-managed-fields", "-ojson"]);
    let object: Value = serde_json::from_str(&object).expect("JSON");
    let managers = object["metadata"]["managedFields"].as_array().expect("managedFields");
    let ours = managers.iter().find(|entry| entry["manager"] == "rolecall").expect("our entry");
    assert_eq!(ours["fieldsV1"].to_string().matches("eks.amazonaws.com").count(), 1, "and no other field: {ours}");

    make_pod("user", "used");
    eventually("the pod runs as the role", SOON, || {
        let seen = desk.program().json(&["identity", "pod/user", "-n", DESK]);
        let identity = &container(&seen, DESK, "user", "app")["identity"];
        identity["usable"] == "yes" && identity["roleArn"] == role("apps/lab-app")
    });
    kubectl(&["-n", DESK, "delete", "pod", "user", "--wait=false"]);

    let id = id(&desk.newest());
    let log = desk.state.path().join("rolecall/changes.jsonl");
    let half_a_line = fs::read_to_string(&log).expect("the log") + "{\"v\":";
    fs::write(&log, half_a_line).expect("the log is ours");
    let back = desk.program().run(&["undo", "--yes", "-n", DESK]).succeeded();
    assert!(back.out.contains("take back"), "{}", back.out);
    assert!(back.err.contains("note: 1 line of the log could not be read"), "{}", back.err);
    assert_eq!(desk.annotation(), "");
    let log = desk.program().json(&["log"]);
    let states: Vec<&Value> = items(&log).iter().map(|plan| &plan["state"]).collect();
    assert_eq!(states, ["done", "undone"]);
    let again = desk.program().run(&["undo", &id, "--yes", "-n", DESK]).ended_with(2);
    assert!(again.err.contains("taken back already"), "{}", again.err);
}

fn make_pod(name: &str, account: &str) {
    let spec = json!({"serviceAccountName": account, "nodeName": "ip-10-0-0-1.eu-west-1.compute.internal",
        "containers": [{"name": "app", "image": "app"}]});
    let metadata = json!({"name": name, "namespace": DESK});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec});
    world::until_injected(&pod, "AWS_ROLE_ARN");
    apply(&pod.to_string());
}

fn a_dry_run_changes_nothing() {
    let desk = Desk::new("dry");
    let version = || {
        let path = "-ojsonpath={.metadata.resourceVersion}";
        kubectl(&["-n", DESK, "get", "serviceaccount", desk.account, path])
    };
    let before = version();
    let plan = desk.annotate(&desk.faulty(), "apps/lab-app", &["--dry-run", "-o", "json"]).succeeded().json();
    assert_eq!(plan["steps"][0]["diff"], json!([format!("+{ROLE_ARN}: {}", role("apps/lab-app"))]));
    assert_eq!(plan["steps"][0]["dryRun"], json!({"answer": "accepted", "said": []}));
    assert_eq!((version(), desk.annotation()), (before, String::new()));
    assert!(items(&desk.program().json(&["log"])).is_empty(), "nothing was begun");
}

fn the_lines_that_are_exported_do_the_same_and_nothing_else() {
    let desk = Desk::new("exported");
    // of what was applied, `kubectl apply` takes away what a later manifest does not name
    let metadata = json!({"name": desk.account, "namespace": DESK, "labels": {"app": desk.account, "team": "shop"},
        "annotations": {"meta.helm.sh/release-name": "shop", "note": "ours"}});
    let applied = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata,
        "imagePullSecrets": [{"name": "pull"}], "automountServiceAccountToken": false});
    kubectl_with(&["apply", "-f", "-"], &applied.to_string());
    let whole = || {
        let object = kubectl(&["-n", DESK, "get", "serviceaccount", desk.account, "-o", "json"]);
        let mut object: Value = serde_json::from_str(&object).expect("JSON");
        object["metadata"].as_object_mut().expect("metadata").remove("resourceVersion");
        object
    };
    let before = whole();
    let lines = desk.annotate(&desk.program(), "apps/lab-app", &["--export", "kubectl"]).succeeded().out;
    assert_eq!(desk.annotation(), "", "it is printed, and not done");
    shell(&lines).expect("the lines are run as they are");
    let mut expected = before.clone();
    expected["metadata"]["annotations"][ROLE_ARN] = role("apps/lab-app").into();
    assert_eq!(whole(), expected);
    let away = ["annotate", &desk.subject(), "--remove", "-n", DESK, "--export", "kubectl"];
    let lines = desk.program().run(&away).succeeded().out;
    shell(&lines).expect("the lines are run as they are");
    assert_eq!(whole(), before);
}

/// Somebody else writes while we think.
fn a_second_writer_is_named_and_not_overwritten() {
    let desk = Desk::new("fought-over");
    let subject = desk.subject();
    let wanted = role("apps/lab-app");
    let arguments = ["annotate", &subject, &wanted, "-n", DESK, "--cluster-name", "lab"];
    let mut terminal = Terminal::start(program::path(), &arguments, desk.program().environment(), SIZE);
    terminal.wait_for("the question", |text| text.contains("do it?"));
    let theirs = format!("{ROLE_ARN}={}", role("apps/lab-other"));
    kubectl(&["-n", DESK, "annotate", "serviceaccount", desk.account, &theirs]);
    terminal.keys("y\r");
    assert_eq!(terminal.ended().exit_code(), 5);
    let text: String = terminal.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("was changed by kubectl-annotate since it was read"), "{text}");
    assert_eq!(desk.annotation(), role("apps/lab-other"), "nothing is overwritten");
    assert_eq!(desk.newest()["state"], "stopped");
}

fn undo_leaves_alone_what_somebody_else_has_changed_since() {
    let desk = Desk::new("changed-since");
    desk.annotate(&desk.program(), "apps/lab-app", &["--yes"]).succeeded();
    let theirs = format!("{ROLE_ARN}={}", role("apps/lab-other"));
    kubectl(&["-n", DESK, "annotate", "--overwrite", "serviceaccount", desk.account, &theirs]);
    let stopped = desk.program().run(&["undo", "--yes", "-n", DESK]).ended_with(5);
    assert!(stopped.err.contains("kubectl-annotate") && stopped.err.contains("apps/lab-other"), "{}", stopped.err);
    assert!(!stopped.err.contains("same command"), "it would be refused again: {}", stopped.err);
    assert_eq!(desk.annotation(), role("apps/lab-other"));
    assert_eq!(items(&desk.program().json(&["log"])).len(), 1, "nothing was begun");
}

fn killed_before_it_was_written_it_can_be_gone_on_with_or_taken_back() {
    for goes_on in [true, false] {
        let desk = Desk::new("killed-before");
        Side::Kubernetes.forget_calls();
        let faults = Side::Kubernetes.with_faults(&json!({"hang": ["patch serviceaccounts"]}));
        let mut child = desk.start("apps/lab-app");
        eventually("the write is sent", SOON, || patches() > 0);
        assert_eq!(desk.newest()["state"], "running");
        let id = id(&desk.newest());
        let refused = desk.faulty().run(&["resume", &id, "--yes", "-n", DESK]).ended_with(2);
        assert!(refused.err.contains("running"), "{}", refused.err);
        kill(&mut child);
        drop(faults);
        assert_eq!(desk.annotation(), "");
        ends_well(&desk, &id, goes_on);
    }
}

fn killed_after_it_was_written_it_can_be_gone_on_with_or_taken_back() {
    for goes_on in [true, false] {
        let desk = Desk::new("killed-after");
        // every call takes so long that one can be killed before the next
        let faults = Side::Kubernetes.with_faults(&json!({"delay_ms": 1500}));
        let mut child = desk.start("apps/lab-app");
        eventually("the write is made", Duration::from_mins(1), || !desk.annotation().is_empty());
        kill(&mut child);
        drop(faults);
        let id = id(&desk.newest());
        ends_well(&desk, &id, goes_on);
    }
}

/// `kill -9`.
fn kill(child: &mut Child) {
    child.kill().expect("it runs still");
    child.wait().expect("it ends");
}

fn ends_well(desk: &Desk, id: &str, goes_on: bool) {
    desk.tells_of_the_killed_plan(id);
    if goes_on {
        desk.faulty().run(&["resume", "--yes", "-n", DESK]).succeeded();
        assert_eq!((desk.annotation(), &desk.newest()["state"]), (role("apps/lab-app"), &json!("done")));
    }
    desk.faulty().run(&["undo", id, "--yes", "-n", DESK]).succeeded();
    assert_eq!(desk.annotation(), "");
    let log = desk.program().json(&["log"]);
    let killed = items(&log).iter().find(|plan| plan["id"] == *id).expect("it stands in the log");
    assert_eq!(killed["state"], "undone");
}

fn two_programs_write_one_log() {
    const NAMES: [&str; 4] = ["at-once-1", "at-once-2", "at-once-3", "at-once-4"];
    let desks: Vec<Desk> = NAMES.map(Desk::new).into();
    let state = tempfile::tempdir().expect("a directory");
    let program = Program::new().env("XDG_STATE_HOME", state.path());
    std::thread::scope(|scope| {
        for desk in &desks {
            let program = &program;
            scope.spawn(move || desk.annotate(program, "apps/lab-app", &["--yes"]).succeeded());
        }
    });
    let log = program.json(&["log"]);
    assert_eq!(items(&log).len(), NAMES.len());
    assert!(items(&log).iter().all(|plan| plan["state"] == "done"), "{log:#}");
    for desk in &desks {
        assert_eq!(desk.annotation(), role("apps/lab-app"));
    }
}

fn who_may_not_is_told_before_anything_is_sent() {
    let desk = Desk::new("viewed");
    let refused = desk.annotate(&desk.program().user("viewer"), "apps/lab-app", &["--yes"]).ended_with(3);
    assert!(
        refused.err.contains("nothing was changed") && refused.err.contains("patch serviceaccounts"),
        "{}",
        refused.err
    );
    assert_eq!(desk.annotation(), "");
    assert!(items(&desk.program().json(&["log"])).is_empty(), "nothing was begun");
}

fn what_is_read_only_is_not_changed() {
    let desk = Desk::new("locked");
    let is_refused = |program: &Program, more: &[&str]| {
        let refused = desk.annotate(program, "apps/lab-app", &[&["--yes"], more].concat()).ended_with(2);
        assert!(refused.err.contains("read-only"), "{}", refused.err);
        assert_eq!(desk.annotation(), "");
    };
    is_refused(&desk.program(), &["--readonly"]);
    is_refused(&desk.program().env("ROLECALL_READONLY", "true"), &[]);
    let context = kubectl(&["config", "current-context"]);
    let settings = tempfile::tempdir().expect("a directory");
    let file = settings.path().join("rolecall/config.toml");
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    let set = |text: &str| {
        fs::write(&file, text).expect("written");
        desk.program().env("XDG_CONFIG_HOME", settings.path())
    };
    is_refused(&set("readonly = true\n"), &[]);
    let of_context = |context: &str| format!("[context.\"{context}\"]\nreadonly = true\n");
    is_refused(&set(&of_context(context.trim())), &[]);
    desk.annotate(&set(&of_context("another")), "apps/lab-app", &["--yes"]).succeeded();
    desk.annotate(&set("readonly = true\n"), "apps/lab-other", &["--yes", "--write"]).succeeded();
    assert_eq!(desk.annotation(), role("apps/lab-other"));
}

fn nobody_is_asked_where_nobody_can_be() {
    let desk = Desk::new("unasked");
    let refused = desk.annotate(&desk.program(), "apps/lab-app", &[]).ended_with(2);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    assert_eq!(desk.annotation(), "");
    let subject = desk.subject();
    let wanted = role("apps/lab-app");
    let arguments = ["annotate", &subject, &wanted, "-n", DESK, "--cluster-name", "lab"];
    let mut terminal = Terminal::start(program::path(), &arguments, desk.program().environment(), SIZE);
    terminal.wait_for("the question", |text| text.contains("do it?"));
    terminal.keys("n\r");
    assert_eq!(terminal.ended().exit_code(), 130, "declined");
    assert_eq!(desk.annotation(), "");
}

fn a_write_that_is_refused_is_told_and_can_be_gone_on_with() {
    let patch = "patch serviceaccounts";
    for (faults, said) in [
        (json!({"deny": [patch]}), "was not changed"),
        (json!({"unauthorized": [patch]}), "was not changed"),
        (json!({"throttle": {patch: 1}}), "was not changed"),
        (json!({"unavailable": {patch: 1}}), "may be changed yet"),
    ] {
        let desk = Desk::new("refused");
        let guard = Side::Kubernetes.with_faults(&faults);
        let stopped = desk.annotate(&desk.faulty(), "apps/lab-app", &["--yes"]).ended_with(5);
        assert!(stopped.err.contains(said), "{faults}: {}", stopped.err);
        assert!(stopped.err.contains("rolecall resume"), "{faults}: {}", stopped.err);
        assert_eq!((desk.annotation(), &desk.newest()["state"]), (String::new(), &json!("stopped")), "{faults}");
        drop(guard);
        desk.faulty().run(&["resume", "--yes", "-n", DESK]).succeeded();
        assert_eq!((desk.annotation(), &desk.newest()["state"]), (role("apps/lab-app"), &json!("done")), "{faults}");
    }
}

fn a_write_that_hangs_may_be_made_yet() {
    let desk = Desk::new("hung");
    let guard = Side::Kubernetes.with_faults(&json!({"hang": ["patch serviceaccounts"]}));
    let stopped = desk.annotate(&desk.faulty(), "apps/lab-app", &["--yes"]).ended_with(5);
    assert!(stopped.err.contains("may be changed yet"), "{}", stopped.err);
    assert!(stopped.err.contains("rolecall undo"), "{}", stopped.err);
    drop(guard);
    desk.faulty().run(&["undo", "--yes", "-n", DESK]).succeeded();
    assert_eq!(desk.annotation(), "");
}
