//! Documents, read once however many lines carry them: a run mostly repeats a few policies. What is kept is bounded, so
//! that memory does not grow with the input.

use crate::domain::policy::{Document, Kind};
use foldhash::fast::RandomState;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// So many bytes of policy text are kept at most.
const KEPT: usize = 8 * 1024 * 1024;

/// By text: the document, or why nothing of it can be read.
type OfKind = HashMap<Box<str>, Result<Arc<Document>, Box<str>>, RandomState>;

/// Documents by kind and text.
#[derive(Default)]
pub(super) struct Documents {
    read: HashMap<Kind, OfKind>,
    bytes: usize,
}

impl Documents {
    /// The document: the object itself, or the same as a JSON string, as AWS's own answers carry it.
    pub(super) fn read(&mut self, raw: &RawValue, kind: Kind) -> Result<Arc<Document>, String> {
        let known = self.read.get(&kind).and_then(|read| read.get(raw.get()));
        if let Some(known) = known {
            return known.clone().map_err(String::from);
        }
        let text = if raw.get().starts_with('"') {
            serde_json::from_str::<String>(raw.get()).map_or(Cow::Borrowed(raw.get()), Cow::Owned)
        } else {
            Cow::Borrowed(raw.get())
        };
        let document = Document::parse(&text, kind).map(Arc::new).map_err(|unreadable| unreadable.to_string());
        if self.bytes + raw.get().len() > KEPT {
            self.read.clear();
            self.bytes = 0;
        }
        self.bytes += raw.get().len();
        let kept = document.clone().map_err(String::into_boxed_str);
        self.read.entry(kind).or_default().insert(raw.get().into(), kept);
        document
    }
}
