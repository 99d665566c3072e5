//! What sources say: one thing seen, gone, answered or not to be had.

use super::OwnerTemplate;
use crate::domain::model::{
    Association, Caller, Cluster, Gap, Instance, InstanceProfile, KubernetesUser, ManagedPolicy, Name, Namespace, Node,
    Nodegroup, OidcProvider, Pod, Reading, Role, Rollout, ServiceAccount, Time, Webhook,
};
use std::collections::BTreeSet;

/// One change of what is known. Sources send them in batches, in the order in which they came to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// A listing of the kind begins. What it does not name by its end is gone.
    Listing {
        /// The kind.
        kind: Kind,
        /// Over which namespaces it goes.
        scope: Scope,
        /// How many there are in all, where the server says so with the first page.
        expected: Option<usize>,
    },
    /// More is known of how many there are: seen so far plus what the server says remains.
    Expected(Kind, usize),
    /// The listing is complete; from here on it is watched, or not, but it was true at that time.
    Listed(Kind, Time),
    /// The watch broke off: what is shown is of `since`, and why it cannot go on for now.
    Stalled(Kind, Time, Gap),
    /// The watch goes on where it had stalled: from that time on what is shown is true again.
    Resumed(Kind, Time),
    /// Objects of the kind that could not be understood and are left out; the gap names how many, and one of them.
    LeftOut(Kind, Gap),
    /// The listing that began names only what a label selector picks; the gap says which.
    Narrowed(Kind, Gap),
    /// The kind cannot be listed at all.
    Unreadable(Kind, Gap),
    /// A namespace was seen.
    Namespace(Namespace),
    /// A ServiceAccount was seen.
    ServiceAccount(Box<ServiceAccount>),
    /// A pod was seen.
    Pod(Box<Pod>),
    /// A node was seen.
    Node(Box<Node>),
    /// A mutating webhook configuration was seen; those of its webhooks that inject AWS identities, maybe none.
    Webhooks(Name, Vec<Webhook>),
    /// The DaemonSet of the Pod Identity agent was seen.
    AgentDaemonSet,
    /// The nodes on which a ready pod of the agent runs, where its pods are listed by themselves: the list of pods does
    /// not go over all of kube-system then. Each time all of them.
    AgentNodes(Reading<BTreeSet<Name>>),
    /// An object is gone.
    Gone(ObjectRef),
    /// Who we are in Kubernetes.
    KubernetesUser(Reading<KubernetesUser>),
    /// The key names of a ConfigMap (namespace, name).
    ConfigMapKeys(Name, Name, Reading<Vec<Name>>),
    /// The pod template of an owner (namespace, kind, name).
    Template(Name, Name, Name, Reading<OwnerTemplate>),
    /// How a workload rolls out its pods (namespace, kind, name).
    Workload(Name, Name, Name, Reading<Rollout>),
    /// Who we are in AWS.
    Caller(Reading<Caller>),
    /// The cluster as EKS describes it.
    Cluster(Reading<Cluster>),
    /// All Pod Identity associations of the cluster.
    Associations(Reading<Vec<Association>>),
    /// Those of one namespace, and no others.
    AssociationsOf(Name, Reading<Vec<Association>>),
    /// All OIDC providers of the account.
    Providers(Reading<Vec<OidcProvider>>),
    /// One role, by the ARN that was asked for.
    Role(Name, Reading<Box<Role>>),
    /// One managed policy, by ARN.
    ManagedPolicy(Name, Reading<ManagedPolicy>),
    /// The sweep over all roles ended, or could not be made.
    Sweep(Reading<()>),
    /// One instance, by id.
    Instance(Name, Reading<Instance>),
    /// One instance profile, by ARN.
    InstanceProfile(Name, Reading<InstanceProfile>),
    /// The instance profiles that hold a role, by its ARN: all of them, by theirs.
    ProfilesOf(Name, Reading<Vec<Name>>),
    /// One node group, by name.
    Nodegroup(Name, Reading<Nodegroup>),
}

/// A kind of Kubernetes object that is listed and watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Namespaces.
    Namespace,
    /// ServiceAccounts.
    ServiceAccount,
    /// Pods.
    Pod,
    /// Nodes.
    Node,
    /// MutatingWebhookConfigurations.
    Webhook,
    /// The agent's DaemonSet in kube-system.
    DaemonSet,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Namespace, Self::ServiceAccount, Self::Pod, Self::Node, Self::Webhook, Self::DaemonSet];

    /// As Kubernetes names the resource in the plural.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Namespace => "namespaces",
            Self::ServiceAccount => "serviceaccounts",
            Self::Pod => "pods",
            Self::Node => "nodes",
            Self::Webhook => "mutatingwebhookconfigurations",
            Self::DaemonSet => "daemonsets",
        }
    }

    /// As kubectl names one of them.
    pub fn singular(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::ServiceAccount => "serviceaccount",
            Self::Pod => "pod",
            Self::Node => "node",
            Self::Webhook => "mutatingwebhookconfiguration",
            Self::DaemonSet => "daemonset",
        }
    }

    /// Whether its objects lie in namespaces.
    pub fn is_namespaced(self) -> bool {
        matches!(self, Self::ServiceAccount | Self::Pod | Self::DaemonSet)
    }
}

/// Over which namespaces something is listed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// All of them, or the kind lies in none.
    #[default]
    Cluster,
    /// One alone.
    Namespace(Name),
}

impl Scope {
    /// Whether the namespace lies in it.
    pub fn covers(&self, namespace: &str) -> bool {
        match self {
            Self::Cluster => true,
            Self::Namespace(one) => &**one == namespace,
        }
    }
}

/// Names one Kubernetes object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace, where the kind has one.
    pub namespace: Option<Name>,
    /// Its name.
    pub name: Name,
}

impl ObjectRef {
    /// A namespaced object.
    pub fn new(kind: Kind, namespace: Name, name: Name) -> Self {
        Self { kind, namespace: Some(namespace), name }
    }

    /// An object outside namespaces.
    pub fn cluster(kind: Kind, name: Name) -> Self {
        Self { kind, namespace: None, name }
    }
}

impl std::fmt::Display for ObjectRef {
    /// As kubectl writes it: `pod/api-7d9f`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.singular(), self.name)
    }
}
