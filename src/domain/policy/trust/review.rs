//! What a trust policy says to who wants the role: the answer, the statement it comes from or came nearest to, and of
//! that every condition with what it expects and what is sent.

use super::mistake::Mistake;
use crate::domain::model::Name;
use crate::domain::policy::condition::{self, Operands};
use crate::domain::policy::decide::{names, selects};
use crate::domain::policy::decision::{Decision, Outcome, Reason};
use crate::domain::policy::document::{Condition, Document, Effect, Statement};
use crate::domain::policy::layers::Layer;
use crate::domain::policy::request::Request;
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::{Value, Values};
use std::cmp::Reverse;

/// What a trust policy says.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustReview {
    /// Whether the role can be assumed: every action that it takes is allowed.
    pub answer: Truth,
    /// Each action that it takes, and what is decided of it.
    pub decisions: Vec<(Name, Decision)>,
    /// Whether some Allow names who asks.
    pub principal: Truth,
    /// Whether Allows that name who asks name the actions, all of them.
    pub action: Truth,
    /// The actions that no Allow for who asks names.
    pub lacking: Vec<Name>,
    /// Whether its Allow statements would let it in, whatever a Deny says.
    pub but_for_denies: Truth,
    /// The statement the answer comes from, or, where none applies, the one that came nearest; counted from 0.
    pub statement: Option<usize>,
    /// The conditions of that statement, in the order written.
    pub conditions: Vec<ConditionLine>,
    /// What is known to go wrong in trust policies, and does in this one.
    pub mistakes: Vec<Mistake>,
}

/// One condition against what is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionLine {
    /// The key, as written.
    pub key: Name,
    /// The operator, as written.
    pub operator: Name,
    /// The values, as written.
    pub expected: Vec<Name>,
    /// What the request says of the key.
    pub actual: Actual,
    /// Whether it holds.
    pub holds: Truth,
}

/// What a request says of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actual {
    /// It does not carry it.
    Absent,
    /// It is not known.
    Unknown,
    /// It has these values.
    Values(Vec<Name>),
}

/// The review of a trust policy under the requests that assuming the role takes, and what was decided of them.
pub(super) fn review(trust: &Document, decided: &[(&Request, Decision)]) -> TrustReview {
    let answer = Truth::all(decided.iter().map(|(_, decision)| Truth::from(decision.outcome)));
    // what went wrong first is what is shown
    let shown = decided.iter().find(|(_, decision)| decision.outcome != Outcome::Allowed).or(decided.first());
    let statement = shown.and_then(|(request, decision)| nearest(trust, request, decision));
    let found = statement.and_then(|at| trust.statements.get(at));
    let some = |holds: fn(&Statement, &Request) -> Truth, request: &Request| {
        Truth::any(allows(trust).map(|(_, own)| holds(own, request)))
    };
    let of_each = |holds| Truth::all(decided.iter().map(|(request, _)| some(holds, request)));
    let lacking = decided.iter().filter(|(request, _)| some(names_action, request).is_no());
    TrustReview {
        answer,
        decisions: decided.iter().map(|(request, own)| (Name::from(request.action.as_str()), own.clone())).collect(),
        principal: of_each(names),
        action: of_each(names_action),
        lacking: lacking.map(|(request, _)| Name::from(request.action.as_str())).collect(),
        but_for_denies: of_each(applies),
        statement,
        conditions: shown.zip(found).map_or_else(Vec::new, |((request, _), found)| lines(found, request)),
        mistakes: Vec::new(),
    }
}

fn names_action(statement: &Statement, request: &Request) -> Truth {
    names(statement, request).and(selects(statement, request))
}

fn applies(statement: &Statement, request: &Request) -> Truth {
    let conditions = lines(statement, request).into_iter().map(|line| line.holds);
    names_action(statement, request).and(Truth::all(conditions))
}

/// The Allow statements and where they stand.
pub(super) fn allows(trust: &Document) -> impl DoubleEndedIterator<Item = (usize, &Statement)> {
    trust.statements.iter().enumerate().filter(|(_, statement)| statement.effect == Effect::Allow)
}

/// The statement that decided, or the Allow that came nearest: one for who asks before one for the action, and of
/// those the one with the fewest conditions that fail.
fn nearest(trust: &Document, request: &Request, decision: &Decision) -> Option<usize> {
    let of_trust = |reason: &&Reason| reason.layer == Layer::Resource;
    if let Some(decided) = decision.by.iter().filter(of_trust).find_map(|reason| reason.statement.as_ref()) {
        return Some(decided.statement);
    }
    let nearness = |statement: &Statement| {
        let failing = lines(statement, request).iter().filter(|line| line.holds.is_no()).count();
        (names(statement, request), selects(statement, request), Reverse(failing))
    };
    allows(trust).rev().max_by_key(|(_, statement)| nearness(statement)).map(|(at, _)| at)
}

fn lines(statement: &Statement, request: &Request) -> Vec<ConditionLine> {
    let line = |own: &Condition| ConditionLine {
        key: own.key.as_str().into(),
        operator: (*own.operator.text).into(),
        expected: own.values.iter().map(|value| value.as_str().into()).collect(),
        actual: actual(request.context.value(&own.key)),
        holds: condition::truth(own, &request.context, Operands::AsWritten),
    };
    statement.conditions.iter().map(line).collect()
}

fn actual(value: Value<'_>) -> Actual {
    match value {
        Value::Absent => Actual::Absent,
        Value::Unknown | Value::Shaped(_) => Actual::Unknown,
        Value::One(value) => Actual::Values(vec![value.into()]),
        Value::Many(values) => Actual::Values(values.iter().map(|value| (**value).into()).collect()),
    }
}
