//! What a half-typed question may become: first what the role's own policies name, then what AWS documents.

use crate::domain::access::{RESOURCE_POLICY, SCP};
use crate::domain::identity::Bearer;
use crate::domain::policy::catalogue::{KnownAction, Service, filled};
use crate::domain::policy::{Action, ActionPattern, Document, Effect, KeyName, Selection, Statement, Value, Values};
use crate::tui::app::State;
use crate::tui::app::screen::{AskScreen, Screen};

/// So many are offered at most.
const OFFERED: usize = 200;
/// What pods do most, for where nothing was typed and no policy names an action.
const USUAL: [&str; 9] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "kms:Decrypt",
    "sqs:ReceiveMessage",
    "dynamodb:GetItem",
    "sts:AssumeRole",
];
/// Keys of requests that anybody may want to give.
const KEYS: [&str; 4] = ["aws:RequestedRegion", "aws:SourceIp", "aws:SourceVpce", "aws:SecureTransport"];

/// Whole lines, best first. Before anything is typed: what was asked before, the last first.
pub(super) fn of_inquiry(state: &State, text: &str) -> Vec<String> {
    let Screen::Ask(screen) = state.screen() else { return Vec::new() };
    let mut found = Found::default();
    let Some((before, typed)) = text.trim_start().rsplit_once(' ') else {
        let typed = text.trim();
        if typed.is_empty() {
            state.inquiries.iter().for_each(|inquiry| found.add("", inquiry));
        }
        actions(state, screen, typed, &mut found);
        return found.lines;
    };
    let before = before.trim_end();
    let mut words = before.split_whitespace();
    let action = Action::new(words.next().unwrap_or_default());
    let options = [SCP, RESOURCE_POLICY];
    if before.rsplit(' ').next().is_some_and(|last| options.contains(&last)) {
        return Vec::new(); // a file, of which nothing is known here
    }
    let before = format!("{before} ");
    let mut has_resource = false;
    while let Some(word) = words.next() {
        if options.contains(&word) {
            words.next();
        } else if !word.starts_with("--") {
            has_resource |= word == "*" || word.starts_with("arn:") || !word.contains('=');
        }
    }
    if !has_resource {
        resources(state, screen, (&action, &before, typed), &mut found);
    }
    keys(state, screen, (&action, &before, typed), &mut found);
    for option in options.into_iter().filter(|option| option.starts_with(typed)) {
        found.add(&before, &format!("{option} "));
    }
    found.lines
}

/// What was found, each once.
#[derive(Default)]
struct Found {
    lines: Vec<String>,
}

impl Found {
    fn add(&mut self, before: &str, word: &str) {
        let line = format!("{before}{word}");
        if self.lines.len() < OFFERED && !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }
}

/// Those who are asked about, as far as their roles are known.
fn bearers(screen: &AskScreen) -> impl Iterator<Item = &Bearer> {
    screen.askings.iter().filter_map(|asking| asking.bearer.as_ref())
}

/// The documents of those who are asked about.
fn documents(screen: &AskScreen) -> impl Iterator<Item = &Document> {
    bearers(screen).flat_map(|bearer| {
        let layers = &bearer.policies.layers;
        [&layers.identity, &layers.session, &layers.boundary].into_iter().flatten().map(|document| &**document)
    })
}

fn statements(screen: &AskScreen) -> impl Iterator<Item = &Statement> {
    documents(screen).flat_map(|document| &document.statements)
}

