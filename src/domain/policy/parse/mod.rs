//! From text to [`super::Document`]: what was understood is kept, all else becomes a remark.
//!
//! IAM User Guide, "Grammar of the IAM JSON policy language"; what it leaves open is read leniently, and said.

mod condition;
mod document;
mod element;
mod notes;
mod principal;
mod statement;

pub(super) use document::document;

#[cfg(test)]
mod tests;
