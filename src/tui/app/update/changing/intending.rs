//! The plan of what somebody wants, and what has to be read before it can be made.

use super::planning;
use crate::domain::identity::account_of;
use crate::domain::inventory::{Kind, Lookup};
use crate::domain::model::{Gap, Name, Question, Reading, RoleArn, Time};
use crate::domain::plan::{
    self, Annotations, Change, Edit, NewRole, Plan, PlanRefusal, consequence_questions, deletion_questions, node_roles,
    policy_fit_of, rebound_accounts, restart_questions, role_to_create, roles_of_pods,
};
use crate::domain::policy::Truth;
use crate::tui::app::update::questions;
use crate::tui::app::{Intent, State};
use std::collections::HashSet;

/// What a plan makes is tagged with the id under which it comes into the log.
fn new_id(at: Time) -> Name {
    let chance = at.subsec_nanosecond() / 1_000 % 0xffff;
    plan::plan_id(at, chance.try_into().unwrap_or_default())
}

/// The plan of an intent, with what is there now, as one made at that moment.
pub(super) fn plan(state: &State, intent: &Intent, at: Time) -> Result<Plan, PlanRefusal> {
    let seen = state.seen();
    let with_restarts =
        |plan, namespace: &Name, name: &Name| planning::with_restarts(state, plan, (namespace, name), at);
    let plan = match intent {
        Intent::Annotate { namespace, name, annotations } => {
            let plan = plan::annotate(seen, namespace, name, annotations)?;
            with_restarts(plan, namespace, name)
        }
        Intent::Associate { namespace, name, role } => {
            let plan = plan::associate(seen, namespace, name, role)?.tagged(&new_id(at));
            with_restarts(plan, namespace, name)
        }
        Intent::Dissociate { namespace, name } => {
            let plan = plan::dissociate(seen, namespace, name)?;
            with_restarts(plan, namespace, name)
        }
        Intent::CreateRole(wanted) => {
            let plan = plan::create_role(seen, wanted)?.tagged(&new_id(at));
            with_restarts(plan, &wanted.namespace, &wanted.service_account)
        }
        Intent::RepairTrust { namespace, name } => plan::repair_trust(seen, (namespace, name), None)?,
        Intent::CreateProvider { audience } => plan::create_provider(seen, audience)?,
        Intent::Attach { role, policy } => plan::attach(seen, role, policy)?,
        Intent::Detach { role, policy } => plan::detach(seen, role, policy)?,
        Intent::Put { role, policy, text } => plan::put(seen, role, policy, text)?,
        Intent::DeleteRole { role } => plan::delete_role(seen, role, at)?,
        Intent::Restart { namespace, name, at } => plan::restart(seen, namespace, name, *at)?,
        Intent::Undo { id, kind, title, made } => {
            let plan = plan::undo(seen, id, *kind, title, made)?;
            let accounts = rebound_accounts(&taken_back(made));
            accounts.iter().fold(plan, |plan, (namespace, name)| with_restarts(plan, namespace, name))
        }
    };
    if plan.steps.is_empty() {
        return Err(PlanRefusal::new("nothing of it can be taken back"));
    }
    Ok(plan)
}

/// Whether the lists are there that every plan tells its consequences by, or are known not to be had.
pub(super) fn are_lists_here(state: &State) -> bool {
    let listings = state.inventory.listings();
    [Kind::Pod, Kind::ServiceAccount, Kind::Node].into_iter().all(|kind| listings.of(kind).is_settled())
}

