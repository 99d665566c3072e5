//! What the mouse does: a click selects and, a second time, goes in; the wheel scrolls what lies under it; drawn over a
//! text, it marks and copies it.
//!
//! A click is a press and its release on one cell, so that nothing is selected or opened by who marks a text. It does what
//! one key does, never more: to a change one agrees with the keyboard alone.

use super::changing::{choosing, form, waiting};
use super::{keys, moves, prompt};
use crate::tui::app::layout::{below_refusal, layout};
use crate::tui::app::screen::{Pane, Screen};
use crate::tui::app::state::PromptKind;
use crate::tui::app::{Gesture, Job, Layout, Marked, Pointer, Spot, State, Turn};
use crate::tui::keymap::{Action, Motion};
use ratatui::layout::Position;

/// So many rows one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// One thing that the pointer did.
pub(super) fn point(state: &mut State, pointer: Pointer) -> Vec<Job> {
    match pointer.did {
        Gesture::Pressed => {
            state.marked = None;
            state.pressed = Some(pointer.at);
        }
        Gesture::Dragged => mark(state, pointer.at),
        Gesture::Released(spot) => {
            let Some(pressed) = state.pressed.take() else { return Vec::new() };
            if let Some(marked) = state.marked {
                return vec![Job::Marked(marked)];
            }
            if pressed == pointer.at {
                return click(state, pointer.at, spot);
            }
        }
        Gesture::Wheel(turn) => {
            forget(state);
            wheel(state, pointer.at, turn);
        }
    }
    Vec::new()
}

/// Nothing is marked or held any more: the screen under it is another.
pub(super) fn forget(state: &mut State) {
    (state.pressed, state.marked) = (None, None);
}

/// What is marked in a part of the screen that is no more is not marked.
pub(super) fn settle(state: &mut State) {
    if let Some(marked) = state.marked
        && layout(state).text_at(marked.from) != Some(marked.within)
    {
        forget(state);
    }
}

/// Marks from where the button went down, within the part of the screen where that was.
fn mark(state: &mut State, to: Position) {
    let Some(from) = state.pressed else { return };
    state.marked = match state.marked {
        Some(marked) => Some(marked.to(to)),
        None if to == from => None,
        None => layout(state).text_at(from).map(|within| Marked::new(within, from, to)),
    };
}

fn click(state: &mut State, at: Position, spot: Option<Spot>) -> Vec<Job> {
    use PromptKind::{Ask, Choose, Field, Filter};
    match (state.prompt.as_ref().map(|prompt| prompt.kind), spot) {
        (None | Some(Ask | Choose | Field), Some(Spot::Key(chord))) => keys::press(state, chord),
        (None, spot) => {
            waiting::leave_off(state);
            keys::dismiss(state);
            state.pending_key = None;
            click_table(state, at, spot)
        }
        (Some(Filter), _) => click_filtered(state, at),
        (Some(Ask), Some(Spot::Pick(place))) => {
            prompt::pick_place(state, place);
            Vec::new()
        }
        (Some(Choose), Some(Spot::Pick(place))) => {
            waiting::leave_off(state);
            choosing::click(state, place)
        }
        (Some(Field), Some(Spot::Field(place))) => {
            waiting::leave_off(state);
            form::go_to(state, place)
        }
        // beside what is typed nothing happens; and where one agrees to a change, or types a command, only keys do anything
        _ => Vec::new(),
    }
}

/// Who clicks on a row has found what the filter was typed for.
fn click_filtered(state: &mut State, at: Position) -> Vec<Job> {
    let Some((pane, place)) = row_at(state, at) else { return Vec::new() };
    let jobs = prompt::enter(state);
    focus(state, pane);
    select(state, place);
    jobs
}

fn click_table(state: &mut State, at: Position, spot: Option<Spot>) -> Vec<Job> {
    let pane = layout(state).pane_at(at);
    match spot {
        Some(Spot::Heading(by)) => {
            focus(state, pane);
            return keys::act(state, Action::Sort(by));
        }
        Some(Spot::Step(pane)) => {
            focus(state, Some(pane));
        }
        Some(_) => {}
        None => {
            let row = row_at(state, at);
            let was_focused = focus(state, pane);
            if let Some((_, place)) = row {
                if was_focused && is_chosen(state, place) {
                    return keys::act(state, Action::In);
                }
                select(state, place);
            }
        }
    }
    Vec::new()
}

/// Takes the keys to a pane; whether they went there before.
fn focus(state: &mut State, pane: Option<Pane>) -> bool {
    match (state.screen_mut(), pane) {
        (Screen::Explorer(explorer), Some(pane)) => {
            let was = explorer.focus == pane;
            explorer.focus = pane;
            was
        }
        _ => true,
    }
}

/// The row that a point lies on, by its place in its list, and of the explorer in which pane.
fn row_at(state: &State, at: Position) -> Option<(Option<Pane>, usize)> {
    let places = layout(state);
    let (pane, list, area) = match state.screen() {
        Screen::Explorer(explorer) => {
            let pane = places.pane_at(at)?;
            (Some(pane), explorer.list(pane), *places.panes.get(pane as usize)?)
        }
        screen => (None, screen.list()?, places.tables),
    };
    let place = list.cursor.top + Layout::row_at(area, at)?;
    (place < list.index.len()).then_some((pane, place))
}

/// Whether the reader has selected that row before: the one that a list begins on is nobody's choice.
fn is_chosen(state: &State, place: usize) -> bool {
    state.list().is_some_and(|list| list.cursor.moved && list.cursor.at == place)
}

fn select(state: &mut State, place: usize) {
    let height = Layout::rows(layout(state).tables);
    if let Some(list) = state.screen_mut().list_mut() {
        list.cursor.go(place, &list.index, height);
    }
}

/// Scrolls what lies under the pointer, and nothing else.
fn wheel(state: &mut State, at: Position, turn: Turn) {
    let places = layout(state);
    let by = if turn == Turn::Up { -NOTCH } else { NOTCH };
    if state.screen().scroll().is_some() {
        if places.body.contains(at) && shows_page(state) {
            moves::scroll(state, if turn == Turn::Up { Motion::Up } else { Motion::Down }, NOTCH.unsigned_abs());
        }
        return;
    }
    let height = Layout::rows(places.tables);
    let is_in = Layout::inner(places.tables).contains(at);
    match state.screen_mut() {
        Screen::Explorer(explorer) => {
            if let Some(pane) = places.pane_at(at) {
                let list = explorer.list_mut(pane);
                list.cursor.scroll(by, &list.index, height);
            }
        }
        Screen::Choose(screen) if is_in => {
            let window = below_refusal(screen.refused.as_deref(), Layout::inner(places.tables));
            screen.scroll(by, usize::from(window.height));
        }
        screen => {
            if let Some(list) = screen.list_mut().filter(|_| is_in) {
                list.cursor.scroll(by, &list.index, height);
            }
        }
    }
}

/// Whether the page is shown, and not what is typed below a question.
fn shows_page(state: &State) -> bool {
    match (state.screen(), &state.prompt) {
        (Screen::Ask(screen), Some(prompt)) => !screen.shows_completions(prompt),
        _ => true,
    }
}
