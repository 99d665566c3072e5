//! Documents that lines carry. A run mostly repeats a few policies: what comes a second time is kept, and read no more.
//! What comes once is given back at once, for keeping it costs more than reading it. All of it is bounded, so that memory
//! does not grow with the input.

use crate::domain::policy::{Document, Kind, Statement};
use foldhash::fast::RandomState;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Documents are kept that take so many bytes at most, as far as that can be told.
const KEPT: usize = 64 * 1024 * 1024;
/// What an action, a resource, a value or a condition takes at most beside its text, which is held twice.
const ITEM: usize = 256;
/// Of so many texts it is remembered that they came.
const REMEMBERED: usize = 16 * 1024;

/// By text: the document, or why nothing of it can be read.
type OfKind = HashMap<Box<str>, Result<Arc<Document>, Box<str>>, RandomState>;

/// Documents by kind and text.
pub(super) struct Documents {
    read: HashMap<Kind, OfKind>,
    bytes: usize,
    came: Came,
}

/// Which texts came before, by their hashes; a later one takes an earlier one's place. Two texts of one hash cost a
/// document kept too early, and nothing else.
struct Came {
    hasher: RandomState,
    hashes: Box<[u64]>,
}

impl Default for Documents {
    fn default() -> Self {
        let came = Came { hasher: RandomState::default(), hashes: vec![0; REMEMBERED].into() };
        Self { read: HashMap::new(), bytes: 0, came }
    }
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
        if self.came.again(kind, raw.get()) {
            self.keep(raw.get(), kind, document.clone().map_err(String::into_boxed_str));
        }
        document
    }

    fn keep(&mut self, text: &str, kind: Kind, document: Result<Arc<Document>, Box<str>>) {
        let size = size(text, &document);
        if self.bytes + size > KEPT {
            self.read.clear();
            self.bytes = 0;
        }
        self.bytes += size;
        self.read.entry(kind).or_default().insert(text.into(), document);
    }
}

/// How many bytes a document takes, compiled and with its text: many times the text where its items are short.
fn size(text: &str, document: &Result<Arc<Document>, Box<str>>) -> usize {
    let of_statement = |statement: &Statement| {
        let principals = statement.principals.as_ref().map_or(0, |own| own.items().len());
        let resources = statement.resources.as_ref().map_or(0, |own| own.items().len());
        let values: usize = statement.conditions.iter().map(|own| 1 + own.values.len()).sum();
        1 + principals + statement.actions.items().len() + resources + values
    };
    let items = document
        .as_ref()
        .map_or(0, |own| 1 + own.remarks.len() + own.statements.iter().map(of_statement).sum::<usize>());
    3 * text.len() + ITEM * items
}

impl Came {
    /// Whether the text came before, as far as is remembered; it did from now on.
    fn again(&mut self, kind: Kind, text: &str) -> bool {
        let hash = self.hasher.hash_one((kind, text));
        let place = self.hashes.get_mut(hash as usize % REMEMBERED);
        place.is_some_and(|place| std::mem::replace(place, hash) == hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    /// The second reading is kept, whatever else came in between; one kind is not taken for another.
    #[test]
    fn what_comes_again_is_read_twice_and_no_more() {
        let mut documents = Documents::default();
        let text = raw(r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#);
        let other = raw(r#"{"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#);
        let mut read = |text: &RawValue, kind| documents.read(text, kind).unwrap();
        let [first, second] = [(); 2].map(|()| {
            let document = read(&text, Kind::Identity);
            read(&other, Kind::Boundary);
            document
        });
        let third = read(&text, Kind::Identity);
        assert!(!Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&second, &third));
        assert!(!Arc::ptr_eq(&third, &read(&text, Kind::Scp)));
        let unreadable = raw("[]");
        let said = [(); 3].map(|()| documents.read(&unreadable, Kind::Identity).unwrap_err());
        assert!(said.iter().all(|own| *own == said[0]), "{said:?}");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut documents = Documents::default();
        let mut most = 0;
        for number in 0..200 {
            let resources = vec![r#""a""#; 2_000].join(",");
            let text = raw(&format!(
                r#"{{"Id":"{number}","Statement":[{{"Effect":"Allow","Action":"*","Resource":[{resources}]}}]}}"#
            ));
            for _ in 0..2 {
                documents.read(&text, Kind::Identity).unwrap();
            }
            let kept = documents.read.values().map(HashMap::len).sum::<usize>();
            assert!(documents.bytes <= KEPT && kept * 2_000 * ITEM <= KEPT, "{kept}");
            most = most.max(documents.bytes);
        }
        assert!(most > KEPT / 4 * 3, "{most}");
    }
}
