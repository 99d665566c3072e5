//! Answers to jobs. One that nobody waits for any more is dropped.

use super::changing::{applying, drafts, files, history, planning, trying};
use super::{asking, keys, prompt, troubles};
use crate::domain::identity::Identities;
use crate::domain::inventory::Inventory;
use crate::domain::model::Name;
use crate::tui::app::About;
use crate::tui::app::screen::{Feed, Screen, TextBody};
use crate::tui::app::select::{Filter, Of};
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::{Entry, Job, Message, Refusal, State, TargetKind, Ticket};
use crate::tui::text::NodeNames;
use std::sync::Arc;

pub(super) fn take_in(state: &mut State, answer: Message) -> Vec<Job> {
    match answer {
        Message::Text(ticket, answer) if is_waited_for(state, ticket) => text(state, ticket, answer),
        Message::Labelled(ticket, answer) if is_waited_for(state, ticket) => labelled(state, ticket, answer),
        Message::Targets(ticket, kind, answer) if is_waited_for(state, ticket) => targets(state, kind, answer),
        Message::Connected(ticket, answer) if is_waited_for(state, ticket) => return connected(state, ticket, answer),
        Message::Calls(ticket, calls) if is_waited_for(state, ticket) => fill(state, &Of::Calls, &Feed::Calls(calls)),
        Message::Saved(ticket, answer) if is_waited_for(state, ticket) => match answer {
            Ok(path) => state.say(StatusKind::Done, format!("saved to {path}")),
            Err(refusal) => fail(state, "save", refusal),
        },
        Message::Catalogue(ticket, catalogue) if is_waited_for(state, ticket) => state.catalogue = Some(catalogue),
        Message::May(ticket, lacking) if is_waited_for(state, ticket) => planning::lacking(state, ticket, &lacking),
        Message::Rehearsed(ticket, trials) if is_waited_for(state, ticket) => trying::tried(state, ticket, trials),
        Message::Files(ticket, names) if is_waited_for(state, ticket) => files::arrived(state, ticket, names),
        Message::Draft(ticket, answer) if is_waited_for(state, ticket) => {
            if let Screen::Ask(_) = state.screen() {
                asking::given(state, answer);
                return Vec::new();
            }
            return drafts::arrived(state, ticket, answer);
        }
        Message::Fitted(ticket, answer) if is_waited_for(state, ticket) => {
            return planning::fitted(state, ticket, answer);
        }
        Message::Told(ticket, told) => return applying::told(state, ticket, told),
        Message::Log(ticket, answer) => log(state, ticket, answer),
        Message::Trouble(source, refusal) => fail(state, &source, refusal),
        _ => {}
    }
    Vec::new()
}

/// Whether the ticket is open; from here on it is not.
fn is_waited_for(state: &mut State, ticket: Ticket) -> bool {
    state.open.remove(&ticket).is_some()
}

fn fail(state: &mut State, source: &str, refusal: Refusal) {
    state.say(StatusKind::Failed, refusal.said.clone());
    troubles::note(state, source, refusal);
}

fn text(state: &mut State, ticket: Ticket, answer: Result<String, Refusal>) {
    let screens = state.screens.iter_mut();
    let screen = screens.filter_map(|screen| if let Screen::Text(text) = screen { Some(text) } else { None });
    for screen in screen.filter(|screen| screen.body == TextBody::Loading(ticket)) {
        screen.body = match &answer {
            Ok(text) => TextBody::Ready(text.lines().map(str::to_owned).collect()),
            Err(refusal) => TextBody::Failed(refusal.said.clone(), refusal.hint.clone()),
        };
    }
    if let Err(refusal) = answer {
        troubles::note(state, "read object", refusal);
    }
}

/// What the filter that asked lets through from now on, be it of a list below what is looked at.
fn labelled(state: &mut State, ticket: Ticket, answer: Result<Vec<(Name, Name)>, Refusal>) {
    let Some(list) = state.screens.iter_mut().find_map(|screen| screen.list_asking_mut(ticket)) else { return };
    list.filter.asks = None;
    match answer {
        Ok(names) => {
            list.filter.labelled = Some(names.into_iter().collect());
            state.status = None;
        }
        Err(refusal) => {
            list.filter = Filter::default();
            fail(state, "filter by labels", refusal);
        }
    }
}

fn targets(state: &mut State, kind: TargetKind, answer: Result<(Vec<Name>, Option<Name>), Refusal>) {
    let of = if kind == TargetKind::Context { Of::Contexts } else { Of::Profiles };
    match answer {
        Ok((names, present)) => {
            let known = if kind == TargetKind::Context { &mut state.contexts } else { &mut state.profiles };
            known.clone_from(&names);
            prompt::complete_anew(state);
            fill(state, &of, &Feed::Targets(names, present));
        }
        Err(refusal) => {
            fill(state, &of, &Feed::Failed(refusal.said.clone()));
            troubles::note(state, kind.word(), refusal);
        }
    }
}

fn log(state: &mut State, ticket: Ticket, answer: Result<Vec<Arc<Entry>>, Refusal>) {
    let pending = state.open.remove(&ticket);
    match (pending, answer) {
        (Some(Pending::FirstLog), Ok(entries)) => history::tell_unfinished(state, &entries),
        (Some(Pending::Log), Ok(entries)) => fill(state, &Of::Changes, &Feed::Changes(entries)),
        (Some(_), Err(refusal)) => {
            fill(state, &Of::Changes, &Feed::Failed(refusal.said.clone()));
            troubles::note(state, "log of changes", refusal);
        }
        _ => {}
    }
}

fn fill(state: &mut State, of: &Of, feed: &Feed) {
    for screen in &mut state.screens {
        if let Screen::List(screen) = screen
            && screen.list.of == *of
        {
            screen.feed = feed.clone();
        }
    }
}

/// Another cluster answers: from here on only its facts count. Nothing of the old world is carried over.
fn connected(state: &mut State, ticket: Ticket, answer: Result<Box<About>, Refusal>) -> Vec<Job> {
    let about = match answer {
        Ok(about) => about,
        Err(refusal) => {
            fail(state, "connect", refusal);
            return Vec::new();
        }
    };
    let is_same_cluster = about.context == state.about.context;
    let named = about.context.clone().or_else(|| about.cluster_name.clone()).unwrap_or_default();
    let profile = about.profile.as_ref().map(|profile| format!(", profile {profile}")).unwrap_or_default();
    state.screens.truncate(1);
    let jobs = state.cancel(|pending| keys::is_of_screen(pending) || matches!(pending, Pending::Targets(_)));
    if !is_same_cluster {
        state.scope = about.namespace.as_deref().filter(|name| *name != "default").map(Name::from);
        state.recent = state.scope.iter().cloned().collect();
        state.screens = vec![Screen::explorer(state.scope.clone())];
    }
    (state.inventory, state.identities) = (Inventory::default(), Identities::default());
    state.node_names = NodeNames::default();
    state.roles.clear();
    state.asked.clear();
    state.asked_at.clear();
    state.unanswered.clear();
    state.hastened.clear();
    state.revision += 1;
    state.connection = ticket;
    state.about = *about;
    state.say(StatusKind::Done, format!("connected to {named}{profile}"));
    jobs
}
