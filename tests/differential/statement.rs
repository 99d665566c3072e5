//! The statements that speak of this caller and this action: neither depends on what is unknown.

use crate::condition::{Reading, conditions, holds};
use crate::context::{Context, list, text, texts};
use crate::pattern::{Piece, arn_like, like, pieces, segments, stands_for};
use crate::principal::{Caller, Grant, grant, spared};
use serde_json::Value;

/// Where a statement stands: layer, level, policy, statement.
pub(crate) type Place = (&'static str, usize, usize, usize);

/// One statement that speaks of the request's caller and action.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) place: Place,
    pub(crate) deny: bool,
    pub(crate) grant: Grant,
    /// Version 2012-10-17: variables are replaced (`reference_policies_elements_version`).
    pub(crate) variables: bool,
    /// `Resource`, or what `NotResource` leaves out; `None` for a trust policy, which speaks of its role alone.
    pub(crate) resources: Option<(bool, Vec<String>)>,
    pub(crate) conditions: Vec<(String, String, Vec<String>)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Applies {
    No,
    /// Only if a value that cannot be read were equal, or were not.
    PerhapsUnreadable,
    Yes,
}

/// Whom and what the statements are read for.
pub(crate) struct Asked<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) action: String,
    /// Does the caller have a permissions boundary?
    pub(crate) bounded: bool,
}

/// The statements of one document that speak of the caller and the action.
pub(crate) fn statements(document: &Value, place: (&'static str, usize, usize), asked: &Asked<'_>) -> Vec<Statement> {
    let (layer, level, policy) = place;
    let mut found = Vec::new();
    for (index, statement) in list(document.get("Statement")).into_iter().enumerate() {
        let grant = granted(statement, layer, asked);
        if grant == Grant::None || !speaks_of(statement, &asked.action) {
            continue;
        }
        let resources = match (statement.get("Resource"), statement.get("NotResource")) {
            (Some(patterns), _) => Some((true, texts(Some(patterns)))),
            (None, Some(not)) => Some((false, texts(Some(not)))),
            (None, None) if layer == "resource" => None,
            (None, None) => Some((true, Vec::new())),
        };
        let mut conditions = conditions(statement);
        // "Access is granted to the AWS account root user only, not all users and roles" at gateway endpoints, which S3 and
        // DynamoDB may have (`vpc-endpoints-access`); which kind this one is nobody says.
        let gateway = matches!(asked.action.to_lowercase().split(':').next(), Some("s3" | "dynamodb"));
        if layer == "endpoint" && grant == Grant::Account && gateway {
            conditions.push((format!("gateway {place:?} {index}"), String::new(), Vec::new()));
        }
        found.push(Statement {
            place: (layer, level, policy, index),
            deny: statement["Effect"] == "Deny",
            grant,
            variables: document["Version"] == "2012-10-17",
            resources,
            conditions,
        });
    }
    found
}

/// Only policies on the resource's side name principals. Without one such a statement never matches.
fn granted(statement: &Value, layer: &str, asked: &Asked<'_>) -> Grant {
    if !matches!(layer, "resource" | "endpoint") {
        return Grant::Direct;
    }
    if let Some(principal) = statement.get("Principal") {
        return grant(principal, asked.caller);
    }
    // NotPrincipal is for Deny only, and whoever has a permissions boundary is always hit
    // (`reference_policies_elements_notprincipal`, `access_policies_boundaries`); endpoint policies are resource-based there.
    match statement.get("NotPrincipal") {
        Some(listed) if statement["Effect"] == "Deny" => {
            if !asked.bounded && spared(listed, asked.caller) {
                Grant::None
            } else {
                Grant::Direct
            }
        }
        _ => Grant::None,
    }
}

/// `reference_policies_elements_action` and `…_notaction`: no case, wildcards in the name but not in the service.
fn speaks_of(statement: &Value, action: &str) -> bool {
    let names = |patterns: Vec<String>| {
        patterns.iter().any(|pattern| names_action(&pattern.to_lowercase(), &action.to_lowercase()))
    };
    match statement.get("NotAction") {
        Some(not) => !names(texts(Some(not))),
        None => names(texts(statement.get("Action"))),
    }
}

fn names_action(pattern: &str, asked: &str) -> bool {
    if pattern == "*" || pattern == "*:*" {
        return true;
    }
    let Some((service, name)) = pattern.split_once(':') else { return false };
    let is_name =
        !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '*' | '?' | '-' | '_'));
    is_name
        && !service.contains(['*', '?'])
        && asked.split_once(':').is_some_and(|(own, action)| own == service && like(name, action))
}

