//! Names that nobody expects, and many policies: every command and format keeps its shape, its time and its memory.

#![expect(clippy::expect_used, reason = "a failed test panics by name")]

use super::rolecall;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// What a name may hold if nobody looked: separators, quotes, line breaks, what terminals obey, two columns a character.
fn names() -> Vec<String> {
    let odd =
        ["a,b", "say \"so\"", "'it'", "two\nlines", "tab\there", "\u{1b}[31mred", "\u{202e}desrever", "=1+1", " edge "];
    odd.into_iter().map(str::to_owned).chain(["界".repeat(250)]).collect()
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::111122223333:role/{name}")
}

fn odd() -> Value {
    let account = |name: &String| json!({"namespace": "shop", "name": name, "roleArn": role(name)});
    let pod = |name: &String| {
        json!({"namespace": "shop", "name": name, "node": name, "created": "2026-11-24T08:00:00Z",
        "spec": {"serviceAccount": name, "containers": [{"name": name}]}})
    };
    let named = |name: &String| json!({"name": name});
    let all = names();
    json!({"apiVersion": "rolecall/v1", "kind": "Capture", "takenAt": "2026-11-24T09:00:00Z",
        "kubernetes": {
            "namespaces": all.iter().map(named).collect::<Vec<_>>(),
            "serviceAccounts": all.iter().map(account).collect::<Vec<_>>(),
            "pods": all.iter().map(pod).collect::<Vec<_>>(),
            "nodes": all.iter().map(named).collect::<Vec<_>>()},
        "aws": {"roles": all.iter().map(|name| json!({"arn": role(name)})).collect::<Vec<_>>()}})
}

/// The lists, and how many rows each has.
fn lists() -> [(&'static str, &'static str, usize); 5] {
    let many = names().len();
    // the namespace that the objects lie in comes on top
    [
        ("pods", "name", many),
        ("serviceaccounts", "name", many),
        ("nodes", "name", many),
        ("namespaces", "name", many + 1),
        ("roles", "arn", many),
    ]
}

fn output(arguments: &[&str], from: &Path) -> String {
    let run = rolecall().args(arguments).arg("--from").arg(from).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).expect("text")
}

/// What is listed under its own name: without what the capture has beside them.
fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| name != "shop");
    names.sort();
    names
}

#[test]
fn odd_names_stay_whole_in_json_and_yaml_and_in_their_cell_in_csv() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("odd.json");
    std::fs::write(&file, odd().to_string()).unwrap();
    for (list, column, many) in lists() {
        let meant: Vec<String> =
            names().iter().map(|name| if list == "roles" { role(name) } else { name.clone() }).collect();
        let of = |value: &Value| {
            let items = value["items"].as_array().unwrap().iter();
            sorted(items.map(|item| item[column].as_str().unwrap().to_owned()).collect())
        };
        let json: Value = serde_json::from_str(&output(&[list, "-o", "json"], &file)).unwrap();
        assert_eq!(of(&json), sorted(meant.clone()), "{list}");
        let yaml: Value = serde_saphyr::from_str(&output(&[list, "-o", "yaml"], &file)).unwrap();
        assert_eq!(of(&yaml), sorted(meant.clone()), "{list}");

        let text = output(&[list, "-o", "csv"], &file);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let at = reader.headers().unwrap().iter().position(|header| header == column).unwrap();
        // a record with more or fewer fields than the header is an error
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        let shown = meant.iter().map(|name| rolecall::domain::model::visible(name).into_owned()).collect();
        assert_eq!(sorted(records.iter().map(|record| record[at].to_owned()).collect()), sorted(shown), "{list}");

        for format in ["table", "wide"] {
            let text = output(&[list, "-o", format], &file);
            assert_eq!(text.lines().count(), many + 1, "a header and one line each: {list} -o {format}\n{text}");
        }
    }
}

#[test]
fn a_pipe_that_closes_is_no_error_in_any_format() {
    for format in ["table", "wide", "json", "yaml", "csv", "name"] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .args(["pods", "-A", "--demo", "-o", format])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{format}: {said}");
        assert!(!said.contains("panicked") && !said.contains("error"), "{format}: {said}");
    }
}

/// As long as IAM has them; of other characters than these there is none.
fn role_name(at: usize) -> String {
    format!("role{at:03}-{}", "r".repeat(56))
}

