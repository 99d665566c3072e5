//! Small sets of policies and requests, made at random.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rolecall::domain::policy::{Document, Kind, Layers, Outcome, Pattern, Request, decide, outcome};
use std::fmt::Write as _;
use std::sync::Arc;

pub(crate) const ACTIONS: [&str; 3] = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"];
pub(crate) const ACTION_PATTERNS: [&str; 6] = ["s3:GetObject", "s3:Put*", "s3:*", "sqs:SendMessage", "*", "s3:Get"];
const RESOURCES: [&str; 4] = ["arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::b*", "*"];
const RESOURCE_PATTERNS: [&str; 6] =
    ["*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::b*", "arn:aws:s3:::*", "arn:aws:s3:::?"];
const OPERATORS: [&str; 12] = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringEqualsIfExists",
    "StringLikeIfExists",
    "Null",
    "ForAnyValue:StringLike",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotEquals",
    "ForAllValues:StringNotLike",
];
const VALUES: [&str; 6] = ["a", "b", "a*", "*b", "?", "true"];

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) allow: bool,
    pub(crate) not_action: bool,
    pub(crate) actions: Vec<&'static str>,
    pub(crate) not_resource: bool,
    pub(crate) resources: Vec<&'static str>,
    pub(crate) conditions: Vec<(&'static str, &'static str, Vec<&'static str>)>,
}

