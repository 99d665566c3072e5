//! Taking deltas in. Says what they touched, so that only that is resolved again.

use super::{Delta, Inventory, Kind, ObjectRef, Scope, Shard, Stored, Trust};
use crate::domain::model::{Association, EnvSource, Instance, Name, Node, Pod, Reading, ServiceAccount, Workload};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a batch of deltas touched: what has to be resolved again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dirty {
    /// Something that every verdict may hang on changed (the webhook, the cluster, all associations, a list's end).
    pub all: bool,
    /// Pods by namespace and name, gone ones too.
    pub pods: BTreeSet<(Name, Name)>,
    /// ServiceAccounts by namespace and name: every pod that uses one, and its own row.
    pub service_accounts: BTreeSet<(Name, Name)>,
    /// Roles by ARN: everything bound to one.
    pub roles: BTreeSet<Name>,
    /// Nodes by name: everything that runs on one.
    pub nodes: BTreeSet<Name>,
}

impl Dirty {
    /// Whether nothing has to be resolved again.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Inventory {
    /// Takes in one delta and adds to `dirty` what it touches.
    pub fn apply(&mut self, delta: Delta, dirty: &mut Dirty) {
        if self.outlives(&delta) {
            return;
        }
        match delta {
            Delta::Listing { kind, scope, expected } => self.begin(kind, (scope, expected), dirty),
            Delta::Expected(kind, count) => self.listings.of_mut(kind).expected = Some(count),
            Delta::Listed(kind, at) => self.finish(kind, at, dirty),
            Delta::Stalled(..)
            | Delta::Resumed(..)
            | Delta::LeftOut(..)
            | Delta::Narrowed(..)
            | Delta::Unreadable(..) => {
                self.state_of_list(delta, dirty);
            }
            Delta::Namespace(namespace) => {
                let generation = self.seen(Kind::Namespace);
                let name = namespace.name.clone();
                self.shard_mut(&name).namespace = Some(Stored { value: Arc::new(namespace), generation });
            }
            Delta::ServiceAccount(account) => {
                let generation = self.seen(Kind::ServiceAccount);
                let key = (account.namespace.clone(), account.name.clone());
                let account: Arc<ServiceAccount> = Arc::from(account);
                let accounts = &mut self.shard_mut(&key.0).service_accounts;
                let old = accounts.insert(key.1.clone(), Stored { value: account.clone(), generation });
                self.carried.replace_account(old.as_ref().map(|old| &*old.value), Some(&account));
                dirty.service_accounts.insert(key);
            }
            Delta::Pod(pod) => self.see_pod(pod, dirty),
            Delta::Node(node) => self.see_node(node, dirty),
            Delta::Webhooks(name, webhooks) => {
                let generation = self.seen(Kind::Webhook);
                self.webhooks.insert(name, Stored { value: Arc::new(webhooks), generation });
                dirty.all = true;
            }
            Delta::AgentDaemonSet => {
                let generation = self.seen(Kind::DaemonSet);
                dirty.all |= self.agent_daemon_set.is_none();
                self.agent_daemon_set = Some(Stored { value: Arc::new(()), generation });
            }
            Delta::AgentNodes(nodes) => self.see_agents(nodes, dirty),
            Delta::Gone(object) => self.remove(&object, dirty),
            Delta::KubernetesUser(user) => self.user = Some(user),
            Delta::ConfigMapKeys(namespace, name, keys) => {
                let source = EnvSource::ConfigMap(name.clone());
                let reads =
                    |pod: &Pod| pod.spec.containers.iter().any(|c| c.env_from.iter().any(|from| from.source == source));
                self.touch_pods(&namespace, reads, dirty);
                self.config_map_keys.insert((namespace, name), keys);
            }
            Delta::Template(namespace, kind, name, template) => {
                let workload = Some(Workload { kind: kind.clone(), name: name.clone() });
                self.touch_pods(&namespace, |pod| pod.workload() == workload, dirty);
                self.templates.insert((namespace, kind, name), template);
            }
            Delta::Workload(namespace, kind, name, rollout) => {
                self.workloads.insert((namespace, kind, name), rollout);
            }
            answer => self.answer(answer, dirty),
        }
    }

