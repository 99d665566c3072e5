//! D20 `podIdentityAgent`: Pod Identity needs its agent on the node: a DaemonSet, except on Auto Mode; there is none for Fargate and Windows.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::model::Compute;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::PodIdentityAgent,
    severity: Severity::High,
    explanation: "Pod Identity needs its agent on the node: a DaemonSet, except on Auto Mode; there is none for Fargate and Windows",
    say,
};

/// Names the node and why no agent answers there.
fn say(case: &Case<'_>) -> (String, Fix) {
    let node = case.situation.pod.node.as_deref().unwrap_or("its node");
    if case.situation.compute() == Some(Compute::Fargate) {
        return (
            "Pod Identity does not work on Fargate: no agent answers there".into(),
            Fix::words("bind the ServiceAccount by annotation (IRSA), or move the pod to EC2 nodes"),
        );
    }
    if case.situation.is_windows() {
        return (
            "Pod Identity does not work on Windows: no agent answers there".into(),
            Fix::words("bind the ServiceAccount by annotation (IRSA)"),
        );
    }
    let installed = case.situation.inventory.agent_installed();
    let fix = if installed == Some(false) {
        "install the EKS add-on eks-pod-identity-agent"
    } else {
        "see why DaemonSet kube-system/eks-pod-identity-agent has no ready pod there"
    };
    let command = "kubectl -n kube-system get pods -l app.kubernetes.io/name=eks-pod-identity-agent -o wide".to_owned();
    (
        format!("no Pod Identity agent is ready on {node}"),
        Fix { summary: fix.into(), commands: vec![command], ..Fix::default() },
    )
}
