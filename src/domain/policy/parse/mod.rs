//! From text to [`super::Document`].

mod document;

pub(super) use document::document;
