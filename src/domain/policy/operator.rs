//! Condition operators: what they compare, and the words around them (`Not`, `IfExists`, `ForAnyValue:`).
//!
//! IAM User Guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys".

/// An operator, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// What it compares.
    pub test: Test,
    /// Whether it holds where the test does not: `StringNotEquals`. None of the values may then match.
    pub negated: bool,
    /// `…IfExists`: it holds where the key is missing.
    pub if_exists: bool,
    /// How it reads a key with several values.
    pub set: Option<SetPrefix>,
    /// As written.
    pub text: Box<str>,
}

/// What an operator compares. [`Test::Unknown`] is one that this program does not know: whether it holds is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Test {
    /// Text, exactly. `*` and `?` are plain characters.
    StringEquals,
    /// Text without case. `*` and `?` are plain characters.
    StringEqualsIgnoreCase,
    /// Text with wildcards.
    StringLike,
    /// Numbers, equal.
    NumericEquals,
    /// The request's number is less.
    NumericLessThan,
    /// The request's number is less or equal.
    NumericLessThanEquals,
    /// The request's number is greater.
    NumericGreaterThan,
    /// The request's number is greater or equal.
    NumericGreaterThanEquals,
    /// Moments, equal.
    DateEquals,
    /// The request's moment is earlier.
    DateLessThan,
    /// The request's moment is earlier or equal.
    DateLessThanEquals,
    /// The request's moment is later.
    DateGreaterThan,
    /// The request's moment is later or equal.
    DateGreaterThanEquals,
    /// `true` or `false`.
    Bool,
    /// Bytes in base64, exactly.
    BinaryEquals,
    /// An address within a range.
    IpAddress,
    /// ARNs, part by part, with wildcards. `ArnEquals` and `ArnLike` are the same.
    ArnLike,
    /// Whether the key is missing (`true`) or there (`false`).
    Null,
    /// None of the above.
    Unknown,
}

/// What stands before an operator for keys of several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetPrefix {
    /// `ForAllValues:` every value of the request matches one here; also where it has none.
    ForAllValues,
    /// `ForAnyValue:` one value of the request matches one here.
    ForAnyValue,
}

/// How an operator reads the values written in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// `*` and `?` match, variables stand for values.
    Wildcards,
    /// Variables stand for values; `*` and `?` are plain characters.
    Text,
    /// Neither: a number, a moment, an address, a truth value, bytes.
    Plain,
}

/// The operators by name: test and whether it is negated. `ArnEquals` is `ArnLike`.
const NAMES: [(&str, Test, bool); 27] = [
    ("StringEquals", Test::StringEquals, false),
    ("StringNotEquals", Test::StringEquals, true),
    ("StringEqualsIgnoreCase", Test::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::StringEqualsIgnoreCase, true),
    ("StringLike", Test::StringLike, false),
    ("StringNotLike", Test::StringLike, true),
    ("NumericEquals", Test::NumericEquals, false),
    ("NumericNotEquals", Test::NumericEquals, true),
    ("NumericLessThan", Test::NumericLessThan, false),
    ("NumericLessThanEquals", Test::NumericLessThanEquals, false),
    ("NumericGreaterThan", Test::NumericGreaterThan, false),
    ("NumericGreaterThanEquals", Test::NumericGreaterThanEquals, false),
    ("DateEquals", Test::DateEquals, false),
    ("DateNotEquals", Test::DateEquals, true),
    ("DateLessThan", Test::DateLessThan, false),
    ("DateLessThanEquals", Test::DateLessThanEquals, false),
    ("DateGreaterThan", Test::DateGreaterThan, false),
    ("DateGreaterThanEquals", Test::DateGreaterThanEquals, false),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::BinaryEquals, false),
    ("IpAddress", Test::IpAddress, false),
    ("NotIpAddress", Test::IpAddress, true),
    ("ArnEquals", Test::ArnLike, false),
    ("ArnNotEquals", Test::ArnLike, true),
    ("ArnLike", Test::ArnLike, false),
    ("ArnNotLike", Test::ArnLike, true),
    ("Null", Test::Null, false),
];

/// How AWS writes the suffix and the prefixes.
const IF_EXISTS: &str = "IfExists";
const SETS: [(&str, SetPrefix); 2] =
    [("ForAllValues:", SetPrefix::ForAllValues), ("ForAnyValue:", SetPrefix::ForAnyValue)];

