//! Namespaces, nodes and the agent's DaemonSet: kinds of which little is read.

use super::decode::{Narrow, Undecoded};
use super::meta::{Meta, Text, nullable, time};
use crate::domain::inventory::Delta;
use crate::domain::model::{self, Compute, Interner};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Namespace<'a> {
    #[serde(borrow)]
    metadata: Meta<'a>,
}

impl Narrow for Namespace<'_> {
    fn delta(self, interner: &mut Interner) -> Result<Delta, Undecoded> {
        let meta = self.metadata;
        if meta.name.is_empty() {
            return Err(Undecoded::without_name());
        }
        Ok(Delta::Namespace(model::Namespace {
            name: interner.name(&meta.name),
            terminating: meta.deletion_timestamp.is_some(),
            created: time(meta.creation_timestamp.as_ref()),
        }))
    }
}

/// The agent's DaemonSet; that it is there is all that is read.
#[derive(Debug, Deserialize)]
pub(super) struct DaemonSet<'a> {
    #[serde(borrow)]
    metadata: Meta<'a>,
}

impl Narrow for DaemonSet<'_> {
    fn delta(self, _interner: &mut Interner) -> Result<Delta, Undecoded> {
        if self.metadata.name.is_empty() { Err(Undecoded::without_name()) } else { Ok(Delta::AgentDaemonSet) }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Node<'a> {
    #[serde(borrow)]
    metadata: Meta<'a, NodeLabels<'a>>,
    #[serde(borrow, default, deserialize_with = "nullable")]
    spec: NodeSpec<'a>,
    #[serde(borrow, default, deserialize_with = "nullable")]
    status: NodeStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeLabels<'a> {
    #[serde(rename = "eks.amazonaws.com/compute-type", borrow)]
    compute_type: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/nodegroup", borrow)]
    nodegroup: Option<Text<'a>>,
    #[serde(rename = "karpenter.sh/nodepool", borrow)]
    nodepool: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/fargate-profile", borrow)]
    fargate_profile: Option<Text<'a>>,
    #[serde(rename = "alpha.eksctl.io/cluster-name", borrow)]
    eksctl_cluster: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/cluster-name", borrow)]
    cluster: Option<Text<'a>>,
    #[serde(rename = "topology.kubernetes.io/region", borrow)]
    region: Option<Text<'a>>,
    #[serde(rename = "kubernetes.io/os", borrow)]
    os: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeSpec<'a> {
    #[serde(rename = "providerID", borrow)]
    provider_id: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    node_info: NodeInfo<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeInfo<'a> {
    #[serde(borrow)]
    operating_system: Option<Text<'a>>,
}

impl Narrow for Node<'_> {
    fn delta(self, interner: &mut Interner) -> Result<Delta, Undecoded> {
        let meta = &self.metadata;
        if meta.name.is_empty() {
            return Err(Undecoded::without_name());
        }
        let labels = &meta.labels;
        let provider_id = self.spec.provider_id.as_deref().filter(|id| !id.is_empty());
        let windows = [labels.os.as_deref(), self.status.node_info.operating_system.as_deref()];
        let mut text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(|text| interner.name(text));
        Ok(Delta::Node(Box::new(model::Node {
            name: text(Some(&meta.name)).unwrap_or_default(),
            created: time(meta.creation_timestamp.as_ref()),
            compute: compute(labels, provider_id),
            provider_id: text(provider_id),
            region: text(labels.region.as_deref()),
            nodegroup: text(labels.nodegroup.as_deref()),
            nodepool: text(labels.nodepool.as_deref()),
            fargate_profile: text(labels.fargate_profile.as_deref()),
            cluster_name: text(labels.cluster.as_deref().or(labels.eksctl_cluster.as_deref())),
            windows: windows.into_iter().flatten().any(|os| os == "windows"),
        })))
    }
}

/// By the label, else by the form of the provider id: `eks-hybrid:///…`, `aws:///ZONE/ID/fargate-…`
/// (cloud-provider-aws, `pkg/providers/v1/instances.go`).
fn compute(labels: &NodeLabels<'_>, provider_id: Option<&str>) -> Compute {
    let by_label = labels.compute_type.as_deref().and_then(Compute::from_word);
    by_label.unwrap_or_else(|| match provider_id {
        Some(id) if id.starts_with("eks-hybrid:") => Compute::Hybrid,
        Some(id) if id.rsplit('/').next().is_some_and(|last| last.starts_with("fargate-")) => Compute::Fargate,
        _ if labels.fargate_profile.is_some() => Compute::Fargate,
        _ => Compute::Ec2,
    })
}

#[cfg(test)]
mod tests {
    use crate::domain::inventory::{Delta, Kind};
    use crate::domain::model::{Compute, Interner, Node};
    use crate::source::kube::decode;

    fn node(json: &str) -> Node {
        match decode::object(Kind::Node, json, &mut Interner::default()) {
            Ok(Delta::Node(node)) => *node,
            other => panic!("no node: {other:?}"),
        }
    }

    #[test]
    fn a_node_of_a_node_group() {
        let read = node(
            r#"{"metadata":{"name":"ip-10-0-0-1","creationTimestamp":"2026-11-01T10:00:00Z","labels":{
                "eks.amazonaws.com/nodegroup":"ng1","topology.kubernetes.io/region":"eu-west-1","kubernetes.io/os":"linux",
                "alpha.eksctl.io/cluster-name":"lab"},"managedFields":[{"manager":"kubelet"}]},
               "spec":{"providerID":"aws:///eu-west-1a/i-0123456789abcdef0"},
               "status":{"nodeInfo":{"operatingSystem":"linux"},"images":[{"names":["a"]}]}}"#,
        );
        assert_eq!(
            (read.compute, read.windows, read.instance_id()),
            (Compute::Ec2, false, Some("i-0123456789abcdef0"))
        );
        assert_eq!(read.nodegroup.as_deref(), Some("ng1"));
        assert_eq!(read.cluster_name.as_deref(), Some("lab"));
        assert_eq!(read.region.as_deref(), Some("eu-west-1"));
        assert!(read.created.is_some());
    }

    #[test]
    fn what_a_node_runs_on_by_label_and_by_provider_id() {
        let labelled = |word: &str| {
            node(&format!(r#"{{"metadata":{{"name":"n","labels":{{"eks.amazonaws.com/compute-type":"{word}"}}}}}}"#))
                .compute
        };
        assert_eq!([labelled("auto"), labelled("hybrid")], [Compute::Auto, Compute::Hybrid]);
        let provided =
            |id: &str| node(&format!(r#"{{"metadata":{{"name":"n"}},"spec":{{"providerID":"{id}"}}}}"#)).compute;
        assert_eq!(provided("aws:///eu-west-1a/abc/fargate-ip-10-0-1-1.ec2.internal"), Compute::Fargate);
        assert_eq!(provided("eks-hybrid:///eu-west-1/lab/mi-1"), Compute::Hybrid);
        assert_eq!(node(r#"{"metadata":{"name":"n"},"spec":{}}"#).provider_id, None);
    }
}
