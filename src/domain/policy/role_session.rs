//! The circumstances of a request that a pod makes with its role's credentials: what is known of the context, what is
//! known to be absent, and that the rest is not known.
//!
//! IAM user guide, "AWS global condition context keys" (availability of each); EKS user guide, "Grant Pods access to AWS
//! resources based on tags"; for `aws:userid`, IAM user guide, "IAM policy elements: Variables and tags", its table of
//! principal key values. Nothing is said of the network path, of the resource's tags or of request parameters.

use super::context::{Context, Others};
use super::pattern::Pattern;
use super::trust::{PodIdentity, WebIdentity};

/// A role in use by a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSession<'a> {
    /// The role's ARN, with its path.
    pub role: &'a str,
    /// The role's unique ID, `AROA…`; `None` where it could not be read.
    pub id: Option<&'a str>,
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
    Node {
        /// The node's instance, `i-…`, where that is known.
        instance: Option<&'a str>,
    },
    /// That is not known, nor what it adds to requests.
    Unknown,
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
        // AWS documents that requests with temporary credentials carry it; whether those of a role that was got without a
        // device do, it does not say
        context.set_shaped_or_absent("aws:MultiFactorAuthPresent", Pattern::text("false"));
        // a role has no user name and no MFA device, and neither way of getting its credentials sets a source identity
        for key in [
            "aws:username",
            "aws:MultiFactorAuthAge",
            "aws:SourceIdentity",
            "aws:PrincipalServiceName",
            "aws:PrincipalServiceNamesList",
        ] {
            context.set_absent(key);
        }
        self.user_id(&mut context);
        self.tags(&mut context);
        self.token(&mut context);
        context
    }

    /// The role's ID and the session's name: an instance's is its ID, EKS begins its own alike, and with a token the pod
    /// gives any. Of the second hop of an association no name is documented.
    fn user_id(&self, context: &mut Context) {
        let Some(id) = self.id else { return };
        let session = match &self.by {
            SessionOf::Node { instance: Some(instance) } => {
                return context.set("aws:userid", format!("{id}:{instance}"));
            }
            SessionOf::Node { instance: None } => "i-*",
            SessionOf::PodIdentity(session) if session.role == self.role => "eks-*",
            SessionOf::PodIdentity(_) | SessionOf::WebIdentity(_) | SessionOf::Unknown => "*",
        };
        context.set_shaped("aws:userid", Pattern::new(&format!("{id}:{session}")));
    }

    /// The role's tags, and over them the session's.
    fn tags(&self, context: &mut Context) {
        if let Some(tags) = &self.tags {
            // a session that is not known may bring more
            let others = if self.by == SessionOf::Unknown { Others::Unknown } else { Others::Absent };
            context.rest_of("aws:PrincipalTag/", others);
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
        match &self.by {
            SessionOf::Unknown => return,
            SessionOf::WebIdentity(token) => {
                context.set("aws:FederatedProvider", token.provider());
                context.set(&format!("{}:sub", token.issuer), token.subject());
                context.set(&format!("{}:aud", token.issuer), token.audience);
            }
            SessionOf::PodIdentity(_) | SessionOf::Node { .. } => context.set_absent("aws:FederatedProvider"),
        }
        context.rest_of("oidc.eks", Others::Absent);
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
        let by = SessionOf::WebIdentity(token);
        let session = RoleSession { role: ROLE, id: Some("AROA1"), tags: Some(vec![]), by, region: None };
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
        let with = RoleSession {
            role: ROLE,
            id: None,
            tags,
            by: SessionOf::PodIdentity(association()),
            region: Some("eu-west-1"),
        };
        let without =
            RoleSession { by: SessionOf::PodIdentity(PodIdentity { tags: false, ..association() }), ..with.clone() };
        let unread = RoleSession { tags: None, by: SessionOf::Node { instance: None }, ..with.clone() };
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

    #[test]
    fn the_user_id_is_the_roles_and_the_sessions_as_far_as_that_is_known() {
        let other = PodIdentity { role: "arn:aws:iam::111122223333:role/first", ..association() };
        let user_id = |id, by| {
            let context = RoleSession { role: ROLE, id, tags: None, by, region: None }.context();
            match context.value(&KeyName::new("aws:userid")) {
                Value::One(value) => value.to_owned(),
                Value::Shaped(shape) => format!("~{}", shape.pattern),
                other => format!("{other:?}"),
            }
        };
        let id = Some("AROA1");
        assert_eq!(user_id(id, SessionOf::Node { instance: Some("i-0123456789abcdef0") }), "AROA1:i-0123456789abcdef0");
        assert_eq!(user_id(id, SessionOf::Node { instance: None }), "~AROA1:i-*");
        assert_eq!(user_id(id, SessionOf::PodIdentity(association())), "~AROA1:eks-*");
        assert_eq!(user_id(id, SessionOf::PodIdentity(other)), "~AROA1:*", "of the second hop");
        assert_eq!(user_id(id, SessionOf::Unknown), "~AROA1:*");
        assert_eq!(user_id(None, SessionOf::Unknown), "Unknown", "the role was not read");
    }
}
