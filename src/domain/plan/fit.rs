//! What one could bind to a ServiceAccount or give to a role, and why the rest would not do.

use super::surroundings::Seen;
use super::{RoleMechanism, rules};
use crate::domain::identity::{Identities, IdentityKind, TrustCheck, Way, trust_if_bound, trust_review};
use crate::domain::inventory::{Inventory, Lookup};
use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::policy::{SERVICE_LINKED, Truth};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Whether something that could be chosen would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Yes, no, or not known.
    pub answer: Truth,
    /// Why not, or why it is not known: about `it`. Of what fits, what else there is to say; mostly nothing.
    pub because: String,
}

impl Fit {
    fn new(answer: Truth, because: impl Into<String>) -> Self {
        Self { answer, because: because.into() }
    }
}

/// Something that could be chosen: a role for a ServiceAccount, a managed policy for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its ARN.
    pub arn: Name,
    /// Whether it would do.
    pub fit: Fit,
    /// How many use it already: of a role ServiceAccounts, of a policy roles.
    pub used_by: usize,
}

/// Whether the role lets the ServiceAccount's pods in: by their tokens (IRSA), or by an association (Pod Identity).
pub fn fit_of(inventory: &Inventory, account: (&Name, &Name), role: &RoleArn, way: RoleMechanism) -> Fit {
    if let Some(problem) = role.problem() {
        return Fit::new(Truth::No, problem.sentence());
    }
    let check = match way {
        RoleMechanism::Irsa => by_token(inventory, account, role),
        RoleMechanism::PodIdentity => {
            let own = inventory.aws().account();
            if let (Some(own), Some(its)) = (own, role.account())
                && own != its
            {
                return Fit::new(Truth::No, format!("it is in account {its}: an association takes the cluster's own"));
            }
            trust_if_bound(inventory, account, role, IdentityKind::PodIdentity)
        }
    };
    let Some(check) = check else {
        return Fit::new(Truth::No, "it trusts Pod Identity and no OIDC provider");
    };
    let because = match check.answer {
        Truth::Yes => String::new(),
        Truth::No => check.in_short(),
        Truth::Depends => check.unknown_in_short().unwrap_or_else(|| "not read yet".to_owned()),
    };
    Fit { answer: check.answer, because }
}

fn by_token(inventory: &Inventory, (namespace, account): (&Name, &Name), role: &RoleArn) -> Option<TrustCheck> {
    let checks = trust_review(inventory, namespace, account, Some(role));
    checks.into_iter().find(|check| matches!(check.way, Way::WebIdentity(_)))
}

/// The roles that were seen, those that fit first, then those of which it is not known; service-linked roles and those
/// of IAM Identity Center, which nobody may bind, left out.
pub fn role_choices(seen: Seen<'_>, account: (&Name, &Name), way: RoleMechanism) -> Vec<Candidate> {
    let inventory = seen.inventory;
    let read = inventory.aws().roles().filter(|(_, reading)| !reading.is_missing()).map(|(arn, _)| arn);
    let named: BTreeSet<&Name> = read.chain(inventory.annotated_roles()).collect();
    let users = users(seen.identities);
    let mut choices: Vec<Candidate> = named
        .into_iter()
        .map(|arn| RoleArn::new(arn.clone()))
        .filter(|role| role.problem().is_none() && !is_reserved(role))
        .filter(|role| !inventory.aws().role(role.as_str()).is_some_and(Reading::is_missing))
        .map(|role| Candidate {
            fit: fit_of(inventory, account, &role, way),
            used_by: users.get(role.as_str()).copied().unwrap_or_default(),
            arn: role.name_shared(),
        })
        .collect();
    sort(&mut choices);
    choices
}

/// How many ServiceAccounts are bound to each role.
fn users(identities: &Identities) -> BTreeMap<&str, usize> {
    let mut users = BTreeMap::new();
    let accounts = identities.namespaces().flat_map(|(_, rows)| rows.accounts.values());
    for role in accounts.flat_map(|row| &row.bindings).filter_map(|binding| binding.role.as_ref()) {
        *users.entry(role.as_str()).or_default() += 1;
    }
    users
}

