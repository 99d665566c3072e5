//! IRSA: what a pod sends to STS with its token, and what the role's trust policy says to that.
//!
//! Condition keys: IAM user guide, "Available keys for AWS web identity federation" (`sub`, `aud`, `amr`).

use super::mistake;
use super::review::{TrustReview, review};
use crate::domain::policy::context::{Context, Others};
use crate::domain::policy::decide::{decide, outcome};
use crate::domain::policy::decision::Outcome;
use crate::domain::policy::document::Document;
use crate::domain::policy::layers::Layers;
use crate::domain::policy::request::Request;
use crate::domain::policy::resource::Resource;
use crate::domain::policy::variable::KeyName;
use std::sync::{Arc, LazyLock};

/// The action that a web identity takes.
pub const ASSUME_WITH_WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";

/// A pod that asks for a role with its ServiceAccount's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIdentity<'a> {
    /// The role's ARN.
    pub role: &'a str,
    /// The token's issuer without its scheme: `oidc.eks.eu-west-1.amazonaws.com/id/…`.
    pub issuer: &'a str,
    /// The token's audience.
    pub audience: &'a str,
    /// The ServiceAccount's namespace.
    pub namespace: &'a str,
    /// The ServiceAccount.
    pub service_account: &'a str,
    /// The region whose STS endpoint is asked, where that is known.
    pub region: Option<&'a str>,
}

impl WebIdentity<'_> {
    /// What the token says of whom it is for.
    pub fn subject(&self) -> String {
        subject(self.namespace, self.service_account)
    }

    /// The ARN of the IAM provider that has to vouch for the token: it stands in the role's account.
    pub fn provider(&self) -> String {
        let mut parts = self.role.split(':');
        let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or_default());
        format!("arn:{partition}:iam::{account}:oidc-provider/{}", self.issuer)
    }

    /// The request that STS has to decide.
    pub fn request(&self) -> Request {
        let mut request = Request::new(&self.provider(), ASSUME_WITH_WEB_IDENTITY, self.role);
        let context = &mut request.context;
        *context = of_role(&OF_TOKENS, self.role, self.region);
        context.set(&format!("{}:sub", self.issuer), self.subject());
        context.set(&format!("{}:aud", self.issuer), self.audience);
        request
    }

    /// What the trust policy says to it.
    pub fn review(&self, trust: &Arc<Document>) -> TrustReview {
        let request = self.request();
        let decision = decide(&request, &Layers::of_trust(trust));
        let mut review = review(trust, &[(&request, decision)]);
        review.mistakes = mistake::of_web_identity(trust, self, &request);
        review
    }
}

/// The requests of many tokens, one after the other: what they have in common is made once.
#[derive(Debug, Default)]
pub struct TokenRequests(Option<LastRequest>);

#[derive(Debug)]
struct LastRequest {
    issuer: Box<str>,
    audience: Box<str>,
    region: Option<Box<str>>,
    /// The role's ARN as far as its account.
    account: Box<str>,
    /// The key of the token's subject.
    subject: KeyName,
    request: Request,
}

impl TokenRequests {
    /// The request that STS has to decide: what [`WebIdentity::request`] makes.
    pub fn request(&mut self, who: &WebIdentity<'_>) -> &Request {
        let last = match self.0.take().filter(|last| last.is_like(who)) {
            Some(last) => last.turned_to(who),
            None => LastRequest::new(who),
        };
        &self.0.insert(last).request
    }
}

impl LastRequest {
    fn new(who: &WebIdentity<'_>) -> Self {
        Self {
            issuer: who.issuer.into(),
            audience: who.audience.into(),
            region: who.region.map(Box::from),
            account: as_far_as_account(who.role).into(),
            subject: KeyName::new(&format!("{}:sub", who.issuer)),
            request: who.request(),
        }
    }

    fn is_like(&self, who: &WebIdentity<'_>) -> bool {
        *self.issuer == *who.issuer
            && *self.audience == *who.audience
            && self.region.as_deref() == who.region
            && *self.account == *as_far_as_account(who.role)
    }

