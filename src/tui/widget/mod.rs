//! Pieces of screens that know nothing of screens: panes, tables, the identity card, documents.

pub mod card;
mod chain;
pub mod document;
pub mod notice;
pub mod pane;
pub mod table;
