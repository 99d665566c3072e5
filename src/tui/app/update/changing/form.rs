//! Saying field by field what is wanted: a new role for a ServiceAccount, a policy that is put into a role,
//! how tokens are made.

use super::{drafts, fields, files, offering, planning, tokens, waiting};
use crate::domain::model::{Name, RoleArn};
use crate::domain::plan::PlanRefusal;
use crate::tui::app::screen::{FieldKind, Form, FormScreen, Screen, Wrong};
use crate::tui::app::select::Item;
use crate::tui::app::state::PromptKind;
use crate::tui::app::update::{keys, prompt};
use crate::tui::app::{Intent, Job, State, actions};
use crate::tui::keymap::{Action, Chord, Code};

/// What an inline policy is called that nobody has named.
pub(super) const POLICY: &str = "rolecall";

/// Opens the form of a new role for the selected row's ServiceAccount, or of a policy for the row's role.
pub(in crate::tui::app::update) fn open(state: &mut State, action: Action) -> Vec<Job> {
    let Some(subject) = offering::subject_of(state, action) else { return Vec::new() };
    let account = match &subject {
        // one that is still to be named
        Item::Namespace(namespace) => Some((namespace.clone(), Name::default())),
        _ => actions::account(state, &subject),
    };
    let screen = match (action, &account) {
        (Action::CreateRole, Some((namespace, name))) => of_role(state, namespace, name).map(Some),
        (Action::Tokens, Some((namespace, name))) => Ok(tokens::form(state, namespace, name)),
        (Action::Put, _) => Ok(actions::role(state, &subject).ok().map(|role| of_policy(state, role))),
        _ => Ok(None),
    };
    let screen = match screen {
        Ok(Some(screen)) => screen,
        Ok(None) => return Vec::new(),
        Err(refusal) => {
            planning::refused(state, refusal);
            return Vec::new();
        }
    };
    let bound = account.filter(|_| action != Action::Put);
    let jobs = bound.map_or_else(Vec::new, |(namespace, name)| planning::ask_for_owners(state, &namespace, &name));
    offering::leave(state);
    state.status = None;
    state.screens.push(Screen::Form(screen));
    reopen(state);
    jobs
}

/// The form of a role for a ServiceAccount; an empty name is still to be said, before all else.
fn of_role(state: &State, namespace: &Name, name: &Name) -> Result<FormScreen, PlanRefusal> {
    let mut fields = vec![(FieldKind::Account, name.to_string())];
    fields.extend(fields::defaults(state, namespace, name)?);
    let mut screen = FormScreen::new(Form::Role { namespace: namespace.clone() }, fields);
    screen.at = usize::from(!name.is_empty());
    Ok(screen)
}

/// The form of a policy that is put into a role: the first it has, or a new one.
fn of_policy(state: &State, role: RoleArn) -> FormScreen {
    let first = drafts::inline_names(state, &role).into_iter().next();
    let name = first.map_or_else(|| POLICY.to_owned(), |name| name.to_string());
    let fields = [(FieldKind::PolicyName, name), (FieldKind::Document, String::new())];
    FormScreen::new(Form::Policy { role }, fields)
}

/// The form that is shown.
pub(super) fn shown(state: &mut State) -> Option<&mut FormScreen> {
    match state.screen_mut() {
        Screen::Form(screen) => Some(screen),
        _ => None,
    }
}

/// Opens the line of the field that is typed into; its screen has no other keys.
pub(in crate::tui::app::update) fn reopen(state: &mut State) {
    if matches!(state.screen(), Screen::Form(_)) {
        prompt::open(state, PromptKind::Field);
    }
}

/// A key that does not change what is typed.
pub(in crate::tui::app::update) fn press(state: &mut State, chord: Chord) -> Option<Vec<Job>> {
    let has_completions = state.prompt.as_ref().is_some_and(|prompt| !prompt.completions.is_empty());
    match (chord.code, chord.ctrl) {
        (Code::Esc, _) => return Some(leave(state)),
        (Code::Enter, _) => return Some(submit(state)),
        (Code::Down, _) => return Some(go(state, 1)),
        (Code::Up, _) => return Some(go(state, -1)),
        (Code::Tab, _) if !has_completions => return Some(go(state, 1)),
        (Code::Tab, _) if let Some(longer) = files::longer(state) => return Some(prompt::become_typed(state, longer)),
        (Code::BackTab, _) if !has_completions => return Some(go(state, -1)),
        (Code::Char('o'), true) => return Some(drafts::write(state)),
        _ => {
            if let Some(screen) = shown(state) {
                (screen.refused, screen.goes_on) = (None, false);
            }
        }
    }
    None
}

fn leave(state: &mut State) -> Vec<Job> {
    state.prompt = None;
    if state.screens.len() > 1 {
        state.screens.pop();
    }
    state.cancel_left(keys::is_of_screen)
}

/// To another field, so many further.
fn go(state: &mut State, by: isize) -> Vec<Job> {
    let at = shown(state).map_or(0, |screen| screen.at);
    go_to(state, at.saturating_add_signed(by))
}

/// To a field, as near as there is one; a path that was typed is read.
pub(in crate::tui::app::update) fn go_to(state: &mut State, place: usize) -> Vec<Job> {
    let jobs = drafts::read(state);
    if let Some(screen) = shown(state) {
        screen.at = place.min(screen.fields.len().saturating_sub(1));
        (screen.refused, screen.goes_on) = (None, false);
    }
    reopen(state);
    jobs
}

/// Plans what was said: a document that was not read yet is read first; where something is wrong, its field is gone to.
pub(super) fn submit(state: &mut State) -> Vec<Job> {
    let jobs = drafts::read(state);
    if !jobs.is_empty() || shown(state).is_some_and(|screen| screen.reading.is_some()) {
        if let Some(screen) = shown(state) {
            screen.goes_on = true;
        }
        return jobs;
    }
    let Screen::Form(screen) = state.screen() else { return Vec::new() };
    match intent(state, screen) {
        Ok(intent) => waiting::want(state, intent),
        Err((place, wrong)) => {
            if let Some(screen) = shown(state) {
                screen.at = place;
                if let Some(field) = screen.fields.get_mut(place) {
                    field.wrong = Some(wrong);
                }
            }
            reopen(state);
            Vec::new()
        }
    }
}

/// What the form says is wanted, or what is wrong with which field.
fn intent(state: &State, screen: &FormScreen) -> Result<Intent, (usize, Wrong)> {
    for (place, field) in screen.fields.iter().enumerate() {
        if let Some(wrong) = fields::wrong(state, screen, field.kind) {
            return Err((place, wrong));
        }
    }
    let draft = screen.document.as_ref().map(|draft| draft.text.clone());
    match &screen.of {
        Form::Role { .. } => fields::new_role(state, screen).map(|wanted| Intent::CreateRole(Box::new(wanted))),
        Form::Tokens { namespace, name } => {
            let annotations = tokens::annotations(state, (namespace, name), screen);
            Ok(Intent::Annotate { namespace: namespace.clone(), name: name.clone(), annotations })
        }
        Form::Policy { role } => {
            let Some(text) = draft else {
                let said = "there is nothing to put yet: type the path of a file, or press ctrl-o to write it";
                let place = screen.place(FieldKind::Document).unwrap_or_default();
                return Err((place, Wrong { said: said.to_owned(), line: None }));
            };
            let policy = screen.said(FieldKind::PolicyName).into();
            Ok(Intent::Put { role: role.clone(), policy, text })
        }
    }
}
