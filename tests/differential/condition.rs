//! The `Condition` element: operators, keys, values.

use crate::context::{Context, Held, texts};
use crate::pattern::{arn_like, pieces, segments, stands_for};
use crate::value::{moment, network, number};
use serde_json::Value;

/// A condition operator, taken apart (`reference_policies_elements_condition_operators`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operator {
    pub(crate) set: Option<Set>,
    pub(crate) if_exists: bool,
    pub(crate) negated: bool,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Set {
    All,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    TextWithoutCase,
    TextPattern,
    Number(Order),
    Date(Order),
    Truth,
    Bytes,
    Address,
    Arn,
    Null,
    /// No operator that the reference knows.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Order {
    Same,
    Less,
    LessOrSame,
    More,
    MoreOrSame,
}

pub(crate) fn operator(name: &str) -> Operator {
    let (set, rest) = match name.split_once(':') {
        Some(("ForAllValues", rest)) => (Some(Set::All), rest),
        Some(("ForAnyValue", rest)) => (Some(Set::Any), rest),
        _ => (None, name),
    };
    let (if_exists, base) = rest.strip_suffix("IfExists").map_or((false, rest), |base| (true, base));
    let (negated, kind) = match base {
        "StringEquals" => (false, Kind::Text),
        "StringNotEquals" => (true, Kind::Text),
        "StringEqualsIgnoreCase" => (false, Kind::TextWithoutCase),
        "StringNotEqualsIgnoreCase" => (true, Kind::TextWithoutCase),
        "StringLike" => (false, Kind::TextPattern),
        "StringNotLike" => (true, Kind::TextPattern),
        "Bool" => (false, Kind::Truth),
        "BinaryEquals" => (false, Kind::Bytes),
        "IpAddress" => (false, Kind::Address),
        "NotIpAddress" => (true, Kind::Address),
        "ArnEquals" | "ArnLike" => (false, Kind::Arn),
        "ArnNotEquals" | "ArnNotLike" => (true, Kind::Arn),
        "Null" => (false, Kind::Null),
        other => ordered(other),
    };
    Operator { set, if_exists, negated, kind }
}

fn ordered(base: &str) -> (bool, Kind) {
    let (family, order): (fn(Order) -> Kind, &str) = match (base.strip_prefix("Numeric"), base.strip_prefix("Date")) {
        (Some(order), _) => (Kind::Number, order),
        (_, Some(order)) => (Kind::Date, order),
        _ => return (false, Kind::Unknown),
    };
    match order {
        "Equals" => (false, family(Order::Same)),
        "NotEquals" => (true, family(Order::Same)),
        "LessThan" => (false, family(Order::Less)),
        "LessThanEquals" => (false, family(Order::LessOrSame)),
        "GreaterThan" => (false, family(Order::More)),
        "GreaterThanEquals" => (false, family(Order::MoreOrSame)),
        _ => (false, Kind::Unknown),
    }
}

/// How the values of one document are read.
pub(crate) struct Reading<'a> {
    pub(crate) context: &'a Context,
    /// Version 2012-10-17: variables are replaced.
    pub(crate) variables: bool,
    /// What the comparison with a policy value that cannot be read gives. AWS says: equals nothing.
    pub(crate) unreadable: bool,
    /// What the comparison with an ARN of too few parts gives. AWS says nothing.
    pub(crate) short: bool,
}

/// The name under which an operator that nobody knows is looked up in the context: it may hold or not.
pub(crate) fn unknown_operator(name: &str) -> String {
    format!("!{name}")
}

/// The name of the question what a condition's ARNs of too few parts match, if it has one: nothing or everything.
pub(crate) fn short_arn(name: &str, key: &str, wanted: &[String]) -> Option<String> {
    let operator = operator(name);
    let asks = operator.kind == Kind::Arn && wanted.iter().any(|wanted| is_short(wanted));
    asks.then(|| format!("!{operator:?} {} {wanted:?}", key.to_lowercase()))
}

/// What has no six parts is no ARN: nobody says what it equals.
fn is_short(wanted: &str) -> bool {
    wanted.matches(':').count() < 5 && !wanted.contains("${")
}

/// Every condition of a statement: all must hold (`reference_policies_condition-logic-multiple-context-keys-or-values`).
pub(crate) fn conditions(statement: &Value) -> Vec<(String, String, Vec<String>)> {
    let mut found = Vec::new();
    for (operator, keys) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            let values = texts(Some(values));
            // Of an empty list nobody says whether it holds; it is no operator that the reference knows.
            let parsed = self::operator(operator);
            let operator = if values.is_empty() && (parsed.kind != Kind::Null || parsed.set.is_none()) {
                format!("nothing under {parsed:?} of {key}")
            } else {
                operator.clone()
            };
            found.push((operator, key.clone(), values));
        }
    }
    found
}

