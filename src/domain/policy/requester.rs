//! Who makes a request, as far as policies tell callers apart.
//!
//! Kinds and spellings: IAM user guide, "AWS JSON policy elements: Principal".

use crate::domain::model::Name;
use std::fmt;
use std::ops::Range;

/// Who makes a request: what `principal` of a request names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requester {
    kind: RequesterKind,
    text: Name,
    /// Where the account stands in the text. Found once, as what follows: every decision asks for it.
    account: Option<Range<usize>>,
    is_service_linked: bool,
}

/// What kind of caller it is. Each decides which policies reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequesterKind {
    /// Nobody: the request is not signed.
    Anonymous,
    /// An AWS service, `pods.eks.amazonaws.com`.
    Service,
    /// A role, whichever of its sessions it is.
    Role,
    /// A session of a role: `arn:aws:sts::…:assumed-role/NAME/SESSION`.
    Session,
    /// An IAM user.
    User,
    /// A session of an IAM user: `arn:aws:sts::…:federated-user/NAME`.
    FederatedUser,
    /// An account's root user.
    Root,
    /// An OIDC or SAML provider, for somebody who signed in there and has no AWS credentials yet.
    Provider,
    /// Something else that has an ARN or not even that. Only `*` and its own text name it.
    Other,
}

/// The path that IAM makes service-linked roles under (IAM user guide, "Service-linked roles").
pub const SERVICE_LINKED: &str = "aws-service-role/";

impl Requester {
    /// The requester that the text names.
    pub fn read(text: &str) -> Self {
        let (kind, account) = (kind_of(text), place_of_account(text));
        let mut read = Self { kind, text: Name::from(text), account, is_service_linked: false };
        read.is_service_linked = match read.kind {
            RequesterKind::Role => text.split_once(":role/").is_some_and(|(_, path)| path.starts_with(SERVICE_LINKED)),
            RequesterKind::Session => read.name().is_some_and(|name| name.starts_with("AWSServiceRoleFor")),
            _ => false,
        };
        read
    }

