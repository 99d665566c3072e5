//! The path of a file, completed as it is typed, as a shell would.

use super::form;
use crate::tui::app::screen::{FieldKind, Folder, FormScreen, Screen};
use crate::tui::app::state::{Pending, PromptKind};
use crate::tui::app::update::prompt;
use crate::tui::app::{Job, State, Ticket};

/// So many are offered.
const OFFERED: usize = 500;

/// A path as it was typed: its folder, with the slash at its end, and what the name begins with.
fn parts(typed: &str) -> (&str, &str) {
    typed.rfind('/').map_or(("", typed), |at| typed.split_at(at + 1))
}

/// Asks for what is in the folder of the typed path, where that is another one than before.
pub(in crate::tui::app::update) fn wanted(state: &mut State, typed: &str) -> Vec<Job> {
    let (folder, _) = parts(typed);
    let is_of_file = |screen: &FormScreen| screen.field().is_some_and(|field| field.kind == FieldKind::Document);
    let is_known = |screen: &FormScreen| screen.folder.as_ref().is_some_and(|known| known.path == folder);
    let is_wanted = matches!(state.screen(), Screen::Form(screen) if is_of_file(screen) && !is_known(screen));
    if !is_wanted || typed.is_empty() {
        return Vec::new();
    }
    let mut jobs = state.cancel(|pending| *pending == Pending::Files);
    let asked = state.ticket(Pending::Files);
    if let Some(screen) = form::shown(state) {
        screen.folder = Some(Folder { path: folder.to_owned(), asked, names: None });
    }
    jobs.push(Job::Files(asked, folder.to_owned()));
    jobs
}

/// What is in the folder is known.
pub(in crate::tui::app::update) fn arrived(state: &mut State, ticket: Ticket, names: Vec<String>) {
    let folder = form::shown(state).and_then(|screen| screen.folder.as_mut()).filter(|folder| folder.asked == ticket);
    if let Some(folder) = folder {
        folder.names = Some(names);
        prompt::complete_anew(state);
    }
}

/// What the typed path may become. Hidden files are offered once their dot is typed.
pub(super) fn completions(screen: &FormScreen, typed: &str) -> Vec<String> {
    let (path, begun) = parts(typed);
    let known = screen.folder.as_ref().filter(|folder| folder.path == path && !typed.is_empty());
    let names = known.and_then(|folder| folder.names.as_ref()).into_iter().flatten();
    let is_meant = |name: &&String| {
        name.starts_with(begun) && name.as_str() != begun && (begun.starts_with('.') || !name.starts_with('.'))
    };
    names.filter(is_meant).take(OFFERED).map(|name| format!("{path}{name}")).collect()
}

/// What all that the typed path may become begins with, where that is more than what was typed.
pub(super) fn longer(state: &State) -> Option<String> {
    let Screen::Form(screen) = state.screen() else { return None };
    let prompt = state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Field && prompt.picked.is_none())?;
    screen.field().filter(|field| field.kind == FieldKind::Document)?;
    let (first, rest) = prompt.completions.split_first()?;
    let shared = |so_far: &str, other: &str| {
        let same = so_far.chars().zip(other.chars()).take_while(|(one, other)| one == other);
        same.map(|(one, _)| one).collect::<String>()
    };
    let shared = rest.iter().fold(first.clone(), |so_far, other| shared(&so_far, other));
    (shared.len() > prompt.typed.len()).then_some(shared)
}
