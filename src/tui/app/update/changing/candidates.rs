//! The rows of a choice: what was seen, narrowed by what is typed, what fits first.

use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::plan::{
    Candidate, RoleMechanism, associated_role, attached_choices, fit_of, policy_choices, policy_fit_of, role_choices,
};
use crate::tui::app::State;
use crate::tui::app::screen::{Choice, ChooseScreen, Pick};
use crate::tui::app::state::PromptKind;

/// Brings the rows up to date with the facts and with what is typed.
pub(in crate::tui::app::update) fn settle(state: &State, screen: &mut ChooseScreen) {
    let held = screen.rows.get(screen.at).filter(|_| screen.moved).map(|pick| identity(screen, pick));
    if screen.made_of != state.revision {
        (screen.candidates, screen.present) = (found(state, &screen.of), present(state, &screen.of));
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
    screen.candidate(pick).map(|candidate| candidate.arn.clone())
}

fn found(state: &State, of: &Choice) -> Vec<Candidate> {
    match of {
        Choice::Annotate { namespace, name } => role_choices(state.seen(), (namespace, name), RoleMechanism::Irsa),
        Choice::Associate { namespace, name } => {
            role_choices(state.seen(), (namespace, name), RoleMechanism::PodIdentity)
        }
        Choice::Attach { role } => policy_choices(state.seen(), role),
        Choice::Detach { role } => attached_choices(state.seen(), role),
    }
}

/// The role that is bound that way now.
fn present(state: &State, of: &Choice) -> Option<Name> {
    match of {
        Choice::Annotate { namespace, name } => {
            let account = state.inventory.shard(namespace).and_then(|shard| shard.service_account(name));
            account.and_then(|account| account.role.as_ref()).map(|role| role.arn.name_shared())
        }
        Choice::Associate { namespace, name } => {
            associated_role(&state.inventory, namespace, name).map(RoleArn::name_shared)
        }
        Choice::Attach { .. } | Choice::Detach { .. } => None,
    }
}

fn rows(state: &State, screen: &ChooseScreen) -> Vec<Pick> {
    let typed = screen.typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let is_meant = |text: &str| words.iter().all(|word| text.contains(word));
    let text = |candidate: &Candidate| format!("{} {}", candidate.arn, candidate.fit.because).to_lowercase();
    let seen = screen.candidates.iter().enumerate().filter(|(_, candidate)| is_meant(&text(candidate)));
    let mut seen: Vec<(usize, &Candidate)> = seen.collect();
    // whoever types a name means that name, before all of which only something is said in such words
    seen.sort_by_key(|(_, candidate)| !is_meant(&candidate.arn.to_lowercase()));
    let mut rows: Vec<Pick> = seen.into_iter().map(|(at, _)| Pick::Seen(at)).collect();
    rows.splice(0..0, typed_row(state, screen));
    if screen.present.is_some() && screen.of.nothing().is_some_and(is_meant) {
        let is_said = typed.starts_with("no role");
        rows.insert(if is_said { 0 } else { rows.len() }, Pick::Nothing);
    }
    rows
}

/// What was typed, where it is an ARN that is not among what was seen.
fn typed_row(state: &State, screen: &ChooseScreen) -> Option<Pick> {
    let is_seen = screen.candidates.iter().any(|candidate| *candidate.arn == *screen.typed);
    if !screen.typed.starts_with("arn:") || is_seen {
        return None;
    }
    let arn = Name::from(screen.typed.as_str());
    let of_role = |account: (&Name, &Name), way| fit_of(&state.inventory, account, &RoleArn::new(arn.clone()), way);
    let fit = match &screen.of {
        Choice::Annotate { namespace, name } => of_role((namespace, name), RoleMechanism::Irsa),
        Choice::Associate { namespace, name } => of_role((namespace, name), RoleMechanism::PodIdentity),
        Choice::Attach { role } => policy_fit_of(state.seen(), role, &arn),
        Choice::Detach { .. } => return None,
    };
    Some(Pick::Typed(Candidate { arn, fit, used_by: 0 }))
}

/// The roles that are looked at: the one that would be taken, unless somebody is still typing it; or whose policies these
/// are.
pub(in crate::tui::app::update) fn roles_on_screen(state: &State, screen: &ChooseScreen) -> Vec<Name> {
    if let Choice::Attach { role } | Choice::Detach { role } = &screen.of {
        return vec![role.name_shared()];
    }
    let is_known =
        |role: &Name| state.inventory.aws().role(role).is_some_and(|reading| matches!(reading, Reading::Read { .. }));
    let picked = match screen.rows.get(screen.at) {
        Some(Pick::Seen(_)) => screen.picked().cloned(),
        _ => None,
    };
    picked.filter(|role| !is_known(role)).into_iter().collect()
}
