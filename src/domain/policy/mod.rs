//! The IAM policy language: what a document says, and what it matches.
//!
//! A document is read once, into [`Document`], and evaluated many times. Whatever of it could not be understood is
//! named by a [`Remark`] and by [`Statement::unread`], never silently left out.

mod action;
mod document;
mod operator;
mod parse;
mod pattern;
mod principal;
mod relation;
mod remark;
mod resource;
mod span;
mod truth;
mod variable;

pub use action::{Action, ActionPattern};
pub use document::{Condition, Document, Effect, Element, Kind, Selection, Statement, Version};
pub use operator::{Operator, Reading, SetPrefix, Test};
pub use pattern::Pattern;
pub use principal::{Principal, PrincipalKind};
pub use remark::{Place, Remark, Rule, Unreadable};
pub use resource::{Resource, ResourcePattern};
pub use span::{Lines, Position, Span};
pub use truth::Truth;
pub use variable::{KeyName, Resolved, Template, Value, Values};