/// What the plan of an intent hangs on and was not read: what was never asked, or has no answer yet.
pub(super) fn open_questions(state: &State, intent: &Intent) -> Vec<Question> {
    let mut open = match intent {
        Intent::Restart { namespace, name, .. } => restart_unread(state, namespace, name),
        // nothing of a wrong account is asked: the plan says that it is one
        _ if state.inventory.aws().is_refuted() => Vec::new(),
        Intent::Annotate { namespace, name, annotations } => annotating_unread(state, (namespace, name), annotations),
        Intent::Associate { namespace, name, role } => associating_unread(state, (namespace, name), role),
        Intent::CreateRole(wanted) => new_role_unread(state, wanted),
        Intent::CreateProvider { .. } => providers_unread(state),
        Intent::Attach { role, policy } => {
            let mut open = account_unread(state);
            open.extend(role_unread(state, role));
            open.extend(users_unread(state));
            let is_none = policy_fit_of(state.seen(), role, policy).answer == Truth::No;
            open.extend(policy_unread(state, policy).filter(|_| !is_none));
            open
        }
        Intent::Detach { role, .. } | Intent::Put { role, .. } => {
            let mut open = account_unread(state);
            open.extend(role_unread(state, role));
            open.extend(users_unread(state));
            open
        }
        Intent::DeleteRole { role } => {
            let mut open = account_unread(state);
            open.extend(deletion_questions(state.seen(), role));
            open
        }
        Intent::Undo { made, .. } => undo_unread(state, made),
        Intent::Dissociate { namespace, name } => {
            let mut open: Vec<Question> = associations_unread(state, namespace, name).into_iter().collect();
            open.extend(bound_unread(state, namespace, name));
            open.extend(running_unread(state, namespace, name));
            // who is not restarted is left without credentials: it has to be offered
            open.extend(owners(state, namespace, name));
            open
        }
        Intent::RepairTrust { .. } => Vec::new(),
    };
    let mut once = HashSet::new();
    open.retain(|question| once.insert(question.clone()));
    if let Intent::Detach { role, .. } | Intent::Put { role, .. } = intent
        && !state.inventory.aws().is_refuted()
    {
        // what is lost is told by the documents
        open.extend(policies_unread(state, role));
    }
    unanswered(state, open)
}

/// The providers, and the roles that become assumable with one, unless they were read.
fn providers_unread(state: &State) -> Vec<Question> {
    let mut open = account_unread(state);
    open.extend(Reading::is_awaited(state.inventory.aws().providers()).then_some(Question::Providers));
    open.extend(state.inventory.aws().sweep().is_none().then_some(Question::Sweep));
    open
}

/// Who uses a role by Pod Identity, unless it was read: the plan tells who else it touches.
fn users_unread(state: &State) -> Option<Question> {
    Reading::is_awaited(state.inventory.aws().associations()).then(|| questions::associations(state))
}

/// Those that an answer can still come to: what was asked and could not be read is not asked again and again.
fn unanswered(state: &State, mut questions: Vec<Question>) -> Vec<Question> {
    questions.retain(|question| !state.asked.contains(question) || state.unanswered.contains(question));
    questions
}

fn owners(state: &State, namespace: &Name, name: &Name) -> Vec<Question> {
    restart_questions(state.seen(), namespace, name)
}

fn annotating_unread(state: &State, (namespace, name): (&Name, &Name), annotations: &Annotations) -> Vec<Question> {
    let mut open: Vec<Question> = associations_unread(state, namespace, name).into_iter().collect();
    open.extend(match &annotations.role {
        Edit::Set(role) => with_policies_unread(state, &RoleArn::new(role.clone())),
        Edit::Keep => annotated_unread(state, namespace, name),
        Edit::Remove => Vec::new(),
    });
    open.extend(associated_unread(state, namespace, name));
    open.extend(running_unread(state, namespace, name));
    open
}

fn associating_unread(state: &State, (namespace, name): (&Name, &Name), role: &RoleArn) -> Vec<Question> {
    let mut open = with_policies_unread(state, role);
    open.extend(associations_unread(state, namespace, name));
    for role in node_roles(state.seen(), namespace, name) {
        open.extend(with_policies_unread(state, &role));
    }
    open.extend(associated_unread(state, namespace, name));
    open.extend(running_unread(state, namespace, name));
    open
}

/// What tells what new pods get, and what those that run may do today.
fn restart_unread(state: &State, namespace: &Name, name: &Name) -> Vec<Question> {
    let mut open = owners(state, namespace, name);
    if state.inventory.aws().is_refuted() {
        return open;
    }
    open.extend(associations_unread(state, namespace, name));
    open.extend(bound_unread(state, namespace, name));
    open.extend(running_unread(state, namespace, name));
    open
}

/// What the pods of a ServiceAccount have today, and may lose.
fn running_unread(state: &State, namespace: &Name, name: &Name) -> Vec<Question> {
    let roles = roles_of_pods(state.seen(), namespace, name);
    roles.iter().flat_map(|role| with_policies_unread(state, role)).collect()
}

/// The role that a ServiceAccount is annotated with: whether it lets the pods in by another audience.
fn annotated_unread(state: &State, namespace: &Name, name: &Name) -> Vec<Question> {
    let account = account_of(&state.inventory, namespace, name).found();
    let annotation = account.and_then(|account| account.role.as_ref());
    annotation.map_or_else(Vec::new, |annotation| role_unread(state, &annotation.arn))
}

