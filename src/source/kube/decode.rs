//! From a body to deltas: a page of a list at once, or one object of a watch. What cannot be understood costs itself.

use super::meta::{ListMeta, Text, nullable};
use super::pod::Pod;
use super::{cluster_objects as objects, service_account::ServiceAccount, webhook::Configuration};
use crate::domain::inventory::{Delta, Kind, ObjectRef};
use crate::domain::model::{Interner, Name};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fmt;

/// A kind's narrow shape on the wire.
pub(super) trait Narrow {
    /// What it says.
    fn delta(self, interner: &mut Interner) -> Result<Delta, Undecoded>;
}

/// An object that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undecoded {
    /// Which one, where even that could be read.
    pub object: Option<String>,
    /// Why.
    pub why: String,
}

impl Undecoded {
    /// It does not even say what it is called.
    pub(super) fn without_name() -> Self {
        Self { object: None, why: "it has no name".into() }
    }
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object.as_deref().unwrap_or("one without a name"), self.why)
    }
}

/// One page of a list.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The list's metadata.
    pub meta: ListMeta,
    /// What its objects say.
    pub deltas: Vec<Delta>,
    /// Those that could not be understood.
    pub left_out: Vec<Undecoded>,
}

impl Page {
    fn take_in(&mut self, decoded: Result<Delta, Undecoded>) {
        match decoded {
            Ok(delta) => self.deltas.push(delta),
            Err(undecoded) => self.left_out.push(undecoded),
        }
    }
}

/// The objects of one page. Fails only where the body is no list at all.
pub(super) fn page(kind: Kind, body: &[u8], interner: &mut Interner) -> serde_json::Result<Page> {
    match kind {
        Kind::Pod => items::<Pod<'_>>(body, interner),
        Kind::ServiceAccount => items::<ServiceAccount<'_>>(body, interner),
        Kind::Namespace => items::<objects::Namespace<'_>>(body, interner),
        Kind::Node => items::<objects::Node<'_>>(body, interner),
        Kind::Webhook => items::<Configuration<'_>>(body, interner),
        Kind::DaemonSet => items::<objects::DaemonSet<'_>>(body, interner),
    }
}

/// One object, of a watch.
pub(super) fn object(kind: Kind, json: &str, interner: &mut Interner) -> Result<Delta, Undecoded> {
    match kind {
        Kind::Pod => one::<Pod<'_>>(json, interner),
        Kind::ServiceAccount => one::<ServiceAccount<'_>>(json, interner),
        Kind::Namespace => one::<objects::Namespace<'_>>(json, interner),
        Kind::Node => one::<objects::Node<'_>>(json, interner),
        Kind::Webhook => one::<Configuration<'_>>(json, interner),
        Kind::DaemonSet => one::<objects::DaemonSet<'_>>(json, interner),
    }
}

/// Which object it is.
pub(super) fn reference(kind: Kind, json: &str) -> Option<ObjectRef> {
    let key = key(json)?;
    let name = Name::from(&*key.name);
    Some(match key.namespace.filter(|_| kind.is_namespaced()) {
        Some(namespace) => ObjectRef::new(kind, Name::from(&*namespace), name),
        None => ObjectRef::cluster(kind, name),
    })
}

/// The list's metadata, read without reading on: Go writes it before the objects. `None` where it comes later.
pub(super) fn head(body: &[u8]) -> Option<ListMeta> {
    let mut head = None;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    // The visitor stops in the middle, which is an error to the deserializer and the point of it to us.
    let _stopped = serde::de::Deserializer::deserialize_map(&mut deserializer, Head(&mut head));
    head
}

/// A namespaced name, wherever it stands.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Key<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub namespace: Option<Text<'a>>,
}

/// An object of which only the key is read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Keyed<'a> {
    #[serde(borrow)]
    pub metadata: Key<'a>,
}

/// A list as the API server writes it.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct List<T> {
    pub metadata: ListMeta,
    #[serde(deserialize_with = "nullable")]
    pub items: Vec<T>,
}

struct Head<'m>(&'m mut Option<ListMeta>);

impl<'de> serde::de::Visitor<'de> for Head<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match &*key {
                "metadata" => {
                    *self.0 = Some(map.next_value()?);
                    return Ok(());
                }
                "items" => return Ok(()),
                _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

fn items<'b, T: Narrow + Deserialize<'b>>(body: &'b [u8], interner: &mut Interner) -> serde_json::Result<Page> {
    let mut page = Page::default();
    if let Ok(list) = serde_json::from_slice::<List<T>>(body) {
        page.meta = list.metadata;
        page.deltas.reserve_exact(list.items.len());
        for item in list.items {
            page.take_in(item.delta(interner));
        }
    } else {
        // One of them does not fit: each on its own, so that it costs itself alone.
        let list = serde_json::from_slice::<List<&RawValue>>(body)?;
        page.meta = list.metadata;
        for item in list.items {
            page.take_in(one::<T>(item.get(), interner));
        }
    }
    Ok(page)
}

fn one<'b, T: Narrow + Deserialize<'b>>(json: &'b str, interner: &mut Interner) -> Result<Delta, Undecoded> {
    let narrow = serde_json::from_str::<T>(json);
    let undecoded = |why: String| {
        let object = key(json).map(|key| match key.namespace {
            Some(namespace) => format!("{}/{}", &*namespace, &*key.name),
            None => key.name.to_string(),
        });
        Undecoded { object, why }
    };
    match narrow {
        Ok(narrow) => narrow.delta(interner).map_err(|because| undecoded(because.why)),
        Err(error) => Err(undecoded(error.to_string())),
    }
}

fn key(json: &str) -> Option<Key<'_>> {
    serde_json::from_str::<Keyed<'_>>(json).ok().map(|keyed| keyed.metadata).filter(|key| !key.name.is_empty())
}
