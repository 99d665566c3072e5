//! Choosing a role for a ServiceAccount: what is typed narrows, what fits comes first.

use super::planning;
use crate::domain::model::{Name, Question, Reading, RoleArn};
use crate::domain::plan::{Annotations, RoleChoice, Seen, fit_of, role_choices};
use crate::tui::app::change::Intent;
use crate::tui::app::screen::{ChooseScreen, Pick, Screen};
use crate::tui::app::state::{PromptKind, StatusKind};
use crate::tui::app::update::{prompt, questions};
use crate::tui::app::{Job, State, actions};
use crate::tui::keymap::{Chord, Code};

/// What the row of no role is found by.
const NOTHING: &str = "no role: take the annotation away";

/// So far a page goes.
const PAGE: isize = 10;

/// Opens the choice of a role for the selected row's ServiceAccount.
pub(in crate::tui::app::update) fn open(state: &mut State) -> Vec<Job> {
    let Some(subject) = state.subject() else {
        state.say(StatusKind::Failed, "no row is selected");
        return Vec::new();
    };
    let offer = actions::OFFERS.iter().find(|offer| offer.action == crate::tui::keymap::Action::Annotate);
    if let Some(said) = offer.and_then(|offer| actions::why_not(state, offer, &subject)) {
        state.say(StatusKind::Failed, said);
        return Vec::new();
    }
    let Some((namespace, name)) = actions::account(state, &subject) else { return Vec::new() };
    let mut jobs = planning::ask_for_owners(state, &namespace, &name);
    super::offering::leave(state);
    state.screens.push(Screen::Choose(ChooseScreen::new(namespace, name)));
    reopen(state);
    // roles that nothing names yet are known to a sweep alone
    let aws = state.inventory.aws();
    let is_wanted = aws.sweep().is_none() && !state.asked.contains(&Question::Sweep) && aws.cluster().is_some();
    if is_wanted {
        jobs.push(questions::ask(state, Question::Sweep, true));
    }
    jobs
}

/// Opens the line that is typed into; its screen has no other keys.
pub(in crate::tui::app::update) fn reopen(state: &mut State) {
    if matches!(state.screen(), Screen::Choose(_)) {
        prompt::open(state, PromptKind::Choose);
    }
}

/// A key that does not change what is typed.
pub(in crate::tui::app::update) fn press(state: &mut State, chord: Chord) -> Option<Vec<Job>> {
    match (chord.code, chord.ctrl) {
        (Code::Esc, _) => leave(state),
        (Code::Enter, _) => return Some(take(state)),
        (Code::Tab | Code::Down, _) => go(state, 1),
        (Code::BackTab | Code::Up, _) => go(state, -1),
        (Code::PageDown, _) => go(state, PAGE),
        (Code::PageUp, _) => go(state, -PAGE),
        _ => {
            if let Screen::Choose(screen) = state.screen_mut() {
                (screen.refused, screen.waits) = (None, None);
            }
            return None;
        }
    }
    Some(Vec::new())
}

fn leave(state: &mut State) {
    state.prompt = None;
    if state.screens.len() > 1 {
        state.screens.pop();
    }
}

fn go(state: &mut State, by: isize) {
    let Screen::Choose(screen) = state.screen_mut() else { return };
    let last = screen.rows.len().saturating_sub(1);
    screen.at = screen.at.saturating_add_signed(by).min(last);
    (screen.moved, screen.waits, screen.refused) = (true, None, None);
}

/// Plans what is picked; a role that was not read is read first, since the plan hangs on it.
fn take(state: &mut State) -> Vec<Job> {
    let Screen::Choose(screen) = state.screen() else { return Vec::new() };
    let Some(pick) = screen.rows.get(screen.at) else { return Vec::new() };
    let role = screen.choice(pick).map(|choice| choice.role.clone());
    let is_open = role
        .as_ref()
        .is_some_and(|role| role.problem().is_none() && state.inventory.aws().role(role.as_str()).is_none());
    if is_open {
        if let Screen::Choose(screen) = state.screen_mut() {
            screen.waits = role.map(|role| role.name_shared());
        }
        return Vec::new();
    }
    planned(state, role.as_ref())
}

