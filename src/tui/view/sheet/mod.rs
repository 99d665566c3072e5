//! What a table's columns are and what a row says in each.

mod accounts;
mod changes;
mod choice;
mod feeds;
mod namespaces;
mod nodes;
mod parts;
mod pods;
mod roles;

use crate::tui::app::select::Item;
use crate::tui::widget::table::{Column, Row};

pub(super) use choice::{of_list, of_screen};
use parts::{findings, number, sheet, warning};

/// The columns of a table, and how a row comes about.
pub(super) struct Sheet<'a> {
    pub(super) columns: Vec<Column>,
    pub(super) row: RowOf<'a>,
    /// The column that it is sorted by.
    pub(super) sorted: Option<usize>,
}

/// What a row says; nothing for an object that is gone.
type RowOf<'a> = Box<dyn Fn(&Item) -> Option<Row<'a>> + 'a>;
