//! The IAM policy language: what a document says, what it matches, and what AWS would decide by it.
//!
//! A document is read once, into [`Document`], and evaluated many times. Whatever of it could not be understood is
//! named by a [`Remark`] and by [`Statement::unread`], never silently left out. [`decide`] holds a [`Request`] against
//! all [`Layers`] and says what AWS would do, by which statements, and on which unknown keys it hangs.

mod action;
pub mod catalogue;
mod condition;
mod context;
mod decide;
mod decision;
mod document;
mod edit;
mod json;
mod layers;
mod layout;
mod operator;
mod parse;
mod pattern;
mod principal;
mod relation;
mod remark;
mod request;
mod requester;
mod resource;
mod role_session;
mod shape;
mod span;
mod trust;
mod truth;
mod variable;

pub use action::{Action, ActionPattern};
pub use condition::condition_holds;
pub use context::{Context, Others};
pub use decide::{decide, outcome};
pub use decision::{Answer, Decision, LayerAnswer, Note, Outcome, Reason, StatementRef};
pub use document::{Condition, Document, Effect, Element, Kind, Selection, ShortArns, Statement, Version};
pub use edit::{
    Spot, statement_texts, with_statement, with_statement_as, with_text, with_text_added, without_statement,
};
pub use layers::{Documents, Layer, LayerSet, Layers};
pub use layout::{compact, indented, json_text, same_document};
pub use operator::{Operator, Reading, SetPrefix, Test};
pub use pattern::Pattern;
pub use principal::{Principal, PrincipalKind, is_account};
pub use remark::{Place, Remark, Rule, Unreadable};
pub use request::{Closed, Request};
pub use requester::{Requester, RequesterKind, SERVICE_LINKED};
pub use resource::{Resource, ResourcePattern};
pub use role_session::{RoleSession, SessionOf};
pub use shape::Shape;
pub use span::{Lines, Position, Span};
pub use trust::{
    ASSUME_ROLE, ASSUME_WITH_WEB_IDENTITY, Actual, ConditionLine, Mistake, MistakeKind, POD_IDENTITY_SERVICE, POD_TAGS,
    PodIdentity, Subject, TAG_SESSION, TargetRole, TokenRequests, TooWide, TrustReview, WebIdentity, could_assume,
    is_all, is_of_eks, is_wild, other_clusters, subject, too_wide,
};
pub use truth::Truth;
pub use variable::{KeyName, Resolved, Template, Value, Values};
