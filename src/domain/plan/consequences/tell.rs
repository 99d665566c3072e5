//! Telling a plan what comes of its changes: for pods, for whoever else uses a role, for what others keep.

use super::bound::{Bound, Rebound};
use super::moved::Moved;
use super::touched::Touched;
use crate::domain::access::Policies;
use crate::domain::identity::{account_of, bearer_of_role, in_session};
use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::plan::annotate::{ROLE_ARN, warn_of_association, warn_of_fit};
use crate::domain::plan::associate::{warn_of_agents, warn_of_trust};
use crate::domain::plan::create_provider::tell_of_roles;
use crate::domain::plan::escalation::{self, Given};
use crate::domain::plan::loss::{Becomes, warn_of_loss, warn_of_loss_at_once, warn_of_role_loss};
use crate::domain::plan::next::{NO_ROLE, gets, gets_by};
use crate::domain::plan::pod_identity::obstacles;
use crate::domain::plan::restart::warn_of_downtime;
use crate::domain::plan::surroundings::named;
use crate::domain::plan::users::Users;
use crate::domain::plan::waiting::warn_of_waiting;
use crate::domain::plan::warning::WarningKind;
use crate::domain::plan::withheld::warn_of_withheld;
use crate::domain::plan::{Change, Content, Plan, Seen, Target};
use crate::domain::policy::Truth;
use std::collections::BTreeSet;

/// Says what comes of the steps that are taken.
pub(in crate::domain::plan) fn tell(plan: &mut Plan, seen: Seen<'_>) {
    let changes: Vec<Change> = plan.taken().map(|(_, step)| step.change.clone()).collect();
    let (roles, accounts) = (Touched::of(seen, &changes), Bound::of(seen, &changes));
    for own in &accounts {
        of_account(plan, seen, own, &roles);
    }
    for change in &changes {
        of_change(plan, seen, change, &roles);
    }
    for own in &roles {
        of_role(plan, seen, own, &accounts);
    }
    let is_told = |name: &str| roles.iter().any(|own| own.role.role_name() == name);
    let named: BTreeSet<&Name> = changes.iter().filter_map(|change| change.target.role()).collect();
    for name in named.into_iter().filter(|name| !is_told(name)) {
        plan.warn(
            WarningKind::OtherUsers,
            format!("role {name}: {UNKNOWN}, for it is not known which account this is"),
        );
    }
    warn_of_waiting(plan, seen);
}

/// What is said of a role that was not read.
const UNKNOWN: &str = "who uses it, and what they lose, cannot be told";

/// What becomes of the pods of a ServiceAccount.
fn of_account(plan: &mut Plan, seen: Seen<'_>, own: &Bound, roles: &[Touched<'_>]) {
    let (namespace, name) = (&own.namespace, &own.name);
    seen.warn_of_account(plan, namespace, name);
    let going = own.before.as_ref().filter(|before| roles.iter().any(|it| it.goes() && it.role == **before));
    let losing = going
        .map_or(0, |role| seen.running(namespace, name).filter(|(_, row)| row.role.as_ref() == Some(role)).count());
    let is_same = own.before == own.after && !own.is_restarted && !own.is_gone;
    // a session policy may take away from the same role, and so may what comes of another mechanism
    let is_role_alone = own.rebound == Rebound::Token && own.via.as_ref().is_some_and(|via| via.policy.is_none());
    let is_weighed = !is_same || (own.rebound != Rebound::No && !is_role_alone);
    let lets_in = if is_weighed && !own.is_gone { lets_in(plan, seen, own, roles) } else { Truth::Depends };
    let new = match &own.after {
        Some(_) if own.rebound == Rebound::Token && own.via.is_none() && !lets_in.is_no() => {
            "the token as annotated".to_owned()
        }
        Some(role) => own.via.as_ref().map_or_else(|| gets(role.path_and_name(), lets_in), |via| gets_by(via, lets_in)),
        None => NO_ROLE.to_owned(),
    };
    if own.is_gone {
        plan.effects.push(format!("no pod of {name} can be made any more: there is no such ServiceAccount then"));
        let pods: Vec<&Name> = seen.running(namespace, name).map(|(pod, _)| pod).collect();
        if !pods.is_empty() {
            let sentence = format!("running pods of {name} get no new tokens, and cannot be made anew");
            plan.warn(WarningKind::Loss, format!("{sentence}: {}", named(&pods)));
        }
    } else if losing > 0 {
        plan.effects.push(format!("new pods of {name} get {new}"));
    } else if own.rebound != Rebound::No {
        seen.running_pods_keep(plan, (namespace, name), &new, own.association);
    } else {
        warn_of_withheld(plan, seen, namespace, name);
    }
    if let Some(role) = going.filter(|_| losing > 0) {
        // what they have of it ends with the role, and not when they are made anew
        let pods = if losing == 1 {
            "1 running pod of it loses".to_owned()
        } else {
            format!("{losing} running pods of it lose")
        };
        let sentence = format!("{name}: {pods} role {} at once, for it is deleted", role.path_and_name());
        plan.warn(WarningKind::Loss, sentence);
    }
    if !is_weighed {
        return;
    }
    let touched = own.after.as_ref().and_then(|after| roles.iter().find(|it| it.role == *after));
    let then: Option<Policies> = touched.map(|it| {
        let policies = it.then(seen, bearer_of_role(seen.inventory, &it.role).policies);
        own.via.iter().fold(policies, |policies, via| in_session(policies, via))
    });
    let becomes = match (&own.after, &then) {
        _ if own.is_gone => Becomes::NoRole,
        (Some(_), _) if touched.is_some_and(Touched::goes) => Becomes::Nothing,
        (Some(role), Some(policies)) => Becomes::Made(role, policies, own.via.as_deref()),
        (Some(role), None) => Becomes::of(role, own.via.as_deref(), lets_in),
        (None, _) => Becomes::NoRole,
    };
    warn_of_loss(plan, seen, namespace, name, becomes);
}

