//! The circumstances of a request that a pod makes with its role's credentials: what is known of the context, what is
//! known to be absent, and that the rest is not known.
//!
//! IAM user guide, "AWS global condition context keys" (availability of each); EKS user guide, "Grant Pods access to AWS
//! resources based on tags". Nothing is said of the network path, of the resource's tags or of request parameters.

use super::context::{Context, Others};
use super::trust::{PodIdentity, WebIdentity};

/// A role in use by a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSession<'a> {
    /// The role's ARN, with its path.
    pub role: &'a str,
    /// The role's tags; `None` where they could not be read.
    pub tags: Option<Vec<(&'a str, &'a str)>>,
    /// How the pod came by it.
    pub by: SessionOf<'a>,
    /// The region that is asked, where that is known.
    pub region: Option<&'a str>,
}

/// How a pod came by its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionOf<'a> {
    /// With its ServiceAccount's token.
    WebIdentity(WebIdentity<'a>),
    /// By an association; with a target role the session is that role's and the second hop's.
    PodIdentity(PodIdentity<'a>),
    /// It is its node's.
    Node,
}

impl RoleSession<'_> {
    /// What is known of a request it makes.
    pub fn context(&self) -> Context {
        let mut context = Context::new(Others::Unknown);
        context.set("aws:PrincipalArn", self.role);
        if let Some(account) = self.role.split(':').nth(4) {
            context.set("aws:PrincipalAccount", account);
        }
        context.set("aws:PrincipalType", "AssumedRole");
        context.set("aws:PrincipalIsAWSService", "false");
        context.set("aws:SecureTransport", "true");
        if let Some(region) = self.region {
            context.set("aws:RequestedRegion", region);
        }
        // a role has no user name and no MFA device, and neither way of getting its credentials sets a source identity
        for key in [
            "aws:username",
            "aws:MultiFactorAuthPresent",
            "aws:MultiFactorAuthAge",
            "aws:SourceIdentity",
            "aws:PrincipalServiceName",
            "aws:PrincipalServiceNamesList",
        ] {
            context.set_absent(key);
        }
        self.tags(&mut context);
        self.token(&mut context);
        context
    }

    /// The role's tags, and over them the session's.
    fn tags(&self, context: &mut Context) {
        if let Some(tags) = &self.tags {
            context.rest_of("aws:PrincipalTag/", Others::Absent);
            for (tag, value) in tags {
                context.set(&format!("aws:PrincipalTag/{tag}"), *value);
            }
        }
        if let SessionOf::PodIdentity(session) = &self.by {
            for (tag, value) in session.session_tags() {
                let key = format!("aws:PrincipalTag/{tag}");
                match value {
                    Some(value) => context.set(&key, value),
                    None => context.set_unknown(&key),
                }
            }
        }
    }

    /// Claims of the token stay with the session.
    fn token(&self, context: &mut Context) {
        context.rest_of("oidc.eks", Others::Absent);
        match &self.by {
            SessionOf::WebIdentity(token) => {
                context.set("aws:FederatedProvider", token.provider());
                context.set(&format!("{}:sub", token.issuer), token.subject());
                context.set(&format!("{}:aud", token.issuer), token.audience);
            }
            SessionOf::PodIdentity(_) | SessionOf::Node => context.set_absent("aws:FederatedProvider"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::variable::{KeyName, Value, Values};

    const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";

    fn association() -> PodIdentity<'static> {
        PodIdentity {
            role: ROLE,
            cluster_arn: "arn:aws:eks:eu-west-1:111122223333:cluster/blue",
            namespace: "shop",
            service_account: "api",
            pod: None,
            tags: true,
        }
    }

    #[test]
    fn a_web_identity_keeps_its_claims_and_has_no_user_name() {
        let token = WebIdentity {
            role: ROLE,
            issuer: "oidc.eks.eu-west-1.amazonaws.com/id/A",
            audience: "sts.amazonaws.com",
            namespace: "shop",
            service_account: "api",
            region: None,
        };
        let session = RoleSession { role: ROLE, tags: Some(vec![]), by: SessionOf::WebIdentity(token), region: None };
        let context = session.context();
        let value = |key: &str| context.value(&KeyName::new(key));
        assert_eq!(value("aws:PrincipalArn"), Value::One(ROLE));
        assert_eq!(value("OIDC.eks.eu-west-1.amazonaws.com/id/A:sub"), Value::One("system:serviceaccount:shop:api"));
        assert_eq!(value("oidc.eks.eu-west-1.amazonaws.com/id/B:sub"), Value::Absent);
        assert_eq!((value("aws:username"), value("aws:PrincipalTag/x")), (Value::Absent, Value::Absent));
        assert_eq!(
            (value("aws:SourceIp"), value("s3:prefix"), value("aws:RequestedRegion")),
            (Value::Unknown, Value::Unknown, Value::Unknown)
        );
    }

    #[test]
    fn session_tags_go_over_the_tags_of_the_role() {
        let tags = Some(vec![("kubernetes-namespace", "mine"), ("team", "blue")]);
        let with =
            RoleSession { role: ROLE, tags, by: SessionOf::PodIdentity(association()), region: Some("eu-west-1") };
        let without =
            RoleSession { by: SessionOf::PodIdentity(PodIdentity { tags: false, ..association() }), ..with.clone() };
        let unread = RoleSession { tags: None, by: SessionOf::Node, ..with.clone() };
        let value = |session: &RoleSession<'_>, tag: &str| {
            let context = session.context();
            match context.value(&KeyName::new(&format!("aws:PrincipalTag/{tag}"))) {
                Value::One(value) => value.to_owned(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(value(&with, "kubernetes-namespace"), "shop");
        assert_eq!(value(&with, "kubernetes-pod-name"), "Unknown");
        assert_eq!(value(&with, "team"), "blue");
        assert_eq!(value(&without, "kubernetes-namespace"), "mine");
        assert_eq!(value(&without, "kubernetes-pod-name"), "Absent");
        assert_eq!(value(&unread, "team"), "Unknown");
    }
}