    /// Takes in how a list stands.
    fn state_of_list(&mut self, delta: Delta, dirty: &mut Dirty) {
        match delta {
            Delta::Stalled(kind, since, gap) => {
                let listing = self.listings.of_mut(kind);
                (listing.stalled, listing.gap, listing.running) = (Some(since), Some(gap), false);
            }
            Delta::Resumed(kind, _) => {
                let listing = self.listings.of_mut(kind);
                (listing.stalled, listing.gap) = (None, None);
            }
            Delta::LeftOut(kind, gap) => {
                dirty.all |= self.listings.of_mut(kind).left_out.replace(gap).is_none();
            }
            Delta::Narrowed(kind, gap) => {
                dirty.all |= self.listings.of_mut(kind).narrowed.replace(gap).is_none();
            }
            Delta::Unreadable(kind, gap) => {
                let listing = self.listings.of_mut(kind);
                (listing.gap, listing.running) = (Some(gap), false);
                dirty.all = true;
            }
            _ => {}
        }
    }

    /// Takes in the associations, of all namespaces or of one.
    fn associations(&mut self, of: Option<Name>, reading: Reading<Vec<Association>>, dirty: &mut Dirty) {
        let aws = &mut self.aws;
        let described = |list: Vec<_>| list.into_iter().map(|one| keyed(aws.described(one))).collect();
        let fresh = map(reading, |list| Arc::new(described(list)));
        let is_the_same = aws.associations_of == of
            && fresh.value().is_some()
            && aws.associations.as_ref().and_then(Reading::value) == fresh.value();
        dirty.all |= !is_the_same;
        (aws.associations, aws.associations_of) = (Some(fresh), of);
    }

    /// Takes in an answer of AWS.
    fn answer(&mut self, delta: Delta, dirty: &mut Dirty) {
        let aws = &mut self.aws;
        match delta {
            Delta::Caller(caller) => aws.caller = Some(caller),
            Delta::Cluster(cluster) => {
                aws.cluster = Some(cluster);
                dirty.all = true;
            }
            Delta::Associations(reading) => self.associations(None, reading, dirty),
            Delta::AssociationsOf(namespace, reading) => self.associations(Some(namespace), reading, dirty),
            Delta::Providers(providers) => {
                aws.providers = Some(providers);
                dirty.all = true;
            }
            Delta::Role(arn, mut role) => {
                aws.keep_session(&arn, &mut role);
                dirty.roles.insert(arn.clone());
                let old = aws.trusts.remove(&arn);
                aws.trusts.extend(Trust::of(&role, old).map(|trust| (arn.clone(), trust)));
                aws.roles.insert(arn, map(role, Arc::from));
            }
            Delta::ManagedPolicy(arn, policy) => {
                dirty.roles.extend(aws.going_on_by(&arn));
                aws.policies.insert(arn, map(policy, Arc::new));
            }
            Delta::Sweep(sweep) => aws.sweep = Some(sweep),
            Delta::Instance(id, instance) => {
                dirty.nodes.extend(self.instance_nodes.get(&*id).into_iter().flatten().cloned());
                aws.instances.insert(id, instance);
            }
            Delta::InstanceProfile(arn, profile) => {
                let has_it = |reading: &Reading<Instance>| {
                    reading.value().is_some_and(|instance| instance.profile_arn.as_ref() == Some(&arn))
                };
                let ids = aws.instances.iter().filter(|(_, reading)| has_it(reading)).map(|(id, _)| id);
                dirty.nodes.extend(ids.filter_map(|id| self.instance_nodes.get(&**id)).flatten().cloned());
                aws.profiles.insert(arn, profile);
            }
            Delta::ProfilesOf(role, profiles) => {
                aws.profiles_of.insert(role, profiles);
            }
            Delta::Nodegroup(name, nodegroup) => {
                aws.nodegroups.insert(name.clone(), nodegroup);
                dirty.nodes.extend(
                    self.nodes().filter(|node| node.nodegroup.as_ref() == Some(&name)).map(|node| node.name.clone()),
                );
            }
            _ => {}
        }
    }

    fn begin(&mut self, kind: Kind, (scope, expected): (Scope, Option<usize>), dirty: &mut Dirty) {
        let listing = self.listings.of_mut(kind);
        if listing.scope != scope {
            // what was read goes over other namespaces: until the end of this listing nothing can be said not to exist
            dirty.all |= listing.is_read();
            listing.listed = None;
            if kind == Kind::Pod && scope.covers("kube-system") {
                // from here on the list itself tells where the agent runs
                dirty.all |= self.agents.take().is_some();
            }
        }
        listing.generation = listing.generation.wrapping_add(1);
        (listing.scope, listing.expected, listing.seen, listing.running) = (scope, expected, 0, true);
        let was_whole = listing.left_out.take().is_none() & listing.narrowed.take().is_none();
        dirty.all |= !was_whole && listing.is_read();
    }

