//! Nodes, and the instances behind them.

use super::{Name, RoleArn, Time};

/// A node of the cluster, by what its labels and its provider id say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: Name,
    /// When it was made.
    pub created: Option<Time>,
    /// What it runs on.
    pub compute: Compute,
    /// `spec.providerID`, verbatim.
    pub provider_id: Option<Name>,
    /// The region by its label `topology.kubernetes.io/region`.
    pub region: Option<Name>,
    /// The label `eks.amazonaws.com/nodegroup`.
    pub nodegroup: Option<Name>,
    /// The label `karpenter.sh/nodepool`.
    pub nodepool: Option<Name>,
    /// The label `eks.amazonaws.com/fargate-profile`.
    pub fargate_profile: Option<Name>,
    /// The cluster's name, where a label says it (`alpha.eksctl.io/cluster-name`, `eks.amazonaws.com/cluster-name`).
    pub cluster_name: Option<Name>,
    /// It runs Windows.
    pub windows: bool,
}

impl Node {
    /// The EC2 instance's id: the last part of the provider id, if it has an id's form.
    ///
    /// Only such ids are ever sent to EC2: Fargate, hybrid and HyperPod nodes have others
    /// (cloud-provider-aws, `pkg/providers/v1/instances.go`).
    pub fn instance_id(&self) -> Option<&str> {
        let id = self.provider_id.as_deref()?.rsplit('/').next()?;
        let hex = id.strip_prefix("i-")?;
        ((8..=17).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
            .then_some(id)
    }
}

/// What a node runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Compute {
    /// An EC2 instance: a node group's, Karpenter's or self-managed.
    #[default]
    Ec2,
    /// An EC2 instance that EKS Auto Mode manages.
    Auto,
    /// Fargate: no instance metadata.
    Fargate,
    /// A machine outside AWS: no instance metadata.
    Hybrid,
}

impl Compute {
    /// The word of the machine formats and of the label `eks.amazonaws.com/compute-type`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Auto => "auto",
            Self::Fargate => "fargate",
            Self::Hybrid => "hybrid",
        }
    }

    /// The compute type spelled so.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ec2, Self::Auto, Self::Fargate, Self::Hybrid].into_iter().find(|compute| compute.word() == word)
    }
}

/// An EC2 instance: what `ec2:DescribeInstances` says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its id.
    pub id: Name,
    /// The instance profile's ARN; `None`: it has none, and so no role.
    pub profile_arn: Option<Name>,
    /// How its metadata can be reached.
    pub metadata: MetadataOptions,
}

/// `MetadataOptions` of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetadataOptions {
    /// `HttpEndpoint` is `enabled`.
    pub enabled: bool,
    /// `HttpTokens` is `required`: only `IMDSv2` answers.
    pub tokens_required: bool,
    /// `HttpPutResponseHopLimit`: over how many hops a token's answer comes; 2 reaches a pod.
    pub hop_limit: u8,
}

/// An instance profile: `iam:GetInstanceProfile`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProfile {
    /// Its ARN.
    pub arn: Name,
    /// Its role; `None`: it holds none.
    pub role_arn: Option<RoleArn>,
}

/// A managed node group: `eks:DescribeNodegroup`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodegroup {
    /// Its name.
    pub name: Name,
    /// The role of its nodes.
    pub role_arn: Option<RoleArn>,
}
