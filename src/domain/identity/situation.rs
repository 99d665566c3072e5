//! A pod with everything around it that its verdict hangs on, looked up once.

use super::trust::{Answers, Hops, Token, Trusted, asks_for_pod, by_association, by_token};
use crate::domain::inventory::{Inventory, Kind, Lookup, OwnerTemplate};
use crate::domain::model::{
    Association, Compute, Confirmation, Container, Gap, Instance, Node, Pod, Reading, Role, RoleAnnotation, RoleArn,
    ServiceAccount,
};
use std::sync::Arc;

/// A pod, its ServiceAccount, its association and its node.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// Everything seen.
    pub inventory: &'a Inventory,
    /// The pod.
    pub pod: &'a Pod,
    /// Its ServiceAccount.
    pub account: Lookup<'a, ServiceAccount>,
    /// The association of its ServiceAccount.
    pub association: Lookup<'a, Association>,
    /// Its node, where the pod has one.
    pub node: Option<Lookup<'a, Node>>,
    /// What trust policies said already in this pass, where there is one.
    pub answers: Option<&'a Answers>,
}

impl<'a> Situation<'a> {
    /// The situation of a pod.
    pub fn of(inventory: &'a Inventory, pod: &'a Pod) -> Self {
        let association = if inventory.aws().is_refuted() {
            Lookup::Unread(None)
        } else {
            inventory.aws().association(&pod.namespace, &pod.spec.service_account)
        };
        Self {
            inventory,
            pod,
            account: account_of(inventory, &pod.namespace, &pod.spec.service_account),
            association,
            node: pod.node.as_deref().map(|name| node_of(inventory, name)),
            answers: None,
        }
    }

    /// Whether a role can be had for a token.
    pub(super) fn by_token(&self, token: Token<'_>) -> Trusted {
        let anew = || by_token(self.inventory, token);
        self.answers.map_or_else(anew, |answers| answers.token(self.inventory, token))
    }

    /// Whether both roles of an association can be had. All pods of it have the same answer, unless a trust policy asks
    /// which pod it is.
    pub(super) fn by_association(&self, association: &Association) -> Hops {
        match self.answers.filter(|_| !asks_for_pod(self.inventory, association)) {
            Some(answers) => answers.association(self.inventory, association),
            None => by_association(self.inventory, association, Some(self.pod)),
        }
    }

    /// The role annotation of its ServiceAccount.
    pub fn annotation(&self) -> Option<&'a RoleAnnotation> {
        self.account.found().and_then(|account| account.role.as_ref())
    }

    /// Whether anything binds its ServiceAccount to a role now; `None` where that was not read.
    pub fn is_bound(&self) -> Option<bool> {
        if self.annotation().is_some() || self.association.found().is_some() {
            return Some(true);
        }
        let known = !matches!(self.account, Lookup::Unread(_)) && !matches!(self.association, Lookup::Unread(_));
        known.then_some(false)
    }

    /// The instance behind its node, where the node is one of EC2's and it was asked for.
    pub fn instance(&self) -> Option<&'a Reading<Instance>> {
        let id = self.node?.found()?.instance_id()?;
        self.inventory.aws().instance(id)
    }

    /// A role as IAM answered; `None` while it was not asked for, or where the account is not this cluster's.
    pub fn role(&self, arn: &RoleArn) -> Option<&'a Reading<Arc<Role>>> {
        if self.inventory.aws().is_refuted() { None } else { self.inventory.aws().role(arn.as_str()) }
    }

    /// The pod template of its owner, where it was read.
    pub fn template(&self) -> Option<&'a OwnerTemplate> {
        let workload = self.pod.workload()?;
        self.inventory.template(&self.pod.namespace, &workload.kind, &workload.name)?.value()
    }

    /// Whether its node runs Windows or it asks for that.
    pub fn is_windows(&self) -> bool {
        self.pod.spec.windows || self.node.and_then(Lookup::found).is_some_and(|node| node.windows)
    }

    /// What its node runs on. A Fargate node is known by its name even where nodes cannot be read.
    pub fn compute(&self) -> Option<Compute> {
        match self.node? {
            Lookup::Found(node) => Some(node.compute),
            _ if self.pod.node.as_deref().is_some_and(|name| name.starts_with("fargate-ip-")) => Some(Compute::Fargate),
            _ => None,
        }
    }

    /// Where the pod was read, as evidence names it.
    pub fn origin(&self, field: &str) -> String {
        format!("pod/{}/{} {field}", self.pod.namespace, self.pod.name)
    }

    /// Where a container's environment was read.
    pub fn env_origin(&self, container: &Container) -> String {
        self.origin(&format!("spec.{}[{}].env", container.kind.field(), container.name))
    }

    /// Where its ServiceAccount was read.
    pub fn account_origin(&self) -> String {
        format!("serviceaccount/{}/{}", self.pod.namespace, self.pod.spec.service_account)
    }
}

/// A ServiceAccount: there, known not to be there, or not read.
pub fn account_of<'a>(inventory: &'a Inventory, namespace: &str, name: &str) -> Lookup<'a, ServiceAccount> {
    let found = inventory.shard(namespace).and_then(|shard| shard.service_account(name));
    found.map_or_else(|| not_found(inventory, Kind::ServiceAccount, namespace), Lookup::Found)
}

/// A node: there, known not to be there, or not read.
pub(super) fn node_of<'a>(inventory: &'a Inventory, name: &str) -> Lookup<'a, Node> {
    inventory.node(name).map_or_else(|| not_found(inventory, Kind::Node, ""), Lookup::Found)
}

fn not_found<'a, T>(inventory: &'a Inventory, kind: Kind, namespace: &str) -> Lookup<'a, T> {
    let listing = inventory.listings().of(kind);
    if inventory.listings().covers(kind, namespace) { Lookup::Absent } else { Lookup::Unread(listing.doubt()) }
}

/// The gap that stands for an account that was shown to be another cluster's.
pub(super) fn refuted_gap(inventory: &Inventory) -> Option<Gap> {
    let cluster = inventory.aws().cluster()?.value()?;
    match &cluster.confirmation {
        Confirmation::Refuted(sentence) => {
            let reason = crate::domain::model::GapReason::ClusterNotConfirmed;
            Some(Gap::new("AWS facts of this cluster", "eks:DescribeCluster", reason, sentence.clone()))
        }
        _ => None,
    }
}