/// Does one condition hold?
pub(crate) fn holds(name: &str, key: &str, wanted: &[String], reading: &Reading<'_>) -> bool {
    let operator = operator(name);
    let held = reading.context.held(key);
    if operator.kind == Kind::Unknown {
        return reading.context.held(&unknown_operator(name)).is_some();
    }
    // Null asks whether the key is there at all: "true" for no.
    if operator.kind == Kind::Null {
        // "Null with qualifier" (`access-analyzer-reference-policy-checks`): always true, or always false.
        if let Some(set) = operator.set {
            return set == Set::All;
        }
        return wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case("true") == held.is_none());
    }
    let Some(held) = held else { return without_value(&operator) };
    let short = short_arn(name, key, wanted).is_some_and(|question| reading.context.held(&question).is_some());
    let reading = &Reading { short, ..*reading };
    let meets = |got: &str| {
        let equal = wanted.iter().any(|wanted| equals(operator.kind, wanted, got, reading));
        equal != operator.negated
    };
    // ForAllValues also holds where the values resolve to nothing, "such as an empty string".
    let nothing = match held {
        Held::Single(got) => got.is_empty(),
        Held::Many(got) | Held::Either(got, _) => got.iter().all(String::is_empty),
    };
    match (operator.set, held) {
        (Some(Set::All), _) if nothing => true,
        (_, Held::Single(got)) | (None, Held::Either(_, got)) => meets(got),
        // design §8: operators without a set prefix do not match a multivalued key.
        (None, Held::Many(_)) => false,
        (Some(Set::All), Held::Many(got) | Held::Either(got, _)) => got.iter().all(|got| meets(got)),
        (Some(Set::Any), Held::Many(got) | Held::Either(got, _)) => got.iter().any(|got| meets(got)),
    }
}

/// A key that the request does not carry: …`IfExists` holds, `ForAllValues` holds, `ForAnyValue` does not, a positive
/// operator does not, a negated one does.
fn without_value(operator: &Operator) -> bool {
    match operator.set {
        _ if operator.if_exists => true,
        Some(Set::All) => true,
        Some(Set::Any) => false,
        None => operator.negated,
    }
}

/// Is the policy's value the request's? For the ordering operators: does the request's stand on the right side of it?
fn equals(kind: Kind, wanted: &str, got: &str, reading: &Reading<'_>) -> bool {
    match kind {
        Kind::Text | Kind::TextWithoutCase | Kind::TextPattern | Kind::Arn => text_equals(kind, wanted, got, reading),
        Kind::Number(order) => match (number(wanted), number(got)) {
            (None, _) => reading.unreadable,
            (_, None) => false,
            (Some(wanted), Some(got)) => in_order(order, got.partial_cmp(&wanted)),
        },
        Kind::Date(order) => match (moment(wanted), moment(got)) {
            (None, _) => reading.unreadable,
            (_, None) => false,
            (Some(wanted), Some(got)) => in_order(order, got.partial_cmp(&wanted)),
        },
        Kind::Address => match (network(wanted), got.parse()) {
            (None, _) => reading.unreadable,
            (_, Err(_)) => false,
            (Some(wanted), Ok(got)) => wanted.holds(got),
        },
        Kind::Truth => matches!(wanted.to_lowercase().as_str(), "true" | "false") && wanted.eq_ignore_ascii_case(got),
        Kind::Bytes => wanted == got,
        Kind::Null | Kind::Unknown => false,
    }
}

fn in_order(order: Order, found: Option<std::cmp::Ordering>) -> bool {
    found.is_some_and(|found| match order {
        Order::Same => found.is_eq(),
        Order::Less => found.is_lt(),
        Order::LessOrSame => found.is_le(),
        Order::More => found.is_gt(),
        Order::MoreOrSame => found.is_ge(),
    })
}

/// String and ARN operators alone replace variables (`reference_policies_variables`); a variable without a value
/// makes the value equal nothing.
fn text_equals(kind: Kind, wanted: &str, got: &str, reading: &Reading<'_>) -> bool {
    let value_of = |key: &str| reading.context.variable(key);
    let Some(pattern) = pieces(wanted, reading.variables.then_some(&value_of as &dyn Fn(&str) -> Option<String>))
    else {
        return false;
    };
    let got: Vec<char> = got.chars().collect();
    match kind {
        Kind::TextPattern => stands_for(&pattern, &got),
        Kind::Arn if is_short(wanted) => reading.short,
        Kind::Arn => arn_like(&segments(&pattern), &got.iter().collect::<String>()),
        // StringEquals takes `*` and `?` for themselves.
        _ => {
            let wanted: String = pattern.iter().map(as_written).collect();
            let got: String = got.iter().collect();
            if kind == Kind::TextWithoutCase { wanted.to_lowercase() == got.to_lowercase() } else { wanted == got }
        }
    }
}

fn as_written(piece: &crate::pattern::Piece) -> char {
    use crate::pattern::Piece;
    match piece {
        Piece::Text(it) | Piece::Value(it) => *it,
        Piece::One => '?',
        Piece::Many => '*',
    }
}