    fn turned_to(mut self, who: &WebIdentity<'_>) -> Self {
        self.request.resource = Resource::new(who.role);
        self.request.context.set_named(&self.subject, who.subject());
        self
    }
}

/// The provider and what the request says of the resource's account come from this part of a role's ARN.
fn as_far_as_account(role: &str) -> &str {
    memchr::memchr_iter(b':', role.as_bytes()).nth(4).map_or(role, |end| role.split_at(end).0)
}

/// What the trust policy says to each of these ServiceAccounts (namespace and name), all with tokens of one issuer and
/// audience.
pub fn could_assume<'s>(
    trust: &Arc<Document>,
    like: &WebIdentity<'_>,
    accounts: impl IntoIterator<Item = (&'s str, &'s str)>,
) -> Vec<Outcome> {
    let (mut requests, layers) = (TokenRequests::default(), Layers::of_trust(trust));
    let decided = |(namespace, service_account)| {
        let who = WebIdentity { namespace, service_account, ..*like };
        outcome(requests.request(&who), &layers)
    };
    accounts.into_iter().map(decided).collect()
}

/// The subject of a ServiceAccount's token.
pub fn subject(namespace: &str, service_account: &str) -> String {
    format!("system:serviceaccount:{namespace}:{service_account}")
}

/// What all requests to STS have in common that EKS brings about: keys of AWS, IAM and STS of which nothing is said are not
/// known, and no others exist. Made once: tens of thousands of ServiceAccounts are held against their roles at a time.
static OF_ALL: LazyLock<Context> = LazyLock::new(|| {
    let mut context = Context::new(Others::Absent);
    for beginning in ["aws:", "iam:", "sts:"] {
        context.rest_of(beginning, Others::Unknown);
    }
    context.rest_of("aws:PrincipalTag/", Others::Absent);
    context.set("aws:SecureTransport", "true");
    context.set_absent("aws:MultiFactorAuthPresent");
    context.set_absent("aws:MultiFactorAuthAge");
    context
});

/// What all have in common that ask with a token.
static OF_TOKENS: LazyLock<Context> = LazyLock::new(|| {
    let mut context = OF_ALL.clone();
    context.set("aws:PrincipalIsAWSService", "false");
    context.rest_of("aws:RequestTag/", Others::Absent);
    for key in ["aws:TagKeys", "sts:TransitiveTagKeys", "sts:ExternalId"] {
        context.set_absent(key);
    }
    context
});

/// What is known of any request to STS for a role that EKS brings about.
pub(super) fn context_of(role: &str, region: Option<&str>) -> Context {
    of_role(&OF_ALL, role, region)
}

fn of_role(common: &Context, role: &str, region: Option<&str>) -> Context {
    let mut context = common.clone();
    if let Some(account) = role.split(':').nth(4) {
        context.set("aws:ResourceAccount", account);
    }
    if let Some(region) = region {
        context.set("aws:RequestedRegion", region);
    }
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_in_a_row_are_those_made_one_by_one() {
        let first = WebIdentity {
            role: "arn:aws:iam::111122223333:role/api",
            issuer: "oidc.eks.eu-west-1.amazonaws.com/id/A",
            audience: "sts.amazonaws.com",
            namespace: "shop",
            service_account: "api",
            region: None,
        };
        let others = [
            WebIdentity { role: "arn:aws:iam::111122223333:role/eks/web", service_account: "web", ..first },
            WebIdentity { namespace: "pay", ..first },
            WebIdentity { role: "arn:aws:iam::444455556666:role/api", ..first },
            WebIdentity { role: "arn:aws-cn:iam::111122223333:role/api", ..first },
            WebIdentity { role: "api", ..first },
            WebIdentity { role: "web", ..first },
            WebIdentity { issuer: "oidc.eks.eu-west-1.amazonaws.com/id/B", ..first },
            WebIdentity { audience: "vault", ..first },
            WebIdentity { region: Some("eu-west-1"), ..first },
        ];
        let mut requests = TokenRequests::default();
        for other in &others {
            for who in [&first, other, &first] {
                assert_eq!(*requests.request(who), who.request(), "{who:?}");
            }
        }
    }
}
