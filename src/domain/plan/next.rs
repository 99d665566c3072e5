//! What new pods of a ServiceAccount get by what binds it now, and what is lost by that.

use super::Plan;
use super::annotate::{warn_of_association, warn_of_fit};
use super::associate::warn_of_trust;
use super::loss::{Becomes, warn_of_loss};
use super::surroundings::Seen;
use super::warning::WarningKind;
use super::withheld::warn_of_withheld;
use crate::domain::identity::account_of;
use crate::domain::inventory::Lookup;
use crate::domain::model::{Association, Gap, Name, RoleArn};
use crate::domain::policy::Truth;
use std::collections::BTreeMap;

/// What new pods get by an annotation.
pub(super) struct Next<'a> {
    /// In words: `new pods get …`.
    pub(super) words: String,
    /// For what is lost.
    pub(super) becomes: Becomes<'a>,
}

/// Says what the pods that run lose when they are made anew as things are, and what of that is not known.
pub(super) fn warn_of_next(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, account: &Name) {
    warn_of_withheld(plan, seen, namespace, account);
    let unread = match seen.inventory.aws().association(namespace, account) {
        Lookup::Found(association) => return by_association(plan, seen, association),
        Lookup::Absent => None,
        Lookup::Unread(gap) => Some(gap),
    };
    let Some(next) = by_annotation(plan, seen, namespace, account) else { return };
    match (unread, next.becomes) {
        (None, becomes) => warn_of_loss(plan, seen, namespace, account, becomes),
        (Some(gap), Becomes::NoRole) => {
            let sentence = format!(
                "what new pods get, and lose by it, is not known: whether an association binds it was not read{}",
                because(gap)
            );
            plan.warn(WarningKind::NotRead, sentence);
        }
        (Some(_), becomes) => {
            warn_of_association(plan, seen, namespace, account);
            warn_of_loss(plan, seen, namespace, account, becomes);
        }
    }
}

/// Says what they lose by what the annotation is to give; an association that is there wins over it.
pub(super) fn warn_of_annotated(
    plan: &mut Plan,
    seen: Seen<'_>,
    (namespace, account): (&Name, &Name),
    by: Becomes<'_>,
) {
    match seen.inventory.aws().association(namespace, account) {
        Lookup::Found(association) => by_association(plan, seen, association),
        Lookup::Absent | Lookup::Unread(_) => warn_of_loss(plan, seen, namespace, account, by),
    }
}

fn by_association(plan: &mut Plan, seen: Seen<'_>, association: &Association) {
    let lets_in = warn_of_trust(plan, seen, association);
    let (namespace, account) = (&association.namespace, &association.service_account);
    match association.effective_role() {
        Some(role) => {
            warn_of_loss(plan, seen, namespace, account, Becomes::of(role, Some(association), lets_in));
        }
        // bound to a role that is not known: nobody knows what is lost
        None => plan.warn(WarningKind::NotRead, "what its association gives to new pods was not read"),
    }
}

/// What new pods get by the annotation that is there, where no association binds them; said where its role keeps them out,
/// or that is not known. `None`: the annotation was not read, which is said.
pub(super) fn by_annotation<'a>(plan: &mut Plan, seen: Seen<'a>, namespace: &Name, name: &Name) -> Option<Next<'a>> {
    let account = match account_of(seen.inventory, namespace, name) {
        Lookup::Found(account) => account,
        Lookup::Absent => return Some(Next { words: NO_ROLE.to_owned(), becomes: Becomes::NoRole }),
        Lookup::Unread(gap) => {
            let sentence = format!(
                "what new pods get, and lose by it, is not known: serviceaccount/{name} was not read{}",
                because(gap)
            );
            plan.warn(WarningKind::NotRead, sentence);
            return None;
        }
    };
    let Some(annotation) = &account.role else {
        return Some(Next { words: NO_ROLE.to_owned(), becomes: Becomes::NoRole });
    };
    let lets_in = warn_of_fit(plan, seen, account, (&annotation.arn, &BTreeMap::new()));
    let words = gets(&format!("the annotation's role {}", annotation.arn.path_and_name()), lets_in);
    Some(Next { words, becomes: Becomes::of(&annotation.arn, None, lets_in) })
}

/// What pods have that are bound to nothing.
pub(super) const NO_ROLE: &str = "no role of their own, and the node role where they reach it";

/// What pods get that are bound to a role, in words, by whether it lets them in.
pub(super) fn gets(role: &str, lets_in: Truth) -> String {
    if lets_in.is_no() { format!("no credentials, for {role} keeps them out") } else { role.to_owned() }
}

/// The same by an association, which may go on to a target role.
pub(super) fn gets_by(association: &Association, lets_in: Truth) -> String {
    match (association.effective_role().map(RoleArn::path_and_name), &association.target_role_arn) {
        (Some(target), Some(_)) if lets_in.is_no() => format!("no credentials, for there is no way to {target}"),
        (Some(role), _) => gets(role, lets_in),
        (None, _) => "what its association gives".to_owned(),
    }
}

/// Why it was not read, as far as that is told.
fn because(gap: Option<&Gap>) -> String {
    gap.map_or_else(String::new, |gap| format!(": {}", gap.sentence))
}
