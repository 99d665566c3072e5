//! A container's verdict on the wire: one item of a `PodList`.

use super::GapWire;
use crate::domain::identity::{Finding, Identity, Mechanism, Verdict};
use crate::domain::model::{Container, ContainerKind, Gap, Name, Pod, RoleArn};
use serde::Serialize;

/// One container of a pod.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodItem {
    /// The pod's namespace.
    pub namespace: Name,
    /// The pod's name.
    pub name: Name,
    /// Its ServiceAccount.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub service_account: Name,
    /// The node it runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<Name>,
    /// Where it is in its life.
    pub phase: &'static str,
    /// It is being deleted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub terminating: bool,
    /// The container.
    pub container: Name,
    /// It is an init container or a sidecar.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub init: bool,
    /// It is an ephemeral container.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ephemeral: bool,
    /// What the SDK in it settles on.
    pub identity: IdentityWire,
    /// How sure that is.
    pub confidence: &'static str,
    /// What is wrong, by name.
    pub findings: Vec<&'static str>,
    /// What it was read from.
    pub evidence: Vec<EvidenceWire>,
    /// What it hangs on that was not read.
    pub gaps: Vec<GapWire>,
}

/// Who AWS sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityWire {
    /// `role`, `nodeRole`, `staticKeys`, `none` or `unknown`.
    pub kind: &'static str,
    /// `webIdentity`, `podIdentity` or `node`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<&'static str>,
    /// The role that AWS sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
    /// The association's own role, where it goes on to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Name>,
    /// The instance profile, of a node role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_profile: Option<Name>,
    /// Where static keys come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whether AWS hands out credentials for it now: `yes`, `no` or `unknown`.
    pub usable: &'static str,
}

/// One fact and where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceWire {
    /// The fact.
    pub fact: String,
    /// Where it was read.
    pub origin: String,
}

impl PodItem {
    /// The verdict on one container. Gaps that touch the whole list stand there and not here.
    pub fn of(pod: &Pod, container: &Container, verdict: Verdict, of_the_list: &[Gap]) -> Self {
        let identity = IdentityWire::from(&verdict);
        let evidence = verdict.evidence.into_iter();
        Self {
            namespace: pod.namespace.clone(),
            name: pod.name.clone(),
            service_account: pod.spec.service_account.clone(),
            node: pod.node.clone(),
            phase: pod.phase.word(),
            terminating: pod.terminating,
            container: container.name.clone(),
            init: matches!(container.kind, ContainerKind::Init | ContainerKind::Sidecar),
            ephemeral: container.kind == ContainerKind::Ephemeral,
            identity,
            confidence: verdict.confidence.word(),
            findings: verdict.findings.iter().map(Finding::word).collect(),
            evidence: evidence.map(|it| EvidenceWire { fact: it.fact, origin: it.origin }).collect(),
            gaps: verdict.gaps.iter().filter(|gap| !of_the_list.contains(gap)).map(GapWire::from).collect(),
        }
    }
}

impl IdentityWire {
    /// A role by itself; whether it can be used is not looked at.
    pub fn of_role(role: Option<&RoleArn>, mechanism: Option<&'static str>) -> Self {
        Self {
            kind: if role.is_some() { "role" } else { "unknown" },
            mechanism,
            role_arn: role.map(RoleArn::name_shared),
            via: None,
            instance_profile: None,
            from: None,
            usable: "unknown",
        }
    }
}

impl From<&Verdict> for IdentityWire {
    fn from(verdict: &Verdict) -> Self {
        let mut wire = Self {
            kind: verdict.kind().word(),
            mechanism: None,
            role_arn: verdict.identity.as_ref().and_then(Identity::role).map(RoleArn::name_shared),
            via: None,
            instance_profile: None,
            from: None,
            usable: verdict.usable.word(),
        };
        match &verdict.identity {
            Some(Identity::Role { by: Mechanism::WebIdentity, .. }) => wire.mechanism = Some("webIdentity"),
            Some(Identity::Role { by: Mechanism::PodIdentity { via }, .. }) => {
                wire.mechanism = Some("podIdentity");
                wire.via = via.as_ref().map(RoleArn::name_shared);
            }
            Some(Identity::NodeRole { profile, .. }) => {
                wire.mechanism = Some("node");
                wire.instance_profile.clone_from(profile);
            }
            Some(Identity::StaticKeys { from }) => wire.from = Some(from.clone()),
            Some(Identity::Nobody { .. }) | None => {}
        }
        wire
    }
}
