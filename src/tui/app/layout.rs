//! Where things stand on the screen: one geometry for the views, which draw there, and for `update`, which must know how
//! many rows a window has.

use super::State;
use super::screen::{Pane, Screen, ScreenKind};
use ratatui::layout::Rect;

/// From this width on, the explorer's panes stand side by side; full names, in the wide mode, need all of it.
pub const WIDE_ENOUGH: u16 = 100;

/// Below this height there is no card.
const CARD_FROM: u16 = 16;

/// A line to type in, and its borders.
const PROMPT: u16 = 3;

/// Where things stand. An empty area is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The header: two lines, one on a narrow screen, none when it is off.
    pub header: Rect,
    /// Everything between header and footer: for screens that are one page.
    pub body: Rect,
    /// The pane that a question is typed into; its last line is the body's first.
    pub prompt: Rect,
    /// The tables with their borders. Their last line is the card's first where there is a card.
    pub tables: Rect,
    /// The explorer's panes side by side, each sharing a border with the next; all but one empty where they are not.
    pub panes: [Rect; 3],
    /// The card about the selected row, its border included.
    pub card: Rect,
    /// Hints, or what is being typed, or the status line.
    pub footer: Rect,
}

impl Layout {
    /// How many rows a table in that area shows: two borders and a line of column names are not among them.
    pub fn rows(area: Rect) -> usize {
        usize::from(area.height.saturating_sub(3))
    }

    /// How wide the text of a page in that area is: a border and a blank on either side are not part of it.
    pub fn columns(area: Rect) -> u16 {
        area.width.saturating_sub(4)
    }

    /// How many lines a page in that area shows: its borders are not among them.
    pub fn lines(area: Rect) -> usize {
        usize::from(area.height.saturating_sub(2))
    }
}

/// Whether the explorer's panes stand side by side, and not the focused one alone.
pub fn shows_panes(state: &State) -> bool {
    state.size.0 >= WIDE_ENOUGH && !state.wide
}

/// The geometry of the shown screen.
pub fn layout(state: &State) -> Layout {
    let (width, height) = state.size;
    let is_wide = width >= WIDE_ENOUGH;
    let header_height = if state.header { if is_wide { 2 } else { 1 } } else { 0 };
    let header_height = if height < 5 { 0 } else { header_height };
    let footer_height = u16::from(height >= 3);
    let body_height = height.saturating_sub(header_height + footer_height);
    let header = Rect::new(0, 0, width, header_height);
    let body = Rect::new(0, header_height, width, body_height);
    let footer = Rect::new(0, header_height + body_height, width, footer_height);
    let (prompt, body) = match state.screen() {
        Screen::Ask(_) | Screen::Choose(_) if body_height > PROMPT => {
            (Rect { height: PROMPT, ..body }, Rect { y: body.y + PROMPT - 1, height: body.height - PROMPT + 1, ..body })
        }
        _ => (Rect::default(), body),
    };
    let card_height = card_height(state, body_height);
    let tables_height = if card_height == 0 { body_height } else { body_height - card_height + 1 };
    let tables = Rect { height: tables_height, ..body };
    let card = match card_height {
        0 => Rect::default(),
        height => Rect { y: body.y + body.height - height, height, ..body },
    };
    Layout { header, body, prompt, tables, panes: panes(state, tables), card, footer }
}

/// The card with both its borders, the upper of which lies on the tables' lower one; 0: none.
fn card_height(state: &State, body: u16) -> u16 {
    let wanted = match state.screen() {
        Screen::Explorer(_) | Screen::List(_) if is_narrowed_to_none(state) => return 0,
        Screen::Explorer(_) | Screen::Node(_) => 11,
        Screen::List(screen) if is_bare(screen) => return 0,
        Screen::List(screen) if screen.kind() == ScreenKind::Actions => 7,
        Screen::List(screen) if has_card(screen.kind()) => 11,
        _ => return 0,
    };
    if state.size.1 < CARD_FROM {
        return 0;
    }
    // a page of the list stays readable, and so does the card
    wanted.min(body / 2 - 1).max(if body >= 14 { 7 } else { 0 })
}

/// Nothing of what is there is let through: there is no row to say anything about.
fn is_narrowed_to_none(state: &State) -> bool {
    state.list().is_some_and(|list| list.index.is_empty() && list.index.total > 0)
}

/// Nothing went wrong, no call was made: there will be nothing to say about a row.
fn is_bare(screen: &super::screen::ListScreen) -> bool {
    matches!(screen.list.of, super::select::Of::Troubles | super::select::Of::Calls) && screen.list.index.total == 0
}

fn has_card(kind: ScreenKind) -> bool {
    use ScreenKind as Kind;
    matches!(
        kind,
        Kind::Namespaces
            | Kind::Accounts
            | Kind::Pods
            | Kind::Containers
            | Kind::Nodes
            | Kind::Roles
            | Kind::UsedBy
            | Kind::Errors
            | Kind::Calls
    )
}

fn panes(state: &State, tables: Rect) -> [Rect; 3] {
    let Screen::Explorer(explorer) = state.screen() else {
        return [Rect::default(); 3];
    };
    if !shows_panes(state) {
        return Pane::ALL.map(|pane| if pane == explorer.focus { tables } else { Rect::default() });
    }
    let first = (tables.width / 5).clamp(24, 34);
    let second = ((tables.width - first) * 45 / 100).clamp(34, 84);
    // each pane begins on the border of the one before
    let third = tables.width - first - second + 2;
    [
        Rect { width: first, ..tables },
        Rect { x: tables.x + first - 1, width: second, ..tables },
        Rect { x: tables.x + first + second - 2, width: third, ..tables },
    ]
}
