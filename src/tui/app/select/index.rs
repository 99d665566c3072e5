//! The rows of a list in order: keys and what they are sorted by.

use super::rows::Rows;
use super::texts::{Span, Texts};
use super::{Filter, Item};
use crate::domain::model::Name;
use std::cmp::Ordering;

/// One row: the object, its place in the order, and what a filter looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The object.
    pub item: Item,
    /// What it is sorted by, before its name.
    pub rank: Rank,
    /// Something is wrong with it.
    pub wrong: bool,
    /// Where its texts lie, while there are any.
    pub(super) span: Span,
}

/// What a row is sorted by, before its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Above all others: the row `all`.
    First,
    /// By name alone.
    Same,
    /// By a number; what matters most is least.
    Number(i64),
    /// By a text.
    Text(Name),
    /// Nothing is known to sort it by.
    Last,
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum SortBy {
    /// By name.
    #[default]
    Name,
    /// The youngest first.
    Age,
    /// The most pods first.
    Pods,
    /// By identity, the worst first.
    Identity,
    /// By node.
    Node,
}

impl SortBy {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Age, Self::Pods, Self::Identity, Self::Node];

    /// What it sorts by, in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Age => "age",
            Self::Pods => "number of pods",
            Self::Identity => "identity",
            Self::Node => "node",
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The other way round.
    pub reversed: bool,
}

/// The rows of a list, in order, and those of them that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    rows: Vec<Row>,
    /// What a filter searches in; `None` while there is no filter.
    texts: Option<Texts>,
    /// The places in `rows` of those that are shown; `None`: all of them.
    shown: Option<Vec<u32>>,
    reversed: bool,
    /// How many rows there are without filter and problems-only: `5 of 12`.
    pub total: usize,
    /// The revision of the state that it stands for.
    pub revision: u64,
    /// What it was made for; another query makes it anew.
    pub query: u64,
    /// What it is narrowed to; another place puts the cursor back on the first row.
    pub place: u64,
    /// What picked the shown rows.
    pub narrowed: u64,
}

impl Index {
    /// An index of these rows, which come in the order of their objects: sorting by a rank then leaves names in order
    /// without comparing one. All of them are shown.
    pub fn new(mut rows: Vec<Row>, texts: Option<Texts>, reversed: bool) -> Self {
        let pinned = rows.iter().take_while(|row| row.rank == Rank::First).count();
        if rows.iter().any(|row| row.rank != Rank::Same && row.rank != Rank::First) {
            rows.sort_by(|a, b| by_rank(a, b, reversed));
        } else if reversed && let Some(rest) = rows.get_mut(pinned..) {
            rest.reverse();
        }
        let total = rows.len() - pinned;
        Self { rows, texts, reversed, total, ..Self::default() }
    }

    /// Whether a filter has something to search in.
    pub fn has_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// Shows what the filter lets through.
    pub fn narrow(&mut self, filter: &Filter, problems_only: bool) {
        let test = filter.test(problems_only);
        let none = Texts::default();
        let texts = self.texts.as_ref().unwrap_or(&none);
        let places = || (0u32..).zip(&self.rows).filter(|(_, row)| test.lets(row, texts)).map(|(place, _)| place);
        self.shown = (!test.is_open()).then(|| places().collect());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.shown.as_ref().map_or(self.rows.len(), Vec::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The object of one row.
    pub fn item(&self, at: usize) -> Option<&Item> {
        self.row(at).map(|row| &row.item)
    }

    /// The shown rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        (0..self.len()).filter_map(|at| self.row(at))
    }

    fn row(&self, at: usize) -> Option<&Row> {
        match &self.shown {
            Some(places) => self.rows.get(*places.get(at)? as usize),
            None => self.rows.get(at),
        }
    }

    /// Where an object stands; looked for outwards from where it was.
    pub fn place_near(&self, item: &Item, at: usize) -> Option<usize> {
        let is_it = |place: &usize| self.row(*place).is_some_and(|row| row.item == *item);
        let at = at.min(self.len());
        (0..=self.len())
            .find_map(|step| [Some(at + step), at.checked_sub(step)].into_iter().flatten().find(|place| is_it(place)))
    }

    /// Takes rows out and puts their new selves in, in place; `is_touched` says which are meant. Whoever narrows it has
    /// to narrow it again.
    pub(in crate::tui::app) fn patch(&mut self, is_touched: impl Fn(&Item) -> bool, fresh: Rows) {
        let Rows { rows: mut fresh, texts: fresh_texts } = fresh;
        fresh.sort_by(|a, b| order(a, b, self.reversed));
        let old = std::mem::take(&mut self.rows);
        let old_texts = self.texts.take();
        let mut merged = Rows {
            rows: Vec::with_capacity(old.len() + fresh.len()),
            texts: old_texts.as_ref().map(|_| Texts::default()),
        };
        let mut fresh = fresh.into_iter().peekable();
        for row in old.into_iter().filter(|row| !is_touched(&row.item)) {
            while let Some(next) = fresh.next_if(|next| order(next, &row, self.reversed) == Ordering::Less) {
                merged.take(next, fresh_texts.as_ref());
            }
            merged.take(row, old_texts.as_ref());
        }
        fresh.for_each(|row| merged.take(row, fresh_texts.as_ref()));
        (self.rows, self.texts) = (merged.rows, merged.texts);
        self.total = self.rows.iter().skip_while(|row| row.rank == Rank::First).count();
    }
}

/// `all` stands first and the unknown last, either way round.
fn by_rank(a: &Row, b: &Row, reversed: bool) -> Ordering {
    let is_pinned = |rank: &Rank| matches!(rank, Rank::First | Rank::Last);
    let ordering = a.rank.cmp(&b.rank);
    if reversed && !is_pinned(&a.rank) && !is_pinned(&b.rank) { ordering.reverse() } else { ordering }
}

/// Names break ties downwards; where names alone sort, they are turned round too.
fn order(a: &Row, b: &Row, reversed: bool) -> Ordering {
    let by_name = a.item.cmp(&b.item);
    let turns_names = reversed && a.rank == Rank::Same && b.rank == Rank::Same;
    by_rank(a, b, reversed).then(if turns_names { by_name.reverse() } else { by_name })
}
