//! The Kubernetes half of the file, apart from pods.

use super::answer::is_false;
use super::{Answer, GapWire, Items, KeeperWire, PodWire, SpecWire, UserWire, WebhookConfigurationWire, WorkloadWire};
use crate::domain::inventory::OwnerTemplate;
use crate::domain::model::{
    AnnotationSet, Compute, Interner, Name, Namespace, Node, Reading, RoleAnnotation, RoleArn, ServiceAccount, Time,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What Kubernetes said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubernetesWire {
    /// The kubeconfig context it was read through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The API server's URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Who we were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserWire>,
    /// How each kind's list stood, by the resource's name; see the module's documentation for what is absent.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, ListWire>,
    /// Namespaces.
    pub namespaces: Items<NamespaceWire>,
    /// ServiceAccounts.
    pub service_accounts: Items<ServiceAccountWire>,
    /// Specs that pods share, by a name of the file's own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub specs: BTreeMap<Name, SpecWire>,
    /// Pods.
    pub pods: Items<PodWire>,
    /// Nodes.
    pub nodes: Items<NodeWire>,
    /// Mutating webhook configurations, with those of their webhooks that inject AWS identities.
    pub webhooks: Items<WebhookConfigurationWire>,
    /// The DaemonSet of the Pod Identity agent is there.
    #[serde(skip_serializing_if = "is_false")]
    pub agent_daemon_set: bool,
    /// The nodes that the agent runs on, where its pods were listed by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_nodes: Option<AgentNodesWire>,
    /// ConfigMaps whose key names were asked for.
    #[serde(skip_serializing_if = "Items::is_empty")]
    pub config_maps: Items<ConfigMapWire>,
    /// Owners whose pod templates were asked for.
    #[serde(skip_serializing_if = "Items::is_empty")]
    pub templates: Items<TemplateWire>,
    /// Workloads whose rollouts were asked for.
    #[serde(skip_serializing_if = "Items::is_empty")]
    pub workloads: Items<WorkloadWire>,
}

/// How one kind's list stood.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListWire {
    /// The one namespace it went over; absent: the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Name>,
    /// When it was complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed_at: Option<Time>,
    /// Since when the watch had stalled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stalled: Option<Time>,
    /// Why it could not be read, or why the watch had stalled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<GapWire>,
    /// Objects that could not be understood and are not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<GapWire>,
    /// A label selector picked what is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrowed: Option<GapWire>,
}

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceWire {
    /// Its name.
    pub name: Name,
    /// It is being deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub terminating: bool,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
}

impl From<&Namespace> for NamespaceWire {
    fn from(namespace: &Namespace) -> Self {
        Self { name: namespace.name.clone(), terminating: namespace.terminating, created: namespace.created }
    }
}

impl NamespaceWire {
    /// The namespace.
    pub fn namespace(self, interner: &mut Interner) -> Namespace {
        Namespace { name: interner.name(&self.name), terminating: self.terminating, created: self.created }
    }
}

/// A ServiceAccount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountWire {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Its uid.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub uid: Box<str>,
    /// The version of the object that was read.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub resource_version: Box<str>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
    /// The annotation `eks.amazonaws.com/role-arn`, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
    /// When and by whom that was last set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn_set: Option<AnnotationSetWire>,
    /// The annotation `eks.amazonaws.com/audience`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Name>,
    /// The annotation `eks.amazonaws.com/sts-regional-endpoints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regional_sts: Option<Name>,
    /// The annotation `eks.amazonaws.com/token-expiration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_expiration: Option<Name>,
    /// Who keeps it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeper: Option<KeeperWire>,
}

/// The managedFields entry that owns the role annotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnnotationSetWire {
    /// When its manager last changed anything it owns.
    pub at: Time,
    /// The manager.
    #[serde(default)]
    pub manager: Name,
    /// It owns nothing else, so the time is the annotation's own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exact: bool,
}

impl From<&ServiceAccount> for ServiceAccountWire {
    fn from(account: &ServiceAccount) -> Self {
        let set = account.role.as_ref().and_then(|role| role.set.as_ref());
        Self {
            namespace: account.namespace.clone(),
            name: account.name.clone(),
            uid: account.uid.clone(),
            resource_version: account.resource_version.clone(),
            created: account.created,
            role_arn: account.role.as_ref().map(|role| role.arn.name_shared()),
            role_arn_set: set.map(|set| AnnotationSetWire {
                at: set.at,
                manager: set.manager.clone(),
                exact: set.exact,
            }),
            audience: account.audience.clone(),
            regional_sts: account.regional_sts.clone(),
            token_expiration: account.token_expiration.clone(),
            keeper: account.keeper.as_deref().map(Into::into),
        }
    }
}

