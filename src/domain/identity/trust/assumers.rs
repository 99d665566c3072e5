//! The question the other way round: which ServiceAccounts of the cluster could assume a role, bound to it or not.

use super::asked::{Token, cluster_arn, cluster_gap};
use super::provider::{Provider, provider_gap, provider_of};
use super::review::audience;
use super::source::Source;
use super::trusted::{Trusted, hops, is_pod_identity, is_provider, names, policy_of};
use crate::domain::identity::IdentityKind;
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Association, Gap, Name, Reading, RoleArn};
use crate::domain::policy::{Document, Layers, PodIdentity, Request, Truth, could_assume, outcome};
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
    /// By an association only that sends no session tags.
    pub without_tags: bool,
}

/// Who could assume a role: by its tokens, by its association as it is, else by one that could be made, or going on from
/// the role of its association; nobody, with the gap that says so, where its trust policy or the cluster was not read.
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
    if names(policy, |principal| !is_provider(principal) && !is_pod_identity(principal)) {
        all.gaps.extend(inventory.aws().associations().and_then(Reading::gap).cloned());
        all.by_target(inventory, role, shards());
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
        if matches!(provider, Provider::Unread | Provider::There) {
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
                self.add(namespace, name, (IdentityKind::WebIdentity, Truth::from(own).and(vouched), false));
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
            return self.miss(cluster_gap(inventory));
        };
        let like = |tags| {
            let (role, cluster_arn) = (role.as_str(), &*cluster_arn);
            PodIdentity { role, cluster_arn, namespace: "", service_account: "", pod: None, tags }.requests()
        };
        let layers = Layers::of_trust(policy);
        let said = |requests: &[Request]| Truth::all(requests.iter().map(|own| Truth::from(outcome(own, &layers))));
        // without session tags all are alike
        let (mut tagged, untagged) = (like(true), said(&like(false)));
        for (namespace, name) in accounts {
            let own = inventory.aws().association(namespace, name).found();
            if own.is_some_and(|own| goes_on_to(own, role)) {
                continue;
            }
            // an association that is there sends tags or does not; one that is made could do either
            let tags = own.filter(|own| own.role_arn.as_ref() == Some(role)).map(|own| !own.disable_session_tags);
            for request in &mut tagged {
                request.context.set("aws:RequestTag/kubernetes-namespace", &**namespace);
                request.context.set("aws:RequestTag/kubernetes-service-account", &**name);
            }
            let with_tags = if tags == Some(false) { Truth::No } else { said(&tagged) };
            let without_tags = if tags == Some(true) { Truth::No } else { untagged };
            let could = with_tags.or(without_tags);
            self.add(namespace, name, (IdentityKind::PodIdentity, could, without_tags > with_tags));
        }
    }

    /// Those whose association goes on to the role from another.
    fn by_target<'i>(
        &mut self,
        inventory: &'i Inventory,
        role: &RoleArn,
        accounts: impl Iterator<Item = (&'i Name, &'i Name)>,
    ) {
        let mut sources: BTreeMap<&RoleArn, Source<'_>> = BTreeMap::new();
        for (namespace, name) in accounts {
            let own = inventory.aws().association(namespace, name).found().filter(|own| goes_on_to(own, role));
            let Some((own, first)) = own.and_then(|own| Some((own, own.role_arn.as_ref()?))) else { continue };
            let source = sources.entry(first).or_insert_with(|| Source::of(inventory, first));
            let hops = hops(inventory, own, None, Some(source));
            let could = hops.own.truth().and(hops.target.map_or(Truth::No, Trusted::truth));
            if could == Truth::Depends {
                let of_cluster = cluster_arn(inventory, role).is_none().then(|| cluster_gap(inventory));
                source.policies.gaps.iter().cloned().chain(of_cluster).for_each(|gap| self.miss(gap));
            }
            self.add(namespace, name, (IdentityKind::PodIdentity, could, false));
        }
    }

    fn miss(&mut self, gap: Gap) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    fn add(&mut self, namespace: &Name, name: &Name, (by, could, without_tags): (IdentityKind, Truth, bool)) {
        if !could.is_no() {
            let (namespace, service_account) = (namespace.clone(), name.clone());
            self.found.push(Assumer { namespace, service_account, by, could, without_tags });
        }
    }
}

fn goes_on_to(association: &Association, role: &RoleArn) -> bool {
    association.target_role_arn.as_ref() == Some(role)
}
