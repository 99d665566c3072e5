//! One frame.

use super::scene::Scene;
use super::{about, ask, choose, explorer, footer, form, header, list, marked, page};
use crate::tui::app::screen::Screen;
use crate::tui::app::{State, layout};
use crate::tui::theme::{self, Abilities};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws the shown screen. Gives whether it would be another in a second, with nothing else having happened: it shows the
/// age of something young.
pub fn draw(frame: &mut Frame<'_>, state: &State) -> bool {
    let (cursor, by_the_second) = paint(state, frame.buffer_mut());
    if let Some(marked) = state.marked {
        marked::highlight(marked, frame.buffer_mut());
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    by_the_second
}

/// Paints the shown screen, without what is marked on it. Gives where the cursor stands, and whether it would be another in
/// a second.
pub(super) fn paint(state: &State, buffer: &mut Buffer) -> (Option<Position>, bool) {
    let scene = Scene::new(state);
    let places = layout(state);
    header::draw(&scene, places.header, buffer);
    let mut typed = None;
    match state.screen() {
        Screen::Explorer(explorer) => explorer::draw(&scene, explorer, &places, buffer),
        Screen::List(screen) => {
            about::draw_card(&scene, screen.list.selected(), places.card, buffer);
            list::draw_screen(&scene, screen, places.tables, buffer);
        }
        Screen::Node(screen) => {
            about::draw_node_card(&scene, &screen.node, places.card, buffer);
            list::draw_pods_on_node(&scene, screen, places.tables, buffer);
        }
        Screen::Choose(screen) => typed = choose::draw(&scene, screen, &places, buffer),
        Screen::Form(screen) => typed = form::draw(&scene, screen, places.body, buffer),
        Screen::Ask(screen) => typed = ask::draw(&scene, screen, &places, buffer),
        screen => page::draw(&scene, screen, places.body, buffer),
    }
    let cursor = footer::draw(&scene, places.footer, buffer).or(typed);
    theme::settle(buffer, Abilities { colour: !state.options.no_color, ascii: state.options.ascii });
    (cursor, scene.changes_by_the_second())
}
