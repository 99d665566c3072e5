//! A pod, as far as a rule reads it.

use super::{Container, ContainerKind, Name, Time};
use std::borrow::Cow;
use std::sync::Arc;

/// A pod. What its template decides is in [`PodSpec`], which pods of one owner share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Its uid.
    pub uid: Box<str>,
    /// The version of the object that was read.
    pub resource_version: Box<str>,
    /// When the API server created it: injection happens then and never again.
    pub created: Option<Time>,
    /// It is being deleted.
    pub terminating: bool,
    /// Where it is in its life.
    pub phase: Phase,
    /// Its `Ready` condition holds.
    pub ready: bool,
    /// The controller that made it.
    pub owner: Option<Owner>,
    /// The node it runs on, once it is scheduled.
    pub node: Option<Name>,
    /// What its template and the webhook made of it.
    pub spec: Arc<PodSpec>,
}

impl Pod {
    /// Finished and terminating pods are dimmed and left out of counts and findings.
    pub fn counts(&self) -> bool {
        !self.terminating && !matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }

    /// Its main containers: neither init containers nor those for debugging.
    pub fn main_containers(&self) -> impl Iterator<Item = (usize, &Container)> {
        self.spec.containers.iter().enumerate().filter(|(_, container)| container.kind == ContainerKind::Main)
    }

    /// The containers that its row and every count speak of: the main ones, where there are any.
    pub fn counted_containers(&self) -> impl Iterator<Item = (usize, &Container)> {
        let has_main = self.main_containers().next().is_some();
        let all = self.spec.containers.iter().enumerate();
        all.filter(move |(_, container)| !has_main || container.kind == ContainerKind::Main)
    }

    /// What to restart so that the pod is made anew; `None` for a bare pod.
    pub fn workload(&self) -> Option<Workload> {
        let owner = self.owner.as_ref()?;
        if owner.from_template_hash
            && let Some((deployment, _)) = owner.name.rsplit_once('-')
        {
            return Some(Workload { kind: Name::from("Deployment"), name: Name::from(deployment) });
        }
        Some(Workload { kind: owner.kind.clone(), name: owner.name.clone() })
    }

    /// Whether it stands in a file of its node: the kubelet runs it, and shows it to the API server without a
    /// ServiceAccount (Kubernetes documentation, "Create static Pods").
    pub fn is_static(&self) -> bool {
        self.owner.as_ref().is_some_and(|owner| &*owner.kind == "Node")
    }

    /// Whether it is of the Pod Identity agent's DaemonSet (EKS add-on `eks-pod-identity-agent`, always in kube-system;
    /// hybrid nodes have variants whose names only begin so).
    pub fn is_agent(&self) -> bool {
        let is_agents = |owner: &Owner| &*owner.kind == "DaemonSet" && owner.name.starts_with("eks-pod-identity-agent");
        &*self.namespace == "kube-system" && self.owner.as_ref().is_some_and(is_agents)
    }

    /// The node on which it hands out Pod Identity credentials: it is a ready pod of the agent.
    pub fn agent_node(&self) -> Option<&Name> {
        self.node.as_ref().filter(|_| self.is_agent() && self.ready && !self.terminating)
    }
}

/// What of a pod's spec and metadata a rule reads, apart from what differs between the replicas of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PodSpec {
    /// The ServiceAccount's name; `default` where the pod names none. Empty only in broken input.
    pub service_account: Name,
    /// It shares the node's network, and with it the way to the instance metadata.
    pub host_network: bool,
    /// Its node selector asks for Windows.
    pub windows: bool,
    /// It carries the label `eks.amazonaws.com/skip-pod-identity-webhook`.
    pub skip_label: bool,
    /// The annotation `eks.amazonaws.com/skip-containers`, verbatim.
    pub skip_containers: Option<Name>,
    /// The annotation `eks.amazonaws.com/token-expiration`, verbatim.
    pub token_expiration: Option<Name>,
    /// The annotation `eks.amazonaws.com/role-arn` on the pod, which nothing reads: a common mistake.
    pub role_arn_annotation: Option<Name>,
    /// The annotation `iam.amazonaws.com/role` of kube2iam and kiam.
    pub legacy_role: Option<Name>,
    /// Init containers and sidecars first, as they start, then the main ones, then ephemeral ones.
    pub containers: Vec<Container>,
    /// Volumes whose mounts are kept: projected tokens, and what stands where SDKs look for configuration.
    pub volumes: Vec<Volume>,
}

