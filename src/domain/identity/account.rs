//! What binds a ServiceAccount now, and what is wrong with that.

use super::situation::account_of;
use super::webhook::webhook_acts_in;
use super::{Binding, Finding, FindingSet, IdentityKind};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, RoleArn};
use std::collections::{BTreeSet, HashMap};

/// The bindings of a ServiceAccount, association first as that is what new pods get, and their findings.
pub(super) fn bindings_of(inventory: &Inventory, namespace: &Name, name: &Name) -> (Vec<Binding>, FindingSet) {
    let (mut bindings, mut findings) = (Vec::new(), FindingSet::default());
    let aws = inventory.aws();
    let association = if aws.is_refuted() { None } else { aws.association(namespace, name).found() };
    if let Some(association) = association {
        let roles = [association.role_arn.as_ref(), association.target_role_arn.as_ref()];
        bindings.push(Binding {
            mechanism: IdentityKind::PodIdentity,
            role: association.role_arn.clone(),
            target: association.target_role_arn.clone(),
            association_id: Some(association.id.clone()),
            since: association.created,
            broken: roles.into_iter().flatten().filter(|role| is_broken(inventory, role, &mut findings)).count() > 0,
        });
    }
    if let Some(annotation) = account_of(inventory, namespace, name).found().and_then(|account| account.role.as_ref()) {
        bindings.push(Binding {
            mechanism: IdentityKind::WebIdentity,
            role: Some(annotation.arn.clone()),
            target: None,
            association_id: None,
            since: annotation.set.as_ref().map(|set| set.at),
            broken: is_broken(inventory, &annotation.arn, &mut findings),
        });
    }
    if bindings.len() > 1 {
        findings.insert(Finding::TwoBindings);
    }
    if !bindings.is_empty() && webhook_acts_in(inventory, namespace) == Some(false) {
        findings.insert(Finding::WebhookNotActing);
    }
    (bindings, findings)
}

/// Every ServiceAccount of a namespace: those that exist, and those that pods or associations only name.
pub(super) fn accounts_of(
    inventory: &Inventory,
    namespace: &Name,
    associated: Option<BTreeSet<Name>>,
) -> BTreeSet<Name> {
    let Some(shard) = inventory.shard(namespace) else { return BTreeSet::new() };
    let mut all = associated.unwrap_or_default();
    all.extend(shard.service_accounts().map(|(name, _)| name.clone()));
    all.extend(shard.pods().map(|(_, pod)| pod.spec.service_account.clone()));
    all
}

/// The ServiceAccounts that associations name, by namespace.
pub(super) fn associated(inventory: &Inventory) -> HashMap<Name, BTreeSet<Name>> {
    let mut all: HashMap<Name, BTreeSet<Name>> = HashMap::new();
    let associations = inventory.aws().associations().and_then(Reading::value);
    for (namespace, account) in associations.into_iter().flat_map(|associations| associations.keys()) {
        if !inventory.aws().is_refuted() {
            all.entry(namespace.clone()).or_default().insert(account.clone());
        }
    }
    all
}

fn is_broken(inventory: &Inventory, role: &RoleArn, findings: &mut FindingSet) -> bool {
    if role.problem().is_some() {
        findings.insert(Finding::MalformedRoleArn);
        return true;
    }
    let missing = !inventory.aws().is_refuted() && inventory.aws().role(role.as_str()).is_some_and(Reading::is_missing);
    if missing {
        findings.insert(Finding::RoleNotFound);
    }
    missing
}
