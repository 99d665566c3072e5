//! The policies that AWS manages, as moto carries them: each is read as AWS wrote it, and matches what it names.

use crate::support::lab;
use libtest_mimic::Trial;
use rolecall::domain::policy::catalogue::KnownAction;
use rolecall::domain::policy::{
    Action, ActionPattern, Document, Effect, KeyName, Kind, Layers, Outcome, Request, Resource, ResourcePattern,
    Selection, Statement, Truth, Value, Values, outcome,
};
use rolecall::source::catalogue::catalogue;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

const ROLE: &str = "arn:aws:iam::123456789012:role/anybody";

/// Prints a policy's name and document a line, from the package in the lab's Python environment.
const SCRIPT: &str = "
import json
from moto.iam.aws_managed_policies import aws_managed_policies_data
for name, policy in json.loads(aws_managed_policies_data).items():
    print(json.dumps({'name': name, 'document': policy['Document']}))
";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        policies: are_read_without_error_or_remark,
        keep_every_statement_action_and_resource,
        match_what_they_name,
        name_actions_that_the_catalogue_knows,
        expand_to_what_they_allow,
    )
}

fn are_read_without_error_or_remark() {
    for (name, text) in managed() {
        let document = read(name, text);
        assert_eq!(document.remarks, [], "{name}");
        assert!(document.is_understood(), "{name}");
    }
}

fn keep_every_statement_action_and_resource() {
    for (name, text) in managed() {
        let document = read(name, text);
        let json: Json = serde_json::from_str(text).expect("JSON");
        let written = list(&json["Statement"]);
        assert_eq!(document.statements.len(), written.len(), "{name}");
        for (statement, written) in document.statements.iter().zip(written) {
            assert_eq!(statement.effect.name(), written["Effect"], "{name}");
            let actions = list(&written[if statement.actions.is_all_but() { "NotAction" } else { "Action" }]);
            let own: Vec<&str> = statement.actions.items().iter().map(ActionPattern::as_str).collect();
            assert_eq!(own, actions, "{name}");
            let resources = statement.resources.as_ref().expect("identity policies name resources");
            let written_resources = list(&written[if resources.is_all_but() { "NotResource" } else { "Resource" }]);
            let own: Vec<&str> = resources.items().iter().map(ResourcePattern::as_str).collect();
            assert_eq!(own, written_resources, "{name}");
            let keys = written["Condition"].as_object().into_iter().flatten();
            let pairs: usize = keys.map(|(_, keys)| keys.as_object().map_or(0, serde_json::Map::len)).sum();
            assert_eq!(statement.conditions.len(), pairs, "{name}");
            let span = text.get(statement.span.start as usize..statement.span.end as usize).expect("a span");
            assert_eq!(serde_json::from_str::<Json>(span).expect("a span is JSON"), written, "{name}");
        }
    }
}

/// A pattern covers itself, and an action that it names, its wildcards filled; a variable leaves it open.
fn match_what_they_name() {
    for (name, text) in managed() {
        for statement in read(name, text).statements {
            for pattern in statement.actions.items() {
                let action = Action::new(&pattern.as_str().replace('*', "Any").replace('?', "x"));
                assert!(pattern.is_everything() || pattern.matches(&action), "{name}: {}", pattern.as_str());
                assert_ne!(statement.actions.selects(&action), statement.actions.is_all_but(), "{name}");
            }
            let Some(Selection::Only(resources)) = &statement.resources else { continue };
            for pattern in resources.iter().filter(|pattern| !pattern.as_str().contains("${*}")) {
                let has_variable = pattern.keys().next().is_some();
                let asked = Resource::new(&filled(pattern.as_str()));
                let truth = pattern.matches(&asked, &Unknown);
                let expected = if has_variable { Truth::Depends } else { Truth::Yes };
                assert_eq!(truth, expected, "{name}: {}", pattern.as_str());
                let own = Selection::Only(vec![pattern.clone()]);
                assert_eq!(own.selects(&asked, Effect::Deny, &Unknown), expected, "{name}");
            }
        }
    }
}

/// Services of which policies name actions that the Service Authorization Reference, the catalogue's source, does not
/// list: closed ones, internal ones, single actions that were given up.
const UNDOCUMENTED: [&str; 16] = [
    "account",
    "assurance",
    "budgets",
    "builderid",
    "cloud9",
    "cloudhsm",
    "deepcomposer",
    "deepracer",
    "elastic-inference",
    "iot1click",
    "memorydb",
    "organizations",
    "payments",
    "qapps",
    "route53-recovery-control-config",
    "securityagent",
];

/// 108 of 11,920 when the catalogue was built. More would say that it has fallen behind, or lost something.
const UNKNOWN: usize = 120;

