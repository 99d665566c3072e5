//! What is read in AWS, call by call.

/// Each call that facts are read with in AWS: what `rolecall info` tries, and what `assets/permissions/iam-read.json` allows.
/// `sts:GetCallerIdentity` needs no permission (AWS STS API reference). What is read only right before a change, like the
/// instance profiles of a role that is to go, stands in `iam-change.json`.
pub const AWS_READS: [&str; 16] = [
    "sts:GetCallerIdentity",
    "eks:DescribeCluster",
    "eks:ListPodIdentityAssociations",
    "eks:DescribePodIdentityAssociation",
    "eks:DescribeNodegroup",
    "iam:GetRole",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetAccountAuthorizationDetails",
    "iam:ListOpenIDConnectProviders",
    "iam:GetOpenIDConnectProvider",
    "iam:GetInstanceProfile",
    "ec2:DescribeInstances",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_least_permissions_are_those_of_the_calls_that_are_made() {
        let allowed: serde_json::Value =
            serde_json::from_str(include_str!("../../assets/permissions/iam-read.json")).unwrap();
        let actions =
            allowed["Statement"].as_array().unwrap().iter().flat_map(|statement| match &statement["Action"] {
                serde_json::Value::Array(several) => several.iter().map(|one| one.as_str().unwrap()).collect(),
                one => vec![one.as_str().unwrap()],
            });
        let allowed: BTreeSet<&str> = actions.chain(["sts:GetCallerIdentity"]).collect();
        assert_eq!(allowed, BTreeSet::from(AWS_READS));
    }
}
