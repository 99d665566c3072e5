//! The command line as its users see it: what stands in the pages under `tests/cli`, word for word, and what no page
//! can show.

#[path = "cli/large.rs"]
mod large;
#[cfg(feature = "live")]
#[path = "cli/proxied.rs"]
mod proxied;
#[path = "cli/resumed.rs"]
mod resumed;

use assert_cmd::Command;
use std::io::Read;
use std::process::Stdio;

fn rolecall() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let nowhere = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    command.env("LC_ALL", "C.UTF-8").env("XDG_CONFIG_HOME", nowhere.join("config"));
    command.env("XDG_STATE_HOME", nowhere.join("state"));
    command
}

#[test]
fn pages_are_as_they_say() {
    let nowhere = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    trycmd::TestCases::new()
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "100")
        .env("XDG_CONFIG_HOME", nowhere.join("config").to_string_lossy())
        .env("XDG_STATE_HOME", nowhere.join("state").to_string_lossy())
        .case("tests/cli/*.md");
}

#[test]
fn a_pipe_that_closes_is_no_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["pods", "--demo", "-o", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_capture_of_a_capture_is_the_same_and_opens_to_the_same_verdicts() {
    let directory = tempfile::tempdir().unwrap();
    let (plain, packed) = (directory.path().join("a.json"), directory.path().join("b.json.gz"));
    rolecall().args(["capture", "--demo"]).arg(&plain).assert().success();
    rolecall().arg("capture").arg("--from").arg(&plain).arg(&packed).assert().success();
    let bytes = std::fs::read(&packed).unwrap();
    assert_eq!(&bytes[..2], [0x1f, 0x8b]);
    let of = |from: &std::path::Path| {
        rolecall().args(["pods", "-A", "-o", "json", "--from"]).arg(from).assert().success().get_output().stdout.clone()
    };
    assert!(of(&plain) == of(&packed));
}

#[test]
fn every_list_is_one_json_document_of_its_kind() {
    let lists = [
        ("pods", "PodList"),
        ("serviceaccounts", "ServiceAccountList"),
        ("roles", "RoleList"),
        ("nodes", "NodeList"),
        ("namespaces", "NamespaceList"),
    ];
    for (command, kind) in lists {
        let assert = rolecall().args([command, "--demo", "-o", "json"]).assert().success();
        let list: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
        assert_eq!((list["apiVersion"].as_str(), list["kind"].as_str()), (Some("rolecall/v1"), Some(kind)));
        assert!(!list["items"].as_array().unwrap().is_empty(), "{command}");
    }
}

#[test]
fn shells_and_the_manual_are_served() {
    for shell in ["bash", "zsh", "fish"] {
        rolecall().args(["completion", shell]).assert().success();
    }
    let assert = rolecall().arg("man").assert().success();
    assert!(String::from_utf8_lossy(&assert.get_output().stdout).contains(".TH rolecall"));
}

#[cfg(unix)]
#[test]
fn as_kubectls_plugin_its_help_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let plugin = directory.path().join("kubectl-rolecall");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rolecall"), &plugin).unwrap();
    let assert = Command::new(plugin).arg("--help").assert().success();
    assert!(String::from_utf8_lossy(&assert.get_output().stdout).contains("Usage: kubectl rolecall"));
}

/// `\u…` of everything that a terminal obeys or that turns text around, as JSON has it.
const HOSTILE: &str = r"\u001b[2J\u007f\u009b31m\u202e\u2066\u200b\ud83d\ude00\udb40\udc41";

#[test]
fn no_byte_that_a_terminal_obeys_leaves_the_program_in_any_format() {
    let capture = include_str!("cli/hostile.json").replace("HOSTILE", HOSTILE);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hostile.json");
    std::fs::write(&file, capture).unwrap();
    let commands = ["pods", "serviceaccounts", "roles", "nodes", "namespaces", "info"].map(|command| vec![command]);
    let single = [vec!["identity", "plain"], vec!["roles", "arn:aws:iam::111122223333:role/api"], vec!["capture"]];
    for command in commands.into_iter().chain(single) {
        for format in ["table", "wide", "json", "yaml", "csv", "name"] {
            let mut run = rolecall();
            run.args(&command).arg("--from").arg(&file);
            if command != ["capture"] {
                run.args(["-o", format]);
            }
            let output = run.output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{command:?} -o {format}: {output:?}");
            for text in [String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap()] {
                let obeyed = text.chars().find(|c| rolecall::domain::model::is_unsafe(*c) && *c != '\n');
                assert_eq!(obeyed, None, "{command:?} -o {format}: {text:?}");
            }
        }
    }
}

#[test]
fn what_is_escaped_is_not_lost() {
    let capture = include_str!("cli/hostile.json").replace("HOSTILE", HOSTILE);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hostile.json");
    std::fs::write(&file, capture).unwrap();
    let name: String = serde_json::from_str(&format!("\"{HOSTILE}\"")).unwrap();
    let output = rolecall().args(["pods", "-o", "json", "--from"]).arg(&file).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&str> = json["items"].as_array().unwrap().iter().filter_map(|item| item["name"].as_str()).collect();
    assert!(names.contains(&&*name), "{names:?}");
}

