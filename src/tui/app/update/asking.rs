//! Asking whether something may be done: the question is typed, and answered from what was read.

use super::prompt;
use crate::domain::access::Given;
use crate::domain::identity::{
    Asking, asking_of_container, asking_of_node, asking_of_role, askings_of_account, askings_of_pod,
};
use crate::domain::model::RoleArn;
use crate::tui::app::page::answer_lines;
use crate::tui::app::screen::{AskScreen, Draft, Inquiry, Screen, Scroll, Waiting};
use crate::tui::app::select::Item;
use crate::tui::app::state::{Pending, PromptKind, StatusKind};
use crate::tui::app::{Job, Refusal, State};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many questions are remembered.
const REMEMBERED: usize = 50;

/// Opens the screen for a question about the selected row, or the line to type another one.
pub(super) fn open(state: &mut State) -> Vec<Job> {
    if !matches!(state.screen(), Screen::Ask(_)) {
        let Some(subject) = state.subject() else {
            state.say(StatusKind::Failed, state.why_no_subject());
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
    unpacked(state)
}

/// Has the catalogue of actions unpacked, where it is not and nobody is at it.
pub(super) fn unpacked(state: &mut State) -> Vec<Job> {
    let is_on_its_way = state.open.values().any(|pending| *pending == Pending::Catalogue);
    if state.catalogue.is_some() || is_on_its_way {
        return Vec::new();
    }
    vec![Job::Catalogue(state.ticket(Pending::Catalogue))]
}

/// Asks what was typed, once the files that it names are read. Half a word that was picked is gone on with, and what is
/// no question is said to be none.
pub(super) fn ask(state: &mut State) -> Vec<Job> {
    let Some(prompt) = state.prompt.as_mut() else { return Vec::new() };
    let text = prompt.input.value().trim().to_owned();
    if text.ends_with([':', '=']) && prompt.picked.is_some() {
        (prompt.picked, prompt.typed) = (None, text);
        prompt::complete_anew(state);
        return Vec::new();
    }
    let read = Inquiry::read(&text);
    let Screen::Ask(screen) = state.screen_mut() else { return Vec::new() };
    let inquiry = match read {
        Err(refused) => {
            screen.refused = Some(refused);
            return Vec::new();
        }
        Ok(inquiry) => inquiry,
    };
    let paths: Vec<String> = inquiry.files().into_iter().map(str::to_owned).collect();
    (screen.waiting, screen.refused) = (Some(Waiting { inquiry, texts: BTreeMap::new() }), None);
    let mut jobs = state.cancel(|pending| *pending == Pending::Draft);
    for path in paths {
        jobs.push(Job::ReadFile(state.ticket(Pending::Draft), path));
    }
    go_on(state);
    jobs
}

/// A file that a question names is here, or could not be had.
pub(super) fn given(state: &mut State, answer: Result<Option<Draft>, Refusal>) {
    let Screen::Ask(screen) = state.screen_mut() else { return };
    let Some(waiting) = &mut screen.waiting else { return };
    match answer {
        Ok(Some(Draft { text, path: Some(path) })) => {
            waiting.texts.insert(path, text);
            go_on(state);
        }
        Ok(_) => {}
        Err(Refusal { said, hint }) => {
            screen.refused = Some(hint.map_or(said.clone(), |hint| format!("{said}; {hint}")));
            screen.waiting = None;
        }
    }
}

/// Puts the question, once all its files are read.
fn go_on(state: &mut State) {
    let Screen::Ask(screen) = state.screen_mut() else { return };
    let is_whole = |waiting: &mut Waiting| waiting.inquiry.files().iter().all(|path| waiting.texts.contains_key(*path));
    let Some(Waiting { inquiry, texts }) = screen.waiting.take_if(is_whole) else { return };
    match policies(&inquiry, &texts) {
        Err(refused) => screen.refused = Some(refused),
        Ok(given) => {
            let text = inquiry.text.clone();
            (screen.inquiry, screen.given) = (Some(inquiry), given);
            (screen.scroll, screen.made_from) = (Scroll::default(), None);
            state.prompt = None;
            state.inquiries.retain(|other| *other != text);
            state.inquiries.insert(0, text);
            state.inquiries.truncate(REMEMBERED);
        }
    }
}

/// The policies in the files of a question.
fn policies(inquiry: &Inquiry, texts: &BTreeMap<String, Arc<str>>) -> Result<Given, String> {
    let mut given = Given::default();
    let text = |path: &str| texts.get(path).map(|text| &**text).unwrap_or_default();
    for path in &inquiry.scp {
        given.scp(path, text(path))?;
    }
    if let Some(path) = &inquiry.resource_policy {
        given.resource_policy(&inquiry.action, path, text(path))?;
    }
    Ok(given)
}

/// Leaves the line; with it the screen, if nothing was asked on it.
pub(super) fn leave(state: &mut State) -> Vec<Job> {
    let Screen::Ask(screen) = state.screen_mut() else { return Vec::new() };
    (screen.refused, screen.waiting) = (None, None);
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
    for bearer in screen.askings.iter_mut().filter_map(|asking| asking.bearer.as_mut()) {
        screen.given.add_to(&mut bearer.policies);
    }
    screen.answer = answer_lines(screen, state.catalogue, state.now);
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
        Item::Node(name) => vec![asking_of_node(inventory, name)],
        Item::Role(arn) => vec![asking_of_role(inventory, Some(&RoleArn::new(arn.clone())), None)],
        _ => Vec::new(),
    }
}