    /// What kind of caller it is.
    pub fn kind(&self) -> RequesterKind {
        self.kind
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The account it belongs to; services and anonymous requests belong to none.
    pub fn account(&self) -> Option<&str> {
        match self.kind {
            RequesterKind::Anonymous | RequesterKind::Service => None,
            _ => self.account.clone().and_then(|place| self.text.get(place)),
        }
    }

    /// The partition, `aws`.
    pub fn partition(&self) -> Option<&str> {
        match self.kind {
            RequesterKind::Anonymous | RequesterKind::Service => None,
            _ => self.text.split(':').nth(1),
        }
    }

    /// Name of the role, user or federated user, without path and session.
    pub fn name(&self) -> Option<&str> {
        let (_, within) = self.text.splitn(6, ':').nth(5)?.split_once('/')?;
        match self.kind {
            RequesterKind::Role | RequesterKind::User | RequesterKind::FederatedUser => within.rsplit('/').next(),
            RequesterKind::Session => within.split('/').next(),
            _ => None,
        }
    }

    /// Whether identity policies, a boundary or a session policy can apply to it at all. To a service, a provider, an origin
    /// access identity or an unsigned request only the resource's side can allow anything.
    pub fn has_policies(&self) -> bool {
        let is_without =
            matches!(self.kind, RequesterKind::Anonymous | RequesterKind::Service | RequesterKind::Provider);
        !is_without && !self.is_of_cloudfront()
    }

    /// Whether it may do nothing but what a session policy allows, and so without one nothing of its own.
    ///
    /// AWS STS API reference, `GetFederationToken`: "if you do not pass any session policies, then the resulting federated
    /// user session has no permissions", but for what resource policies grant to the session itself.
    pub fn needs_session_policy(&self) -> bool {
        self.kind == RequesterKind::FederatedUser
    }

    /// Whether it is an origin access identity of Amazon CloudFront: a user of an account that nobody else is of (Amazon
    /// CloudFront developer guide, "Use an origin access identity").
    pub fn is_of_cloudfront(&self) -> bool {
        self.kind == RequesterKind::User && self.account() == Some("cloudfront")
    }

    /// Whether it is a service-linked role or a session of one. SCPs and RCPs do not reach those (AWS Organizations
    /// user guide, "SCPs do not affect any service-linked role"; the like for RCPs).
    pub fn is_service_linked(&self) -> bool {
        self.is_service_linked
    }
}

impl fmt::Display for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn place_of_account(text: &str) -> Option<Range<usize>> {
    let start = text.match_indices(':').nth(3)?.0 + 1;
    let end = text.get(start..)?.find(':').map_or(text.len(), |length| start + length);
    (start < end).then_some(start..end)
}

fn kind_of(text: &str) -> RequesterKind {
    if text == "*" {
        return RequesterKind::Anonymous;
    }
    let mut parts = text.splitn(6, ':');
    let (arn, service, resource) = (parts.next(), parts.nth(1), parts.nth(2));
    let Some(resource) = resource.filter(|_| arn == Some("arn")) else {
        let is_service = text.contains('.') && !text.contains(['/', ':', ' ']);
        return if is_service { RequesterKind::Service } else { RequesterKind::Other };
    };
    match (service, resource.split_once('/').filter(|(_, name)| !name.is_empty())) {
        (Some("iam"), None) if resource == "root" => RequesterKind::Root,
        (Some("iam"), Some(("role", _))) => RequesterKind::Role,
        (Some("iam"), Some(("user", _))) => RequesterKind::User,
        (Some("iam"), Some(("oidc-provider" | "saml-provider", _))) => RequesterKind::Provider,
        (Some("sts"), Some(("assumed-role", rest))) if rest.contains('/') => RequesterKind::Session,
        (Some("sts"), Some(("federated-user", _))) => RequesterKind::FederatedUser,
        _ => RequesterKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_accounts_and_names_are_read() {
        for (text, kind, account, name) in [
            ("*", RequesterKind::Anonymous, None, None),
            ("pods.eks.amazonaws.com", RequesterKind::Service, None, None),
            ("arn:aws:iam::111122223333:root", RequesterKind::Root, Some("111122223333"), None),
            ("arn:aws:iam::111122223333:role/eks/api", RequesterKind::Role, Some("111122223333"), Some("api")),
            (
                "arn:aws:sts::111122223333:assumed-role/api/i-0a",
                RequesterKind::Session,
                Some("111122223333"),
                Some("api"),
            ),
            ("arn:aws:iam::111122223333:user/ops/ann", RequesterKind::User, Some("111122223333"), Some("ann")),
            (
                "arn:aws:sts::111122223333:federated-user/ann",
                RequesterKind::FederatedUser,
                Some("111122223333"),
                Some("ann"),
            ),
            (
                "arn:aws:iam::111122223333:oidc-provider/oidc.eks/id/A",
                RequesterKind::Provider,
                Some("111122223333"),
                None,
            ),
            ("arn:aws:iam::111122223333:saml-provider/x", RequesterKind::Provider, Some("111122223333"), None),
            ("arn:aws:iam::111122223333:group/x", RequesterKind::Other, Some("111122223333"), None),
            ("arn:aws:sts::111122223333:assumed-role/api", RequesterKind::Other, Some("111122223333"), None),
            ("arn:aws:iam::111122223333:role/", RequesterKind::Other, Some("111122223333"), None),
            ("111122223333", RequesterKind::Other, None, None),
            ("nonsense", RequesterKind::Other, None, None),
            ("", RequesterKind::Other, None, None),
        ] {
            let requester = Requester::read(text);
            assert_eq!((requester.kind(), requester.account(), requester.name()), (kind, account, name), "{text}");
        }
    }

    #[test]
    fn service_linked_roles_are_known_by_path_and_by_name() {
        let linked = |text| Requester::read(text).is_service_linked();
        assert!(linked("arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"));
        assert!(linked("arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAmazonEKS/x"));
        assert!(!linked("arn:aws:iam::111122223333:role/api"));
    }
}