impl PodSpec {
    /// The token source that a mounted path leads to, if it is one of a kept volume.
    pub fn token_at<'a>(&'a self, container: &Container, file: &str) -> Option<&'a TokenVolume> {
        let file = in_slashes(file);
        container.mounts.iter().find_map(|mount| {
            let directory = in_slashes(&mount.path);
            let rest = file.strip_prefix(directory.trim_end_matches('/'))?;
            let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
            let volume = self.volumes.iter().find(|volume| volume.name == mount.volume)?;
            let within = |token: &&TokenVolume| match &mount.sub_path {
                None => &*token.path == rest,
                Some(sub) => {
                    let rest_of = token.path.strip_prefix(sub.trim_end_matches('/'));
                    rest_of.is_some_and(|path| path.trim_start_matches('/') == rest)
                }
            };
            volume.tokens.iter().find(within)
        })
    }
}

/// A path as Linux spells it. In Windows pods the webhook names the file `C:\var\run\…\token` and mounts the volume at
/// `/var/run/…` (amazon-eks-pod-identity-webhook, `pkg/handler/handler.go`).
fn in_slashes(path: &str) -> Cow<'_, str> {
    if path.contains('\\') {
        Cow::Owned(path.strip_prefix("C:").unwrap_or(path).replace('\\', "/"))
    } else {
        Cow::Borrowed(path)
    }
}

/// A volume that matters for credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Volume {
    /// Its name: `aws-iam-token`, `eks-pod-identity-token`, …
    pub name: Name,
    /// The ServiceAccount tokens it projects.
    pub tokens: Vec<TokenVolume>,
    /// The Secret it shows, by name.
    pub secret: Option<Name>,
    /// The ConfigMap it shows, by name.
    pub config_map: Option<Name>,
}

/// A `serviceAccountToken` source of a projected volume.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenVolume {
    /// The file's path in the volume.
    pub path: Name,
    /// Whom the token is for; `None` means the API server itself.
    pub audience: Option<Name>,
    /// How long it lives, in seconds.
    pub expiration_seconds: Option<i64>,
}

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Phase {
    /// Not all containers run yet, or it has no node yet.
    Pending,
    /// It runs.
    Running,
    /// Every container ended well.
    Succeeded,
    /// A container ended badly.
    Failed,
    /// The node does not say.
    #[default]
    Unknown,
}

impl Phase {
    /// The phase as Kubernetes spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }

    /// The phase that Kubernetes spells so; anything else is unknown.
    pub fn from_word(word: &str) -> Self {
        [Self::Pending, Self::Running, Self::Succeeded, Self::Failed]
            .into_iter()
            .find(|phase| phase.word() == word)
            .unwrap_or_default()
    }
}

/// The controller of a pod, from its owner references.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// `ReplicaSet`, `StatefulSet`, `DaemonSet`, `Job`, …
    pub kind: Name,
    /// Its name.
    pub name: Name,
    /// Its name ends in the pod's `pod-template-hash`: a Deployment made it.
    pub from_template_hash: bool,
}

/// What a person restarts: `Deployment api`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Workload {
    /// `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, …
    pub kind: Name,
    /// Its name.
    pub name: Name,
}

impl Workload {
    /// As kubectl writes it: `deployment/api`.
    pub fn kubectl_name(&self) -> String {
        format!("{}/{}", self.kind.to_lowercase(), self.name)
    }

    /// Whether `kubectl rollout restart` can make its pods anew.
    pub fn can_roll(&self) -> bool {
        matches!(&*self.kind, "Deployment" | "StatefulSet" | "DaemonSet")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::{ContainerKind, Mount};

    #[test]
    fn a_windows_token_file_is_found_under_the_mount_that_the_webhook_makes() {
        let directory = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
        let volume = Name::from("aws-iam-token");
        let mounts = vec![Mount { volume: volume.clone(), path: Name::from(directory), sub_path: None }];
        let container = Container {
            name: Name::from("app"),
            kind: ContainerKind::Main,
            env: Vec::new(),
            env_from: Vec::new(),
            mounts,
        };
        let token = TokenVolume { path: Name::from("token"), audience: None, expiration_seconds: None };
        let volumes = vec![Volume { name: volume, tokens: vec![token], secret: None, config_map: None }];
        let spec = PodSpec { volumes, ..PodSpec::default() };
        let linux = format!("{directory}/token");
        let windows = r"C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token";
        assert!(spec.token_at(&container, &linux).is_some());
        assert!(spec.token_at(&container, windows).is_some());
        assert!(spec.token_at(&container, "/var/run/other/token").is_none());
    }
}
