//! What there is to say about a document: refused by AWS, accepted but without effect, or not understood here. Each
//! remark names its place and its rule.

use super::document::Element;
use super::span::{Position, Span};
use std::fmt;

/// Something odd about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where it stands.
    pub place: Place,
    /// The rule it goes against.
    pub rule: Rule,
    /// What is so and what follows, for people: lower case, no full stop.
    pub sentence: Box<str>,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bytes.
    pub span: Span,
    /// Line and column of the first byte.
    pub position: Position,
    /// The statement, counted from 0 as in the text.
    pub statement: Option<usize>,
    /// The element of the document or statement.
    pub element: Option<Element>,
}

/// The rules that a document can go against. [`Rule::is_refused`]: AWS would not have stored it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A key stands twice in one object; the last one counts.
    DuplicateKey,
    /// Two keys of a condition that are the same but for case.
    Twins,
    /// A name is not written as AWS documents it.
    Spelling,
    /// No element of the policy language.
    UnknownElement,
    /// An element that must be there is not.
    MissingElement,
    /// Two elements of which only one may be there (`Action` and `NotAction`).
    Contradiction,
    /// A value is of another type than its element takes.
    WrongType,
    /// A list without anything in it.
    EmptyList,
    /// A condition that compares a key with nothing: whether it holds is not known.
    NoValues,
    /// Neither `2012-10-17` nor `2008-10-17`.
    Version,
    /// Neither `Allow` nor `Deny`.
    Effect,
    /// A `Sid` with a character that may not be in it.
    SidCharacters,
    /// A `Sid` that an earlier statement has.
    SidTwice,
    /// No action is named so: it matches nothing.
    Action,
    /// A resource that is neither an ARN nor `*`.
    Resource,
    /// A resource that is no ARN, where a service may take others.
    NoArn,
    /// A resource ARN of fewer than six parts, where that is not filled up.
    ShortArn,
    /// A wildcard within the word that says what kind of IAM resource it is (`u*` for `user/…`).
    TypeWord,
    /// A `*` before a colon of a resource ARN, of which AWS says both that it reaches beyond the colon and that it does not.
    StarBeforeColon,
    /// A `Principal` where none may be; it is ignored.
    PrincipalIgnored,
    /// No `Principal` where there must be one: the statement matches nobody.
    PrincipalMissing,
    /// `NotPrincipal` in an Allow or in a trust policy.
    NotPrincipal,
    /// A principal of a kind or shape that is not known.
    Principal,
    /// A `Resource` in a trust policy.
    ResourceIgnored,
    /// An operator that is not known: whether it holds is not known either.
    Operator,
    /// `Null` behind a set prefix: it holds always, or never.
    NullOfSet,
    /// A condition without key, or with one that no key is named like.
    ConditionKey,
    /// A variable that cannot be read; it stands as text.
    Variable,
    /// Variables in a document of a version that has none: they are plain text.
    VariableUnderOldVersion,
    /// A number, date, address or ARN that cannot be read: it equals nothing.
    Operand,
    /// A text with wildcards or variables of a length that no document has.
    TooLong,
    /// There is more to say of the document than is said.
    TooMany,
}

/// Why nothing of a document could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Line and column.
    pub position: Position,
    /// The byte.
    pub byte: u32,
    /// What is wrong, for people: lower case, no full stop.
    pub sentence: Box<str>,
}

impl Rule {
    /// Whether AWS would refuse to store a document that goes against it. Those it stores do what the remark says.
    pub fn is_refused(self) -> bool {
        match self {
            Self::UnknownElement
            | Self::MissingElement
            | Self::Contradiction
            | Self::WrongType
            | Self::Twins
            | Self::EmptyList
            | Self::Version
            | Self::Effect
            | Self::SidCharacters
            | Self::SidTwice
            | Self::Resource
            | Self::PrincipalIgnored
            | Self::PrincipalMissing
            | Self::Principal
            | Self::ResourceIgnored
            | Self::Operator
            | Self::ConditionKey
            | Self::Variable
            | Self::TooLong => true,
            Self::DuplicateKey
            | Self::Spelling
            | Self::Action
            | Self::NoArn
            | Self::ShortArn
            | Self::TypeWord
            | Self::StarBeforeColon
            | Self::NotPrincipal
            | Self::NullOfSet
            | Self::NoValues
            | Self::VariableUnderOldVersion
            | Self::Operand
            | Self::TooMany => false,
        }
    }
}

impl fmt::Display for Place {
    /// `line 3, column 5, statement 1, Action`: counted from 1, as for people everywhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.position.line, self.position.column)?;
        if let Some(statement) = self.statement {
            write!(f, ", statement {}", statement + 1)?;
        }
        self.element.map_or(Ok(()), |element| write!(f, ", {}", element.name()))
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.sentence)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.position.line, self.position.column, self.sentence)
    }
}

impl std::error::Error for Unreadable {}