    /// Ends a listing: what it did not name is gone. No second copy of the world is ever made.
    fn finish(&mut self, kind: Kind, at: crate::domain::model::Time, dirty: &mut Dirty) {
        let listing = self.listings.of_mut(kind);
        let first = listing.listed.is_none();
        (listing.listed, listing.running, listing.gap, listing.stalled) = (Some(at), false, None, None);
        let generation = listing.generation;
        dirty.all |= first;
        for object in self.unnamed(kind, generation) {
            self.remove(&object, dirty);
        }
    }

    /// Objects of the kind that the listing of that generation did not name.
    fn unnamed(&self, kind: Kind, generation: u32) -> Vec<ObjectRef> {
        let mut gone = Vec::new();
        match kind {
            Kind::Namespace => {
                let stale = self
                    .shards
                    .iter()
                    .filter(|(_, s)| s.namespace.as_ref().is_some_and(|n| n.generation != generation));
                gone.extend(stale.map(|(name, _)| ObjectRef::cluster(kind, name.clone())));
            }
            Kind::ServiceAccount => {
                for (namespace, shard) in &self.shards {
                    let stale = shard.service_accounts.iter().filter(|(_, stored)| stored.generation != generation);
                    gone.extend(stale.map(|(name, _)| ObjectRef::new(kind, namespace.clone(), name.clone())));
                }
            }
            Kind::Pod => {
                for (namespace, shard) in &self.shards {
                    let stale = shard.pods.iter().filter(|(_, stored)| stored.generation != generation);
                    gone.extend(stale.map(|(name, _)| ObjectRef::new(kind, namespace.clone(), name.clone())));
                }
            }
            Kind::Node => {
                let stale = self.nodes.iter().filter(|(_, stored)| stored.generation != generation);
                gone.extend(stale.map(|(name, _)| ObjectRef::cluster(kind, name.clone())));
            }
            Kind::Webhook => {
                let stale = self.webhooks.iter().filter(|(_, stored)| stored.generation != generation);
                gone.extend(stale.map(|(name, _)| ObjectRef::cluster(kind, name.clone())));
            }
            Kind::DaemonSet => {
                let stale = self.agent_daemon_set.as_ref().filter(|stored| stored.generation != generation);
                gone.extend(
                    stale
                        .map(|_| ObjectRef::new(kind, Name::from("kube-system"), Name::from("eks-pod-identity-agent"))),
                );
            }
        }
        gone
    }

    fn remove(&mut self, object: &ObjectRef, dirty: &mut Dirty) {
        let namespace = object.namespace.clone().unwrap_or_else(|| object.name.clone());
        match object.kind {
            Kind::Namespace => {
                if self.shards.contains_key(&namespace) {
                    self.shard_mut(&namespace).namespace = None;
                }
            }
            Kind::ServiceAccount => {
                if self.shards.contains_key(&namespace) {
                    let old = self.shard_mut(&namespace).service_accounts.remove(&object.name);
                    self.carried.replace_account(old.as_ref().map(|old| &*old.value), None);
                    dirty.service_accounts.insert((namespace.clone(), object.name.clone()));
                }
            }
            Kind::Pod => {
                if self.shards.contains_key(&namespace)
                    && let Some(old) = self.shard_mut(&namespace).pods.remove(&object.name)
                {
                    self.move_agent(Some(&old.value), None, dirty);
                    self.carried.replace(Some(&old.value), None);
                    dirty.pods.insert((namespace.clone(), object.name.clone()));
                }
            }
            Kind::Node => {
                let old = self.nodes.remove(&object.name);
                self.move_instance(old.as_ref().map(|old| &*old.value), None);
                dirty.nodes.insert(object.name.clone());
            }
            Kind::Webhook => {
                self.webhooks.remove(&object.name);
                dirty.all = true;
            }
            Kind::DaemonSet => {
                self.agent_daemon_set = None;
                dirty.all = true;
            }
        }
        if self.shards.get(&namespace).is_some_and(|shard| shard.is_empty()) {
            self.shards.remove(&namespace);
        }
    }

