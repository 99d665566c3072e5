//! What can be pressed with the pointer beside rows, where it is drawn: the same places as in drawing.

use super::list::{Heading, sort_at};
use super::scene::Scene;
use super::{ask, choose, explorer, footer, form, sheet};
use crate::tui::app::screen::Screen;
use crate::tui::app::select::SortBy;
use crate::tui::app::{Layout, Spot, State, layout};
use ratatui::layout::Position;

/// What stands there.
pub fn spot(state: &State, at: Position) -> Option<Spot> {
    let scene = &Scene::new(state);
    let places = layout(state);
    if let Some(spot) = footer::spot_at(scene, places.footer, at) {
        return Some(spot);
    }
    match state.screen() {
        Screen::Choose(screen) => choose::pick_at(screen, places.tables, at).map(Spot::Pick),
        Screen::Ask(screen) => ask::pick_at(screen, state.prompt.as_ref(), places.body, at).map(Spot::Pick),
        Screen::Form(screen) => form::field_at(scene, screen, places.body, at).map(Spot::Field),
        _ => sort_of_heading(scene, &places, at).map(Spot::Heading),
    }
}

/// What the table is sorted by whose column has its heading there.
fn sort_of_heading(scene: &Scene<'_>, places: &Layout, at: Position) -> Option<SortBy> {
    match scene.state.screen() {
        Screen::Explorer(shown) => {
            let pane = places.pane_at(at)?;
            let list = shown.list(pane);
            let heading = explorer::heading(scene, shown, pane);
            sort_at(list, *places.panes.get(pane as usize)?, at, |by| sheet::of_list(scene, &list.of, by, &heading))
        }
        Screen::List(screen) => {
            let heading = Heading::of_screen(scene, screen);
            sort_at(&screen.list, places.tables, at, |by| sheet::of_screen(scene, screen, by, &heading))
        }
        Screen::Node(screen) => {
            let (heading, list) = (Heading::of_node(scene, screen), &screen.pods);
            sort_at(list, places.tables, at, |by| sheet::of_list(scene, &list.of, by, &heading))
        }
        _ => None,
    }
}
