//! What stands between the pods of a ServiceAccount and credentials by Pod Identity: no agent on their nodes, or one whose
//! node role may not fetch any (EKS user guide, "pod-id-agent-setup").

use super::PlanRefusal;
use super::surroundings::{Seen, named};
use crate::domain::identity::{Agent, Situation, bearer_of_role, node_role_of};
use crate::domain::inventory::{Kind, Lookup};
use crate::domain::model::{Compute, Name, Node, Pod, Reading, RoleArn};
use crate::domain::policy::{Layers, Outcome, Request, outcome};
use std::collections::BTreeMap;

/// What the agent asks of EKS with its node's role (service authorization reference, "Amazon EKS Auth").
const ASSUME: &str = "eks-auth:AssumeRoleForPodIdentity";

/// What is in the way, and what could not be seen.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    /// Pods that would be left without credentials, and why.
    blocked: Vec<(&'static str, Vec<Name>)>,
    /// Node roles that may not fetch credentials.
    refused: Vec<String>,
    /// What was not read.
    pub(super) doubts: Vec<String>,
    /// That no agent is there at all, where no pod runs yet.
    pub(super) not_installed: Option<String>,
}

impl Obstacles {
    /// Why the ServiceAccount is not associated, with the pods named.
    pub(super) fn refusal(&self) -> Option<PlanRefusal> {
        if !self.blocked.is_empty() {
            let parts = self.blocked.iter().map(|(why, pods)| format!("{why}: {}", named(pods)));
            let sentence = format!(
                "an association would leave pods without credentials, {}",
                parts.collect::<Vec<_>>().join("; ")
            );
            let hint = "bind the ServiceAccount by annotation (IRSA), or see to the agent: kubectl -n kube-system get \
                        daemonset eks-pod-identity-agent";
            return Some(PlanRefusal::new(sentence).hint(hint));
        }
        let refused = self.refused.first()?;
        let hint = format!("attach AmazonEKSWorkerNodePolicy to the node role, or another policy that allows {ASSUME}");
        Some(PlanRefusal::new(refused.clone()).hint(hint))
    }
}

/// What stands between the running pods of a ServiceAccount and credentials.
pub(super) fn obstacles(seen: Seen<'_>, namespace: &Name, name: &Name) -> Obstacles {
    let mut found = Obstacles::default();
    let (mut fargate, mut windows, mut no_agent, mut unseen) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut runs = false;
    for pod in pods(seen, namespace, name) {
        runs = true;
        let list = match Agent::of(&Situation::of(seen.inventory, pod)) {
            Some(Agent::Fargate) => &mut fargate,
            Some(Agent::Windows) => &mut windows,
            Some(Agent::NotReady) => &mut no_agent,
            Some(Agent::NodeUnread | Agent::Unread) => &mut unseen,
            Some(Agent::BuiltIn | Agent::Ready) | None => continue,
        };
        list.push(pod.name.clone());
    }
    let blocked = [
        ("on Fargate, where there is no agent", fargate),
        ("on Windows, where there is no agent", windows),
        ("on a node without a ready agent", no_agent),
    ];
    found.blocked = blocked.into_iter().filter(|(_, pods)| !pods.is_empty()).collect();
    if !seen.inventory.listings().covers(Kind::Pod, namespace) {
        found.doubts.push(format!("not all pods of {namespace} were read: some of {name} may get no credentials"));
    }
    if !unseen.is_empty() {
        found.doubts.push(format!("whether an agent answers was not read for {}", named(&unseen)));
    }
    let is_auto = || seen.inventory.nodes().any(|node| node.compute == Compute::Auto);
    if !runs && seen.inventory.agent_installed() == Some(false) && !is_auto() {
        let sentence = "the Pod Identity agent is not installed: no pod gets credentials before the add-on \
                        eks-pod-identity-agent is there";
        found.not_installed = Some(sentence.to_owned());
    }
    judge_node_roles(seen, namespace, name, &mut found);
    found
}

/// Whether the node roles may fetch credentials.
fn judge_node_roles(seen: Seen<'_>, namespace: &Name, name: &Name, found: &mut Obstacles) {
    let is_unread = |pod: &&Pod| node_of(seen, pod).is_some_and(|node| node_role_of(seen.inventory, node).is_none());
    let unread: Vec<Name> = pods(seen, namespace, name).filter(is_unread).map(|pod| pod.name.clone()).collect();
    if !unread.is_empty() {
        found.doubts.push(format!("whether the node role allows {ASSUME} was not read for {}", named(&unread)));
    }
    let cluster = seen.inventory.aws().cluster().and_then(Reading::value).and_then(|cluster| cluster.arn.clone());
    for (role, pods) in node_roles(seen, namespace, name) {
        let path = role.path_and_name().to_owned();
        let bearer = bearer_of_role(seen.inventory, &role);
        let resource = cluster.as_deref().unwrap_or("*");
        let request = Request { context: bearer.context, ..Request::new(role.as_str(), ASSUME, resource) };
        let layers: &Layers = &bearer.policies.layers;
        match outcome(&request, layers) {
            Outcome::Allowed => {}
            Outcome::Depends => {
                let why = bearer.policies.gaps.first().map_or_else(String::new, |gap| format!(" ({})", gap.sentence));
                found.doubts.push(format!("whether node role {path} allows {ASSUME} is not known{why}"));
            }
            Outcome::ExplicitDeny | Outcome::ImplicitDeny => {
                let sentence = format!("node role {path} does not allow {ASSUME}: pods there would get no credentials");
                found.refused.push(format!("{sentence}: {}", named(&pods)));
            }
        }
    }
}

/// The node of a pod, where its agent asks with a node role of one's own: on EC2; Auto Mode sees to itself.
fn node_of<'a>(seen: Seen<'a>, pod: &'a Pod) -> Option<&'a Node> {
    let node = Situation::of(seen.inventory, pod).node.and_then(Lookup::found)?;
    (node.compute == Compute::Ec2 && !node.windows).then_some(node)
}

/// The roles of the nodes that running pods of a ServiceAccount are on, with those pods.
pub(super) fn node_roles(seen: Seen<'_>, namespace: &Name, name: &Name) -> BTreeMap<RoleArn, Vec<Name>> {
    let mut roles: BTreeMap<RoleArn, Vec<Name>> = BTreeMap::new();
    for pod in pods(seen, namespace, name) {
        if let Some(role) = node_of(seen, pod).and_then(|node| node_role_of(seen.inventory, node)) {
            roles.entry(role).or_default().push(pod.name.clone());
        }
    }
    roles
}

/// The running pods of a ServiceAccount.
fn pods<'a>(seen: Seen<'a>, namespace: &'a Name, name: &'a Name) -> impl Iterator<Item = &'a Pod> {
    let shard = seen.inventory.shard(namespace);
    seen.running(namespace, name).filter_map(move |(pod, _)| shard?.pod(pod))
}
