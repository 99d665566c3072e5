//! Which roles one could bind to a ServiceAccount, and why others would not do.

use super::surroundings::Seen;
use crate::domain::identity::{TrustCheck, Way, trust_review};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::policy::Truth;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Whether a role would let the pods of a ServiceAccount in by their tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Yes, no, or not known.
    pub answer: Truth,
    /// Why not, or why it is not known: about `it`. Empty where it fits.
    pub because: String,
}

/// A role that a ServiceAccount could be annotated with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChoice {
    /// The role.
    pub role: RoleArn,
    /// Whether it fits.
    pub fit: Fit,
    /// How many ServiceAccounts are annotated with it, or associated.
    pub used_by: usize,
}

/// Whether the role lets the ServiceAccount's pods in by their tokens (IRSA).
pub fn fit_of(inventory: &Inventory, namespace: &Name, account: &Name, role: &RoleArn) -> Fit {
    if let Some(problem) = role.problem() {
        return Fit { answer: Truth::No, because: problem.sentence().to_owned() };
    }
    let checks = trust_review(inventory, namespace, account, Some(role));
    let is_token = |check: &&TrustCheck| matches!(check.way, Way::WebIdentity(_));
    let Some(check) = checks.iter().find(is_token) else {
        return Fit { answer: Truth::No, because: "it trusts Pod Identity and no OIDC provider".to_owned() };
    };
    let because = match check.answer {
        Truth::Yes => String::new(),
        Truth::No => check.in_short(),
        Truth::Depends => check.unknown_in_short().unwrap_or_else(|| "not read yet".to_owned()),
    };
    Fit { answer: check.answer, because }
}

/// The roles that were seen, those that fit first, then those of which it is not known; service-linked roles and those
/// of IAM Identity Center, which nobody may bind, left out.
pub fn role_choices(seen: Seen<'_>, namespace: &Name, account: &Name) -> Vec<RoleChoice> {
    let inventory = seen.inventory;
    let read = inventory.aws().roles().filter(|(_, reading)| !reading.is_missing()).map(|(arn, _)| arn);
    let named: BTreeSet<&Name> = read.chain(inventory.annotated_roles()).collect();
    let mut choices: Vec<RoleChoice> = named
        .into_iter()
        .map(|arn| RoleArn::new(arn.clone()))
        .filter(|role| role.problem().is_none() && !is_reserved(role))
        .filter(|role| !inventory.aws().role(role.as_str()).is_some_and(Reading::is_missing))
        .map(|role| {
            let fit = fit_of(inventory, namespace, account, &role);
            let used_by = inventory.annotated_roles().filter(|other| ***other == *role.as_str()).count();
            RoleChoice { role, fit, used_by }
        })
        .collect();
    choices.sort_by(|a, b| Reverse(a.fit.answer).cmp(&Reverse(b.fit.answer)).then(a.role.cmp(&b.role)));
    choices
}

/// Whether AWS alone may change the role: made by a service, or by IAM Identity Center (IAM user guide, "Service-linked
/// roles"; IAM Identity Center user guide, "Reserved roles").
pub(super) fn is_reserved(role: &RoleArn) -> bool {
    let path = role.path_and_name();
    path.starts_with("aws-service-role/")
        || path.starts_with("aws-reserved/")
        || role.role_name().starts_with("AWSReservedSSO_")
}