impl ServiceAccountWire {
    /// The ServiceAccount, with its names shared.
    pub fn service_account(self, interner: &mut Interner) -> ServiceAccount {
        let set = self.role_arn_set.map(|set| AnnotationSet {
            at: set.at,
            manager: interner.name(&set.manager),
            exact: set.exact,
        });
        let arn = self.role_arn.filter(|arn| !arn.is_empty());
        ServiceAccount {
            namespace: interner.name(&self.namespace),
            name: interner.name(&self.name),
            uid: self.uid,
            resource_version: self.resource_version,
            created: self.created,
            role: arn.map(|arn| RoleAnnotation { arn: RoleArn::new(interner.name(&arn)), set }),
            audience: self.audience,
            regional_sts: self.regional_sts,
            token_expiration: self.token_expiration,
            keeper: self.keeper.and_then(KeeperWire::keeper).map(Box::new),
        }
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeWire {
    /// Its name.
    pub name: Name,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
    /// `ec2`, `auto`, `fargate` or `hybrid`; absent: `ec2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compute: Option<Name>,
    /// `spec.providerID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<Name>,
    /// The region by its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
    /// The node group by its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodegroup: Option<Name>,
    /// The Karpenter node pool by its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodepool: Option<Name>,
    /// The Fargate profile by its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fargate_profile: Option<Name>,
    /// The cluster's name by its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<Name>,
    /// It runs Windows.
    #[serde(default, skip_serializing_if = "is_false")]
    pub windows: bool,
}

impl From<&Node> for NodeWire {
    fn from(node: &Node) -> Self {
        Self {
            name: node.name.clone(),
            created: node.created,
            compute: (node.compute != Compute::Ec2).then(|| Name::from(node.compute.word())),
            provider_id: node.provider_id.clone(),
            region: node.region.clone(),
            nodegroup: node.nodegroup.clone(),
            nodepool: node.nodepool.clone(),
            fargate_profile: node.fargate_profile.clone(),
            cluster_name: node.cluster_name.clone(),
            windows: node.windows,
        }
    }
}

impl NodeWire {
    /// The node, with its names shared.
    pub fn node(self, interner: &mut Interner) -> Node {
        let mut shared = |name: Option<Name>| name.map(|name| interner.name(&name));
        let (region, nodegroup, nodepool) = (shared(self.region), shared(self.nodegroup), shared(self.nodepool));
        let (fargate_profile, cluster_name) = (shared(self.fargate_profile), shared(self.cluster_name));
        Node {
            name: interner.name(&self.name),
            created: self.created,
            compute: self.compute.and_then(|word| Compute::from_word(&word)).unwrap_or_default(),
            provider_id: self.provider_id,
            region,
            nodegroup,
            nodepool,
            fargate_profile,
            cluster_name,
            windows: self.windows,
        }
    }
}

/// Where the Pod Identity agent runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentNodesWire {
    /// The nodes with a ready pod of it.
    #[serde(default)]
    pub items: BTreeSet<Name>,
    /// Whether its pods were listed.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<&Reading<BTreeSet<Name>>> for AgentNodesWire {
    fn from(reading: &Reading<BTreeSet<Name>>) -> Self {
        Self { items: reading.value().cloned().unwrap_or_default(), answer: Answer::of(reading) }
    }
}

/// A ConfigMap's key names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMapWire {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Its keys. Never its values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Name>,
    /// Whether they were read.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<(&(Name, Name), &Reading<Vec<Name>>)> for ConfigMapWire {
    fn from(((namespace, name), reading): (&(Name, Name), &Reading<Vec<Name>>)) -> Self {
        Self {
            namespace: namespace.clone(),
            name: name.clone(),
            keys: reading.value().cloned().unwrap_or_default(),
            answer: Answer::of(reading),
        }
    }
}

/// The variables that an owner's pod template sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateWire {
    /// The owner's namespace.
    pub namespace: Name,
    /// The owner's kind.
    pub kind: Name,
    /// The owner's name.
    pub name: Name,
    /// By container, the names of the `AWS_*` variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<Name, Vec<Name>>,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
}

impl From<(&(Name, Name, Name), &Reading<OwnerTemplate>)> for TemplateWire {
    fn from(((namespace, kind, name), reading): (&(Name, Name, Name), &Reading<OwnerTemplate>)) -> Self {
        Self {
            namespace: namespace.clone(),
            kind: kind.clone(),
            name: name.clone(),
            env: reading.value().map(|template| template.env.iter().cloned().collect()).unwrap_or_default(),
            answer: Answer::of(reading),
        }
    }
}
