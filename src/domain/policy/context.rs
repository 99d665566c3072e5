//! The context of a request: what is known of its keys, what is known to be absent, and what is not known.

use super::pattern::Pattern;
use super::shape::Shape;
use super::variable::{KeyName, Value, Values};
use crate::domain::model::Name;
use std::collections::BTreeMap;

/// What is known of a request's keys. Case of key names does not count, the tag's part of `aws:PrincipalTag/x` included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    entries: BTreeMap<KeyName, Held>,
    /// What is said of a key that is not among the entries.
    others: Others,
    /// The same of keys that begin so, in lower case. The longest beginning counts.
    families: Vec<(Name, Others)>,
}

/// What is said of keys that nothing was said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Others {
    /// They are absent: the request was given whole.
    #[default]
    Absent,
    /// They are not known.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Absent,
    Unknown,
    Shaped(Shape),
    One(Name),
    Many(Box<[Box<str>]>),
}

impl Context {
    /// A context of which nothing is said but what is set.
    pub fn new(others: Others) -> Self {
        Self { others, ..Self::default() }
    }

    /// The key has this one value.
    pub fn set(&mut self, key: &str, value: impl Into<Name>) {
        self.put(KeyName::new(key), Held::One(value.into()));
    }

    /// The same for a key whose name was read already, which keeps the spelling that it has.
    pub fn set_named(&mut self, key: &KeyName, value: impl Into<Name>) {
        match self.entries.get_mut(key) {
            Some(held) => *held = Held::One(value.into()),
            None => self.put(key.clone(), Held::One(value.into())),
        }
    }

    /// The key is one of several values, and has these. Without any it is absent.
    pub fn set_many<V: Into<Box<str>>>(&mut self, key: &str, values: impl IntoIterator<Item = V>) {
        let values: Box<[Box<str>]> = values.into_iter().map(Into::into).collect();
        self.put(KeyName::new(key), if values.is_empty() { Held::Absent } else { Held::Many(values) });
    }

    /// The key may have any value, or be absent.
    pub fn set_unknown(&mut self, key: &str) {
        self.put(KeyName::new(key), Held::Unknown);
    }

    /// The key has one value, which is not known but that this pattern matches it.
    pub fn set_shaped(&mut self, key: &str, shape: Pattern) {
        self.put(KeyName::new(key), Held::Shaped(Shape { pattern: shape, may_be_absent: false }));
    }

    /// The same, or the request lacks the key.
    pub fn set_shaped_or_absent(&mut self, key: &str, shape: Pattern) {
        self.put(KeyName::new(key), Held::Shaped(Shape { pattern: shape, may_be_absent: true }));
    }

    /// The request does not carry the key.
    pub fn set_absent(&mut self, key: &str) {
        self.put(KeyName::new(key), Held::Absent);
    }

    /// What is said of those keys that begin so and are not set: `aws:PrincipalTag/` is absent where all tags are known.
    /// What was said of the same beginning before holds no more.
    pub fn rest_of(&mut self, beginning: &str, others: Others) {
        let beginning: Name = beginning.to_lowercase().into();
        self.families.retain(|(own, _)| *own != beginning);
        self.families.push((beginning, others));
        self.families.sort_by_key(|(beginning, _)| std::cmp::Reverse(beginning.len()));
    }

    /// The key as this context spells it.
    pub fn spelling(&self, key: &KeyName) -> Option<&str> {
        self.entries.get_key_value(key).map(|(own, _)| own.as_str())
    }

    fn rest(&self, key: &KeyName) -> Others {
        let mut families = self.families.iter();
        families
            .find(|(beginning, _)| key.folded().starts_with(&**beginning))
            .map_or(self.others, |(_, others)| *others)
    }

    fn put(&mut self, key: KeyName, held: Held) {
        // the last word counts, and its spelling
        self.entries.remove(&key);
        self.entries.insert(key, held);
    }
}

impl Values for Context {
    fn value(&self, key: &KeyName) -> Value<'_> {
        match self.entries.get(key) {
            Some(Held::Absent) => Value::Absent,
            Some(Held::Unknown) => Value::Unknown,
            Some(Held::Shaped(shape)) => Value::Shaped(shape),
            Some(Held::One(value)) => Value::One(value),
            Some(Held::Many(values)) => Value::Many(values),
            None => match self.rest(key) {
                Others::Absent => Value::Absent,
                Others::Unknown => Value::Unknown,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whatever_their_case_and_the_last_word_counts() {
        let mut context = Context::default();
        context.set("aws:PrincipalTag/Team", "blue");
        context.set("AWS:principaltag/team", "red");
        context.set_many("aws:TagKeys", ["a", "b"]);
        context.set_many("aws:Empty", Vec::<Box<str>>::new());
        context.set("aws:SourceIp", "10.0.0.1");
        context.set_unknown("aws:sourceip");
        let value = |key: &str| context.value(&KeyName::new(key));
        assert_eq!(value("aws:principalTAG/TEAM"), Value::One("red"));
        assert!(matches!(value("aws:tagkeys"), Value::Many([_, _])));
        assert_eq!(
            (value("aws:Empty"), value("aws:SourceIp"), value("x")),
            (Value::Absent, Value::Unknown, Value::Absent)
        );
    }

    #[test]
    fn what_is_not_said_is_unknown_where_asked_so_and_absent_where_all_is_said() {
        let mut context = Context::new(Others::Unknown);
        context.rest_of("aws:PrincipalTag/", Others::Absent);
        context.set_absent("aws:MultiFactorAuthPresent");
        let value = |key: &str| context.value(&KeyName::new(key));
        assert_eq!(value("aws:SourceIp"), Value::Unknown);
        assert_eq!((value("aws:principaltag/x"), value("aws:multifactorauthpresent")), (Value::Absent, Value::Absent));
        context.rest_of("AWS:PrincipalTag/", Others::Unknown);
        assert_eq!(context.value(&KeyName::new("aws:principaltag/x")), Value::Unknown, "the last word counts");
    }
}
