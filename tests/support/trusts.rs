//! Trust policies for the small worlds.

/// Trust policies: for tokens of one ServiceAccount or all, of another cluster, for Pod Identity, for a role, for whom
/// nobody knows, and none that can be read.
pub(crate) const TRUSTS: [&str; 8] = [
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC"},"Condition":{"StringEquals":{"oidc.example/id/ABC:sub":"system:serviceaccount:shop:a0","oidc.example/id/ABC:aud":"sts.amazonaws.com"}}}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC"}}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/DEF"}}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"pods.eks.amazonaws.com"},"Condition":{"StringEquals":{"aws:RequestTag/kubernetes-service-account":"a1"}}}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"AWS":"arn:aws:iam::111122223333:root"}}}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Principal":"*"},{"Effect":"Deny","Action":"sts:*","Principal":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}"#,
    "{",
];
