//! What binds a ServiceAccount now, and what is wrong with that.

use super::trust::{Answers, Provider, Token, Trusted, audience_of, is_too_wide, provider_of};
use super::webhook::webhook_acts_in;
use super::{Binding, Finding, FindingSet, IdentityKind};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, RoleArn, ServiceAccount};
use std::collections::{BTreeSet, HashMap};

/// The bindings of a ServiceAccount, association first as that is what new pods get, and their findings; `account` is the
/// object, where it was read.
pub(super) fn bindings_of(
    inventory: &Inventory,
    (namespace, name): (&Name, &Name),
    account: Option<&ServiceAccount>,
    answers: &Answers,
) -> (Vec<Binding>, FindingSet) {
    let mut bindings = Vec::new();
    let aws = inventory.aws();
    let association = if aws.is_refuted() { None } else { aws.association(namespace, name).found() };
    if let Some(association) = association {
        let hops = answers.association(inventory, association);
        let said = [(&association.role_arn, Some(hops.own)), (&association.target_role_arn, hops.target)];
        let [own, target] = said
            .map(|(role, said)| role.as_ref().map_or_else(FindingSet::default, |role| of_role(inventory, role, said)));
        bindings.push(Binding {
            mechanism: IdentityKind::PodIdentity,
            role: association.role_arn.clone(),
            target: association.target_role_arn.clone(),
            association_id: Some(association.id.clone()),
            since: association.created,
            findings: own,
            target_findings: target,
        });
    }
    if let Some((account, annotation)) = account.and_then(|account| Some((account, account.role.as_ref()?))) {
        let audience = audience_of(account);
        let token = Token { role: &annotation.arn, namespace, account: name, audience: Some(audience) };
        let mut findings = of_role(inventory, &annotation.arn, Some(answers.token(inventory, token)));
        match provider_of(inventory, &annotation.arn) {
            Provider::Missing => findings.insert(Finding::ProviderMissing),
            Provider::Accepts(listed) if !listed.iter().any(|it| &**it == audience) => {
                findings.insert(Finding::AudienceMismatch);
            }
            _ => {}
        }
        bindings.push(Binding {
            mechanism: IdentityKind::WebIdentity,
            role: Some(annotation.arn.clone()),
            target: None,
            association_id: None,
            since: annotation.set.as_ref().map(|set| set.at),
            findings,
            target_findings: FindingSet::default(),
        });
    }
    let of_each = bindings.iter().map(|binding| binding.findings.union(binding.target_findings));
    let mut findings = of_each.fold(FindingSet::default(), FindingSet::union);
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

/// What is wrong with a role that binds: it cannot exist, does not, or its trust policy keeps its pods out or lets in too
/// many.
fn of_role(inventory: &Inventory, role: &RoleArn, said: Option<Trusted>) -> FindingSet {
    if role.problem().is_some() {
        return [Finding::MalformedRoleArn].into_iter().collect();
    }
    let missing = !inventory.aws().is_refuted() && inventory.aws().role(role.as_str()).is_some_and(Reading::is_missing);
    if missing {
        return [Finding::RoleNotFound].into_iter().collect();
    }
    let too_wide = is_too_wide(inventory, role).then_some(Finding::TrustTooWide);
    said.and_then(Trusted::finding).into_iter().chain(too_wide).collect()
}
