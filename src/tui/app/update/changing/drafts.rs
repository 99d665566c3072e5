//! The document of a form: read from a file, or written in the editor.

use super::{fields, form};
use crate::domain::model::{InlinePolicy, Name, Reading, RoleArn};
use crate::domain::policy::indented;
use crate::tui::app::screen::{Draft, FieldKind, Form, Screen, Wrong};
use crate::tui::app::state::Pending;
use crate::tui::app::{Job, Refusal, State, Ticket};

/// What one begins to write with.
const BEGINNING: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetObject"],
      "Resource": "arn:aws:s3:::BUCKET/*"
    }
  ]
}
"#;

fn inline<'s>(state: &'s State, role: &RoleArn) -> impl Iterator<Item = &'s InlinePolicy> {
    let read = state.inventory.aws().role(role.as_str()).and_then(Reading::value);
    read.into_iter().flat_map(|role| role.inline.iter().flatten())
}

/// The inline policies of a role.
pub(super) fn inline_names(state: &State, role: &RoleArn) -> Vec<Name> {
    inline(state, role).map(|own| own.name.clone()).collect()
}

/// Reads the path that was typed, where it was not read yet.
pub(super) fn read(state: &mut State) -> Vec<Job> {
    let path = match state.screen() {
        Screen::Form(screen) if screen.reading.is_none() => screen.unread_path().map(str::to_owned),
        _ => None,
    };
    let Some(path) = path else { return Vec::new() };
    let ticket = state.ticket(Pending::Draft);
    if let Some(screen) = form::shown(state) {
        screen.reading = Some(ticket);
    }
    vec![Job::ReadFile(ticket, path)]
}

/// Hands what there is so far to the editor.
pub(super) fn write(state: &mut State) -> Vec<Job> {
    let Screen::Form(screen) = state.screen() else { return Vec::new() };
    let Some(place) = screen.place(FieldKind::Document).filter(|_| screen.reading.is_none()) else { return Vec::new() };
    let name = screen.said(FieldKind::PolicyName);
    let present = match &screen.of {
        Form::Policy { role } => inline(state, role).find(|own| *own.name == *name),
        Form::Role { .. } | Form::Tokens { .. } => None,
    };
    let present = present.and_then(|own| own.document.as_ref().ok());
    let text = match (&screen.document, present) {
        (Some(draft), _) => draft.text.to_string(),
        (None, Some(text)) => indented(text).unwrap_or_else(|| text.to_string()),
        (None, None) => BEGINNING.to_owned(),
    };
    let ticket = state.ticket(Pending::Draft);
    if let Some(screen) = form::shown(state) {
        (screen.at, screen.reading, screen.refused, screen.goes_on) = (place, Some(ticket), None, false);
    }
    form::reopen(state);
    vec![Job::Edit(ticket, text)]
}

/// The document is here, or could not be had; none: it was left as it was.
pub(in crate::tui::app::update) fn arrived(
    state: &mut State,
    ticket: Ticket,
    answer: Result<Option<Draft>, Refusal>,
) -> Vec<Job> {
    let Some(screen) = form::shown(state).filter(|screen| screen.reading == Some(ticket)) else { return Vec::new() };
    screen.reading = None;
    let goes_on = std::mem::take(&mut screen.goes_on);
    let place = screen.place(FieldKind::Document).unwrap_or_default();
    let mut wrong = None;
    match answer {
        Ok(None) => return Vec::new(),
        Ok(Some(draft)) => {
            // what is written in the editor has no path
            if let Some(field) = screen.fields.get_mut(place).filter(|_| draft.path.is_none()) {
                field.text.clear();
            }
            screen.document = Some(draft);
        }
        Err(Refusal { said, hint }) => {
            let said = hint.map_or(said.clone(), |hint| format!("{said}; {hint}"));
            wrong = Some(Wrong { said, line: None });
        }
    }
    if let Screen::Form(screen) = state.screen() {
        wrong = wrong.or_else(|| fields::wrong(state, screen, FieldKind::Document));
    }
    let is_good = wrong.is_none();
    if let Some(screen) = form::shown(state) {
        if !is_good {
            screen.at = place;
        }
        if let Some(field) = screen.fields.get_mut(place) {
            field.wrong = wrong;
        }
    }
    form::reopen(state);
    if goes_on && is_good { form::submit(state) } else { Vec::new() }
}
