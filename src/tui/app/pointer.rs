//! The pointer of the mouse: what it did and where, what there is to press, and what it has marked.

use super::screen::Pane;
use super::select::SortBy;
use crate::tui::keymap::Chord;
use ratatui::layout::{Position, Rect};

/// What the pointer did, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointer {
    /// What.
    pub did: Gesture,
    /// At which cell of the screen.
    pub at: Position,
}

/// What the pointer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// Its button went down.
    Pressed,
    /// It was moved with the button held.
    Dragged,
    /// The button was let go of; and what can be pressed there beside rows, which the views alone know.
    Released(Option<Spot>),
    /// The wheel was turned: up, or down.
    Wheel(Turn),
}

/// Which way the wheel was turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To what stands above.
    Up,
    /// To what stands below.
    Down,
}

/// What can be pressed beside the rows of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A hint: its key.
    Key(Chord),
    /// The heading of a column by which the table can be sorted.
    Heading(SortBy),
    /// A step of the path: the pane that it stands for.
    Step(Pane),
    /// A row of a choice, or something that the typed line may become, by its place.
    Pick(usize),
    /// A field of a form, by its place.
    Field(usize),
    /// Something that lies over what could be pressed.
    Cover,
}

/// A text that is marked, line by line as in a terminal: from one cell to another, and whole lines between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The part of the screen in which it began: no other is marked.
    pub within: Rect,
    /// Where it began.
    pub from: Position,
    /// Where it ends.
    pub to: Position,
}

impl Marked {
    /// One that begins and ends at these cells, or at those within that are nearest.
    pub fn new(within: Rect, from: Position, to: Position) -> Self {
        Self { within, from: nearest(within, from), to: nearest(within, to) }
    }

    /// The same, ending elsewhere.
    #[must_use]
    pub fn to(self, to: Position) -> Self {
        Self { to: nearest(self.within, to), ..self }
    }

    /// Its lines from top to bottom: which, and from which column to which.
    pub fn lines(self) -> impl Iterator<Item = (u16, u16, u16)> {
        let reading = |at: Position| (at.y, at.x);
        let (first, last) =
            if reading(self.from) <= reading(self.to) { (self.from, self.to) } else { (self.to, self.from) };
        let right = self.within.right().saturating_sub(1);
        (first.y..=last.y).map(move |y| {
            let from = if y == first.y { first.x } else { self.within.x };
            let to = if y == last.y { last.x } else { right };
            (y, from, to)
        })
    }
}

/// The cell of an area, which has some, that is nearest to a point.
fn nearest(area: Rect, at: Position) -> Position {
    let clamp = |at: u16, from: u16, end: u16| at.min(end.saturating_sub(1)).max(from);
    Position::new(clamp(at.x, area.x, area.right()), clamp(at.y, area.y, area.bottom()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_between_are_marked_whole_and_nothing_beside_the_part_is() {
        let within = Rect::new(10, 5, 20, 6);
        let lines =
            |from: (u16, u16), to: (u16, u16)| Marked::new(within, from.into(), to.into()).lines().collect::<Vec<_>>();
        assert_eq!(lines((12, 6), (15, 6)), [(6, 12, 15)]);
        assert_eq!(lines((15, 6), (12, 6)), [(6, 12, 15)], "backwards it is the same");
        assert_eq!(lines((12, 6), (11, 8)), [(6, 12, 29), (7, 10, 29), (8, 10, 11)]);
        assert_eq!(lines((11, 8), (12, 6)), lines((12, 6), (11, 8)));
        assert_eq!(lines((12, 6), (90, 0)), [(5, 29, 29), (6, 10, 12)], "it ends at the edge");
        assert_eq!(lines((0, 0), (90, 90)).len(), 6);
    }
}