impl Operator {
    /// Takes a name apart. Case is not looked at; [`Operator::spelling`] says how AWS writes it.
    ///
    /// ```
    /// use rolecall::domain::policy::{Operator, SetPrefix, Test};
    ///
    /// let operator = Operator::new("ForAnyValue:StringNotLikeIfExists");
    /// assert_eq!((operator.test, operator.negated, operator.if_exists), (Test::StringLike, true, true));
    /// assert_eq!(operator.set, Some(SetPrefix::ForAnyValue));
    /// assert_eq!(Operator::new("StringSounds").test, Test::Unknown);
    /// ```
    pub fn new(name: &str) -> Self {
        let (set, rest) = without_set(name);
        if let Some((test, negated)) = named(rest) {
            return Self { test, negated, if_exists: false, set, text: name.into() };
        }
        let (test, negated, if_exists) = match without_suffix(rest).and_then(named) {
            // "You can add IfExists to the end of any condition operator name except the Null condition."
            Some((Test::Null, _)) | None => (Test::Unknown, false, false),
            Some((test, negated)) => (test, negated, true),
        };
        Self { test, negated, if_exists, set, text: name.into() }
    }

    /// The name as AWS writes it; as written for an unknown one.
    pub fn spelling(&self) -> String {
        let rest = without_set(&self.text).1;
        let bare = if self.if_exists { without_suffix(rest).unwrap_or(rest) } else { rest };
        let Some((name, ..)) = NAMES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(bare)) else {
            return self.text.to_string();
        };
        let set = SETS.iter().find(|(_, set)| Some(*set) == self.set).map_or("", |(prefix, _)| prefix);
        format!("{set}{name}{}", if self.if_exists { IF_EXISTS } else { "" })
    }
}

impl Test {
    /// How values in the policy are read under it. Variables live "in the Resource element and in string comparisons
    /// in the Condition element" (IAM User Guide, "Where you can use policy variables"), ARN operators included.
    pub fn reading(self) -> Reading {
        match self {
            Self::StringLike | Self::ArnLike => Reading::Wildcards,
            Self::StringEquals | Self::StringEqualsIgnoreCase | Self::Unknown => Reading::Text,
            _ => Reading::Plain,
        }
    }
}

fn named(name: &str) -> Option<(Test, bool)> {
    let found = NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    found.map(|(_, test, negated)| (*test, *negated))
}

fn without_set(text: &str) -> (Option<SetPrefix>, &str) {
    for (prefix, set) in SETS {
        if let Some((head, rest)) = text.split_at_checked(prefix.len())
            && head.eq_ignore_ascii_case(prefix)
        {
            return (Some(set), rest);
        }
    }
    (None, text)
}

fn without_suffix(name: &str) -> Option<&str> {
    let (bare, suffix) = name.split_at_checked(name.len().checked_sub(IF_EXISTS.len())?)?;
    suffix.eq_ignore_ascii_case(IF_EXISTS).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IAM User Guide, "Condition operators": each name, alone and with everything that may stand around it.
    #[test]
    fn every_operator_is_read_with_its_prefix_and_suffix() {
        for (name, test, negated) in NAMES {
            for (prefix, set) in [("", None), ("ForAllValues:", Some(SETS[0].1)), ("ForAnyValue:", Some(SETS[1].1))] {
                let plain = Operator::new(&format!("{prefix}{name}"));
                assert_eq!((plain.test, plain.negated, plain.if_exists, plain.set), (test, negated, false, set));
                let text = format!("{prefix}{name}IfExists");
                let suffixed = Operator::new(&text);
                let expected = if test == Test::Null { Test::Unknown } else { test };
                assert_eq!((suffixed.test, suffixed.if_exists), (expected, test != Test::Null), "{text}");
                assert_eq!(suffixed.spelling(), text);
            }
        }
    }

    #[test]
    fn case_is_forgiven_and_the_right_spelling_is_known() {
        let operator = Operator::new("foranyvalue:stringlikeifexists");
        assert_eq!((operator.test, operator.if_exists), (Test::StringLike, true));
        assert_eq!(operator.spelling(), "ForAnyValue:StringLikeIfExists");
    }

    #[test]
    fn what_is_not_known_is_kept_by_name() {
        for text in
            ["", "IfExists", "ForAnyValue:", "StringMatches", "é", "StringEqualsIfExistsIfExists", "ForAll:Bool"]
        {
            let operator = Operator::new(text);
            assert_eq!((operator.test, &*operator.text, operator.spelling().as_str()), (Test::Unknown, text, text));
        }
    }
}