/// 5,000 policies, half of them inline, with names of 250 columns, over 250 roles that as many pods have.
fn many_policies() -> Value {
    const ROLES: usize = 250;
    const EACH: usize = 10;
    let wide = |kind: &str, role: usize, at: usize| format!("{kind}{role:03}-{at:02}-{}", "策".repeat(120));
    let arn = |role: usize, at: usize| format!("arn:aws:iam::111122223333:policy/{}", wide("managed", role, at));
    let document = json!({"Version": "2012-10-17", "Statement": (0..2).map(|at| json!({
        "Sid": format!("S{at}"), "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": format!("arn:aws:s3:::bucket-{at}/*")})).collect::<Vec<_>>()});
    let roles = (0..ROLES).map(|at| {
        json!({"arn": role(&role_name(at)), "trust": {"Version": "2012-10-17", "Statement": []},
        "attached": (0..EACH).map(|policy| json!({"arn": arn(at, policy)})).collect::<Vec<_>>(),
        "inline": (0..EACH).map(|policy| json!({"name": wide("inline", at, policy), "document": document})).collect::<Vec<_>>()})
    });
    let policies = (0..ROLES).flat_map(|at| (0..EACH).map(move |policy| (at, policy)));
    let policies = policies.map(|(at, policy)| json!({"arn": arn(at, policy), "version": "v3", "document": document}));
    let name = |at: usize| wide("app", at, 0);
    let pod = |at: usize| {
        json!({"namespace": "shop", "name": name(at), "spec": {"serviceAccount": name(at), "containers": [{"name": "app",
        "env": [{"name": "AWS_ROLE_ARN", "value": role(&role_name(at))},
                {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/token"}]}]}})
    };
    let account = |at: usize| json!({"namespace": "shop", "name": name(at), "roleArn": role(&role_name(at))});
    json!({"apiVersion": "rolecall/v1", "kind": "Capture", "takenAt": "2026-11-24T09:00:00Z",
        "cluster": {"name": "c", "region": "eu-west-1", "account": "111122223333", "issuer": "https://i"},
        "kubernetes": {
            "namespaces": [{"name": "shop"}],
            "serviceAccounts": (0..ROLES).map(account).collect::<Vec<_>>(),
            "pods": (0..ROLES).map(pod).collect::<Vec<_>>()},
        "aws": {"roles": roles.collect::<Vec<_>>(), "policies": policies.collect::<Vec<_>>()}})
}

#[test]
fn five_thousand_policies_take_sensible_time_and_memory() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("policies.json");
    std::fs::write(&file, many_policies().to_string()).unwrap();
    let wide = "策".repeat(120);
    let (pod, one) = (format!("app007-00-{wide}"), format!("role/{}", role_name(7)));
    let mut commands: Vec<Vec<&str>> =
        ["pods", "serviceaccounts", "nodes", "namespaces", "roles"].map(|it| vec![it]).into();
    commands.extend([vec!["roles", "-o", "csv"], vec!["roles", "-o", "yaml"], vec!["pods", "-o", "json"]]);
    commands.extend([vec!["identity", &pod], vec!["roles", &one], vec!["capture"], vec!["info"]]);
    for command in commands {
        let output = bounded(&command, &file);
        assert_eq!(output.status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{command:?}");
    }
    let list: Value = serde_json::from_slice(&bounded(&["roles", "-o", "json"], &file).stdout).unwrap();
    let items = list["items"].as_array().unwrap();
    let attached: Vec<&Value> = items.iter().flat_map(|item| item["attached"].as_array().unwrap()).collect();
    assert_eq!(attached.len(), 2_500);
    assert!(attached.iter().all(|policy| policy["version"] == "v3"), "the list tells each version");
    assert_eq!(items.iter().map(|item| item["inline"].as_array().unwrap().len()).sum::<usize>(), 2_500);
    let shown: Value = serde_json::from_slice(&bounded(&["roles", &one, "-o", "json"], &file).stdout).unwrap();
    let documents = |of: &str| shown[of].as_array().unwrap().iter().filter(|it| it["document"].is_object()).count();
    assert_eq!((documents("attached"), documents("inline")), (10, 10));
}

#[test]
fn roles_of_thousands_are_not_looked_through_for_each_answer() {
    const MANY: usize = 2_500;
    let account =
        |at: usize| json!({"namespace": "shop", "name": format!("app-{at}"), "roleArn": role(&role_name(at))});
    let capture = json!({"apiVersion": "rolecall/v1", "kind": "Capture", "takenAt": "2026-11-24T09:00:00Z",
        "cluster": {"name": "c", "region": "eu-west-1", "account": "111122223333", "issuer": "https://i"},
        "kubernetes": {"namespaces": [{"name": "shop"}], "serviceAccounts": (0..MANY).map(account).collect::<Vec<_>>()},
        "aws": {"roles": (0..MANY).map(|at| json!({"arn": role(&role_name(at))})).collect::<Vec<_>>()}});
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("roles.json");
    std::fs::write(&file, capture.to_string()).unwrap();
    let output = bounded(&["serviceaccounts", "-o", "csv"], &file);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), MANY + 1);
}

/// Runs it within half a minute, which is plenty for a build without optimisation, and within 256 MiB of data.
fn bounded(command: &[&str], from: &Path) -> std::process::Output {
    let mut run = if cfg!(target_os = "linux") {
        let mut run = assert_cmd::Command::new("sh");
        run.args(["-c", "ulimit -d 262144; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_rolecall")]);
        run
    } else {
        rolecall()
    };
    let environment = rolecall();
    for (name, value) in environment.get_envs() {
        if let Some(value) = value {
            run.env(name, value);
        }
    }
    run.args(command).arg("--from").arg(from).timeout(Duration::from_secs(30)).output().expect("it runs")
}