/// The roles of the association that a ServiceAccount has: new pods get them, whatever the annotation says.
fn associated_unread(state: &State, namespace: &Name, name: &Name) -> Vec<Question> {
    let association = state.inventory.aws().association(namespace, name).found();
    let roles = association.into_iter().flat_map(|own| [&own.role_arn, &own.target_role_arn]).flatten();
    roles.flat_map(|role| with_policies_unread(state, role)).collect()
}

/// The roles that a ServiceAccount is bound to, as far as they were not read with their policies.
fn bound_unread(state: &State, namespace: &Name, name: &Name) -> Vec<Question> {
    let row = state.identities.account(namespace, name);
    let bindings = row.into_iter().flat_map(|row| &row.bindings);
    let roles = bindings.flat_map(|own| [&own.role, &own.target]).flatten();
    roles.flat_map(|role| with_policies_unread(state, role)).collect()
}

fn role_unread(state: &State, role: &RoleArn) -> Vec<Question> {
    let is_open = role.problem().is_none() && Reading::is_awaited(state.inventory.aws().role(role.as_str()));
    is_open.then(|| Question::Role(role.name_shared())).into_iter().collect()
}

/// A role, and what it allows.
fn with_policies_unread(state: &State, role: &RoleArn) -> Vec<Question> {
    let mut open = role_unread(state, role);
    open.extend(policies_unread(state, role));
    open
}

/// What tells what comes of taking changes back.
fn undo_unread(state: &State, made: &[Change]) -> Vec<Question> {
    let back = taken_back(made);
    let mut open = consequence_questions(state.seen(), &back);
    for (namespace, name) in rebound_accounts(&back) {
        open.extend(owners(state, &namespace, &name));
    }
    open
}

/// The changes that take these back.
fn taken_back(made: &[Change]) -> Vec<Change> {
    made.iter().filter_map(Change::inverse).collect()
}

/// What tells what comes of changes, and was never asked or has no answer yet.
pub(super) fn open_of_changes(state: &State, changes: &[Change]) -> Vec<Question> {
    unanswered(state, consequence_questions(state.seen(), changes))
}

/// Which account and which cluster this is.
fn account_unread(state: &State) -> Vec<Question> {
    let aws = state.inventory.aws();
    let caller = Reading::is_awaited(aws.caller()).then_some(Question::Caller);
    caller.into_iter().chain(Reading::is_awaited(aws.cluster()).then_some(Question::Cluster)).collect()
}

fn associations_unread(state: &State, namespace: &Name, name: &Name) -> Option<Question> {
    let is_open = match state.inventory.aws().association(namespace, name) {
        Lookup::Found(_) | Lookup::Absent => false,
        Lookup::Unread(gap) => gap.is_none_or(Gap::is_loading),
    };
    is_open.then(|| questions::associations(state))
}

/// The documents of a role that was read.
fn policies_unread(state: &State, role: &RoleArn) -> Vec<Question> {
    let read = state.inventory.aws().role(role.as_str()).and_then(Reading::value);
    let attached = read.into_iter().flat_map(|role| role.attached.iter().flatten().map(|own| &own.arn));
    let policies = attached.chain(read.and_then(|role| role.boundary_arn.as_ref()));
    policies.filter_map(|policy| policy_unread(state, policy)).collect()
}

fn policy_unread(state: &State, policy: &Name) -> Option<Question> {
    state.inventory.aws().policy(policy).is_none().then(|| Question::ManagedPolicy(policy.clone()))
}

fn new_role_unread(state: &State, wanted: &NewRole) -> Vec<Question> {
    let policies = wanted.policies.iter().chain(&wanted.boundary);
    let mut open: Vec<Question> = policies.filter_map(|policy| policy_unread(state, policy)).collect();
    open.extend(associations_unread(state, &wanted.namespace, &wanted.service_account));
    open.extend(associated_unread(state, &wanted.namespace, &wanted.service_account));
    open.extend(running_unread(state, &wanted.namespace, &wanted.service_account));
    // another ServiceAccount may have been typed than that whose owners were asked for as the form was opened
    open.extend(owners(state, &wanted.namespace, &wanted.service_account));
    if let Ok(role) = role_to_create(state.seen(), wanted) {
        open.extend(role_unread(state, &role));
    }
    if wanted.mechanism == plan::RoleMechanism::PodIdentity {
        for role in node_roles(state.seen(), &wanted.namespace, &wanted.service_account) {
            open.extend(with_policies_unread(state, &role));
        }
    }
    open
}
