//! Telling what a capture holds, as a source would have told it.

use super::{
    AwsWire, Broken, Capture, ConfigMapWire, Items, KubernetesWire, ListWire, PodWire, SpecWire, TemplateWire,
    WorkloadWire,
};
use crate::domain::inventory::{Delta, Kind, OwnerTemplate, Scope};
use crate::domain::model::{Gap, GapReason, Interner, Name, PodSpec, Reading, Time};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

impl Capture {
    /// Everything in it, in the order in which a source comes to know: the cluster, Kubernetes kind by kind, AWS.
    ///
    /// A list of which an object could not be read counts as not complete: what is not in it may yet exist.
    pub fn into_deltas(self) -> Vec<Delta> {
        let mut telling = Telling { taken_at: self.taken_at, interner: Interner::default(), deltas: Vec::new() };
        if let Some(cluster) = self.cluster {
            telling.deltas.push(Delta::Cluster(cluster.reading(self.taken_at)));
        }
        telling.kubernetes(self.kubernetes);
        telling.aws(self.aws);
        telling.deltas
    }

    /// What could not be read of the file, and what the file itself says was not: for the list of gaps.
    pub fn broken(&self) -> Vec<Gap> {
        let (kubernetes, aws) = (&self.kubernetes, &self.aws);
        let lists: [(&str, &[Broken]); 14] = [
            ("namespaces", &kubernetes.namespaces.broken),
            ("serviceAccounts", &kubernetes.service_accounts.broken),
            ("pods", &kubernetes.pods.broken),
            ("nodes", &kubernetes.nodes.broken),
            ("webhooks", &kubernetes.webhooks.broken),
            ("configMaps", &kubernetes.config_maps.broken),
            ("templates", &kubernetes.templates.broken),
            ("associations", aws.associations.as_ref().map_or(&[], |list| &list.items.broken)),
            ("providers", aws.providers.as_ref().map_or(&[], |list| &list.items.broken)),
            ("roles", &aws.roles.broken),
            ("policies", &aws.policies.broken),
            ("instances", &aws.instances.broken),
            ("instanceProfiles", &aws.instance_profiles.broken),
            ("nodeGroups", &aws.node_groups.broken),
        ];
        let gaps = self.gaps.iter().cloned().map(Gap::from);
        let broken = lists.into_iter().flat_map(|(list, broken)| broken.iter().map(move |one| gap_of(list, one)));
        gaps.chain(broken).collect()
    }
}

struct Telling {
    taken_at: Time,
    interner: Interner,
    deltas: Vec<Delta>,
}

impl Telling {
    fn kubernetes(&mut self, wire: KubernetesWire) {
        let at = self.taken_at;
        let mut lists = wire.lists;
        let mut list = |kind: Kind| lists.remove(kind.resource()).unwrap_or_default();
        self.deltas.extend(wire.user.map(|user| Delta::KubernetesUser(user.reading(at))));
        self.list(Kind::Namespace, list(Kind::Namespace), wire.namespaces, |namespace, interner| {
            Ok(Delta::Namespace(namespace.namespace(interner)))
        });
        self.list(Kind::ServiceAccount, list(Kind::ServiceAccount), wire.service_accounts, |account, interner| {
            Ok(Delta::ServiceAccount(Box::new(account.service_account(interner))))
        });
        self.list(Kind::Webhook, list(Kind::Webhook), wire.webhooks, |configuration, _| {
            let name = configuration.name;
            let webhooks = configuration.webhooks.into_iter().map(|webhook| webhook.webhook(name.clone())).collect();
            Ok(Delta::Webhooks(name, webhooks))
        });
        let agent: Items<()> = wire.agent_daemon_set.then_some(()).into_iter().collect();
        self.list(Kind::DaemonSet, list(Kind::DaemonSet), agent, |(), _| Ok(Delta::AgentDaemonSet));
        self.list(Kind::Node, list(Kind::Node), wire.nodes, |node, interner| {
            Ok(Delta::Node(Box::new(node.node(interner))))
        });
        self.pods(list(Kind::Pod), wire.specs, wire.pods);
        let agents = wire.agent_nodes.map(|agents| agents.answer.reading(at, || agents.items));
        self.deltas.extend(agents.map(Delta::AgentNodes));
        self.deltas.extend(wire.config_maps.good.into_iter().map(|map| config_map(map, at)));
        self.deltas.extend(wire.templates.good.into_iter().map(|owner| template(owner, at)));
        self.deltas.extend(wire.workloads.good.into_iter().map(|owner| workload(owner, at)));
    }

    fn pods(&mut self, list: ListWire, specs: BTreeMap<Name, SpecWire>, pods: Items<PodWire>) {
        let interner = &mut self.interner;
        let mut share = |(name, spec): (Name, SpecWire)| {
            let spec = spec.spec(interner);
            (name, interner.spec(spec))
        };
        let shared: HashMap<Name, Arc<PodSpec>> = specs.into_iter().map(&mut share).collect();
        self.list(Kind::Pod, list, pods, |pod, interner| {
            let name = pod.name.to_string();
            match pod.pod(interner, |spec| shared.get(spec).cloned()) {
                Ok(pod) => Ok(Delta::Pod(Box::new(pod))),
                Err(spec) => Err((Some(name), format!("there is no spec {spec} among kubernetes.specs"))),
            }
        });
    }

