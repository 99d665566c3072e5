//! What has been seen so far of the cluster and of the account: [`Delta`]s in, look-ups out.
//!
//! Kubernetes objects lie in one shard per namespace, sorted by name; a clone of the whole costs one `Arc` per shard.
//! AWS answers lie beside them, each with its [`Reading`]: what was not read is known not to be known.

mod apply;
mod aws;
mod carried;
mod delta;
mod kept;
mod listing;
mod shard;
mod trust;
mod whereabouts;

use crate::domain::model::{KubernetesUser, Name, Node, Reading, Rollout, Webhook};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

pub use apply::Dirty;
pub use aws::{Associations, Aws, Lookup, OwnerTemplate};
use carried::Carried;
pub use delta::{Delta, Kind, ObjectRef, Scope};
pub use listing::{Listing, Listings};
pub use shard::Shard;
use shard::Stored;
pub use trust::Trust;

/// Everything seen, by namespace and beyond.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inventory {
    shards: BTreeMap<Name, Arc<Shard>>,
    nodes: BTreeMap<Name, Stored<Node>>,
    webhooks: BTreeMap<Name, Stored<Vec<Webhook>>>,
    agent_daemon_set: Option<Stored<()>>,
    agent_nodes: HashMap<Name, BTreeSet<Name>>,
    /// The nodes that the agent runs on, where its pods were listed by themselves.
    agents: Option<Reading<BTreeSet<Name>>>,
    /// Instance id -> the nodes that name it.
    instance_nodes: HashMap<Box<str>, BTreeSet<Name>>,
    carried: Carried,
    listings: Listings,
    config_map_keys: HashMap<(Name, Name), Reading<Vec<Name>>>,
    templates: HashMap<(Name, Name, Name), Reading<OwnerTemplate>>,
    workloads: HashMap<(Name, Name, Name), Reading<Rollout>>,
    user: Option<Reading<KubernetesUser>>,
    aws: Aws,
}

impl Inventory {
    /// The namespaces that anything was seen of, in order of name.
    pub fn shards(&self) -> impl Iterator<Item = (&Name, &Shard)> {
        self.shards.iter().map(|(name, shard)| (name, &**shard))
    }

    /// One namespace's objects.
    pub fn shard(&self, namespace: &str) -> Option<&Shard> {
        self.shards.get(namespace).map(|shard| &**shard)
    }

    /// The nodes, in order of name.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values().map(|node| &*node.value)
    }

    /// One node.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(name).map(|node| &*node.value)
    }

    /// Roles that pods carry in their environment, each with the namespace and the ServiceAccount of such pods.
    pub fn carried_roles(&self) -> impl Iterator<Item = (&Name, &Name, &Name)> {
        self.carried.roles()
    }

    /// Roles that ServiceAccounts are annotated with, as written; one may come more than once.
    pub fn annotated_roles(&self) -> impl Iterator<Item = &Name> {
        self.carried.annotated()
    }

    /// The namespaces that hold a pod which carries the role in its environment, or a ServiceAccount that is annotated
    /// with it; one may come more than once.
    pub fn namespaces_naming<'a>(&'a self, role: &'a Name) -> impl Iterator<Item = &'a Name> {
        self.carried.namespaces_naming(role)
    }

    /// The ConfigMaps that pods take variables from, by namespace and name.
    pub fn named_config_maps(&self) -> impl Iterator<Item = &(Name, Name)> {
        self.carried.maps()
    }

    /// How the lists of each kind stand.
    pub fn listings(&self) -> &Listings {
        &self.listings
    }

    /// The webhooks that inject AWS identities, over all configurations.
    pub fn webhooks(&self) -> impl Iterator<Item = &Webhook> {
        self.webhooks.values().flat_map(|webhooks| webhooks.value.iter())
    }

    /// Whether the DaemonSet `eks-pod-identity-agent` is there; `None` while DaemonSets were not listed.
    pub fn agent_installed(&self) -> Option<bool> {
        let read = self.listings.of(Kind::DaemonSet).is_whole();
        if self.agent_daemon_set.is_some() { Some(true) } else { read.then_some(false) }
    }

    /// Whether a ready pod of the agent runs on the node; `None` while neither the pods of kube-system nor those of the
    /// agent alone were listed.
    pub fn agent_on(&self, node: &str) -> Option<bool> {
        if self.agent_nodes.get(node).is_some_and(|pods| !pods.is_empty()) {
            return Some(true);
        }
        match &self.agents {
            Some(agents) => agents.value().map(|nodes| nodes.contains(node)),
            None => self.listings.covers(Kind::Pod, "kube-system").then_some(false),
        }
    }

    /// The nodes that the agent runs on, if its pods were listed by themselves: because the list of pods goes over
    /// another namespace, or over some labels alone.
    pub fn agents(&self) -> Option<&Reading<BTreeSet<Name>>> {
        self.agents.as_ref()
    }

    /// The nodes that the agent runs on, from whichever list tells; `None` while neither was read.
    pub fn agent_nodes(&self) -> Option<Reading<BTreeSet<Name>>> {
        let listing = self.listings.of(Kind::Pod);
        let all = listing.listed.filter(|_| listing.scope.covers("kube-system"));
        let of_all = |at| Reading::Read { value: self.agent_nodes.keys().cloned().collect(), at };
        self.agents.clone().or_else(|| all.map(of_all))
    }

    /// The key names of a ConfigMap, if they were asked for.
    pub fn config_map_keys(&self, namespace: &str, name: &str) -> Option<&Reading<Vec<Name>>> {
        self.config_map_keys.get(&(Name::from(namespace), Name::from(name)))
    }

    /// The pod template of an owner, if it was asked for.
    pub fn template(&self, namespace: &str, kind: &str, name: &str) -> Option<&Reading<OwnerTemplate>> {
        self.templates.get(&(Name::from(namespace), Name::from(kind), Name::from(name)))
    }

    /// Who Kubernetes says we are, if it was asked.
    pub fn user(&self) -> Option<&Reading<KubernetesUser>> {
        self.user.as_ref()
    }

    /// What AWS answered.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Pods over all namespaces, finished ones too.
    pub fn pod_count(&self) -> usize {
        self.shards.values().map(|shard| shard.pods.len()).sum()
    }

    /// Every `(configuration, its webhooks)`, for the capture.
    pub fn webhook_configurations(&self) -> impl Iterator<Item = (&Name, &[Webhook])> {
        self.webhooks.iter().map(|(name, webhooks)| (name, webhooks.value.as_slice()))
    }

    /// Every ConfigMap whose key names were asked for.
    pub fn all_config_map_keys(&self) -> impl Iterator<Item = (&(Name, Name), &Reading<Vec<Name>>)> {
        self.config_map_keys.iter()
    }

    /// How a workload rolls out its pods, if it was asked for.
    pub fn workload(&self, namespace: &str, kind: &str, name: &str) -> Option<&Reading<Rollout>> {
        self.workloads.get(&(Name::from(namespace), Name::from(kind), Name::from(name)))
    }

    /// Every workload that was asked for.
    pub fn all_workloads(&self) -> impl Iterator<Item = (&(Name, Name, Name), &Reading<Rollout>)> {
        self.workloads.iter()
    }

    /// Every owner whose pod template was asked for.
    pub fn all_templates(&self) -> impl Iterator<Item = (&(Name, Name, Name), &Reading<OwnerTemplate>)> {
        self.templates.iter()
    }
}