/// The managed policies that were seen, those that could be attached to the role first.
pub fn policy_choices(seen: Seen<'_>, role: &RoleArn) -> Vec<Candidate> {
    let aws = seen.inventory.aws();
    let mut users: BTreeMap<&Name, usize> = aws.policies().map(|(arn, _)| (arn, 0)).collect();
    for own in aws.roles().filter_map(|(_, reading)| reading.value()).flat_map(|role| role.attached.iter().flatten()) {
        *users.entry(&own.arn).or_default() += 1;
    }
    let is_there = |arn: &Name| !aws.policy(arn).is_some_and(Reading::is_missing);
    let found = users.into_iter().filter(|(arn, _)| is_there(arn));
    let mut choices: Vec<Candidate> = found
        .map(|(arn, used_by)| Candidate { arn: arn.clone(), fit: policy_fit_of(seen, role, arn), used_by })
        .collect();
    sort(&mut choices);
    choices
}

/// Whether a managed policy could be attached to a role, as far as its ARN and what was read tell.
pub fn policy_fit_of(seen: Seen<'_>, role: &RoleArn, policy: &Name) -> Fit {
    let aws = seen.inventory.aws();
    let read = aws.role(role.as_str()).and_then(Reading::value);
    if read.is_some_and(|read| read.attached.iter().flatten().any(|own| own.arn == *policy)) {
        return Fit::new(Truth::No, "it is attached already");
    }
    if let Err(refusal) = rules::policy_arn(policy, role.account()) {
        return Fit::new(Truth::No, refusal.hint.unwrap_or(refusal.sentence));
    }
    if aws.policy(policy).is_some_and(Reading::is_missing) {
        return Fit::new(Truth::No, "there is no such policy");
    }
    let is_of_aws = policy.split(':').nth(4) == Some("aws");
    Fit::new(Truth::Yes, if is_of_aws { "AWS's own" } else { "of this account" })
}

/// The managed policies that are attached to a role.
pub fn attached_choices(seen: Seen<'_>, role: &RoleArn) -> Vec<Candidate> {
    let read = seen.inventory.aws().role(role.as_str()).and_then(Reading::value);
    let attached = read.iter().flat_map(|read| read.attached.iter().flatten());
    let fit = |arn: &Name| match seen.inventory.aws().policy(arn).and_then(Reading::value) {
        Some(_) => Fit::new(Truth::Yes, "attached"),
        None => Fit::new(Truth::Yes, "attached; what it allows was not read"),
    };
    let mut choices: Vec<Candidate> =
        attached.map(|own| Candidate { arn: own.arn.clone(), fit: fit(&own.arn), used_by: 0 }).collect();
    sort(&mut choices);
    choices
}

fn sort(choices: &mut [Candidate]) {
    choices.sort_by(|a, b| Reverse(a.fit.answer).cmp(&Reverse(b.fit.answer)).then_with(|| a.arn.cmp(&b.arn)));
}

/// The role that the association of a ServiceAccount names, where it is known.
pub fn associated_role<'a>(inventory: &'a Inventory, namespace: &Name, account: &Name) -> Option<&'a RoleArn> {
    match inventory.aws().association(namespace, account) {
        Lookup::Found(association) => association.role_arn.as_ref(),
        Lookup::Absent | Lookup::Unread(_) => None,
    }
}

/// Whether AWS alone may change the role: made by a service, or by IAM Identity Center (IAM user guide, "Service-linked
/// roles"; IAM Identity Center user guide, "Reserved roles").
pub(super) fn is_reserved(role: &RoleArn) -> bool {
    let path = role.path_and_name();
    path.starts_with(SERVICE_LINKED)
        || path.starts_with("aws-reserved/")
        || role.role_name().starts_with("AWSReservedSSO_")
}
