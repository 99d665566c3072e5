//! The screens, drawn from `&State`: what is where, and what it says.
//!
//! A view never decides anything: which rows there are, in which order and which is selected stands in the state; what
//! a row says is looked up for the rows in the window alone.

mod about;
mod ask;
mod choose;
mod explorer;
mod footer;
mod form;
mod frame;
mod header;
mod hints;
mod list;
mod marked;
mod page;
mod plan;
mod scene;
mod sheet;
mod spot;
mod words;

pub use frame::draw;
pub use marked::text_of;
pub use spot::spot;
