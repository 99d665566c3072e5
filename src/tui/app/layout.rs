//! Where things stand on the screen: one geometry for the views, which draw there, and for `update`, which must know how
//! many rows a window has.

use super::State;
use super::screen::{Pane, Screen, ScreenKind};
use crate::domain::model::visible;
use crate::tui::text;
use ratatui::layout::{Position, Rect};

/// From this width on, the explorer's panes stand side by side; full names, in the wide mode, need all of it.
pub const WIDE_ENOUGH: u16 = 100;

/// Below this height there is no card.
const CARD_FROM: u16 = 16;

/// A line to type in, and its borders.
const PROMPT: u16 = 3;

/// From this width on a row of a choice has room for why it does not fit.
const ROOMY_CHOICE: u16 = 130;
/// What is said of the picked row where it has not: two lines and their borders.
const PICKED: u16 = 4;
/// Below this height the rows of a choice need all the room.
const ROWS_AND_PICKED: u16 = 14;

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
    /// The card about the selected row, its border included; of a choice what is said of the picked row.
    pub card: Rect,
    /// Hints, or what is being typed, or the status line.
    pub footer: Rect,
}

impl Layout {
    /// The room within the borders of a pane.
    pub fn inner(area: Rect) -> Rect {
        if area.width < 2 || area.height < 2 {
            return Rect::new(area.x, area.y, area.width, 0);
        }
        Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
    }

    /// Where the rows of a table stand that has that room: below the line of column names, where there is room for both.
    pub fn window(inner: Rect) -> Rect {
        let headings = u16::from(inner.height > 1);
        Rect { y: inner.y + headings, height: inner.height - headings, ..inner }
    }

    /// How many rows a table in that area shows: two borders and a line of column names are not among them.
    pub fn rows(area: Rect) -> usize {
        usize::from(Self::window(Self::inner(area)).height)
    }

    /// On which line of a window a point lies, counted from 0.
    pub fn line_at(window: Rect, at: Position) -> Option<usize> {
        window.contains(at).then(|| usize::from(at.y - window.y))
    }

    /// On which row of the window of a table in that area a point lies, counted from 0.
    pub fn row_at(area: Rect, at: Position) -> Option<usize> {
        Self::line_at(Self::window(Self::inner(area)), at)
    }

    /// The pane of the explorer that a point lies in; its upper edge, where its name stands, is its own.
    pub fn pane_at(&self, at: Position) -> Option<Pane> {
        let is_in =
            |area: &Rect| Rect { y: area.y, height: area.height.saturating_sub(1), ..Self::inner(*area) }.contains(at);
        Pane::ALL.into_iter().zip(&self.panes).find(|(_, area)| is_in(area)).map(|(pane, _)| pane)
    }

    /// The part of the screen whose text can be marked from a point on: within its borders and margins. The margin of a
    /// table is where the selected row is pointed at.
    pub fn text_at(&self, at: Position) -> Option<Rect> {
        let is_split = self.panes.iter().any(|pane| pane.width > 0);
        let tables = if is_split { &self.panes[..] } else { &[self.tables] };
        let framed = tables.iter().chain([&self.prompt, &self.card]).map(|area| Self::inner(*area));
        let inner = framed.filter(|inner| inner.width > 2);
        let texts = inner.map(|inner| (inner, Rect { x: inner.x + 1, width: inner.width - 2, ..inner }));
        let bare = [self.header, self.footer].map(|area| (area, area));
        texts.chain(bare).find(|(area, _)| area.contains(at)).map(|(_, text)| text)
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

/// Why what was taken or asked is refused, in the lines that it takes above what there is.
pub fn refusal(said: &str, columns: usize) -> Vec<String> {
    text::wrap(&visible(&format!("✖ {said}")), columns)
}

/// What room is left in a pane below why something is refused.
pub fn below_refusal(refused: Option<&str>, inner: Rect) -> Rect {
    let lines = refused.map_or(0, |said| refusal(said, usize::from(inner.width.saturating_sub(2))).len());
    let taken = inner.height.min(u16::try_from(lines).unwrap_or(u16::MAX));
    Rect { y: inner.y + taken, height: inner.height - taken, ..inner }
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
    let card_height = card_height(state, body);
    let tables_height = if card_height == 0 { body.height } else { body.height - card_height + 1 };
    let tables = Rect { height: tables_height, ..body };
    let card = match card_height {
        0 => Rect::default(),
        height => Rect { y: body.y + body.height - height, height, ..body },
    };
    Layout { header, body, prompt, tables, panes: panes(state, tables), card, footer }
}

/// The card with both its borders, the upper of which lies on the tables' lower one; 0: none.
fn card_height(state: &State, body: Rect) -> u16 {
    let wanted = match state.screen() {
        Screen::Choose(_) if body.width < ROOMY_CHOICE && body.height >= ROWS_AND_PICKED => return PICKED,
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
    wanted.min(body.height / 2 - 1).max(if body.height >= 14 { 7 } else { 0 })
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