impl Statement {
    /// Does it apply in this world?
    pub(crate) fn applies(&self, context: &Context, resource: &str) -> Applies {
        if !self.covers(context, resource) {
            return Applies::No;
        }
        let reading = |unreadable| Reading { context, variables: self.variables, unreadable, short: false };
        let strictly =
            |(operator, key, values): &(String, String, Vec<String>)| holds(operator, key, values, &reading(false));
        if self.conditions.iter().all(strictly) {
            return Applies::Yes;
        }
        let either = |condition: &(String, String, Vec<String>)| {
            strictly(condition) || holds(&condition.0, &condition.1, &condition.2, &reading(true))
        };
        if self.conditions.iter().all(either) { Applies::PerhapsUnreadable } else { Applies::No }
    }

    /// `reference_policies_elements_resource` and `…_notresource`.
    fn covers(&self, context: &Context, resource: &str) -> bool {
        match &self.resources {
            None => true,
            Some((named, patterns)) => patterns.iter().any(|it| self.stands_for(it, context, resource)) == *named,
        }
    }

    fn stands_for(&self, pattern: &str, context: &Context, resource: &str) -> bool {
        if pattern == "*" {
            return true;
        }
        // design §8: what is asked of `*` is matched by a bare `*` alone.
        if resource == "*" {
            return false;
        }
        let value_of = |key: &str| context.variable(key);
        let value_of = self.variables.then_some(&value_of as &dyn Fn(&str) -> Option<String>);
        let Some(pattern) = pieces(pattern, value_of) else { return false };
        let mut parts = segments(&pattern);
        // A star that ends a part "can expand to match beyond the colon boundaries", or cannot, as another page has it:
        // believed where fewer requests are let through by it.
        let strict = self.deny == self.resources.as_ref().is_some_and(|(named, _)| *named);
        let whole: Vec<char> = resource.chars().collect();
        if strict && ends_in_a_star_too_early(&parts) && stands_for(&pattern, &whole) {
            return true;
        }
        // A short ARN is filled up in the policies of the principal's side.
        // Of RCPs and endpoint policies nobody says: as with the star.
        let fills = matches!(self.place.0, "identity" | "boundary" | "session" | "scp")
            || (strict && matches!(self.place.0, "rcp" | "endpoint"));
        while parts.len() < 6 && fills {
            parts.push(vec![Piece::Many]);
        }
        if !self.deny && cuts_iam_type(&parts) {
            return false;
        }
        arn_like(&parts, resource)
    }
}

/// An ARN pattern of IAM that ends its type word in a wildcard: IAM takes none there (design §8).
fn cuts_iam_type(parts: &[Vec<Piece>]) -> bool {
    let iam: Vec<Piece> = "iam".chars().map(Piece::Text).collect();
    let Some(resource) = parts.get(5).filter(|_| parts[2] == iam) else { return false };
    let word: Vec<&Piece> = resource.iter().take_while(|it| !matches!(it, Piece::Text('/' | ':'))).collect();
    word != [&Piece::Many] && word.iter().any(|it| matches!(it, Piece::Many | Piece::One))
}

/// An ARN pattern with a star before a colon and, for that, too few parts, or with a word where the account belongs.
fn ends_in_a_star_too_early(parts: &[Vec<Piece>]) -> bool {
    let Some((_, before)) = parts.split_last() else { return false };
    let in_account =
        |piece: &Piece| matches!(piece, Piece::Many | Piece::One | Piece::Text('0'..='9') | Piece::Value(_));
    let account = parts.get(4).filter(|_| parts.len() == 6);
    before.iter().any(|part| part.last() == Some(&Piece::Many))
        && !account.is_some_and(|own| own.iter().all(in_account) || *own == ['a', 'w', 's'].map(Piece::Text))
}

/// The action that a line asks for.
pub(crate) fn action(line: &Value) -> String {
    text(&line["request"]["action"])
}
