//! What things look like: one style and one mark for each meaning, in the terminal's own sixteen colours.
//!
//! Views draw with all colours and all glyphs; [`settle`] takes out of the finished frame what the terminal cannot or
//! should not show. So no view can forget it.

use crate::domain::diagnose::LinkState;
use crate::domain::identity::{Confidence, IdentityKind, Usable};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

/// An own role that works.
pub const OWN: Style = Style::new().fg(Color::Green);
/// The node's role.
pub const NODE: Style = Style::new().fg(Color::Yellow);
/// What is broken, and static keys.
pub const BROKEN: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
/// A sentence about what is broken.
pub const BAD: Style = Style::new().fg(Color::Red);
/// Nothing, unknown, and whatever only accompanies: the terminal's own foreground, dimmed. (Bright black would be
/// invisible in themes that use it as a background.)
pub const FAINT: Style = Style::new().add_modifier(Modifier::DIM);
/// The terminal's own foreground.
pub const PLAIN: Style = Style::new();
/// What is emphasised without meaning good or bad.
pub const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// The accent: titles and keys.
pub const ACCENT: Style = Style::new().fg(Color::Cyan);
/// A title in focus, a key in the hint line.
pub const TITLE: Style = ACCENT.add_modifier(Modifier::BOLD);
/// The selected row of the pane that the keys go to.
pub const SELECTED: Style = ACCENT.add_modifier(Modifier::REVERSED);
/// The selected row of another pane.
pub const CHOSEN: Style = ACCENT.add_modifier(Modifier::BOLD);

/// What marks the selected row.
pub const POINTER: &str = "▸";
/// What marks something broken, behind a name.
pub const BROKEN_MARK: &str = "✖";
/// What marks something that holds, or is well again.
pub const GOOD_MARK: &str = "✔";

/// The mark of a kind of identity.
pub fn mark(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::WebIdentity => "◆",
        IdentityKind::PodIdentity => "●",
        IdentityKind::NodeRole => "▲",
        IdentityKind::StaticKeys => "✱",
        IdentityKind::Nobody => "○",
        IdentityKind::Unknown => "?",
    }
}

/// The style of a kind of identity; an own role that cannot be used is broken.
pub fn identity(kind: IdentityKind, usable: Usable) -> Style {
    match kind {
        IdentityKind::WebIdentity | IdentityKind::PodIdentity if usable == Usable::No => BROKEN,
        IdentityKind::WebIdentity | IdentityKind::PodIdentity => OWN,
        IdentityKind::NodeRole => NODE,
        IdentityKind::StaticKeys => BROKEN,
        IdentityKind::Nobody | IdentityKind::Unknown => FAINT,
    }
}

/// The mark and the style of a link in the chain.
pub fn link(state: LinkState) -> (&'static str, Style) {
    match state {
        LinkState::Holds => (GOOD_MARK, OWN),
        LinkState::Broken => (BROKEN_MARK, BROKEN),
        LinkState::Unknown => ("?", FAINT),
    }
}

/// How a confidence is written.
pub fn confidence(confidence: Confidence) -> Style {
    match confidence {
        Confidence::Proven => PLAIN,
        Confidence::Likely | Confidence::Unknown => FAINT,
    }
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// It may be coloured: `NO_COLOR` is not set.
    pub colour: bool,
    /// It has nothing but ASCII.
    pub ascii: bool,
}

/// Takes out of a finished frame what the terminal cannot show: colours, or everything beyond ASCII.
pub fn settle(buffer: &mut Buffer, abilities: Abilities) {
    if abilities.colour && !abilities.ascii {
        return;
    }
    for cell in &mut buffer.content {
        if !abilities.colour {
            (cell.fg, cell.bg, cell.underline_color) = (Color::Reset, Color::Reset, Color::Reset);
        }
        if abilities.ascii && !cell.symbol().is_ascii() {
            cell.set_symbol(ascii(cell.symbol()));
        }
    }
}

/// The ASCII character that stands for a glyph of ours, in one cell; `?` for any other.
fn ascii(symbol: &str) -> &'static str {
    match symbol {
        "─" | "╌" | "·" => "-",
        "│" => "|",
        "┃" | "▰" => "#",
        "▱" => ".",
        "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => "+",
        "◆" => "*",
        "●" => "@",
        "▲" => "^",
        "↑" => "/",
        "↓" => "\\",
        "✱" => "$",
        "○" => "o",
        "✖" => "x",
        "✔" => "v",
        "▸" | "›" | "→" => ">",
        "…" => "~",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn no_two_marks_are_one_without_glyphs() {
        let kinds = IdentityKind::ALL.map(mark);
        let others = [BROKEN_MARK, "✔", "!", "…", "↑", "↓", POINTER, "┃"];
        let marks: Vec<&str> = kinds.into_iter().chain(others).collect();
        let plain = |mark| if str::is_ascii(mark) { mark } else { ascii(mark) };
        for (at, one) in marks.iter().enumerate() {
            for other in marks.iter().skip(at + 1) {
                assert_ne!(plain(one), plain(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn every_kind_keeps_a_mark_of_its_own_without_glyphs_and_colour() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        for (x, kind) in (0..).zip(IdentityKind::ALL) {
            buffer.set_string(x, 0, mark(kind), identity(kind, Usable::Yes));
        }
        buffer.set_string(6, 0, "界", PLAIN);
        settle(&mut buffer, Abilities { colour: false, ascii: true });
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols, ["$", "^", "?", "o", "@", "*", "?", " "]);
        assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset));
    }
}
