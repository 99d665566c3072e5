//! Choosing a role for a ServiceAccount, or a policy for a role: what is typed narrows, what fits comes first.

use super::{planning, waiting};
use crate::domain::model::{Name, Question, RoleArn};
use crate::domain::plan::Annotations;
use crate::tui::app::screen::{Choice, ChooseScreen, Pick, Screen};
use crate::tui::app::state::PromptKind;
use crate::tui::app::update::{prompt, questions};
use crate::tui::app::{Intent, Job, State, actions};
use crate::tui::keymap::{Action, Chord, Code};

/// So far a page goes.
const PAGE: isize = 10;

/// Opens the choice that an action begins with, for the selected row.
pub(in crate::tui::app::update) fn open(state: &mut State, action: Action) -> Vec<Job> {
    let Some(subject) = super::offering::subject_of(state, action) else { return Vec::new() };
    let account = actions::account(state, &subject);
    let role = actions::role(state, &subject).ok();
    let of = match (action, account, role) {
        (Action::Annotate, Some((namespace, name)), _) => Choice::Annotate { namespace, name },
        (Action::Associate, Some((namespace, name)), _) => Choice::Associate { namespace, name },
        (Action::Attach, _, Some(role)) => Choice::Attach { role },
        (Action::Detach, _, Some(role)) => Choice::Detach { role },
        _ => return Vec::new(),
    };
    let mut jobs = match &of {
        Choice::Annotate { namespace, name } | Choice::Associate { namespace, name } => {
            let (namespace, name) = (namespace.clone(), name.clone());
            planning::ask_for_owners(state, &namespace, &name)
        }
        Choice::Attach { .. } | Choice::Detach { .. } => Vec::new(),
    };
    super::offering::leave(state);
    // roles that nothing names yet, and the policies of others, are known to a sweep alone
    let aws = state.inventory.aws();
    let is_wanted = !matches!(of, Choice::Detach { .. })
        && aws.sweep().is_none()
        && !state.asked.contains(&Question::Sweep)
        && aws.cluster().is_some();
    state.screens.push(Screen::Choose(ChooseScreen::new(of)));
    reopen(state);
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
                screen.refused = None;
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
    screen.go(screen.at.saturating_add_signed(by));
}

/// A row was clicked: it is picked, and taken where it was already.
pub(in crate::tui::app::update) fn click(state: &mut State, place: usize) -> Vec<Job> {
    let Screen::Choose(screen) = state.screen_mut() else { return Vec::new() };
    if screen.moved && screen.at == place {
        return take(state);
    }
    screen.go(place);
    Vec::new()
}

/// Plans what is picked.
fn take(state: &mut State) -> Vec<Job> {
    let Screen::Choose(screen) = state.screen() else { return Vec::new() };
    let Some(pick) = screen.rows.get(screen.at) else { return Vec::new() };
    let picked: Option<Name> = screen.candidate(pick).map(|candidate| candidate.arn.clone());
    let is_nothing = *pick == Pick::Nothing;
    let intent = match (screen.of.clone(), &picked) {
        (Choice::Annotate { namespace, name }, picked) => {
            let role = picked.clone().map(RoleArn::new);
            let annotations = role.map_or_else(Annotations::none, |role| Annotations::role(&role));
            Intent::Annotate { namespace, name, annotations }
        }
        (Choice::Associate { namespace, name }, _) if is_nothing => Intent::Dissociate { namespace, name },
        (Choice::Associate { namespace, name }, Some(role)) => {
            Intent::Associate { namespace, name, role: RoleArn::new(role.clone()) }
        }
        (Choice::Attach { role }, Some(policy)) => Intent::Attach { role, policy: policy.clone() },
        (Choice::Detach { role }, Some(policy)) => Intent::Detach { role, policy: policy.clone() },
        _ => return Vec::new(),
    };
    waiting::want(state, intent)
}
