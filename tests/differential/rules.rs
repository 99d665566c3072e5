//! `tests/policy_rules`: what IAM means, a row a sentence, each with the page that says so.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// One row: a line of `evaluate`, and what AWS would decide.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) line: Value,
    /// A decision; or what may come of a document that AWS refuses: `unreadable` is an error or at least a remark,
    /// `refused` is an error or a remark, and never `allowed`.
    pub(crate) decision: String,
    /// For `implicitDeny`: the layers that did not allow, where the row says so.
    pub(crate) layers: Option<BTreeSet<String>>,
    /// The answer must carry a remark.
    pub(crate) remark: bool,
}

pub(crate) fn rules() -> Vec<Rule> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy_rules");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files.iter().filter(|it| it.extension().is_some_and(|it| it == "jsonl")) {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        for line in std::fs::read_to_string(file).unwrap().lines() {
            found.push(rule(&stem, &serde_json::from_str(line).unwrap()));
        }
    }
    found
}

fn rule(file: &str, row: &Value) -> Rule {
    assert!(row["doc"].as_str().is_some_and(|doc| !doc.is_empty()), "every rule names its source: {row}");
    let layers = row["layers"].as_array().map(|all| all.iter().map(|it| it.as_str().unwrap().to_owned()).collect());
    Rule {
        name: format!("{file}: {}", row["name"].as_str().unwrap()),
        line: row["line"].clone(),
        decision: row["decision"].as_str().unwrap().to_owned(),
        layers,
        remark: row["remark"] == true,
    }
}
