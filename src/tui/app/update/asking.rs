//! Asking whether something may be done: the question is typed, and answered from what was read.

use super::prompt;
use crate::domain::identity::{
    Asking, asking_of_container, asking_of_role, askings_of_account, askings_of_pod, node_role_of,
};
use crate::domain::model::RoleArn;
use crate::tui::app::page::answer_lines;
use crate::tui::app::screen::{AskScreen, Inquiry, Screen, Scroll};
use crate::tui::app::select::Item;
use crate::tui::app::state::{Pending, PromptKind, StatusKind};
use crate::tui::app::{Job, State};

/// So many questions are remembered.
const REMEMBERED: usize = 50;

/// Opens the screen for a question about the selected row, or the line to type another one.
pub(super) fn open(state: &mut State) -> Vec<Job> {
    if !matches!(state.screen(), Screen::Ask(_)) {
        let Some(subject) = state.subject() else {
            state.say(StatusKind::Failed, "no row is selected");
            return Vec::new();
        };
        if !subject.is_asker() {
            state.say(StatusKind::Failed, "this row asks AWS for nothing: select a ServiceAccount, pod, node or role");
            return Vec::new();
        }
        let mut screen = AskScreen::new(subject);
        settle(state, &mut screen);
        state.screens.push(Screen::Ask(screen));
    }
    prompt::open(state, PromptKind::Ask);
    let is_on_its_way = state.open.values().any(|pending| *pending == Pending::Catalogue);
    if state.catalogue.is_some() || is_on_its_way {
        return Vec::new();
    }
    vec![Job::Catalogue(state.ticket(Pending::Catalogue))]
}

/// Asks what was typed. Half a word that was picked is gone on with, and what is no question is said to be none.
pub(super) fn ask(state: &mut State) {
    let Some(prompt) = state.prompt.as_mut() else { return };
    let text = prompt.input.value().trim().to_owned();
    if text.ends_with([':', '=']) && prompt.picked.is_some() {
        (prompt.picked, prompt.typed) = (None, text);
        return prompt::complete_anew(state);
    }
    let read = Inquiry::read(&text);
    let Screen::Ask(screen) = state.screen_mut() else { return };
    match read {
        Err(refused) => screen.refused = Some(refused),
        Ok(inquiry) => {
            (screen.inquiry, screen.refused) = (Some(inquiry), None);
            (screen.scroll, screen.made_from) = (Scroll(0), None);
            state.prompt = None;
            state.inquiries.retain(|other| *other != text);
            state.inquiries.insert(0, text);
            state.inquiries.truncate(REMEMBERED);
        }
    }
}

/// Leaves the line; with it the screen, if nothing was asked on it.
pub(super) fn leave(state: &mut State) -> Vec<Job> {
    let Screen::Ask(screen) = state.screen_mut() else { return Vec::new() };
    screen.refused = None;
    if screen.inquiry.is_none() && state.screens.len() > 1 {
        state.screens.pop();
    }
    Vec::new()
}

/// Brings the screen up to date; whether anything could have changed.
pub(super) fn settle(state: &State, screen: &mut AskScreen) -> bool {
    let made_from = Some((state.revision, state.catalogue.is_some()));
    if screen.made_from == made_from {
        return false;
    }
    screen.askings = askings(state, &screen.subject);
    screen.answer = answer_lines(screen, state.catalogue);
    screen.made_from = made_from;
    true
}

/// The identities of a row's object, each once.
fn askings(state: &State, subject: &Item) -> Vec<Asking> {
    let inventory = &state.inventory;
    let pod = subject.pod().and_then(|(namespace, name)| inventory.shard(namespace)?.pod(name));
    match subject {
        Item::Pod(..) => pod.map(|pod| askings_of_pod(inventory, pod)).unwrap_or_default(),
        Item::Container(_, _, place) => {
            pod.and_then(|pod| asking_of_container(inventory, pod, usize::from(*place))).into_iter().collect()
        }
        Item::Account(namespace, name) => askings_of_account(inventory, &state.identities, namespace, name),
        Item::Node(name) => {
            let role = inventory.node(name).and_then(|node| node_role_of(inventory, node));
            vec![asking_of_role(inventory, role.as_ref(), None)]
        }
        Item::Role(arn) => vec![asking_of_role(inventory, Some(&RoleArn::new(arn.clone())), None)],
        _ => Vec::new(),
    }
}
