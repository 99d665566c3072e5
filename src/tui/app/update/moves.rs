//! Moving the cursor, scrolling a page, changing the pane.

use crate::tui::app::layout::layout;
use crate::tui::app::screen::{Pane, Screen};
use crate::tui::app::{Layout, State, page};
use crate::tui::keymap::Motion;

/// Moves the cursor of the list, or scrolls the page.
pub(super) fn go(state: &mut State, motion: Motion) {
    if state.screen_mut().scroll_mut().is_some() {
        return scroll(state, motion, 1);
    }
    let height = Layout::rows(layout(state).tables).max(1);
    let Some(list) = state.screen_mut().list_mut() else { return };
    let at = list.cursor.at;
    let to = match motion {
        Motion::Up => at.saturating_sub(1),
        Motion::Down => at + 1,
        Motion::PageUp => at.saturating_sub(height),
        Motion::PageDown => at + height,
        Motion::First => 0,
        Motion::Last => usize::MAX,
    };
    list.cursor.go(to, &list.index, height);
}

/// Scrolls the page by some rows.
pub(super) fn scroll(state: &mut State, motion: Motion, rows: usize) {
    let page = page::rows(state);
    if let Some(scroll) = state.screen_mut().scroll_mut() {
        *scroll = (0..rows).fold(*scroll, |scroll, _| page.moved(scroll, motion));
    }
}

/// One pane to the right or to the left; whether there was one.
pub(super) fn pane(state: &mut State, by: isize) -> bool {
    let Screen::Explorer(explorer) = state.screen_mut() else { return false };
    let here = Pane::ALL.iter().position(|pane| *pane == explorer.focus).unwrap_or_default();
    match here.checked_add_signed(by).and_then(|place| Pane::ALL.get(place)) {
        Some(pane) => {
            explorer.focus = *pane;
            true
        }
        None => false,
    }
}