fn name_actions_that_the_catalogue_knows() {
    let mut literal = BTreeSet::new();
    for (name, text) in managed() {
        for statement in read(name, text).statements {
            let named = statement.actions.items().iter().map(ActionPattern::as_str);
            literal.extend(named.filter(|own| !own.contains(['*', '?'])).map(str::to_lowercase));
        }
    }
    let unknown: Vec<&String> = literal.iter().filter(|action| catalogue().action(action).is_none()).collect();
    let service = |action: &str| action.split(':').next().unwrap_or_default().to_owned();
    let unexpected: Vec<_> = unknown.iter().filter(|action| !UNDOCUMENTED.contains(&&*service(action))).collect();
    assert!(literal.len() > 10_000, "only {} actions are named", literal.len());
    assert!(unexpected.is_empty(), "not in the catalogue: {unexpected:?}");
    assert!(unknown.len() <= UNKNOWN, "{} of {} are not in the catalogue: {unknown:?}", unknown.len(), literal.len());
}

/// Each action that a pattern expands to is one that it matches. What is allowed on everything, under no condition, is
/// allowed; what no statement selects is not.
fn expand_to_what_they_allow() {
    let (mut expanded, mut allowed) = (0, 0);
    for (name, text) in managed() {
        let document = Arc::new(read(name, text));
        let layers = Layers { identity: vec![document.clone()], ..Layers::default() };
        let asked = |action: &str| outcome(&Request::new(ROLE, action, "*"), &layers);
        let denies = document.statements.iter().any(|statement| statement.effect == Effect::Deny);
        for statement in &document.statements {
            let Selection::Only(patterns) = &statement.actions else { continue };
            for pattern in patterns {
                let known: Vec<String> = catalogue().expand(pattern).map(KnownAction::full_name).collect();
                assert!(
                    known.iter().all(|action| pattern.matches(&Action::new(action))),
                    "{name}: {}",
                    pattern.as_str()
                );
                expanded += known.len();
                // the first, the last and some between: all of them for every `*` are millions
                let some = known.iter().step_by(1 + known.len() / 50).chain(known.last());
                // whoever wants a session needs the role's trust policy for it, too, and whoever uses a key that key's
                let alone = some.filter(|action| !action.starts_with("sts:") && !action.starts_with("kms:"));
                for action in alone.filter(|_| allows_everywhere(statement)) {
                    let said = asked(action);
                    assert!(
                        said == Outcome::Allowed || denies && said == Outcome::ExplicitDeny,
                        "{name} {action}: {said:?}"
                    );
                    allowed += 1;
                }
            }
        }
        let selects = |statement: &Statement| statement.actions.selects(&Action::new("rolecall:Nothing"));
        if !document.statements.iter().any(selects) {
            assert_eq!(asked("rolecall:Nothing"), Outcome::ImplicitDeny, "{name}");
        }
    }
    assert!(expanded > 100_000 && allowed > 10_000, "{expanded} expanded, {allowed} decided");
}

fn allows_everywhere(statement: &Statement) -> bool {
    let everything = statement.resources.as_ref().is_some_and(|resources| match resources {
        Selection::Only(patterns) => patterns.iter().any(|pattern| pattern.as_str() == "*"),
        Selection::AllBut(_) => false,
    });
    everything && statement.effect == Effect::Allow && statement.conditions.is_empty()
}

/// Of no key anything is known.
struct Unknown;

impl Values for Unknown {
    fn value(&self, _: &KeyName) -> Value<'_> {
        Value::Unknown
    }
}

/// A pattern with some value in place of each variable.
fn filled(pattern: &str) -> String {
    let mut pieces = pattern.split("${");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + "value" + piece.split_once('}').map_or("", |(_, rest)| rest))
}

fn read(name: &str, text: &str) -> Document {
    Document::parse(text, Kind::Identity).unwrap_or_else(|unreadable| panic!("{name}: {unreadable}"))
}

fn list(json: &Json) -> Vec<Json> {
    json.as_array().cloned().unwrap_or_else(|| vec![json.clone()])
}

/// Name and document of each.
fn managed() -> &'static [(String, String)] {
    static MANAGED: OnceLock<Vec<(String, String)>> = OnceLock::new();
    MANAGED.get_or_init(|| {
        let python = format!("{}/venv/bin/python", lab::setting("LAB_BUILD"));
        let output = Command::new(python).args(["-c", SCRIPT]).stdin(Stdio::null()).output().expect("the lab's Python");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).expect("UTF-8");
        let policies: Vec<_> = lines.lines().map(policy).collect();
        assert!(policies.len() > 1_000, "moto carries the managed policies: {}", policies.len());
        policies
    })
}

fn policy(line: &str) -> (String, String) {
    let json: Json = serde_json::from_str(line).expect("a line of JSON");
    (json["name"].as_str().expect("a name").to_owned(), json["document"].to_string())
}