fn planned(state: &mut State, role: Option<&RoleArn>) -> Vec<Job> {
    let Screen::Choose(screen) = state.screen() else { return Vec::new() };
    let (namespace, name) = (screen.namespace.clone(), screen.name.clone());
    let annotations = role.map_or_else(Annotations::none, Annotations::role);
    let planned = planning::preview(state, Intent::Annotate { namespace, name, annotations });
    match planned {
        Ok(jobs) => {
            state.prompt = None;
            jobs
        }
        Err(refusal) => {
            if let Screen::Choose(screen) = state.screen_mut() {
                screen.refused = Some(match refusal.hint {
                    Some(hint) => format!("{}; {hint}", refusal.sentence),
                    None => refusal.sentence,
                });
            }
            Vec::new()
        }
    }
}

/// The role that was waited for is here: it is planned.
pub(in crate::tui::app::update) fn arrived(state: &mut State) -> Vec<Job> {
    let Screen::Choose(screen) = state.screen_mut() else { return Vec::new() };
    let Some(role) = screen.waits.clone() else { return Vec::new() };
    if state
        .inventory
        .aws()
        .role(&role)
        .is_none_or(|reading| reading.gap().is_some_and(crate::domain::model::Gap::is_loading))
    {
        return Vec::new();
    }
    if let Screen::Choose(screen) = state.screen_mut() {
        screen.waits = None;
    }
    planned(state, Some(&RoleArn::new(role)))
}

/// Brings the rows up to date with the facts and with what is typed.
pub(in crate::tui::app::update) fn settle(state: &State, screen: &mut ChooseScreen) {
    let held = screen.rows.get(screen.at).filter(|_| screen.moved).map(|pick| identity(screen, pick));
    if screen.made_of != state.revision {
        let seen = Seen { inventory: &state.inventory, identities: &state.identities };
        screen.choices = role_choices(seen, &screen.namespace, &screen.name);
        let account = state.inventory.shard(&screen.namespace).and_then(|shard| shard.service_account(&screen.name));
        screen.present = account.and_then(|account| account.role.as_ref()).map(|role| role.arn.name_shared());
        screen.made_of = state.revision;
    }
    if let Some(prompt) = state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Choose) {
        let typed = prompt.input.value().trim().to_owned();
        if typed != screen.typed {
            (screen.typed, screen.moved, screen.at) = (typed, false, 0);
        }
    }
    screen.rows = rows(state, screen);
    let found = held
        .filter(|_| screen.moved)
        .and_then(|held| screen.rows.iter().position(|pick| identity(screen, pick) == held));
    let last = screen.rows.len().saturating_sub(1);
    screen.at = found.unwrap_or(screen.at).min(last);
}

/// What a row is held on to by.
fn identity(screen: &ChooseScreen, pick: &Pick) -> Option<Name> {
    screen.choice(pick).map(|choice| choice.role.name_shared())
}

fn rows(state: &State, screen: &ChooseScreen) -> Vec<Pick> {
    let typed = screen.typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let is_meant = |text: &str| words.iter().all(|word| text.contains(word));
    let text = |choice: &RoleChoice| format!("{} {}", choice.role.as_str(), choice.fit.because).to_lowercase();
    let seen = screen.choices.iter().enumerate().filter(|(_, choice)| is_meant(&text(choice)));
    let mut rows: Vec<Pick> = seen.map(|(at, _)| Pick::Seen(at)).collect();
    let is_seen = screen.choices.iter().any(|choice| choice.role.as_str() == screen.typed);
    if screen.typed.starts_with("arn:") && !is_seen {
        let role = RoleArn::from(screen.typed.as_str());
        let fit = fit_of(&state.inventory, &screen.namespace, &screen.name, &role);
        rows.insert(0, Pick::Typed(RoleChoice { role, fit, used_by: 0 }));
    }
    if screen.present.is_some() && is_meant(NOTHING) {
        rows.push(Pick::Nothing);
    }
    rows
}

/// The roles that are looked at: the one that would be taken, unless somebody is still typing it.
pub(in crate::tui::app::update) fn roles_on_screen(state: &State, screen: &ChooseScreen) -> Vec<Name> {
    let is_known =
        |role: &Name| state.inventory.aws().role(role).is_some_and(|reading| matches!(reading, Reading::Read { .. }));
    let picked = match screen.rows.get(screen.at) {
        Some(Pick::Seen(_)) => screen.role().map(RoleArn::name_shared),
        _ => None,
    };
    screen.waits.iter().cloned().chain(picked.filter(|role| !is_known(role))).collect()
}
