//! The question the other way round: which ServiceAccounts of the cluster could assume a role, bound to it or not.

use super::asked::{Token, cluster_arn, cluster_gap};
use super::provider::{Provider, provider_gap, provider_of};
use super::review::audience;
use super::trusted::{is_pod_identity, is_provider, names, policy_of};
use crate::domain::identity::IdentityKind;
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Gap, Name, RoleArn};
use crate::domain::policy::{Document, Layers, PodIdentity, Truth, could_assume, outcome};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who of the ServiceAccounts that were seen could assume a role.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assumers {
    /// How many were asked about.
    pub asked: usize,
    /// Those who could, or of whom it hangs on what is not known.
    pub found: Vec<Assumer>,
    /// What was not read.
    pub gaps: Vec<Gap>,
}

/// A ServiceAccount that could assume a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumer {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub service_account: Name,
    /// How: [`IdentityKind::WebIdentity`] by its tokens, [`IdentityKind::PodIdentity`] once an association names it.
    pub by: IdentityKind,
    /// Yes, or it depends.
    pub could: Truth,
}

/// Who could assume a role; nobody, with the gap that says so, where its trust policy or the cluster was not read.
pub fn assumers(inventory: &Inventory, role: &RoleArn) -> Assumers {
    let shards =
        || inventory.shards().flat_map(|(namespace, own)| own.service_accounts().map(move |it| (namespace, it.0)));
    let mut all = Assumers { asked: shards().count(), ..Assumers::default() };
    all.gaps.extend(inventory.listings().of(Kind::ServiceAccount).doubt().cloned());
    let Some(policy) = policy_of(inventory, role) else { return all };
    if names(policy, |principal| is_provider(principal) || principal == "*") {
        all.by_token(inventory, role, policy, shards());
    }
    if names(policy, |principal| is_pod_identity(principal) || principal == "*") {
        all.by_association(inventory, role, policy, shards());
    }
    all
}

impl Assumers {
    fn by_token<'i>(
        &mut self,
        inventory: &'i Inventory,
        role: &RoleArn,
        policy: &Arc<Document>,
        accounts: impl Iterator<Item = (&'i Name, &'i Name)>,
    ) {
        let provider = provider_of(inventory, role);
        if provider == Provider::Unread {
            self.gaps.extend(provider_gap(inventory, role));
        }
        let mut by_audience: BTreeMap<&str, Vec<(&Name, &Name)>> = BTreeMap::new();
        for (namespace, name) in accounts {
            by_audience.entry(audience(inventory, namespace, name)).or_default().push((namespace, name));
        }
        for (audience, accounts) in by_audience {
            let vouched = match provider {
                Provider::Accepts(listed) => Truth::from(listed.iter().any(|it| &**it == audience)),
                Provider::There | Provider::Unread => Truth::Depends,
                Provider::Missing => Truth::No,
            };
            let Some((namespace, account)) = accounts.first().filter(|_| !vouched.is_no()) else { continue };
            let token = Token { role, namespace, account, audience: Some(audience) };
            let Some(like) = token.web_identity(inventory) else {
                self.gaps.push(cluster_gap(inventory));
                return;
            };
            let outcomes =
                could_assume(policy, &like, accounts.iter().map(|(namespace, name)| (&***namespace, &***name)));
            for ((namespace, name), own) in accounts.into_iter().zip(outcomes) {
                self.add(namespace, name, (IdentityKind::WebIdentity, Truth::from(own).and(vouched)));
            }
        }
    }

    fn by_association<'i>(
        &mut self,
        inventory: &'i Inventory,
        role: &RoleArn,
        policy: &Arc<Document>,
        accounts: impl Iterator<Item = (&'i Name, &'i Name)>,
    ) {
        let Some(cluster_arn) = cluster_arn(inventory, role) else {
            let gap = cluster_gap(inventory);
            self.gaps.extend((!self.gaps.contains(&gap)).then_some(gap));
            return;
        };
        let (role, cluster_arn) = (role.as_str(), &*cluster_arn);
        let like = PodIdentity { role, cluster_arn, namespace: "", service_account: "", pod: None, tags: true };
        let (mut requests, layers) = (like.requests(), Layers::of_trust(policy));
        for (namespace, name) in accounts {
            let could = Truth::all(requests.iter_mut().map(|request| {
                request.context.set("aws:RequestTag/kubernetes-namespace", &**namespace);
                request.context.set("aws:RequestTag/kubernetes-service-account", &**name);
                Truth::from(outcome(request, &layers))
            }));
            self.add(namespace, name, (IdentityKind::PodIdentity, could));
        }
    }

    fn add(&mut self, namespace: &Name, name: &Name, (by, could): (IdentityKind, Truth)) {
        if !could.is_no() {
            let (namespace, service_account) = (namespace.clone(), name.clone());
            self.found.push(Assumer { namespace, service_account, by, could });
        }
    }
}
