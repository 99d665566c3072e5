//! Copying a name or an ARN to the terminal's clipboard, and saving the shown table or export.

use super::questions;
use crate::tui::app::screen::Screen;
use crate::tui::app::select::{Item, cells};
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::{Job, State};

/// The selected row's name.
pub(super) fn name(state: &mut State) -> Vec<Job> {
    match state.subject() {
        Some(Item::Container(namespace, pod, place)) => {
            let pod = state.inventory.shard(&namespace).and_then(|shard| shard.pod(&pod));
            let container = pod.and_then(|pod| pod.spec.containers.get(usize::from(place)));
            let name = container.map(|container| container.name.to_string());
            copied(state, name)
        }
        subject => copied(state, subject.map(|item| item.name().to_owned())),
    }
}

/// The ARN of the selected row's role.
pub(super) fn arn(state: &mut State) -> Vec<Job> {
    let roles = state.subject().map(|item| questions::roles_of(state, &item)).unwrap_or_default();
    if let Some(arn) = roles.into_iter().next() {
        return copied(state, Some(arn.to_string()));
    }
    state.say(StatusKind::Failed, "this row has no role, or it is not known yet");
    Vec::new()
}

fn copied(state: &mut State, text: Option<String>) -> Vec<Job> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        state.say(StatusKind::Failed, state.why_no_subject());
        return Vec::new();
    };
    state.say(StatusKind::Done, format!("copied {text}"));
    vec![Job::Copy(text)]
}

/// What was marked with the pointer; of nothing but blanks nothing is copied.
pub(super) fn marked(state: &mut State, text: String) -> Vec<Job> {
    let lines = text.lines().count();
    if lines > 1 {
        state.say(StatusKind::Done, format!("copied {lines} lines"));
        return vec![Job::Copy(text)];
    }
    if text.is_empty() { Vec::new() } else { copied(state, Some(text)) }
}

/// The rows of the shown table, as CSV with full names; of a plan for others, its text.
pub(super) fn save(state: &mut State) -> Vec<Job> {
    if let Screen::Export(screen) = state.screen() {
        let (export, program) = (screen.export.clone(), screen.dialect.word());
        let name = format!("{program}.{}", if export.is_manifest { "yaml" } else { "sh" });
        let ticket = state.ticket(Pending::Save);
        state.say(StatusKind::Busy, "saving it…");
        return vec![Job::Save(ticket, name, export.text)];
    }
    let Some(table) = cells::csv(state) else {
        state.say(StatusKind::Failed, "this screen has no table to save");
        return Vec::new();
    };
    let name = format!("{}.csv", cells::stem(state));
    let ticket = state.ticket(Pending::Save);
    state.say(StatusKind::Busy, "saving the table…");
    vec![Job::Save(ticket, name, table)]
}
