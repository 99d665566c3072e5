//! Changes that were planned before, and are made now: the rest of a plan, or its way back. Others may have come to hang on
//! what they touch; then they are refused by the same rules as a plan that is made anew.

use super::as_planned::is_as_planned;
use super::surroundings::Seen;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, RoleContent, Target};
use super::{associate, create_provider, delete_role};
use crate::domain::identity::account_of;
use crate::domain::model::{Name, Time};

/// Whether what is left of a plan may be made.
///
/// # Errors
/// Where the plan would be refused if it were made anew.
pub(super) fn may_be_gone_on_with(seen: Seen<'_>, left: &Plan, now: Time) -> Result<(), PlanRefusal> {
    if left.taken().next().is_none() {
        return Ok(());
    }
    if left.kind == PlanKind::Undo {
        return may_be_taken_back(seen, left);
    }
    are_here(seen, left)?;
    if left.kind == PlanKind::DeleteRole {
        delete_role::may_be_gone_on_with(seen, left, now)?;
    }
    for (_, step) in left.taken() {
        if let (Target::Association { namespace, service_account, .. }, Content::Association(to)) =
            (&step.change.target, &step.change.to)
        {
            let makes = |target: &Target| left.steps.iter().any(|step| step.change.target == *target);
            let role = Target::Role { name: Name::from(to.role().role_name()) };
            let account = Target::ServiceAccount { namespace: namespace.clone(), name: service_account.clone() };
            let made = associate::Made { role: makes(&role), account: makes(&account) };
            associate::may_still_be_made(seen, (namespace, service_account), to, made)?;
        }
    }
    Ok(())
}

/// Whether a plan that takes another back may be made, or gone on with.
///
/// # Errors
/// Where others hang by now on what would go, or it is not what was made any more.
pub(super) fn may_be_taken_back(seen: Seen<'_>, undo: &Plan) -> Result<(), PlanRefusal> {
    are_here(seen, undo)?;
    let open = || undo.taken().map(|(_, step)| &step.change);
    create_provider::may_be_taken_back(seen, open())?;
    let all: Vec<&Change> = undo.steps.iter().map(|step| &step.change).collect();
    for (name, made) in open().filter_map(going) {
        if let Some(role) = seen.role_named(name) {
            is_as_planned(seen, (role, made), &all)?;
        }
    }
    Ok(())
}

/// What holds for every change: it is of this cluster's account, and none of what an EKS add-on keeps.
fn are_here(seen: Seen<'_>, plan: &Plan) -> Result<(), PlanRefusal> {
    seen.is_of_this_cluster()?;
    for (_, step) in plan.taken() {
        let (namespace, name) = match &step.change.target {
            Target::Annotations { namespace, name } | Target::ServiceAccount { namespace, name } => (namespace, name),
            Target::Association { namespace, service_account, .. } => {
                if let Some(own) = seen.inventory.aws().association(namespace, service_account).found() {
                    associate::is_no_add_ons(own)?;
                }
                (namespace, service_account)
            }
            _ => continue,
        };
        if let Some(account) = account_of(seen.inventory, namespace, name).found() {
            seen.is_no_add_ons(account)?;
        }
    }
    Ok(())
}

/// The role that a change deletes.
pub(super) fn going(change: &Change) -> Option<(&Name, &RoleContent)> {
    match (&change.target, &change.from, &change.to) {
        (Target::Role { name }, Content::Role(content), Content::Absent) => Some((name, content)),
        _ => None,
    }
}
