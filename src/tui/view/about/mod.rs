//! The card below the tables: what there is to say about the selected row.

mod account;
mod card;
mod feed;
mod node;
mod pod;
mod role;
mod summary;

pub(super) use card::{draw_card, draw_node_card};
