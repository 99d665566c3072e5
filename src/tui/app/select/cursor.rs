//! The cursor of a list: it holds on to an object, and keeps its line on the screen while rows come and go.

use super::window::{scrolled, shown};
use super::{Index, Item};

/// Where a list stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor {
    /// The object under it; `None` only while there is no row.
    pub item: Option<Item>,
    /// Its place among the rows.
    pub at: usize,
    /// The place of the first row in the window.
    pub top: usize,
    /// The reader has moved it. Until then it stays on the first row.
    pub moved: bool,
}

impl Cursor {
    /// Puts it on a place, as near as there is one.
    pub fn go(&mut self, at: usize, index: &Index, height: usize) {
        self.at = at.min(index.len().saturating_sub(1));
        self.item = index.item(self.at).cloned();
        self.moved = true;
        self.show(index.len(), height);
    }

    /// Moves the window by so many rows, and the cursor where it would leave it.
    pub fn scroll(&mut self, by: isize, index: &Index, height: usize) {
        if let Some((top, at)) = scrolled((self.top, self.at), by, index.len(), height) {
            self.top = top;
            self.go(at, index, height);
        }
    }

    /// Finds its object again after the rows changed. A vanished one leaves the cursor on its line.
    pub fn follow(&mut self, index: &Index, height: usize) {
        let found = self.item.as_ref().filter(|_| self.moved).and_then(|item| index.place_near(item, self.at));
        match found {
            Some(at) => {
                self.top = (self.top + at).saturating_sub(self.at);
                self.at = at;
            }
            None if !self.moved => (self.at, self.top) = (0, 0),
            None => self.at = self.at.min(index.len().saturating_sub(1)),
        }
        self.item = index.item(self.at).cloned();
        self.show(index.len(), height);
    }

    /// Moves the window so that the cursor is in it and no line is wasted.
    pub fn show(&mut self, rows: usize, height: usize) {
        self.top = shown(self.top, self.at, rows, height);
    }
}
