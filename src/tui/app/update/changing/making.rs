//! Making a role for a ServiceAccount: its name, its policies and what else it is made with are typed in one line.

use super::planning;
use crate::domain::model::{Name, Question};
use crate::domain::plan::{NewRole, PlanRefusal, RoleMechanism, Seen, role_to_create};
use crate::tui::app::change::Intent;
use crate::tui::app::state::{PromptKind, StatusKind};
use crate::tui::app::update::{prompt, questions};
use crate::tui::app::{Job, State, actions};
use crate::tui::keymap::Action;
use tui_input::Input;

/// So many policies are offered.
const OFFERED: usize = 50;

/// Opens the line for the selected row's ServiceAccount; it begins with the name that the role gets by default.
pub(in crate::tui::app::update) fn open(state: &mut State) -> Vec<Job> {
    let Some(subject) = state.subject() else {
        state.say(StatusKind::Failed, "no row is selected");
        return Vec::new();
    };
    let offer = actions::OFFERS.iter().find(|offer| offer.action == Action::CreateRole);
    if let Some(said) = offer.and_then(|offer| actions::why_not(state, offer, &subject)) {
        state.say(StatusKind::Failed, said);
        return Vec::new();
    }
    let Some((namespace, service_account)) = actions::account(state, &subject) else { return Vec::new() };
    let jobs = planning::ask_for_owners(state, &namespace, &service_account);
    let wanted = NewRole { namespace, service_account, ..NewRole::default() };
    match role_to_create(seen(state), &wanted) {
        Ok(arn) => {
            state.status = None;
            prompt::open(state, PromptKind::Role);
            let text = format!("{} ", arn.role_name());
            if let Some(prompt) = state.prompt.as_mut() {
                (prompt.input, prompt.typed) = (Input::new(text.clone()), text);
            }
            prompt::complete_anew(state);
        }
        Err(refusal) => planning::refused(state, refusal),
    }
    jobs
}

/// What the last word may become: a managed policy that was read, by part of its ARN.
pub(in crate::tui::app::update) fn completions(state: &State, text: &str) -> Vec<String> {
    let Some((before, word)) = text.rsplit_once(' ') else { return Vec::new() };
    let word = word.to_lowercase();
    let policies = state.inventory.aws().policies().map(|(arn, _)| arn);
    let mut found: Vec<&Name> = policies.filter(|arn| arn.to_lowercase().contains(&word)).collect();
    found.retain(|arn| !before.split(' ').any(|typed| typed == &***arn));
    found.sort();
    found.into_iter().take(OFFERED).map(|arn| format!("{before} {arn}")).collect()
}

/// Plans what was typed; what the plan hangs on is read first, and what is wrong is said with the line left open.
pub(in crate::tui::app::update) fn enter(state: &mut State) -> Vec<Job> {
    let text = state.prompt.as_ref().map(|prompt| prompt.input.value().to_owned()).unwrap_or_default();
    let account = state.subject().and_then(|subject| actions::account(state, &subject));
    let Some((namespace, service_account)) = account else {
        state.prompt = None;
        state.say(StatusKind::Failed, "the row is gone");
        return Vec::new();
    };
    let read = read(&text, NewRole { namespace, service_account, ..NewRole::default() });
    let wanted = match read.and_then(|wanted| Ok((role_to_create(seen(state), &wanted)?, wanted))) {
        Ok(wanted) => wanted,
        Err(refusal) => {
            planning::refused(state, refusal);
            return Vec::new();
        }
    };
    let (arn, wanted) = wanted;
    let aws = state.inventory.aws();
    let policies = wanted.policies.iter().chain(&wanted.boundary).filter(|arn| aws.policy(arn).is_none());
    let mut open: Vec<Question> = policies.cloned().map(Question::ManagedPolicy).collect();
    if aws.role(arn.as_str()).is_none() {
        open.push(Question::Role(arn.name_shared()));
    }
    open.retain(|question| !state.asked.contains(question) || state.unanswered.contains(question));
    if !open.is_empty() {
        state.say(StatusKind::Busy, "reading its policies, and whether the name is free; press enter again");
        return open.into_iter().map(|question| questions::ask(state, question, true)).collect();
    }
    let prompt = state.prompt.take();
    state.status = None; // that something is read first has come to its end
    super::offering::leave(state);
    planning::preview(state, Intent::CreateRole(Box::new(wanted))).unwrap_or_else(|refusal| {
        planning::refused(state, refusal);
        state.prompt = prompt;
        Vec::new()
    })
}

fn seen(state: &State) -> Seen<'_> {
    Seen { inventory: &state.inventory, identities: &state.identities }
}

/// The role that a line asks for: `[PATH/]NAME [POLICY-ARN…] [boundary=ARN] [session=SECONDS] [by=pod-identity]
/// [KEY=VALUE…]`, the rest being tags.
fn read(text: &str, mut wanted: NewRole) -> Result<NewRole, PlanRefusal> {
    let mut words = text.split_whitespace();
    let Some(name) = words.next() else { return Err(PlanRefusal::new("type the role's name")) };
    match name.rsplit_once('/') {
        Some((path, name)) => {
            wanted.path = Some(Name::from(format!("/{}/", path.trim_matches('/')).replace("//", "/")));
            wanted.name = Some(Name::from(name));
        }
        None => wanted.name = Some(Name::from(name)),
    }
    for word in words {
        match word.split_once('=') {
            _ if word.starts_with("arn:") => wanted.policies.push(Name::from(word)),
            Some(("boundary", arn)) => wanted.boundary = Some(Name::from(arn)),
            Some(("session", seconds)) => {
                let no_number = || PlanRefusal::new(format!("{seconds} is no number of seconds"));
                wanted.session_seconds = Some(seconds.parse().map_err(|_| no_number())?);
            }
            Some(("by", "pod-identity")) => wanted.mechanism = RoleMechanism::PodIdentity,
            Some(("by", "irsa")) => wanted.mechanism = RoleMechanism::Irsa,
            Some((key, value)) if key != "by" => wanted.tags.push((Name::from(key), Name::from(value))),
            _ => {
                let hint = "after the name come policies' ARNs, boundary=ARN, session=SECONDS, by=pod-identity, tags";
                return Err(PlanRefusal::new(format!("{word} is none of what a role is made with")).hint(hint));
            }
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_what_the_role_is_made_with() {
        let read = |text: &str| read(text, NewRole::default());
        let policy = "arn:aws:iam::aws:policy/P";
        let wanted =
            read(&format!(" eks/api {policy} boundary={policy} session=7200 by=pod-identity team=blue ")).unwrap();
        let expected = NewRole {
            name: Some("api".into()),
            path: Some("/eks/".into()),
            policies: vec![policy.into()],
            boundary: Some(policy.into()),
            session_seconds: Some(7200),
            mechanism: RoleMechanism::PodIdentity,
            tags: vec![("team".into(), "blue".into())],
            ..NewRole::default()
        };
        assert_eq!(wanted, expected);
        for wrong in ["", "api P", "api session=long", "api by=magic"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
