//! What is typed behind `:` and `/`, and as a question.

use super::changing::{applying, choosing, fields, files, form};
use super::{asking, command, completions};
use crate::domain::inventory::{Kind, Scope};
use crate::tui::app::screen::Screen;
use crate::tui::app::select::{Asked, Filter, Of};
use crate::tui::app::state::{Pending, Prompt, PromptKind, StatusKind};
use crate::tui::app::{Job, State};
use crate::tui::keymap::{Chord, Code};
use tui_input::{Input, InputRequest};

/// What one line takes of a clipboard: more than any question, label selector or ARN has.
pub(super) const MOST_TYPED: usize = 10_000;

/// Opens the prompt; a filter or a question goes on from the text it has.
pub(super) fn open(state: &mut State, kind: PromptKind) {
    let text = match (kind, state.screen()) {
        (PromptKind::Filter, _) => state.list().map(|list| list.filter.text.clone()).unwrap_or_default(),
        (PromptKind::Ask, Screen::Ask(screen)) => {
            screen.inquiry.as_ref().map(|inquiry| inquiry.text.clone()).unwrap_or_default()
        }
        (PromptKind::Choose, Screen::Choose(screen)) => screen.typed.clone(),
        (PromptKind::Field, Screen::Form(screen)) => screen.field().map(|field| field.text.clone()).unwrap_or_default(),
        _ => String::new(),
    };
    let input = Input::new(text.clone());
    state.prompt = Some(Prompt { kind, input, completions: Vec::new(), picked: None, typed: text });
    complete_anew(state);
}

/// What the typed text may become is looked up again: something more is known.
pub(super) fn complete_anew(state: &mut State) {
    let Some(prompt) = state.prompt.as_ref().filter(|prompt| prompt.picked.is_none()) else { return };
    let completions = match prompt.kind {
        PromptKind::Filter | PromptKind::Choose | PromptKind::Consent => Vec::new(),
        PromptKind::Command => command::completions(state, &prompt.typed),
        PromptKind::Ask => completions::of_inquiry(state, &prompt.typed),
        PromptKind::Field => fields::completions(state, &prompt.typed),
    };
    if let Some(prompt) = state.prompt.as_mut() {
        prompt.completions = completions;
    }
}

/// One key while the prompt is open.
pub(super) fn press(state: &mut State, chord: Chord) -> Vec<Job> {
    let taken = match state.prompt.as_ref().map(|prompt| prompt.kind) {
        Some(PromptKind::Choose) => choosing::press(state, chord),
        Some(PromptKind::Field) => form::press(state, chord),
        Some(PromptKind::Consent) => applying::press(state, chord),
        _ => None,
    };
    if let Some(jobs) = taken {
        return jobs;
    }
    let Some(prompt) = state.prompt.as_ref() else { return Vec::new() };
    match (chord.code, chord.ctrl) {
        (Code::Esc, _) => {
            let kind = prompt.kind;
            state.prompt = None;
            match kind {
                PromptKind::Filter => return filter(state, ""),
                PromptKind::Ask => return asking::leave(state),
                PromptKind::Command | PromptKind::Choose | PromptKind::Consent | PromptKind::Field => {}
            }
        }
        (Code::Enter, _) => return enter(state),
        (Code::Tab | Code::Down, _) => pick(state, 1),
        // before anything is typed the question asked last comes first, as in a shell
        (Code::Up, _) if prompt.kind == PromptKind::Ask && prompt.typed.is_empty() && prompt.picked.is_none() => {
            pick(state, 1);
        }
        (Code::BackTab | Code::Up, _) => pick(state, -1),
        (Code::Backspace, false)
            if prompt.input.value().is_empty() && matches!(prompt.kind, PromptKind::Command | PromptKind::Filter) =>
        {
            state.prompt = None;
        }
        _ => {
            if let Some(request) = request(chord) {
                return edit(state, request);
            }
        }
    }
    Vec::new()
}

/// Text from the clipboard, into the prompt if there is one. It never acts as keys.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Job> {
    let Some(prompt) = state.prompt.as_mut() else { return Vec::new() };
    let (before, cursor) = (prompt.input.value(), prompt.input.cursor());
    let room = MOST_TYPED.saturating_sub(before.chars().count());
    let mut rest = text.chars().filter(|c| !c.is_control());
    let pasted: String = rest.by_ref().take(room).collect();
    let is_cut = rest.next().is_some();
    // all of it at once: each character by itself would go through the whole text again
    let at = before.char_indices().nth(cursor).map_or(before.len(), |(at, _)| at);
    let (left, right) = before.split_at(at);
    let whole = [left, &pasted, right].concat();
    prompt.input = Input::new(whole).with_cursor(cursor + pasted.chars().count());
    let jobs = typed(state);
    if is_cut {
        let said = format!("there is room for {MOST_TYPED} characters here: the rest of what was pasted is left out");
        state.say(StatusKind::Failed, said);
    }
    jobs
}

