//! What the targets of changes hold in the demo.

use super::rollout::pods_of;
use super::world::Now;
use crate::domain::inventory::{Inventory, Lookup};
use crate::domain::model::{
    AnnotationSet, Name, OidcProvider, Reading, Role, RoleAnnotation, RoleArn, ServiceAccount, Time,
};
use crate::domain::plan::{AssociationContent, Change, Content, RoleContent, Target};
use crate::source::{Held, Touch};
use std::collections::BTreeMap;

/// Which of both states is asked: what answers show, or what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Shown,
    Written,
}

/// What the target of a change holds.
pub(super) fn held(now: &Now, change: &Change, state: State) -> Held {
    let inventory = match state {
        State::Shown => &now.shown,
        State::Written => &now.written,
    };
    match &change.target {
        Target::ServiceAccount { namespace, name } | Target::Annotations { namespace, name } => {
            account(inventory, namespace, name).map_or(Held::only(Content::Absent), |it| of_account(it, change))
        }
        Target::Rollout { namespace, kind, name, .. } => {
            let workload = (namespace.clone(), kind.clone(), name.clone());
            let restarted = now.restarts.get(&workload).cloned();
            let is_there = restarted.is_some() || !pods_of(now, &workload).is_empty();
            Held::only(if is_there { Content::Restarted(restarted) } else { Content::Absent })
        }
        Target::Association { namespace, service_account, .. } => {
            Held::only(association(inventory, namespace, service_account))
        }
        other => Held::only(of_iam(inventory, other).unwrap_or(Content::Absent)),
    }
}

pub(super) fn account<'a>(inventory: &'a Inventory, namespace: &str, name: &str) -> Option<&'a ServiceAccount> {
    inventory.shard(namespace)?.service_account(name)
}

/// The role of that name, whatever its path.
pub(super) fn role<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a Role> {
    let roles = inventory.aws().roles().filter_map(|(_, reading)| reading.value());
    roles.map(|role| &**role).find(|role| role.arn.role_name() == name)
}

fn of_account(account: &ServiceAccount, change: &Change) -> Held {
    let content = match (&change.from, &change.to) {
        (Content::Annotations(touched), _) => {
            Content::Annotations(touched.keys().map(|key| (key.clone(), annotation(account, key))).collect())
        }
        (Content::ServiceAccount(made), _) | (_, Content::ServiceAccount(made)) => {
            let kept = |key: &Name| Some((key.clone(), annotation(account, key)?));
            Content::ServiceAccount(made.keys().filter_map(kept).collect())
        }
        _ => Content::Present,
    };
    let set = account.role.as_ref().and_then(|role| role.set.as_ref());
    Held {
        content,
        version: Some(account.resource_version.to_string()),
        id: Some(account.uid.to_string()),
        by: set.map(|set| Touch { manager: set.manager.clone(), at: Some(set.at) }),
    }
}

fn annotation(account: &ServiceAccount, key: &str) -> Option<Name> {
    match key {
        "eks.amazonaws.com/role-arn" => account.role.as_ref().map(|role| role.arn.name_shared()),
        "eks.amazonaws.com/audience" => account.audience.clone(),
        "eks.amazonaws.com/token-expiration" => account.token_expiration.clone(),
        "eks.amazonaws.com/sts-regional-endpoints" => account.regional_sts.clone(),
        _ => None,
    }
}

fn association(inventory: &Inventory, namespace: &Name, account: &Name) -> Content {
    let Lookup::Found(found) = inventory.aws().association(namespace, account) else { return Content::Absent };
    AssociationContent::of(found).map_or(Content::Present, |content| Content::Association(Box::new(content)))
}

/// `None` where there is no such thing.
fn of_iam(inventory: &Inventory, target: &Target) -> Option<Content> {
    let audiences = |arn: &Name| {
        let provider = inventory.aws().providers()?.value()?.iter().find(|provider| provider.arn == *arn)?;
        Some(provider.client_ids.clone().unwrap_or_default())
    };
    match target {
        Target::Role { name } => role(inventory, name).map(|role| Content::Role(Box::new(RoleContent::of(role)))),
        Target::Trust { role: name } => role(inventory, name)?.trust.clone().map(Content::Document),
        Target::Attachment { role: name, policy } => {
            let attached = role(inventory, name)?.attached.as_ref().ok()?;
            attached.iter().any(|it| it.arn == *policy).then_some(Content::Present)
        }
        Target::Inline { role: name, policy } => {
            let inline = role(inventory, name)?.inline.as_ref().ok()?;
            let found = inline.iter().find(|it| it.name == *policy)?;
            found.document.as_ref().ok().cloned().map(Content::Document)
        }
        Target::Provider { arn } => audiences(arn).map(Content::Provider),
        Target::Audience { provider, audience } => audiences(provider)?.contains(audience).then_some(Content::Present),
        _ => None,
    }
}

/// What a ServiceAccount would hold with other annotations; the rest stays.
pub(super) fn annotated(mut account: ServiceAccount, to: &BTreeMap<Name, Option<Name>>, by: &Setter) -> ServiceAccount {
    for (key, value) in to {
        let value = value.clone();
        match &**key {
            "eks.amazonaws.com/role-arn" => {
                account.role = value.filter(|arn| !arn.is_empty()).map(|arn| by.annotation(arn));
            }
            "eks.amazonaws.com/audience" => account.audience = value,
            "eks.amazonaws.com/token-expiration" => account.token_expiration = value,
            "eks.amazonaws.com/sts-regional-endpoints" => account.regional_sts = value,
            _ => {}
        }
    }
    account
}

/// Whose hand annotates, and when: what managedFields would tell.
pub(super) struct Setter {
    pub(super) at: Time,
}

impl Setter {
    fn annotation(&self, arn: Name) -> RoleAnnotation {
        let set = AnnotationSet { at: self.at, manager: Name::from("rolecall"), exact: true };
        RoleAnnotation { arn: RoleArn::new(arn), set: Some(set) }
    }
}

/// The OIDC providers, where they were read.
pub(super) fn providers(inventory: &Inventory) -> Vec<OidcProvider> {
    inventory.aws().providers().and_then(Reading::value).cloned().unwrap_or_default()
}