    /// One kind's list: its beginning, what it named, and how it ended.
    fn list<W>(
        &mut self,
        kind: Kind,
        list: ListWire,
        items: Items<W>,
        mut delta: impl FnMut(W, &mut Interner) -> Result<Delta, (Option<String>, String)>,
    ) {
        let scope = list.namespace.map_or(Scope::Cluster, Scope::Namespace);
        let expected = items.good.len() + items.broken.len();
        self.deltas.push(Delta::Listing { kind, scope, expected: Some(expected) });
        self.deltas.extend(list.left_out.map(|gap| Delta::LeftOut(kind, gap.into())));
        self.deltas.extend(list.narrowed.map(|gap| Delta::Narrowed(kind, gap.into())));
        let mut broken = items.broken;
        for (index, item) in items.good.into_iter().enumerate() {
            match delta(item, &mut self.interner) {
                Ok(delta) => self.deltas.push(delta),
                Err((key, problem)) => broken.push(Broken { place: index + 1, key, problem }),
            }
        }
        let gap = list.gap.map(Gap::from);
        let at = list.listed_at.unwrap_or(self.taken_at);
        let end = match (gap, broken.first()) {
            (Some(gap), _) if list.listed_at.is_none() => Delta::Unreadable(kind, gap),
            (_, Some(first)) => Delta::Unreadable(kind, gap_of(kind.resource(), first)),
            (Some(gap), None) => {
                self.deltas.push(Delta::Listed(kind, at));
                Delta::Stalled(kind, list.stalled.unwrap_or(at), gap)
            }
            (None, None) => Delta::Listed(kind, at),
        };
        self.deltas.push(end);
    }

    fn aws(&mut self, wire: AwsWire) {
        let at = self.taken_at;
        let deltas = &mut self.deltas;
        deltas.extend(wire.caller.map(|caller| Delta::Caller(caller.reading(at))));
        deltas.extend(wire.associations.map(|list| {
            let reading = list.answer.reading(at, || list.items.good.into_iter().map(Into::into).collect());
            let reading = unless_broken(reading, "associations", &list.items.broken);
            match list.namespace {
                Some(namespace) => Delta::AssociationsOf(namespace, reading),
                None => Delta::Associations(reading),
            }
        }));
        deltas.extend(wire.providers.map(|list| {
            let reading = list.answer.reading(at, || list.items.good.into_iter().map(Into::into).collect());
            Delta::Providers(unless_broken(reading, "providers", &list.items.broken))
        }));
        deltas.extend(wire.sweep.map(|sweep| Delta::Sweep(sweep.answer.reading(at, || ()))));
        self.answers("roles", wire.roles, |role| role.reading(at), Delta::Role);
        self.answers("policies", wire.policies, |policy| policy.reading(at), Delta::ManagedPolicy);
        self.answers("instances", wire.instances, |instance| instance.reading(at), Delta::Instance);
        self.answers("instanceProfiles", wire.instance_profiles, |it| it.reading(at), Delta::InstanceProfile);
        self.answers("nodeGroups", wire.node_groups, |it| it.reading(at), Delta::Nodegroup);
    }

    /// Answers by key. One that could not be read is a gap under its key, where it still has one.
    fn answers<W, T>(
        &mut self,
        list: &str,
        items: Items<W>,
        reading: impl Fn(W) -> (Name, Reading<T>),
        delta: impl Fn(Name, Reading<T>) -> Delta,
    ) {
        for broken in &items.broken {
            if let Some(key) = &broken.key {
                self.deltas.push(delta(Name::from(key.as_str()), Reading::Unread(gap_of(list, broken))));
            }
        }
        for item in items.good {
            let (key, reading) = reading(item);
            self.deltas.push(delta(self.interner.name(&key), reading));
        }
    }
}

/// A list that a rule reads as a whole is not read if a part of it is not.
fn unless_broken<T>(reading: Reading<T>, list: &str, broken: &[Broken]) -> Reading<T> {
    match broken.first() {
        Some(first) => Reading::Unread(gap_of(list, first)),
        None => reading,
    }
}

fn config_map(wire: ConfigMapWire, taken_at: Time) -> Delta {
    Delta::ConfigMapKeys(wire.namespace, wire.name, wire.answer.reading(taken_at, || wire.keys))
}

fn template(wire: TemplateWire, taken_at: Time) -> Delta {
    let template = OwnerTemplate { env: wire.env.into_iter().collect() };
    Delta::Template(wire.namespace, wire.kind, wire.name, wire.answer.reading(taken_at, || template))
}

fn workload(wire: WorkloadWire, taken_at: Time) -> Delta {
    let (namespace, kind, name) = (wire.namespace.clone(), wire.kind.clone(), wire.name.clone());
    let answer = wire.answer.clone();
    Delta::Workload(namespace, kind, name, answer.reading(taken_at, || wire.rollout()))
}

fn gap_of(list: &str, broken: &Broken) -> Gap {
    let place = format!("{list}[{}]", broken.place - 1);
    let sentence = match &broken.key {
        Some(key) => format!("{place} of the capture ({key}) cannot be read: {}", broken.problem),
        None => format!("{place} of the capture cannot be read: {}", broken.problem),
    };
    let gap = Gap::new(place, "read the capture", GapReason::NotSupported, sentence);
    match &broken.key {
        Some(key) => gap.about(key.as_str()),
        None => gap,
    }
}
