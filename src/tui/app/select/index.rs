//! The rows of a list in order: keys and what they are sorted by.

use super::Item;
use crate::domain::model::Name;
use std::cmp::Ordering;

/// One row: the object, and its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The object.
    pub item: Item,
    /// What it is sorted by, before its name.
    pub rank: Rank,
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

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The other way round.
    pub reversed: bool,
}

/// The rows of a list, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    rows: Vec<Row>,
    reversed: bool,
    /// How many rows there are without filter and problems-only: `5 of 12`.
    pub total: usize,
    /// The revision of the state that it stands for.
    pub revision: u64,
    /// What it was made for; another query makes it anew.
    pub query: u64,
    /// What it is narrowed to; another place puts the cursor back on the first row.
    pub place: u64,
}

impl Index {
    /// An index of these rows, which come in the order of their objects: sorting by a rank then leaves names in order
    /// without comparing one.
    pub fn new(mut rows: Vec<Row>, total: usize, reversed: bool) -> Self {
        if rows.iter().any(|row| row.rank != Rank::Same && row.rank != Rank::First) {
            rows.sort_by(|a, b| by_rank(a, b, reversed));
        } else if reversed {
            let pinned = rows.iter().take_while(|row| row.rank == Rank::First).count();
            if let Some(rest) = rows.get_mut(pinned..) {
                rest.reverse();
            }
        }
        Self { rows, reversed, total, ..Self::default() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The object of one row.
    pub fn item(&self, at: usize) -> Option<&Item> {
        self.rows.get(at).map(|row| &row.item)
    }

    /// The rows from `top` on, at most so many.
    pub fn window(&self, top: usize, height: usize) -> &[Row] {
        let top = top.min(self.rows.len());
        let end = (top + height).min(self.rows.len());
        self.rows.get(top..end).unwrap_or_default()
    }

    /// All rows, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where an object stands; looked for outwards from where it was.
    pub fn place_near(&self, item: &Item, at: usize) -> Option<usize> {
        let is_it = |place: &usize| self.rows.get(*place).is_some_and(|row| row.item == *item);
        let at = at.min(self.rows.len());
        (0..=self.rows.len())
            .find_map(|step| [Some(at + step), at.checked_sub(step)].into_iter().flatten().find(|place| is_it(place)))
    }

    /// Takes rows out and puts their new selves in, in place; `is_touched` says which are meant.
    pub fn patch(&mut self, is_touched: impl Fn(&Item) -> bool, mut fresh: Vec<Row>) {
        self.rows.retain(|row| !is_touched(&row.item));
        if fresh.is_empty() {
            return;
        }
        fresh.sort_by(|a, b| order(a, b, self.reversed));
        let old = std::mem::take(&mut self.rows);
        let mut merged = Vec::with_capacity(old.len() + fresh.len());
        let mut fresh = fresh.into_iter().peekable();
        for row in old {
            while let Some(next) = fresh.next_if(|next| order(next, &row, self.reversed) == Ordering::Less) {
                merged.push(next);
            }
            merged.push(row);
        }
        merged.extend(fresh);
        self.rows = merged;
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
