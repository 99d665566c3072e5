//! Lists whose broken items cost themselves alone.

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;

/// A list in the file: the items that could be read, and what was wrong with the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Items<T> {
    /// The items that could be read.
    pub good: Vec<T>,
    /// Those that could not.
    pub broken: Vec<Broken>,
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its place in the list, counted from 1.
    pub place: usize,
    /// What names it, where that could be read: an ARN, an id, a name.
    pub key: Option<String>,
    /// What is wrong, as the reader says it.
    pub problem: String,
}

impl<T> Items<T> {
    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.good.is_empty() && self.broken.is_empty()
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { good: Vec::new(), broken: Vec::new() }
    }
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { good: items.into_iter().collect(), broken: Vec::new() }
    }
}

impl<T: Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.good.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor(PhantomData))
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ItemsVisitor<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<T>, A::Error> {
        let mut items = Items::default();
        while let Some(raw) = seq.next_element::<&'de RawValue>()? {
            match serde_json::from_str(raw.get()) {
                Ok(item) => items.good.push(item),
                Err(error) => {
                    let place = items.good.len() + items.broken.len() + 1;
                    items.broken.push(Broken { place, key: key_of(raw.get()), problem: said(&error) });
                }
            }
        }
        Ok(items)
    }
}

/// What names the object in `json`, where anything does.
fn key_of(json: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let key = ["asked", "arn", "id", "name"].into_iter().find_map(|field| value.get(field)?.as_str());
    key.map(str::to_owned)
}

/// The reader's words without its place, which is the item's own and not the file's.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or_else(|| text.clone(), |(words, _)| words.to_owned())
}
