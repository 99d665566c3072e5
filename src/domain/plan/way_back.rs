//! What has a way back. A deleted role has none, and so has nothing of what hung on it: whoever makes a role of the same
//! name makes another one, and what was taken from the first is not given to that (IAM user guide, "IAM identifiers":
//! unique ids).

use super::annotate::ROLE_ARN;
use super::as_planned::is_as_planned;
use super::earlier::going;
use super::surroundings::Seen;
use super::{Change, Content, RoleContent};
use crate::domain::model::{Name, RoleArn};

/// The role that a change deletes, by its name.
pub fn role_deleted(change: &Change) -> Option<&Name> {
    going(change).map(|(name, _)| name)
}

/// Whether a change can be taken back; `gone`: the roles that were deleted with it, by their names.
pub fn can_be_taken_back(change: &Change, gone: &[&Name]) -> bool {
    let is_gone = |role: &str| gone.iter().any(|own| ***own == *role);
    let bound = match &change.from {
        Content::Annotations(from) => from.get(ROLE_ARN).cloned().flatten(),
        Content::ServiceAccount(from) => from.get(ROLE_ARN).cloned(),
        Content::Association(from) => Some(from.role_arn.clone()),
        _ => None,
    };
    let hangs_on_it = change.target.role().is_some_and(|role| is_gone(role))
        || bound.is_some_and(|arn| is_gone(RoleArn::new(arn).role_name()));
    change.inverse().is_some() && !hangs_on_it
}

/// The roles that changes have deleted: those that were begun and not made are there as they were.
pub(super) fn roles_gone<'c>(seen: Seen<'_>, made: &'c [Change]) -> Vec<&'c Name> {
    let all: Vec<&Change> = made.iter().collect();
    let is_as_it_was = |(name, planned): &(&Name, &RoleContent)| {
        seen.role_named(name).is_some_and(|role| is_as_planned(seen, (role, planned), &all).is_ok())
    };
    made.iter().filter_map(going).filter(|own| !is_as_it_was(own)).map(|(name, _)| name).collect()
}

/// A plan that takes a role's policy from it and then deletes it, for tests.
#[cfg(test)]
pub(crate) fn deleting_a_role() -> super::Plan {
    use super::{Plan, PlanKind, Target};
    let mut plan = Plan::new(PlanKind::DeleteRole, "delete role spare");
    let target = Target::Attachment { role: "spare".into(), policy: "arn:aws:iam::aws:policy/x".into() };
    plan.push(Change { target, from: Content::Present, to: Content::Absent });
    let from = Content::Role(Box::new(RoleContent::bare()));
    plan.push(Change { target: Target::Role { name: "spare".into() }, from, to: Content::Absent });
    plan
}
