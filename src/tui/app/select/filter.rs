//! What a reader types behind `/`: a substring, `!` for its opposite, `-l` for labels.

use super::text::holds;
use crate::domain::model::Name;
use std::borrow::Cow;
use std::collections::HashSet;

/// The filter of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// As typed.
    pub text: String,
    /// Of `-l`: the objects that the API server picked; `None` while it has not answered.
    pub labelled: Option<HashSet<(Name, Name)>>,
}

/// What a filter's text asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked<'a> {
    /// Everything.
    All,
    /// What holds the text.
    With(&'a str),
    /// What does not.
    Without(&'a str),
    /// What carries the labels.
    Labels(&'a str),
}

impl Filter {
    /// A filter by text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), labelled: None }
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.asked() == Asked::All
    }

    /// What it asks for.
    pub fn asked(&self) -> Asked<'_> {
        let text = self.text.trim();
        if let Some(selector) = text.strip_prefix("-l") {
            let selector = selector.trim();
            return if selector.is_empty() { Asked::All } else { Asked::Labels(selector) };
        }
        match text.strip_prefix('!').map(str::trim) {
            Some("") => Asked::All,
            Some(rest) => Asked::Without(rest),
            None if text.is_empty() => Asked::All,
            None => Asked::With(text),
        }
    }

    /// Whether it lets a row of the cluster through: by any of its texts, or by its key where labels were asked for.
    pub(super) fn passes<T: AsRef<str>>(&self, texts: &[T], (namespace, name): (&Name, &Name)) -> bool {
        match self.asked() {
            Asked::Labels(_) => self.labelled.as_ref().is_none_or(|picked| {
                picked.contains(&(namespace.clone(), name.clone())) || picked.contains(&(Name::from(""), name.clone()))
            }),
            _ => self.lets(texts),
        }
    }

    /// Whether it lets a row through by any of its texts.
    pub(super) fn lets<T: AsRef<str>>(&self, texts: &[T]) -> bool {
        let any = |needle: &str| {
            // most needles are lower case as they are: nothing is copied for each of 100,000 rows
            let needle = if needle.chars().any(char::is_uppercase) {
                Cow::Owned(needle.to_lowercase())
            } else {
                Cow::Borrowed(needle)
            };
            texts.iter().any(|text| holds(text.as_ref(), &needle))
        };
        match self.asked() {
            Asked::All | Asked::Labels(_) => true,
            Asked::With(text) => any(text),
            Asked::Without(text) => !any(text),
        }
    }
}
