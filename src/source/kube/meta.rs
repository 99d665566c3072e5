//! What every object and every list carries on the wire, and how text is read without copying it.

use crate::domain::model::Time;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::ops::Deref;

/// Text of the body: borrowed from it, unless it holds escapes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A moment as Kubernetes writes it; one that cannot be read costs itself, not the object.
pub(super) fn time(text: Option<&Text<'_>>) -> Option<Time> {
    text?.parse().ok()
}

/// A value whose `null` is its default: Go writes empty lists so.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The metadata that all kinds but pods are read with. `L` and `A` are the labels and annotations that the kind's
/// rules read; managedFields stay out.
#[derive(Debug, Default, Deserialize)]
#[serde(
    rename_all = "camelCase",
    default,
    bound(deserialize = "L: Deserialize<'de> + Default, A: Deserialize<'de> + Default")
)]
pub(super) struct Meta<'a, L = IgnoredAny, A = IgnoredAny> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub creation_timestamp: Option<Text<'a>>,
    #[serde(borrow)]
    pub deletion_timestamp: Option<Text<'a>>,
    #[serde(deserialize_with = "nullable")]
    pub labels: L,
    #[serde(deserialize_with = "nullable")]
    pub annotations: A,
}

/// A list's own metadata.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListMeta {
    /// From where a watch goes on.
    pub resource_version: String,
    /// What asks for the next page; empty on the last.
    #[serde(rename = "continue")]
    pub next: String,
    /// How many come after this page, where the server counts them: never with a label selector.
    pub remaining_item_count: Option<usize>,
}