    fn see_pod(&mut self, pod: Box<Pod>, dirty: &mut Dirty) {
        let generation = self.seen(Kind::Pod);
        let key = (pod.namespace.clone(), pod.name.clone());
        let pod: Arc<Pod> = Arc::from(pod);
        let old = self.shard_mut(&key.0).pods.insert(key.1.clone(), Stored { value: pod.clone(), generation });
        let old = old.as_ref().map(|old| &*old.value);
        self.move_agent(old, Some(&pod), dirty);
        self.carried.replace(old, Some(&pod));
        dirty.pods.insert(key);
    }

    /// Keeps track of where ready pods of the agent run.
    fn move_agent(&mut self, old: Option<&Pod>, new: Option<&Pod>, dirty: &mut Dirty) {
        let (left, entered) = (old.and_then(Pod::agent_node), new.and_then(Pod::agent_node));
        if left == entered {
            return;
        }
        if let (Some(node), Some(pod)) = (left, old) {
            if let Some(pods) = self.agent_nodes.get_mut(node) {
                pods.remove(&pod.name);
                if pods.is_empty() {
                    self.agent_nodes.remove(node);
                }
            }
            dirty.nodes.insert(node.clone());
        }
        if let (Some(node), Some(pod)) = (entered, new) {
            self.agent_nodes.entry(node.clone()).or_default().insert(pod.name.clone());
            dirty.nodes.insert(node.clone());
        }
    }

    /// Takes in where the agent runs, as its pods were listed by themselves. A rollout moves them one by one.
    fn see_agents(&mut self, nodes: Reading<BTreeSet<Name>>, dirty: &mut Dirty) {
        match (self.agents.as_ref().and_then(Reading::value), nodes.value()) {
            (Some(old), Some(new)) => dirty.nodes.extend(old.symmetric_difference(new).cloned()),
            _ => dirty.all = true,
        }
        self.agents = Some(nodes);
    }

    /// Takes a node in. Its status changes all the time; what a rule reads of it, hardly ever.
    fn see_node(&mut self, node: Box<Node>, dirty: &mut Dirty) {
        let generation = self.seen(Kind::Node);
        let node: Arc<Node> = Arc::from(node);
        let old = self.nodes.insert(node.name.clone(), Stored { value: node.clone(), generation });
        if old.as_ref().is_some_and(|old| old.value == node) {
            return;
        }
        self.move_instance(old.as_ref().map(|old| &*old.value), Some(&node));
        dirty.nodes.insert(node.name.clone());
    }

    /// Keeps track of which nodes name which instance.
    fn move_instance(&mut self, old: Option<&Node>, new: Option<&Node>) {
        if let Some((node, id)) = old.and_then(|node| Some((node, node.instance_id()?)))
            && let Some(nodes) = self.instance_nodes.get_mut(id)
        {
            nodes.remove(&node.name);
            if nodes.is_empty() {
                self.instance_nodes.remove(id);
            }
        }
        if let Some((node, id)) = new.and_then(|node| Some((node, node.instance_id()?))) {
            self.instance_nodes.entry(Box::from(id)).or_default().insert(node.name.clone());
        }
    }

    fn touch_pods(&self, namespace: &Name, touched: impl Fn(&Pod) -> bool, dirty: &mut Dirty) {
        let pods = self.shard(namespace).into_iter().flat_map(Shard::pods).filter(|(_, pod)| touched(pod));
        dirty.pods.extend(pods.map(|(name, _)| (namespace.clone(), name.clone())));
    }

    /// Counts an object that was seen, and gives the generation to mark it with.
    fn seen(&mut self, kind: Kind) -> u32 {
        let listing = self.listings.of_mut(kind);
        if listing.running {
            listing.seen += 1;
        }
        listing.generation
    }

    fn shard_mut(&mut self, namespace: &Name) -> &mut Shard {
        Arc::make_mut(self.shards.entry(namespace.clone()).or_default())
    }
}

fn keyed(association: Association) -> ((Name, Name), Association) {
    ((association.namespace.clone(), association.service_account.clone()), association)
}

fn map<T, U>(reading: Reading<T>, into: impl FnOnce(T) -> U) -> Reading<U> {
    match reading {
        Reading::Read { value, at } => Reading::Read { value: into(value), at },
        Reading::Missing { at } => Reading::Missing { at },
        Reading::Unread(gap) => Reading::Unread(gap),
    }
}
