//! Writing down what has been seen.

use super::{
    AssociationsWire, AwsWire, Capture, ClusterWire, GapWire, InstanceProfileWire, InstanceWire, KubernetesWire,
    ListWire, ManagedPolicyWire, NodegroupWire, PodWire, RoleWire, SpecRef, SpecWire, SweepWire,
    WebhookConfigurationWire,
};
use crate::domain::inventory::{Aws, Inventory, Kind, Listing, Scope, Shard};
use crate::domain::model::{Gap, GapReason, Name, PodSpec, Reading, Time};
use crate::report::API_VERSION;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

impl Capture {
    /// Everything that the inventory holds, as of `taken_at`. Two captures of the same inventory are the same text.
    pub fn of(inventory: &Inventory, taken_at: Time) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Capture".to_owned(),
            taken_at,
            cluster: inventory.aws().cluster().map(ClusterWire::from),
            kubernetes: kubernetes(inventory, taken_at),
            aws: aws(inventory.aws()),
            gaps: Vec::new(),
        }
    }
}

fn kubernetes(inventory: &Inventory, taken_at: Time) -> KubernetesWire {
    let specs = SharedSpecs::of(inventory);
    let shards = || inventory.shards().map(|(_, shard)| shard);
    let list =
        |(kind, listing): (Kind, &Listing)| Some((kind.resource().to_owned(), list_of(kind, listing, taken_at)?));
    let configuration = |(name, webhooks): (&Name, &[_])| WebhookConfigurationWire {
        name: name.clone(),
        webhooks: webhooks.iter().map(Into::into).collect(),
    };
    KubernetesWire {
        context: None,
        server: None,
        user: inventory.user().map(Into::into),
        lists: inventory.listings().iter().filter_map(list).collect(),
        namespaces: shards().filter_map(|shard| shard.namespace()).map(Into::into).collect(),
        service_accounts: shards().flat_map(Shard::service_accounts).map(|(_, account)| account.into()).collect(),
        pods: shards().flat_map(Shard::pods).map(|(_, pod)| PodWire::of(pod, specs.reference(&pod.spec))).collect(),
        nodes: inventory.nodes().map(Into::into).collect(),
        webhooks: inventory.webhook_configurations().map(configuration).collect(),
        agent_daemon_set: inventory.agent_installed() == Some(true),
        agent_nodes: inventory.agents().map(Into::into),
        config_maps: sorted(inventory.all_config_map_keys()).map(Into::into).collect(),
        templates: sorted(inventory.all_templates()).map(Into::into).collect(),
        workloads: sorted(inventory.all_workloads()).map(Into::into).collect(),
        specs: specs.written(),
    }
}

fn aws(aws: &Aws) -> AwsWire {
    AwsWire {
        caller: aws.caller().map(Into::into),
        associations: aws.associations().map(|reading| AssociationsWire::of(aws.associations_of(), reading)),
        providers: aws.providers().map(Into::into),
        sweep: aws.sweep().map(|reading| SweepWire { answer: super::Answer::of(reading) }),
        roles: sorted(aws.roles()).map(|(arn, reading)| RoleWire::of(arn, reading)).collect(),
        policies: sorted(aws.policies()).map(|(arn, reading)| ManagedPolicyWire::of(arn, reading)).collect(),
        instances: sorted(aws.instances()).map(|(id, reading)| InstanceWire::of(id, reading)).collect(),
        instance_profiles: sorted(aws.profiles()).map(|(arn, reading)| InstanceProfileWire::of(arn, reading)).collect(),
        node_groups: sorted(aws.nodegroups()).map(|(name, reading)| NodegroupWire::of(name, reading)).collect(),
    }
}

/// How the list stood; `None` where that is what a reader takes for granted.
fn list_of(kind: Kind, listing: &Listing, taken_at: Time) -> Option<ListWire> {
    let namespace = match &listing.scope {
        Scope::Cluster => None,
        Scope::Namespace(namespace) => Some(namespace.clone()),
    };
    let unread = || {
        let sentence = format!("the list of {} was not complete when the capture was taken", kind.resource());
        Gap::new(kind.resource(), format!("list {}", kind.resource()), GapReason::NotLoadedYet, sentence)
    };
    let gap = match (&listing.gap, listing.listed) {
        (Some(gap), _) => Some(GapWire::from(gap)),
        (None, None) => Some(GapWire::from(&unread())),
        (None, Some(_)) => None,
    };
    let wire = ListWire {
        namespace,
        listed_at: listing.listed.filter(|at| *at != taken_at || gap.is_some()),
        stalled: listing.stalled,
        gap,
        left_out: listing.left_out.as_ref().map(GapWire::from),
        narrowed: listing.narrowed.as_ref().map(GapWire::from),
    };
    (wire != ListWire::default()).then_some(wire)
}

/// Specs that more than one pod has, each under a name of the file's own.
struct SharedSpecs(HashMap<Arc<PodSpec>, Name>);

impl SharedSpecs {
    fn of(inventory: &Inventory) -> Self {
        let mut seen = HashSet::new();
        let mut shared = HashMap::new();
        for (_, pod) in inventory.shards().flat_map(|(_, shard)| shard.pods()) {
            let spec = &pod.spec;
            let again = !seen.insert(spec);
            if again && !shared.contains_key(spec) {
                shared.insert(spec.clone(), Name::from(format!("s{}", shared.len() + 1)));
            }
        }
        Self(shared)
    }

    fn reference(&self, spec: &Arc<PodSpec>) -> SpecRef {
        match self.0.get(spec) {
            Some(name) => SpecRef::Shared(name.clone()),
            None => SpecRef::Own(Box::new(SpecWire::from(&**spec))),
        }
    }

    fn written(&self) -> BTreeMap<Name, SpecWire> {
        self.0.iter().map(|(spec, name)| (name.clone(), SpecWire::from(&**spec))).collect()
    }
}

/// Map entries in order of their keys: maps have none, and two captures of the same are to be the same.
fn sorted<'a, K: Ord + 'a, V: 'a>(
    entries: impl Iterator<Item = (&'a K, &'a Reading<V>)>,
) -> impl Iterator<Item = (&'a K, &'a Reading<V>)> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|(key, _)| *key);
    entries.into_iter()
}
