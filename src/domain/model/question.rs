//! What is asked of AWS, and of Kubernetes beyond its lists: one question, one answer, one gap when it fails.

use super::Name;

/// One thing to be read on demand. Its answer comes back as deltas that name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Question {
    /// Who are we in AWS? `sts:GetCallerIdentity`.
    Caller,
    /// What is the cluster? `eks:DescribeCluster`, and whether it is this one.
    Cluster,
    /// `eks:ListPodIdentityAssociations`, and each described.
    Associations,
    /// The same of one namespace.
    AssociationsOf(Name),
    /// Both again, cheaply: listed, the new ones described, and of the others those that were described longest ago.
    AssociationsInTurn(Option<Name>),
    /// `iam:ListOpenIDConnectProviders`, and each read.
    Providers,
    /// One role by its ARN, with what is attached to it.
    Role(Name),
    /// The default version of one managed policy, by ARN.
    ManagedPolicy(Name),
    /// All roles and customer managed policies of the account at once: `iam:GetAccountAuthorizationDetails`.
    Sweep,
    /// EC2 instances by id, at most 100: `ec2:DescribeInstances`.
    Instances(Vec<Name>),
    /// One instance profile by ARN: `iam:GetInstanceProfile`.
    InstanceProfile(Name),
    /// The instance profiles that hold a role, by its ARN: `iam:ListInstanceProfilesForRole`.
    ProfilesOf(Name),
    /// One node group by name: `eks:DescribeNodegroup`.
    Nodegroup(Name),
    /// The key names of a ConfigMap that containers take variables from (namespace, name). Values are not kept.
    ConfigMapKeys(Name, Name),
    /// The `AWS_*` variables in the pod template of an owner (namespace, kind, name).
    Template(Name, Name, Name),
    /// How a workload rolls out its pods (namespace, kind, name): what a restart has to know.
    Workload(Name, Name, Name),
}