impl Statement {
    fn json(&self) -> String {
        let list = |values: &[&str]| {
            format!("[{}]", values.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(","))
        };
        let not = |not: bool| if not { "Not" } else { "" };
        let mut text = format!(
            r#"{{"Effect":"{}","{}Action":{},"{}Resource":{}"#,
            if self.allow { "Allow" } else { "Deny" },
            not(self.not_action),
            list(&self.actions),
            not(self.not_resource),
            list(&self.resources)
        );
        let conditions: Vec<String> = self
            .conditions
            .iter()
            .map(|(operator, key, values)| format!(r#""{operator}":{{"{key}":{}}}"#, list(values)))
            .collect();
        write!(text, r#","Condition":{{{}}}}}"#, conditions.join(",")).unwrap();
        text
    }

    /// The same with what is asked of one value alone asked of another key.
    pub(crate) fn split(mut self) -> Self {
        for (operator, key, _) in &mut self.conditions {
            if *key == "k" && !operator.contains(':') {
                *key = "one";
            }
        }
        self
    }
}

/// Layers as statements: identity policies, a boundary, an SCP; the latter two may be missing.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) identity: Vec<Statement>,
    pub(crate) boundary: Vec<Statement>,
    pub(crate) scp: Vec<Statement>,
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
}

impl World {
    pub(crate) fn layers(&self) -> Layers {
        let documents = |statements: &[Statement], kind| {
            if statements.is_empty() { Vec::new() } else { vec![document(statements, kind)] }
        };
        let scp = documents(&self.scp, Kind::Scp);
        Layers {
            identity: documents(&self.identity, Kind::Identity),
            boundary: documents(&self.boundary, Kind::Boundary),
            scp: if scp.is_empty() { Vec::new() } else { vec![scp] },
            ..Layers::default()
        }
    }

    /// The same, where an unknown `k` is asked: what is asked of one value alone is asked of the key `one`.
    pub(crate) fn split(self) -> Self {
        let split = |all: Vec<Statement>| all.into_iter().map(Statement::split).collect();
        Self { identity: split(self.identity), boundary: split(self.boundary), scp: split(self.scp), ..self }
    }

    /// The key `k` is not known, or is this; `l` is `a`.
    pub(crate) fn outcome(&self, key: &Key) -> Outcome {
        self.outcome_under(&self.layers(), key)
    }

    pub(crate) fn outcome_under(&self, layers: &Layers, key: &Key) -> Outcome {
        let mut request = Request::new("arn:aws:iam::111122223333:role/api", self.action, self.resource);
        request.context.set("l", "a");
        match key {
            Key::Unknown => request.context.set_unknown("k"),
            Key::Shaped(shape) => request.context.set_shaped("k", Pattern::new(shape)),
            Key::Absent => {}
            Key::One(value) => {
                request.context.set("k", *value);
                request.context.set("one", *value);
            }
            Key::Many(values) => request.context.set_many("k", values.iter().copied()),
            Key::Either(values, one) => {
                request.context.set_many("k", values.iter().copied());
                request.context.set("one", *one);
            }
        }
        let plain = outcome(&request, layers);
        assert_eq!(plain, decide(&request, layers).outcome);
        plain
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Key {
    Unknown,
    Shaped(&'static str),
    Absent,
    One(&'static str),
    Many(Vec<&'static str>),
    /// Several values, and the one of them that conditions without a set prefix are asked of.
    Either(Vec<&'static str>, &'static str),
}

impl Key {
    /// Each way in which it can be what an unknown key may be.
    pub(crate) fn in_worlds(&self) -> Vec<Self> {
        match self {
            Self::Many(values) => values.iter().map(|one| Self::Either(values.clone(), one)).collect(),
            other => vec![other.clone()],
        }
    }
}

fn document(statements: &[Statement], kind: Kind) -> Arc<Document> {
    let statements: Vec<String> = statements.iter().map(Statement::json).collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    Arc::new(Document::parse(&text, kind).unwrap())
}

pub(crate) fn statements(max: usize) -> impl Strategy<Value = Vec<Statement>> {
    let values = subsequence(VALUES.to_vec(), 1..=2);
    let condition = (select(OPERATORS.to_vec()), select(vec!["k", "k", "l"]), values);
    let conditions = prop::collection::vec(condition, 0..=2).prop_map(|mut all| {
        all.sort_by_key(|(operator, ..)| *operator);
        all.dedup_by_key(|(operator, ..)| *operator);
        all
    });
    let lists = (subsequence(ACTION_PATTERNS.to_vec(), 1..=2), subsequence(RESOURCE_PATTERNS.to_vec(), 1..=2));
    let statement = (any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.2), lists, conditions).prop_map(
        |(allow, not_action, not_resource, (actions, resources), conditions)| Statement {
            allow,
            not_action,
            actions,
            not_resource,
            resources,
            conditions,
        },
    );
    prop::collection::vec(statement, 0..=max)
}

prop_compose! {
    pub(crate) fn worlds()(
        identity in statements(4),
        boundary in statements(2),
        scp in statements(2),
        action in select(ACTIONS.to_vec()),
        resource in select(RESOURCES.to_vec()),
    ) -> World {
        World { identity, boundary, scp, action, resource }
    }
}

pub(crate) fn keys() -> impl Strategy<Value = Key> {
    prop_oneof![
        3 => Just(Key::Unknown),
        1 => select(SHAPES.to_vec()).prop_map(Key::Shaped),
        1 => Just(Key::Absent),
        2 => select(SINGLES.to_vec()).prop_map(Key::One),
        1 => subsequence(SINGLES.to_vec(), 1..=3).prop_map(Key::Many),
    ]
}

/// Values that meet every combination of the patterns that some text meets.
pub(crate) const SINGLES: [&str; 17] =
    ["", "a", "b", "A", "B", "ab", "ac", "cb", "c", "cc", "true", "TRUE", "a*", "A*", "*b", "*B", "?"];

/// What may be known of a value.
pub(crate) const SHAPES: [&str; 4] = ["a*", "*b", "?", "*"];

/// The values that have this shape.
pub(crate) fn values_of(shape: &str) -> impl Iterator<Item = Key> {
    let pattern = Pattern::new(shape);
    SINGLES.into_iter().filter(move |value| pattern.matches(value)).map(Key::One)
}

/// A statement as many, each with one action and one resource; what is named by exclusion stays whole.
pub(crate) fn parts(statement: &Statement) -> Vec<Statement> {
    let actions: Vec<Vec<&str>> = if statement.not_action {
        vec![statement.actions.clone()]
    } else {
        statement.actions.iter().map(|one| vec![*one]).collect()
    };
    let resources: Vec<Vec<&str>> = if statement.not_resource {
        vec![statement.resources.clone()]
    } else {
        statement.resources.iter().map(|one| vec![*one]).collect()
    };
    let part = |(actions, resources): (&Vec<&'static str>, &Vec<&'static str>)| Statement {
        actions: actions.clone(),
        resources: resources.clone(),
        ..statement.clone()
    };
    actions.iter().flat_map(|own| resources.iter().map(move |other| (own, other))).map(part).collect()
}
