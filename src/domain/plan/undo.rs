//! Taking a plan back: its steps the other way round, last first.

use super::annotate::ROLE_ARN;
use super::consequences::tell;
use super::create_provider::provider_going;
use super::earlier::may_be_taken_back;
use super::owned::warn_of_keepers;
use super::removal::kept;
use super::repair_trust::taken_back;
use super::surroundings::Seen;
use super::way_back::{can_be_taken_back, roles_gone};
use super::{Change, Content, Plan, PlanKind, PlanRefusal, Target, same_content};
use crate::domain::model::{Name, Reading, RoleArn};
use std::collections::BTreeSet;

/// The plan that takes back the changes that were made by the plan `id` of that kind, in the order in which they
/// were made. What has no way back is said, and left as it is. What comes of it is told as of any other plan.
///
/// # Errors
/// Where others hang by now on what was made: roles on an OIDC provider, whom else a role lets in, or where a role is not
/// what was made any more, or there no more.
pub fn undo(seen: Seen<'_>, id: &Name, kind: PlanKind, title: &str, done: &[Change]) -> Result<Plan, PlanRefusal> {
    let makes_providers = kind == PlanKind::CreateProvider;
    let mut plan = Plan::new(PlanKind::Undo, format!("take back: {title}"));
    plan.undoes = Some(id.clone());
    let gone = roles_gone(seen, done);
    for change in done.iter().rev() {
        match change.inverse().filter(|_| can_be_taken_back(change, &gone)) {
            Some(inverse) if provider_going(&inverse).is_some() && !makes_providers => {
                plan.effects.push(format!("{} is left as it is: other roles may trust it by now", change.target));
            }
            Some(inverse) => {
                let sentence = kept(seen, &inverse).filter(|sentence| !plan.effects.contains(sentence));
                plan.effects.extend(sentence.filter(|_| !binds_to_what_goes(&inverse, done)));
                plan.push(inverse);
            }
            None => plan.effects.push(format!("{} is left as it is: that cannot be taken back", change.target)),
        }
    }
    if let (true, Some(role)) = (plan.steps.is_empty(), gone.first()) {
        return Err(PlanRefusal::new(format!("role {role} was deleted: {ANOTHER}")));
    }
    are_roles_there(seen, &plan)?;
    may_be_taken_back(seen, &plan)?;
    warn_of_keepers(&mut plan, seen);
    tell(&mut plan, seen);
    Ok(plan)
}

/// The ServiceAccounts whose new pods get something else by changes, and that stay: until their pods are made anew these
/// have what they were made with.
pub fn rebound_accounts(changes: &[Change]) -> Vec<(Name, Name)> {
    let mut accounts: BTreeSet<(Name, Name)> = BTreeSet::new();
    for Change { target, .. } in changes {
        match target {
            Target::Annotations { namespace, name } | Target::Association { namespace, service_account: name, .. } => {
                accounts.insert((namespace.clone(), name.clone()));
            }
            _ => {}
        }
    }
    let is_going = |(namespace, name): &(Name, Name), change: &Change| {
        let own = Target::ServiceAccount { namespace: namespace.clone(), name: name.clone() };
        change.target == own && change.to == Content::Absent
    };
    accounts.into_iter().filter(|own| !changes.iter().any(|change| is_going(own, change))).collect()
}

/// Why nothing is given back to a role that was deleted.
const ANOTHER: &str = "what was taken from it has no way back, for a role of the same name is another one";

/// Refuses to give something back to a role that is not there any more: it would be found out at the step.
fn are_roles_there(seen: Seen<'_>, undo: &Plan) -> Result<(), PlanRefusal> {
    let gives = |change: &Change| change.to != Content::Absent && !matches!(change.target, Target::Role { .. });
    let roles = undo.steps.iter().filter(|step| gives(&step.change)).filter_map(|step| step.change.target.role());
    for role in roles {
        let arn = seen.arn_here(&format!("/{role}"));
        let is_missing = seen.role_named(role).is_none()
            && arn.and_then(|arn| seen.inventory.aws().role(&arn)).is_some_and(Reading::is_missing);
        if is_missing {
            return Err(PlanRefusal::new(format!("there is no role {role} any more: {ANOTHER}")));
        }
    }
    Ok(())
}

/// Whether a binding is taken back whose role goes, too: then nobody keeps anything of it.
fn binds_to_what_goes(inverse: &Change, done: &[Change]) -> bool {
    let role = match &inverse.from {
        Content::Annotations(from) => from.get(ROLE_ARN).cloned().flatten(),
        Content::Association(from) => Some(from.role_arn.clone()),
        _ => None,
    };
    let is_made = |name: &str| {
        let is_it = |target: &Target| matches!(target, Target::Role { name: made } if **made == *name);
        done.iter().any(|change| is_it(&change.target) && change.from == Content::Absent)
    };
    role.is_some_and(|arn| is_made(RoleArn::new(arn).role_name()))
}

/// The same step of an undo on what is held now, as it was written last `by` somebody. A trust policy that others have
/// changed since loses only what our change brought, and keeps the rest.
///
/// # Errors
/// Where others have changed anything else since, or what was brought is not found in the trust policy as it was written.
pub fn undo_of_held(undo: Change, held: &Content, by: Option<&Name>) -> Result<Change, PlanRefusal> {
    if same_content(held, &undo.from) || same_content(held, &undo.to) {
        return Ok(undo);
    }
    let (Target::Trust { .. }, Content::Document(after), Content::Document(before), Content::Document(now)) =
        (&undo.target, &undo.from, &undo.to, held)
    else {
        let by = by.map_or_else(String::new, |by| format!(" by {by}"));
        let sentence = format!(
            "{} is not what was made of it any more: it was changed{by} since, and now holds {}",
            undo.target,
            held.in_words()
        );
        let hint = "nothing of the plan is taken back; change what is there now by a command of its own";
        return Err(PlanRefusal::new(sentence).hint(hint));
    };
    let Some(text) = taken_back(before, after, now) else {
        let sentence =
            format!("the {} was changed since, and what was added is not found in it as it was", undo.target);
        return Err(PlanRefusal::new(sentence).hint("take it out by hand: nothing else of it is touched from here"));
    };
    Ok(Change { from: held.clone(), to: Content::Document(Name::from(text)), ..undo })
}