/// Whether what binds a ServiceAccount then lets its pods in; said where it does not, or that is not known. Of a role that
/// the plan changes, too, it is told by that change.
pub(super) fn lets_in(plan: &mut Plan, seen: Seen<'_>, own: &Bound, roles: &[Touched<'_>]) -> Truth {
    let is_as_read = |role: &RoleArn| !roles.iter().any(|own| own.role == *role);
    if let Some(association) = &own.via {
        let mut hops = association.role_arn.iter().chain(&association.target_role_arn);
        return if hops.all(is_as_read) { warn_of_trust(plan, seen, association) } else { Truth::Depends };
    }
    let account = account_of(seen.inventory, &own.namespace, &own.name).found();
    match (account, own.after.as_ref().filter(|role| is_as_read(role))) {
        (Some(account), Some(role)) => warn_of_fit(plan, seen, account, (role, &own.annotations)),
        _ => Truth::Depends,
    }
}

/// What comes of one change, where that is told by itself.
fn of_change(plan: &mut Plan, seen: Seen<'_>, change: &Change, roles: &[Touched<'_>]) {
    let is_as_read = |role: &RoleArn| !roles.iter().any(|own| own.role == *role);
    match (&change.target, &change.to) {
        (Target::Annotations { namespace, name }, Content::Annotations(to)) => {
            let Some(Some(role)) = to.get(ROLE_ARN) else { return };
            let role = RoleArn::new(role.clone());
            if is_as_read(&role) {
                warn_of_association(plan, seen, namespace, name);
                escalation::warn_of_bound(plan, seen, &role, namespace);
            }
        }
        (Target::Association { namespace, service_account, .. }, Content::Association(to)) => {
            let found = obstacles(seen, namespace, service_account);
            if let Some(refusal) = found.refusal() {
                plan.warn(WarningKind::NotEffective, refusal.sentence);
            }
            warn_of_agents(plan, found);
            if is_as_read(&to.role()) {
                let effective = to.target_role_arn.clone().map_or_else(|| to.role(), RoleArn::new);
                escalation::warn_of_bound(plan, seen, &effective, namespace);
            }
        }
        (
            Target::Provider { arn } | Target::Audience { provider: arn, .. },
            Content::Provider(_) | Content::Present,
        ) => {
            tell_of_roles(plan, seen, arn);
        }
        (Target::Rollout { namespace, kind, name, .. }, _) => warn_of_downtime(plan, seen, (namespace, kind, name)),
        _ => {}
    }
}

/// What becomes of whoever uses a role.
fn of_role(plan: &mut Plan, seen: Seen<'_>, own: &Touched<'_>, accounts: &[Bound]) {
    if own.is_made() {
        return; // nobody has it yet
    }
    let name = own.role.path_and_name();
    if seen.inventory.aws().role(own.role.as_str()).and_then(Reading::value).is_none() {
        plan.warn(WarningKind::OtherUsers, format!("role {name}: {UNKNOWN}, for it was not read"));
    }
    let users = Users::of(seen, &own.role);
    // those of whom it was told already: what binds them goes with the plan, too
    let is_left = |it: &&Bound| it.before.as_ref() == Some(&own.role) && it.after.as_ref() != Some(&own.role);
    let mut told: Vec<(Name, Name)> = accounts.iter().filter(is_left).map(Bound::key).collect();
    let moved = Moved::of(seen, own, &users);
    for (namespace, name) in &moved.kept_out {
        seen.warn_of_account(plan, namespace, name);
        warn_of_loss_at_once(plan, seen, namespace, name);
    }
    told.extend(moved.kept_out.into_iter().chain(moved.let_in));
    if own.has_policies() || own.goes() {
        let is_used = users.may_be_any_but(&told);
        if is_used || !own.goes() {
            warn_of_role_loss(plan, seen, &own.role, |now| own.then(seen, now), is_used);
        }
        for (name, document) in own.given(seen) {
            escalation::warn(plan, seen, &own.role, &Given { name, document }, &users.namespaces());
        }
    }
    let is_asked = users.tell(plan, &own.role, &told);
    // one user alone is asked about, too, where the role goes
    if own.goes() && !is_asked && users.may_be_any_but(&told) {
        let sentence = format!("role {name} is deleted, and others use it, or may: that cannot be taken back");
        plan.warn(WarningKind::OtherUsers, sentence);
    }
}