fn actions(state: &State, screen: &AskScreen, typed: &str, found: &mut Found) {
    let lower = typed.to_ascii_lowercase();
    let named = statements(screen).flat_map(|statement| statement.actions.items()).map(ActionPattern::as_str);
    let mut own: Vec<&str> = named.filter(|name| !name.contains(['*', '?'])).collect();
    own.retain(|name| name.to_ascii_lowercase().starts_with(&lower));
    for name in own {
        found.add("", name);
    }
    let names_none = found.lines.is_empty();
    if typed.is_empty() && names_none {
        for name in USUAL {
            found.add("", name);
        }
    }
    let Some(catalogue) = state.catalogue else { return };
    if !typed.is_empty() || names_none {
        catalogue.completions(typed, OFFERED).iter().for_each(|line| found.add("", line));
    }
    if found.lines.is_empty() && !typed.contains(':') {
        // the name of an action, whose service one need not know
        let all = catalogue.services().flat_map(Service::actions);
        let begun = all.filter(|action| action.name().to_ascii_lowercase().starts_with(&lower)).take(OFFERED);
        begun.for_each(|action| found.add("", &action.full_name()));
    }
    if found.lines.is_empty() {
        catalogue.did_you_mean(typed).iter().for_each(|line| found.add("", line));
    }
    found.lines.retain(|line| line != typed);
}

fn resources(state: &State, screen: &AskScreen, (action, before, typed): (&Action, &str, &str), found: &mut Found) {
    let begins = |text: &str| text.starts_with(typed) && text != typed;
    let allow = |statement: &&Statement| statement.effect == Effect::Allow && statement.actions.selects(action);
    let other = |statement: &&Statement| statement.effect != Effect::Allow || !statement.actions.selects(action);
    let of_service = |text: &str| text.split(':').nth(2).is_some_and(|own| own.eq_ignore_ascii_case(action.service()));
    let named = |statement: &'_ Statement| -> Vec<String> {
        let items = statement.resources.as_ref().map(Selection::items).unwrap_or_default();
        items.iter().map(|pattern| meant(screen, pattern.as_str())).collect()
    };
    for text in statements(screen).filter(allow).flat_map(named).filter(|text| begins(text) && text != "*") {
        found.add(before, &text);
    }
    for text in statements(screen).filter(other).flat_map(named).filter(|text| begins(text) && of_service(text)) {
        found.add(before, &text);
    }
    let Some(known) = state.catalogue.and_then(|catalogue| catalogue.action(action.as_str())) else { return };
    let roles: Vec<_> = screen.roles().collect();
    let partition = roles.first().and_then(|role| role.split(':').nth(1)).unwrap_or("aws");
    for used in known.resource_uses() {
        let kind = known.service().resource_type(used.resource_type);
        for pattern in kind.into_iter().flat_map(|kind| kind.arn_patterns(partition)).filter(|text| begins(text)) {
            found.add(before, &pattern);
        }
    }
}

/// A resource of a policy as a request has it: variables as their values, those that are not known as `*`.
fn meant(screen: &AskScreen, text: &str) -> String {
    filled(text, |name| match name {
        "*" => "*",
        "?" => "?",
        "$" => "$",
        _ => {
            let key = KeyName::new(name.split(',').next().unwrap_or(name).trim());
            let mut values = bearers(screen).map(|bearer| match bearer.context.value(&key) {
                Value::One(value) => value,
                _ => "*",
            });
            let first = values.next().unwrap_or("*");
            if values.all(|value| value == first) { first } else { "*" }
        }
    })
}

fn keys(state: &State, screen: &AskScreen, (action, before, typed): (&Action, &str, &str), found: &mut Found) {
    let lower = typed.to_ascii_lowercase();
    if typed.contains('=') || typed.starts_with("arn:") {
        return;
    }
    let begins = |key: &&str| key.to_ascii_lowercase().starts_with(&lower);
    let concerned = statements(screen).filter(|statement| statement.actions.selects(action));
    let own = concerned.flat_map(|statement| &statement.conditions).map(|condition| condition.key.as_str());
    for key in own.filter(begins) {
        found.add(before, &format!("{key}="));
    }
    let known = state.catalogue.and_then(|catalogue| catalogue.action(action.as_str()));
    let documented = known.into_iter().flat_map(KnownAction::condition_keys).map(|key| key.name);
    for key in documented.chain(KEYS).filter(|key| !key.contains(['$', '<'])).filter(begins) {
        found.add(before, &format!("{key}="));
    }
}
