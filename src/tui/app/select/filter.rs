//! What a reader types behind `/`: a substring, `!` for its opposite, `-l` for labels.

use super::texts::lower;
use super::{Rank, Row, Texts};
use crate::domain::model::Name;
use crate::tui::app::Ticket;
use memchr::memmem::Finder;
use std::collections::HashSet;

/// The filter of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// As typed.
    pub text: String,
    /// Of `-l`: the objects that the API server picked; `None` while it has not answered.
    pub labelled: Option<HashSet<(Name, Name)>>,
    /// Of `-l`: the job whose answer it waits for.
    pub asks: Option<Ticket>,
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
        Self { text: text.into(), labelled: None, asks: None }
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

    /// The test that rows are put to.
    pub(super) fn test(&self, problems_only: bool) -> Test<'_> {
        let finder = |needle: &str| Box::new(Finder::new(lower(needle).as_bytes()).into_owned());
        let by = match self.asked() {
            Asked::All => By::Nothing,
            Asked::With(text) => By::Text { finder: finder(text), wanted: true },
            Asked::Without(text) => By::Text { finder: finder(text), wanted: false },
            Asked::Labels(_) => By::Key(self.labelled.as_ref()),
        };
        Test { by, problems_only }
    }
}

/// A filter made ready for 100,000 rows: what does not depend on the row is done once.
pub(super) struct Test<'a> {
    by: By<'a>,
    problems_only: bool,
}

enum By<'a> {
    Nothing,
    Text { finder: Box<Finder<'static>>, wanted: bool },
    Key(Option<&'a HashSet<(Name, Name)>>),
}

impl Test<'_> {
    /// Whether it lets every row through.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.by, By::Nothing) && !self.problems_only
    }

    /// Whether it lets a row through: by any of its texts, or by its key where labels were asked for.
    pub(super) fn lets(&self, row: &Row, texts: &Texts) -> bool {
        if row.rank == Rank::First {
            // a filter looks for one; what it finds first is selected, and narrows the panes behind it
            return matches!(self.by, By::Nothing);
        }
        if self.problems_only && !row.wrong {
            return false;
        }
        match &self.by {
            By::Nothing => true,
            By::Text { finder, wanted } => finder.find(texts.of(row).as_bytes()).is_some() == *wanted,
            By::Key(picked) => picked.is_none_or(|picked| row.item.key().is_some_and(|key| picked.contains(&key))),
        }
    }
}
