//! What a list shows and in which order, without ever making more rows than a window.
//!
//! A list is an index: keys in order, made once per query and then kept under the changes of the inventory. What a row
//! says is looked up when it is drawn. The cursor holds on to the object, not to the line.

pub(super) mod cells;
mod cursor;
mod feeds;
mod filter;
mod index;
mod item;
pub(super) mod objects;
mod rows;
mod texts;
mod window;

pub use cursor::Cursor;
pub use filter::{Asked, Filter};
pub use index::{Index, Rank, Row, Sort, SortBy};
pub use item::Item;
pub use rows::Of;
pub(super) use rows::Query;
pub use texts::Texts;
pub(super) use window::{scrolled, shown};
