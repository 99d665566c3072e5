//! What a policy document says, compiled once: the form that is evaluated, with spans back into its text.
//!
//! Element names, shapes and rules: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON
//! policy language". A document is never thrown away for one bad statement: what was understood is here, what was not
//! is named in [`Statement::unread`] and told by a [`Remark`].

use super::action::ActionPattern;
use super::operator::Operator;
use super::principal::Principal;
use super::remark::{Remark, Unreadable};
use super::resource::ResourcePattern;
use super::span::Span;
use super::variable::{KeyName, Template};

/// A policy, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The version of the language it is written in.
    pub version: Version,
    /// Its `Id`; only resource policies use one.
    pub id: Option<Box<str>>,
    /// Its statements, in the order written. One that could not be read at all stands here too, so that indices are
    /// those of the text.
    pub statements: Vec<Statement>,
    /// What is odd, refused by AWS or not understood, in the order of the text.
    pub remarks: Vec<Remark>,
}

/// The version of the policy language. Variables live under the newer one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, also where the element is missing.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// What a document is used as: it decides which elements may stand in it and how short ARNs are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Attached to a user, group or role, managed or inline.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// Passed when a session begins; also the `policy` of a Pod Identity association.
    Session,
    /// Attached to a resource: a bucket, queue, key, …
    Resource,
    /// A role's trust policy.
    Trust,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A VPC endpoint's policy.
    Endpoint,
}

/// How a resource ARN of fewer than six parts is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShortArns {
    /// As if the missing parts were `*`.
    FilledUp,
    /// It matches nothing.
    Nothing,
    /// Either way: filled up where that denies, nothing where it allows.
    InDoubt,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its `Sid`, as written.
    pub sid: Option<Box<str>>,
    /// Allow or Deny. One whose effect could not be read stands as a Deny that may apply ([`Statement::unread`]).
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`, where one is written.
    pub principals: Option<Selection<Principal>>,
    /// `Action` or `NotAction`.
    pub actions: Selection<ActionPattern>,
    /// `Resource` or `NotResource`, where one is written. Trust policies have none.
    pub resources: Option<Selection<ResourcePattern>>,
    /// Its conditions, all of which must hold: one for each pair of operator and key.
    pub conditions: Vec<Condition>,
    /// Where it stands in the text, braces included.
    pub span: Span,
    /// The elements of it that were not, or not wholly, understood; what was understood of them is kept. Such a
    /// statement may apply more or less widely than it reads: a Deny must be taken as one that may apply to anything
    /// those elements could have said, an Allow as one that may not.
    pub unread: Vec<Element>,
}

/// What a statement does to the requests it applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It allows them.
    Allow,
    /// It denies them, whatever else allows.
    Deny,
}

/// What an element selects: those that it names (`Action`), or all others (`NotAction`). One idea for actions,
/// resources and principals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection<T> {
    /// Only what one of these names.
    Only(Vec<T>),
    /// Everything that none of these names.
    AllBut(Vec<T>),
}

/// One operator applied to one key: the request's value against those written here.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// How they are compared.
    pub operator: Operator,
    /// The key of the request's context.
    pub key: KeyName,
    /// The values, in the order written, compiled as the operator reads them: with wildcards, with variables, or as
    /// plain text.
    pub values: Vec<Template>,
    /// From the key to the end of its values.
    pub span: Span,
}

/// An element of a document or statement, by the name AWS documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// `Version`
    Version,
    /// `Id`
    Id,
    /// `Statement`; in [`Statement::unread`]: nothing of it was understood.
    Statement,
    /// `Sid`
    Sid,
    /// `Effect`
    Effect,
    /// `Principal`
    Principal,
    /// `NotPrincipal`
    NotPrincipal,
    /// `Action`
    Action,
    /// `NotAction`
    NotAction,
    /// `Resource`
    Resource,
    /// `NotResource`
    NotResource,
    /// `Condition`
    Condition,
}

impl Document {
    /// Reads a document as one of this kind.
    ///
    /// # Errors
    /// If nothing of it can be read: no JSON, no object, or no list of statements. Everything less is a [`Remark`].
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Unreadable> {
        super::parse::document(text, kind)
    }

    /// The first remark that says why AWS would refuse the document, if it would.
    pub fn refused(&self) -> Option<&Remark> {
        self.remarks.iter().find(|remark| remark.rule.is_refused())
    }

    /// Whether every statement was wholly understood.
    pub fn is_understood(&self) -> bool {
        self.statements.iter().all(Statement::is_understood)
    }
}

impl Statement {
    /// Whether all of it was understood.
    pub fn is_understood(&self) -> bool {
        self.unread.is_empty()
    }

    /// The keys that it hangs on: those of its conditions, and those that its variables stand for.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        let resources = self.resources.iter().flat_map(Selection::items).flat_map(ResourcePattern::keys);
        let conditions = self.conditions.iter();
        let conditions = conditions.flat_map(|own| own.values.iter().flat_map(Template::keys).chain([&own.key]));
        resources.chain(conditions)
    }

    /// Whether the other says the same, whatever it is called and wherever it stands.
    pub fn says_as(&self, other: &Self) -> bool {
        let conditions = |own: &Self| -> Vec<Condition> {
            own.conditions.iter().map(|it| Condition { span: Span::default(), ..it.clone() }).collect()
        };
        let plain = |own: &Self| Self { sid: None, span: Span::default(), conditions: conditions(own), ..own.clone() };
        plain(self) == plain(other)
    }
}

impl Kind {
    /// Whether a statement names whom it is for. Where it does not, a `Principal` is ignored.
    pub fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::Rcp | Self::Endpoint)
    }

    /// How a resource ARN of fewer than six parts is read. SCPs stand with the policies they limit; of RCPs and endpoint
    /// policies AWS does not say, and a Deny there must not be overlooked.
    pub fn short_arns(self) -> ShortArns {
        match self {
            Self::Identity | Self::Boundary | Self::Session | Self::Scp => ShortArns::FilledUp,
            Self::Rcp | Self::Endpoint => ShortArns::InDoubt,
            Self::Resource | Self::Trust => ShortArns::Nothing,
        }
    }

    /// What it is called in sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Identity => "identity policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Resource => "resource policy",
            Self::Trust => "trust policy",
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
        }
    }
}

impl<T> Selection<T> {
    /// What is written, whichever way it selects.
    pub fn items(&self) -> &[T] {
        match self {
            Self::Only(items) | Self::AllBut(items) => items,
        }
    }

    /// Whether it selects all but what is written.
    pub fn is_all_but(&self) -> bool {
        matches!(self, Self::AllBut(_))
    }
}

impl Element {
    /// Every element, in the order of the reference.
    pub const ALL: [Self; 12] = [
        Self::Version,
        Self::Id,
        Self::Statement,
        Self::Sid,
        Self::Effect,
        Self::Principal,
        Self::NotPrincipal,
        Self::Action,
        Self::NotAction,
        Self::Resource,
        Self::NotResource,
        Self::Condition,
    ];

    /// Its name as AWS writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "Version",
            Self::Id => "Id",
            Self::Statement => "Statement",
            Self::Sid => "Sid",
            Self::Effect => "Effect",
            Self::Principal => "Principal",
            Self::NotPrincipal => "NotPrincipal",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition => "Condition",
        }
    }
}

impl Effect {
    /// The word AWS writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}
