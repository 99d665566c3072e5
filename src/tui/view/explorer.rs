//! The explorer: three panes and the card; on a narrow screen the pane with the cursor alone.

use super::list::{self, Heading};
use super::scene::{Room, Scene};
use super::{about, words};
use crate::tui::app::Layout;
use crate::tui::app::screen::{Explorer, Pane};
use ratatui::buffer::Buffer;

pub(super) fn draw(scene: &Scene<'_>, explorer: &Explorer, places: &Layout, buffer: &mut Buffer) {
    // The card comes first and the focused pane last: shared borders are the focused one's.
    about::draw_card(scene, explorer.focused().selected(), places.card, buffer);
    let focused_last = Pane::ALL.into_iter().filter(|pane| *pane != explorer.focus).chain([explorer.focus]);
    for pane in focused_last {
        let area = places.panes.get(pane as usize).copied().unwrap_or_default();
        if area.width == 0 {
            continue;
        }
        let shown = explorer.list(pane);
        list::draw(scene, shown, &heading(scene, explorer, pane), area, buffer);
    }
}

/// How a pane's table is headed.
pub(super) fn heading(scene: &Scene<'_>, explorer: &Explorer, pane: Pane) -> Heading {
    Heading {
        name: words::pane_title(scene, explorer, pane),
        focused: pane == explorer.focus,
        room: if scene.shows_panes() { Room::Pane } else { Room::Screen },
        many_namespaces: pane != Pane::Namespaces && words::spans_namespaces(scene, explorer),
    }
}