/// What a key does to the text, with the shell's control keys.
fn request(chord: Chord) -> Option<InputRequest> {
    Some(match (chord.code, chord.ctrl) {
        (Code::Char(c), false) => InputRequest::InsertChar(c),
        (Code::Backspace, false) | (Code::Char('h'), true) => InputRequest::DeletePrevChar,
        (Code::Delete, _) | (Code::Char('d'), true) => InputRequest::DeleteNextChar,
        (Code::Left, false) | (Code::Char('b'), true) => InputRequest::GoToPrevChar,
        (Code::Right, false) | (Code::Char('f'), true) => InputRequest::GoToNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Home, _) | (Code::Char('a'), true) => InputRequest::GoToStart,
        (Code::End, _) | (Code::Char('e'), true) => InputRequest::GoToEnd,
        (Code::Char('w') | Code::Backspace, true) => InputRequest::DeletePrevWord,
        (Code::Char('u'), true) => InputRequest::DeleteFromStart,
        (Code::Char('k'), true) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}

fn edit(state: &mut State, request: InputRequest) -> Vec<Job> {
    let Some(prompt) = state.prompt.as_mut() else { return Vec::new() };
    prompt.input.handle(request);
    typed(state)
}

/// Takes a text in the place of what was typed.
pub(super) fn become_typed(state: &mut State, text: String) -> Vec<Job> {
    if let Some(prompt) = state.prompt.as_mut() {
        prompt.input = Input::new(text);
    }
    typed(state)
}

/// Something else stands there now than before.
fn typed(state: &mut State) -> Vec<Job> {
    let Some(prompt) = state.prompt.as_mut() else { return Vec::new() };
    let text = prompt.input.value().to_owned();
    (prompt.picked, prompt.typed) = (None, text.clone());
    match prompt.kind {
        PromptKind::Filter => filter_while_typing(state, &text),
        PromptKind::Command => {
            let jobs = command::names_wanted(state, &text);
            complete_anew(state);
            jobs
        }
        PromptKind::Field => {
            let jobs = files::wanted(state, &text);
            complete_anew(state);
            jobs
        }
        PromptKind::Ask => {
            complete_anew(state);
            Vec::new()
        }
        PromptKind::Choose | PromptKind::Consent => Vec::new(),
    }
}

/// Takes the next completion into the text; past the last one the text is what had been typed.
fn pick(state: &mut State, by: isize) {
    let Some(prompt) = state.prompt.as_mut() else { return };
    let count = prompt.completions.len();
    if count == 0 {
        return;
    }
    prompt.picked = match prompt.picked {
        None if by > 0 => Some(0),
        None => Some(count - 1),
        Some(at) => at.checked_add_signed(by).filter(|at| *at < count),
    };
    take_picked(prompt);
}

/// Takes a completion into the text, by its place.
pub(super) fn pick_place(state: &mut State, place: usize) {
    if let Some(prompt) = state.prompt.as_mut().filter(|prompt| place < prompt.completions.len()) {
        prompt.picked = Some(place);
        take_picked(prompt);
    }
}

fn take_picked(prompt: &mut Prompt) {
    let picked = prompt.picked.and_then(|at| prompt.completions.get(at));
    prompt.input = Input::new(picked.unwrap_or(&prompt.typed).clone());
}

pub(super) fn enter(state: &mut State) -> Vec<Job> {
    if state.prompt.as_ref().is_some_and(|prompt| prompt.kind == PromptKind::Ask) {
        return asking::ask(state);
    }
    let Some(prompt) = state.prompt.take() else { return Vec::new() };
    let text = prompt.input.value().trim().to_owned();
    match prompt.kind {
        PromptKind::Command => command::run(state, &text, &prompt.completions),
        PromptKind::Filter => filter(state, &text),
        PromptKind::Ask | PromptKind::Choose | PromptKind::Consent | PromptKind::Field => Vec::new(),
    }
}

/// A substring narrows with every key; labels wait for the return key, as they are asked of the API server.
fn filter_while_typing(state: &mut State, text: &str) -> Vec<Job> {
    if matches!(Filter::new(text).asked(), Asked::Labels(_)) || matches!(text.trim(), "-" | "-l") {
        return Vec::new();
    }
    filter(state, text)
}

/// Narrows the shown list.
fn filter(state: &mut State, text: &str) -> Vec<Job> {
    let Some(list) = state.screen_mut().list_mut() else { return Vec::new() };
    list.filter = Filter::new(text);
    list.cursor.moved = true; // what it finds is chosen, and stays so when the filter goes
    let mut jobs = state.cancel_left(|pending| *pending == Pending::Labelled);
    if let Asked::Labels(selector) = Filter::new(text).asked() {
        jobs.extend(ask_labels(state, selector.to_owned()));
    }
    jobs
}

/// Asks the API server which objects of the shown list carry the labels.
pub(super) fn ask_labels(state: &mut State, selector: String) -> Option<Job> {
    let kind = match state.list().map(|list| &list.of)? {
        of if of.is_of_pods() => Kind::Pod,
        Of::Accounts => Kind::ServiceAccount,
        Of::Namespaces => Kind::Namespace,
        Of::Nodes => Kind::Node,
        _ => {
            if let Some(list) = state.screen_mut().list_mut() {
                list.filter = Filter::default();
            }
            state.say(
                StatusKind::Failed,
                "these rows have no labels: /-l is for pods, ServiceAccounts, namespaces, nodes",
            );
            return None;
        }
    };
    let listing = state.inventory.listings().of(kind).scope.clone();
    let scope = match (&state.scope, listing) {
        (Some(namespace), Scope::Cluster) if kind.is_namespaced() => Scope::Namespace(namespace.clone()),
        (_, scope) => scope,
    };
    let ticket = state.ticket(Pending::Labelled);
    if let Some(list) = state.screen_mut().list_mut() {
        list.filter.asks = Some(ticket); // of one asked before, the answer finds nobody
    }
    state.say(StatusKind::Busy, format!("asking which {} carry {selector}…", kind.resource()));
    Some(Job::Labelled(ticket, kind, scope, selector))
}
