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
use std::sync::Arc;

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
        *context = context_of(self.role, self.region);
        context.set("aws:PrincipalIsAWSService", "false");
        context.rest_of("aws:RequestTag/", Others::Absent);
        context.set_absent("aws:TagKeys");
        context.set_absent("sts:TransitiveTagKeys");
        context.set_absent("sts:ExternalId");
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

/// What the trust policy says to each of these ServiceAccounts (namespace and name), all with tokens of one issuer and
/// audience.
pub fn could_assume<'s>(
    trust: &Arc<Document>,
    like: &WebIdentity<'_>,
    accounts: impl IntoIterator<Item = (&'s str, &'s str)>,
) -> Vec<Outcome> {
    let (mut request, layers) = (like.request(), Layers::of_trust(trust));
    let key = format!("{}:sub", like.issuer);
    let decided = |(namespace, service_account)| {
        request.context.set(&key, subject(namespace, service_account));
        outcome(&request, &layers)
    };
    accounts.into_iter().map(decided).collect()
}

/// The subject of a ServiceAccount's token.
pub fn subject(namespace: &str, service_account: &str) -> String {
    format!("system:serviceaccount:{namespace}:{service_account}")
}

/// What is known of any request to STS for a role that EKS brings about: keys of AWS, IAM and STS of which nothing is
/// said are not known, and no others exist.
pub(super) fn context_of(role: &str, region: Option<&str>) -> Context {
    let mut context = Context::new(Others::Absent);
    for beginning in ["aws:", "iam:", "sts:"] {
        context.rest_of(beginning, Others::Unknown);
    }
    context.rest_of("aws:PrincipalTag/", Others::Absent);
    context.set("aws:SecureTransport", "true");
    context.set_absent("aws:MultiFactorAuthPresent");
    context.set_absent("aws:MultiFactorAuthAge");
    if let Some(account) = role.split(':').nth(4) {
        context.set("aws:ResourceAccount", account);
    }
    if let Some(region) = region {
        context.set("aws:RequestedRegion", region);
    }
    context
}