#[test]
fn a_count_over_one_namespace_is_not_told_as_over_all() {
    let mut capture: serde_json::Value = serde_json::from_str(include_str!("cli/small.json")).unwrap();
    let mut another = capture["kubernetes"]["pods"][1].clone();
    another["name"] = "tool-2".into();
    capture["kubernetes"]["pods"].as_array_mut().unwrap().push(another);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("capture.json");
    let said = |capture: &serde_json::Value| {
        std::fs::write(&file, capture.to_string()).unwrap();
        let output = rolecall().args(["identity", "tool-1", "--from"]).arg(&file).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let all = said(&capture);
    assert!(all.contains("runs with the node role node, as one other pod does"), "{all}");
    capture["kubernetes"]["lists"] = serde_json::json!({"pods": {"namespace": "shop"}});
    let one = said(&capture);
    assert!(one.contains("runs with the node role node, as one other pod of this namespace does"), "{one}");
}

#[test]
fn the_name_of_one_pod_is_written_like_that_of_many() {
    let identity = ["identity", "api-1", "--from", "tests/cli/small.json", "-o", "name"];
    rolecall().args(identity).assert().success().stdout("pod/api-1\n");
    rolecall().args(identity).arg("-A").assert().success().stdout("shop/pod/api-1\n");
}

#[test]
fn nodes_seen_from_one_namespace_say_so() {
    let mut capture: serde_json::Value = serde_json::from_str(include_str!("cli/small.json")).unwrap();
    capture["kubernetes"]["lists"] = serde_json::json!({"pods": {"namespace": "shop"}});
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("capture.json");
    std::fs::write(&file, capture.to_string()).unwrap();
    let output = rolecall().args(["nodes", "--from"]).arg(&file).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "note: only pods of namespace shop were read: others on these nodes are not counted\n");
}

#[test]
fn a_refused_list_of_policies_is_a_note_behind_the_roles() {
    let mut capture: serde_json::Value = serde_json::from_str(include_str!("cli/small.json")).unwrap();
    let refused = |call: &str| serde_json::json!({"what": "it", "call": call, "reason": "forbidden", "sentence": format!("{call} is refused")});
    capture["aws"]["roles"][0]["attachedGap"] = refused("iam:ListAttachedRolePolicies");
    capture["aws"]["roles"][1]["inlineGap"] = refused("iam:ListRolePolicies");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("capture.json");
    std::fs::write(&file, capture.to_string()).unwrap();
    let said = |command: &str| {
        let output = rolecall().args([command, "--from"]).arg(&file).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let roles = said("roles");
    for call in ["iam:ListAttachedRolePolicies", "iam:ListRolePolicies"] {
        assert!(roles.contains(&format!("note: {call} is refused\n")), "{roles}");
    }
    assert_eq!(said("pods"), "", "pods show no policies");
}

#[test]
fn a_node_role_is_used_by_the_service_accounts_of_its_pods() {
    let output = rolecall().args(["roles", "-o", "json", "--from", "tests/cli/small.json"]).output().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let node = list["items"].as_array().unwrap().iter().find(|role| role["nodes"][0] == "node-1").unwrap();
    let user = serde_json::json!({"namespace": "shop", "serviceAccount": "default", "mechanism": "node", "pods": 1});
    assert_eq!(node["usedBy"], serde_json::json!([user]));
}

/// The demo begins anew with every program: what one has changed, another can neither take back nor go on with.
#[test]
fn a_change_of_the_demo_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let change = ["annotate", "sa/indexer", "role/shop-api", "-n", "shop", "--demo", "--yes", "--accept-loss"];
    let assert = rolecall().args(change).env("TMPDIR", directory.path()).assert().success();
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("done     annotate serviceaccount/indexer") && !said.contains("rolecall undo"), "{said}");
    let left: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_service_account_that_is_not_there_can_be_made_with_its_role() {
    let assert = rolecall().args(["create-role", "sa/none", "-n", "shop", "--demo", "--dry-run"]).assert().code(3);
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("there is no ServiceAccount none in namespace shop"), "{said}");
    assert!(said.contains("--create-service-account") && !said.contains("with -n"), "{said}");
}

#[test]
fn each_annotation_is_removed_by_an_empty_value_and_none_is_dropped() {
    let annotate = |more: &[&str]| {
        let mut run = rolecall();
        run.args(["annotate", "sa/indexer", "-n", "shop", "--demo", "--dry-run"]).args(more);
        let output = run.output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        (output.status.code(), said)
    };
    let (code, said) = annotate(&["--audience", ""]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("is annotated so already"), "there is none to remove: {said}");
    for flag in [["--audience", "foo"], ["--token-expiration", "3600"], ["--regional-sts", "true"]] {
        let (code, said) = annotate(&["--remove", flag[0], flag[1]]);
        assert!(code == Some(2) && said.contains("cannot be used with"), "{said}");
    }
    let (code, said) = annotate(&["--regional-sts", "perhaps"]);
    assert!(code == Some(2) && said.contains("true or false"), "{said}");
}
