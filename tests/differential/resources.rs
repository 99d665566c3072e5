//! The resources that a request's stands for: every kind that policies tell apart.

use crate::context::{Context, text};
use crate::decide::keyless;
use crate::pattern::{Piece, pieces, stands_for};
use crate::statement::{Statement, action};
use crate::worlds::STRANGER;
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) fn resource_patterns(statements: &[Statement]) -> Vec<String> {
    statements.iter().filter_map(|it| it.resources.as_ref()).flat_map(|(_, all)| all.iter().cloned()).collect()
}

/// The patterns with the values of their variables; a variable without one may stand for anything.
fn resolved(statements: &[Statement], context: &Context) -> Vec<String> {
    let value_of = |key: &str| context.variable(key);
    let anything = |key: &str| Some(context.variable(key).unwrap_or_else(|| "*".to_owned()));
    let mut found = Vec::new();
    for pattern in resource_patterns(statements) {
        for known in [pieces(&pattern, Some(&value_of)), pieces(&pattern, Some(&anything))].into_iter().flatten() {
            found.push(known.iter().map(as_written).collect());
        }
        found.push(pattern);
    }
    found
}

pub(crate) fn as_written(piece: &Piece) -> char {
    match piece {
        Piece::Text(it) | Piece::Value(it) => *it,
        Piece::One => '?',
        Piece::Many => '*',
    }
}

/// The resources that the request's stands for: itself, or for a pattern examples of all kinds that policies tell
/// apart. `*` alone is no pattern: it is what a request without a resource asks for.
pub(crate) fn resources(line: &Value, statements: &[Statement]) -> BTreeSet<String> {
    let asked = behind_alias(&action(line), text(&line["request"]["resource"]));
    if asked == "*" || !asked.contains(['*', '?']) {
        return BTreeSet::from([asked]);
    }
    let mut patterns = resolved(statements, &Context::of(&line["request"]));
    let beyond: Vec<String> = patterns.iter().filter_map(|it| with_head(it, &asked)).collect();
    patterns.extend(beyond);
    let mut found = BTreeSet::new();
    found.extend(filled(&asked, &words(&patterns)));
    let all: Vec<String> = patterns.iter().chain([&asked]).cloned().collect();
    let words = words(&all);
    let wanted = pieces(&asked, None).unwrap_or_default();
    let meant = |it: &String| stands_for(&wanted, &it.chars().collect::<Vec<_>>());
    for pattern in &patterns {
        // what a short ARN leaves out is `*`
        let rest = "*:".repeat(5_usize.saturating_sub(pattern.matches(':').count()));
        for whole in [pattern.clone(), format!("{pattern}:{rest}*").replace("::*", ":*")] {
            found.extend(filled(&whole, &words).into_iter().filter(meant));
        }
    }
    // what begins as an ARN stands for ARNs, which have six parts
    if asked.starts_with("arn:") {
        found.extend(filled(&asked, &[":::".to_owned(), format!(":{STRANGER}:{STRANGER}:{STRANGER}")]));
        found.retain(|it| it.matches(':').count() >= 5);
    }
    found
}

/// A KMS key that is named by an alias may be any: policies name keys, and an alias in one is "the alias resource" (AWS KMS
/// developer guide, alias-authorization). What is done to the alias itself is asked of the alias.
fn behind_alias(action: &str, resource: String) -> String {
    let of_alias = ["kms:createalias", "kms:updatealias", "kms:deletealias"];
    let of_key = action.to_lowercase().starts_with("kms:") && !keyless(&action.to_lowercase());
    match resource.split_once(":alias/") {
        Some((account, _)) if of_key && resource.contains(":kms:") && !of_alias.contains(&&*action.to_lowercase()) => {
            format!("{account}:key/*")
        }
        _ => resource,
    }
}

/// What a pattern says behind its first star before a colon, in the five first parts of another's: a star may reach so far.
fn with_head(pattern: &str, other: &str) -> Option<String> {
    let (_, behind) = pattern.split_once("*:")?;
    let (end, _) = other.match_indices(':').nth(4)?;
    Some(format!("{}:{behind}", other.split_at(end).0))
}

/// The plain pieces of patterns, to fill wildcards with.
fn words(patterns: &[String]) -> Vec<String> {
    let mut found = vec![String::new(), STRANGER.to_owned(), "*".to_owned()];
    for pattern in patterns {
        for word in pattern.split(['*', '?', ':']).filter(|it| !it.is_empty()) {
            found.push(word.to_owned());
            found.push(format!("{STRANGER}{word}"));
            found.push(format!("{word}{STRANGER}"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// A pattern with all its wildcards filled: `?` by a letter or a slash, every `*` by the same or by nothing.
pub(crate) fn filled(pattern: &str, words: &[String]) -> BTreeSet<String> {
    let stars = pattern.matches('*').count();
    let words = if stars == 0 { &words[..1] } else { words };
    let ones = if pattern.contains('?') { &['q', '/'][..] } else { &['q'] };
    let mut found = BTreeSet::new();
    for word in words {
        for only in 0..=stars {
            for one in ones {
                found.insert(filled_with(pattern, word, only, *one));
            }
        }
    }
    found
}

/// The word stands for the star of that number, counted from 1; for all if it is 0.
fn filled_with(pattern: &str, word: &str, only: usize, one: char) -> String {
    let mut seen = 0;
    let mut text = String::new();
    for it in pattern.chars() {
        match it {
            '*' => {
                seen += 1;
                text.push_str(if only == 0 || only == seen { word } else { STRANGER });
            }
            '?' => text.push(one),
            other => text.push(other),
        }
    }
    text
}
