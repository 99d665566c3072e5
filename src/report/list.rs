//! A list on the wire: its items are made one by one as they are written, so that a large one never stands in memory.

use super::{API_VERSION, GapWire};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// `{"apiVersion":…,"kind":"…List","items":[…],"gaps":[…]}`. `items` gives the items, from the first, each time.
#[derive(Debug)]
pub struct List<F, G = GapWire> {
    /// `PodList`, `RoleList`, …
    pub kind: &'static str,
    /// Gives the items.
    pub items: F,
    /// What could not be read and touches all items.
    pub gaps: Vec<G>,
}

/// One thing by itself: `{"apiVersion":…,"kind":…,` and its own fields.
#[derive(Debug)]
pub struct One<'a, T> {
    /// `Role`, …
    pub kind: &'static str,
    /// The thing.
    pub thing: &'a T,
}

impl<T: Serialize> Serialize for One<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Headed<'a, T> {
            api_version: &'static str,
            kind: &'static str,
            #[serde(flatten)]
            thing: &'a T,
        }
        Headed { api_version: API_VERSION, kind: self.kind, thing: self.thing }.serialize(serializer)
    }
}

struct Items<'a, F>(&'a F);

impl<F, I, G> Serialize for List<F, G>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
    G: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_struct("List", 4)?;
        list.serialize_field("apiVersion", API_VERSION)?;
        list.serialize_field("kind", self.kind)?;
        list.serialize_field("items", &Items(&self.items))?;
        list.serialize_field("gaps", &self.gaps)?;
        list.end()
    }
}

impl<F, I> Serialize for Items<'_, F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_kubernetes_manners() {
        let list = List { kind: "PodList", items: || [1, 2].into_iter(), gaps: Vec::<GapWire>::new() };
        let json = serde_json::to_string(&list).unwrap();
        assert_eq!(json, r#"{"apiVersion":"rolecall/v1","kind":"PodList","items":[1,2],"gaps":[]}"#);
    }
}
