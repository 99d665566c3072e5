//! Attaching a managed policy to a role, and detaching it: what the role may do changes at once, for all who use it.

use super::escalation::{self, Given};
use super::loss::warn_of_role_loss;
use super::owned::warn_of_keepers;
use super::removal::kept;
use super::users::Users;
use super::warning::WarningKind;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, Seen, Target, rules};
use crate::domain::access::{Policies, Source};
use crate::domain::model::{AttachedPolicy, Name, Reading, Role, RoleArn};
use crate::domain::policy::{Document, Kind, Layer};
use std::sync::Arc;

/// The plan that attaches a managed policy, by ARN.
///
/// # Errors
/// Where the role cannot be changed from here, the policy is not there, or is attached already.
pub fn attach(seen: Seen<'_>, role: &RoleArn, policy: &Name) -> Result<Plan, PlanRefusal> {
    let read = seen.role_to_change(role)?;
    let attached = attached(read)?;
    let (name, short) = (role.path_and_name(), short(policy));
    if attached.iter().any(|own| own.arn == *policy) {
        return Err(PlanRefusal::new(format!("policy {short} is attached to role {name} already: nothing to change")));
    }
    seen.policy_to_attach(policy)?;
    if attached.len() >= rules::ATTACHED_RAISED {
        let said = format!("role {name} has {} managed policies: IAM attaches no more to a role", attached.len());
        return Err(PlanRefusal::new(said).hint("detach one, or put what it allows into an inline policy"));
    }
    let mut plan = Plan::new(PlanKind::Attach, format!("attach policy {short} to role {name}"));
    plan.push(change(role, policy, (Content::Absent, Content::Present)));
    if attached.len() >= rules::ATTACHED {
        let sentence = format!(
            "role {name} has {} managed policies: IAM takes {} unless the account's quota was raised",
            attached.len(),
            rules::ATTACHED
        );
        plan.warn(WarningKind::NotEffective, sentence);
    }
    let users = Users::of(seen, role);
    match seen.inventory.aws().policy(policy).and_then(Reading::value).map(|read| &read.document) {
        Some(Ok(text)) => {
            // a Deny takes away
            let source = Source { name: policy.clone(), managed: true, text: text.clone() };
            let then = |now: Policies| now.with(Layer::Identity, Kind::Identity, source);
            warn_of_role_loss(&mut plan, seen, role, then, users.may_be_any());
            if let Ok(document) = Document::parse(text, Kind::Identity) {
                let given = Given { name: policy, document: Arc::new(document) };
                escalation::warn(&mut plan, seen, role, &given, &users.namespaces());
            }
        }
        Some(Err(_)) | None => plan.warn(WarningKind::NotRead, format!("what policy {policy} allows was not read")),
    }
    bounded(&mut plan, read);
    plan.effects.push("what it allows is allowed within seconds, to running pods, too".to_owned());
    warn_of_keepers(&mut plan, seen);
    users.tell(&mut plan, role, &[]);
    Ok(plan)
}

/// The plan that detaches a managed policy, by ARN or by its name.
///
/// # Errors
/// Where the role cannot be changed from here, or the policy is not attached.
pub fn detach(seen: Seen<'_>, role: &RoleArn, policy: &str) -> Result<Plan, PlanRefusal> {
    let read = seen.role_to_change(role)?;
    let attached = attached(read)?;
    let name = role.path_and_name();
    let is_it = |own: &&AttachedPolicy| *own.arn == *policy || *own.name == *policy;
    let Some(own) = attached.iter().find(is_it) else {
        let names: Vec<&str> = attached.iter().map(|own| &*own.name).collect();
        let hint = if names.is_empty() { "none is".to_owned() } else { format!("these are: {}", names.join(", ")) };
        let said = format!("policy {} is not attached to role {name}", short(policy));
        return Err(PlanRefusal::new(said).hint(hint));
    };
    let mut plan = Plan::new(PlanKind::Detach, format!("detach policy {} from role {name}", own.name));
    plan.push(change(role, &own.arn, (Content::Present, Content::Absent)));
    plan.effects.extend(plan.steps.first().and_then(|step| kept(seen, &step.change)));
    let users = Users::of(seen, role);
    let document = seen.inventory.aws().policy(&own.arn).and_then(Reading::value).map(|read| &read.document);
    if !matches!(document, Some(Ok(_))) {
        let sentence = format!("what policy {} allows was not read, so what is lost with it is not known", own.name);
        plan.warn(WarningKind::NotRead, sentence);
    }
    warn_of_role_loss(&mut plan, seen, role, |now| now.without(&own.arn, true), users.may_be_any());
    warn_of_keepers(&mut plan, seen);
    users.tell(&mut plan, role, &[]);
    Ok(plan)
}

/// The managed policies that are attached, where they could be listed.
pub(super) fn attached(role: &Role) -> Result<&[AttachedPolicy], PlanRefusal> {
    role.attached.as_deref().map_err(PlanRefusal::unread)
}

/// The attachment of a policy, from one state to the other.
pub(super) fn change(role: &RoleArn, policy: &Name, (from, to): (Content, Content)) -> Change {
    Change { target: Target::Attachment { role: Name::from(role.role_name()), policy: policy.clone() }, from, to }
}

/// Says that a boundary may keep back what is given.
pub(super) fn bounded(plan: &mut Plan, role: &Role) {
    if let Some(boundary) = &role.boundary_arn {
        plan.effects.push(format!("the role's permissions boundary {} has to allow it, too", short(boundary)));
    }
}

fn short(policy: &str) -> &str {
    policy.rsplit('/').next().unwrap_or(policy)
}
