//! What pods name, counted: so that an answer about a role or a ConfigMap finds those that hang on it without a walk
//! over all pods, and so that what is still to be asked is found the same way.

use crate::domain::model::{EnvSource, EnvValue, Name, Pod, PodSpec, ServiceAccount};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A ServiceAccount whose pods carry a role in their environment: role, namespace, name.
type Carrier = (Name, Name, Name);

/// How many pods name what.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Carried {
    roles: BTreeMap<Carrier, u32>,
    /// By role and namespace: ServiceAccounts annotated with it.
    annotated: BTreeMap<(Name, Name), u32>,
    /// By namespace and ConfigMap.
    maps: BTreeMap<(Name, Name), u32>,
}

impl Carried {
    /// Takes a pod's place by another one; pods of one owner share their spec, and then nothing changes.
    pub(super) fn replace(&mut self, old: Option<&Pod>, new: Option<&Pod>) {
        if let (Some(old), Some(new)) = (old, new)
            && Arc::ptr_eq(&old.spec, &new.spec)
        {
            return;
        }
        if let Some(pod) = old {
            self.leave(pod);
        }
        if let Some(pod) = new {
            self.enter(pod);
        }
    }

    /// The same for a ServiceAccount.
    pub(super) fn replace_account(&mut self, old: Option<&ServiceAccount>, new: Option<&ServiceAccount>) {
        let key = |account: &ServiceAccount| {
            account.role.as_ref().map(|role| (role.arn.name_shared(), account.namespace.clone()))
        };
        old.and_then(key).iter().for_each(|key| one_less(&mut self.annotated, key));
        new.and_then(key).into_iter().for_each(|key| *self.annotated.entry(key).or_default() += 1);
    }

    /// Roles with the namespaces and ServiceAccounts whose pods carry them.
    pub(super) fn roles(&self) -> impl Iterator<Item = (&Name, &Name, &Name)> {
        self.roles.keys().map(|(role, namespace, account)| (role, namespace, account))
    }

    /// Roles that ServiceAccounts are annotated with; one comes once for each namespace.
    pub(super) fn annotated(&self) -> impl Iterator<Item = &Name> {
        self.annotated.keys().map(|(role, _)| role)
    }

    /// The namespaces that hold a pod which carries the role, or a ServiceAccount that is annotated with it.
    pub(super) fn namespaces_naming<'a>(&'a self, role: &'a Name) -> impl Iterator<Item = &'a Name> {
        let carrying = self.roles.range((role.clone(), Name::default(), Name::default())..);
        let annotated = self.annotated.range((role.clone(), Name::default())..);
        let carrying = carrying.map(|((other, namespace, _), _)| (other, namespace));
        let annotated = annotated.map(|((other, namespace), _)| (other, namespace));
        let of_role = move |(other, _): &(&Name, &Name)| *other == role;
        carrying.take_while(of_role).chain(annotated.take_while(of_role)).map(|(_, namespace)| namespace)
    }

    /// The ConfigMaps that pods take variables from, by namespace and name.
    pub(super) fn maps(&self) -> impl Iterator<Item = &(Name, Name)> {
        self.maps.keys()
    }

    fn enter(&mut self, pod: &Pod) {
        for role in roles_of(&pod.spec) {
            *self.roles.entry(carrier(pod, role)).or_default() += 1;
        }
        for map in maps_of(&pod.spec) {
            *self.maps.entry((pod.namespace.clone(), map.clone())).or_default() += 1;
        }
    }

    fn leave(&mut self, pod: &Pod) {
        roles_of(&pod.spec).for_each(|role| one_less(&mut self.roles, &carrier(pod, role)));
        maps_of(&pod.spec).for_each(|map| one_less(&mut self.maps, &(pod.namespace.clone(), map.clone())));
    }
}

fn carrier(pod: &Pod, role: &Name) -> Carrier {
    (role.clone(), pod.namespace.clone(), pod.spec.service_account.clone())
}

fn roles_of(spec: &PodSpec) -> impl Iterator<Item = &Name> {
    spec.containers.iter().filter_map(|container| container.env("AWS_ROLE_ARN").and_then(EnvValue::literal))
}

fn maps_of(spec: &PodSpec) -> impl Iterator<Item = &Name> {
    spec.containers.iter().flat_map(|container| &container.env_from).filter_map(|from| match &from.source {
        EnvSource::ConfigMap(name) => Some(name),
        EnvSource::Secret(_) => None,
    })
}

fn one_less<K: Ord>(counts: &mut BTreeMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
