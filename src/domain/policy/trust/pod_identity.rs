//! Pod Identity: what EKS sends to STS for a pod, and what the role's trust policy says to that; on both hops where the
//! association names a target role.
//!
//! EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity", "Grant Pods access to AWS resources
//! based on tags" and "Access AWS resources using EKS Pod Identity target IAM roles".

use super::mistake;
use super::review::{TrustReview, review};
use super::web_identity::context_of;
use crate::domain::policy::context::Others;
use crate::domain::policy::decide::{decide, outcome};
use crate::domain::policy::document::Document;
use crate::domain::policy::layers::Layers;
use crate::domain::policy::request::Request;
use crate::domain::policy::truth::Truth;
use std::sync::Arc;

/// The service that assumes the role.
pub const POD_IDENTITY_SERVICE: &str = "pods.eks.amazonaws.com";
/// The action that Pod Identity takes.
pub const ASSUME_ROLE: &str = "sts:AssumeRole";
/// The action that session tags take.
pub const TAG_SESSION: &str = "sts:TagSession";

/// The session tags that say which pod it is, its name and its UID.
pub const POD_TAGS: [&str; 2] = ["kubernetes-pod-name", "kubernetes-pod-uid"];

/// A pod whose ServiceAccount is associated with a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodIdentity<'a> {
    /// The association's role.
    pub role: &'a str,
    /// The cluster's ARN.
    pub cluster_arn: &'a str,
    /// The ServiceAccount's namespace.
    pub namespace: &'a str,
    /// The ServiceAccount.
    pub service_account: &'a str,
    /// The pod's name and UID, where one pod is asked about.
    pub pod: Option<(&'a str, &'a str)>,
    /// Whether EKS sends session tags: `disableSessionTags` is not set.
    pub tags: bool,
}

/// The second hop: from the association's role to its target role.
#[derive(Debug, Clone)]
pub struct TargetRole<'a> {
    /// The target role's ARN.
    pub role: &'a str,
    /// Its trust policy.
    pub trust: &'a Arc<Document>,
    /// The association's external ID; without it, the one EKS makes of the association.
    pub external_id: Option<&'a str>,
    /// The policies of the association's own role: they must allow the hop, too, across accounts or where the trust
    /// policy names the account.
    pub source: &'a Layers,
    /// The tags of the association's own role; `None` where they could not be read.
    pub source_tags: Option<&'a [(&'a str, &'a str)]>,
}

impl TargetRole<'_> {
    fn layers(&self) -> Layers {
        Layers { resource: vec![self.trust.clone()], ..self.source.clone() }
    }
}

impl PodIdentity<'_> {
    /// The cluster's name.
    pub fn cluster_name(&self) -> &str {
        self.cluster_arn.rsplit('/').next().unwrap_or_default()
    }

    /// The session tags that EKS sends; a value that is not known is `None`. No tags where they are disabled.
    pub fn session_tags(&self) -> Vec<(&'static str, Option<&str>)> {
        if !self.tags {
            return Vec::new();
        }
        let [name, uid] = POD_TAGS;
        vec![
            ("eks-cluster-arn", Some(self.cluster_arn)),
            ("eks-cluster-name", Some(self.cluster_name())),
            ("kubernetes-namespace", Some(self.namespace)),
            ("kubernetes-service-account", Some(self.service_account)),
            (name, self.pod.map(|(name, _)| name)),
            (uid, self.pod.map(|(_, uid)| uid)),
        ]
    }

    /// The external ID that EKS makes of the association: `region/account/cluster/namespace/service-account`.
    pub fn external_id(&self) -> String {
        let mut parts = self.cluster_arn.split(':');
        let (region, account) = (parts.nth(3).unwrap_or_default(), parts.next().unwrap_or_default());
        format!("{region}/{account}/{}/{}/{}", self.cluster_name(), self.namespace, self.service_account)
    }

    /// The actions that the trust policy must allow.
    pub fn actions(&self) -> &'static [&'static str] {
        if self.tags { &[ASSUME_ROLE, TAG_SESSION] } else { &[ASSUME_ROLE] }
    }

    /// The requests that STS has to decide, one for each action.
    pub fn requests(&self) -> Vec<Request> {
        self.actions().iter().map(|action| self.request(action)).collect()
    }

    /// What the trust policy says to them.
    pub fn review(&self, trust: &Arc<Document>) -> TrustReview {
        let (requests, layers) = (self.requests(), Layers::of_trust(trust));
        let decided: Vec<_> = requests.iter().map(|request| (request, decide(request, &layers))).collect();
        let mut review = review(trust, &decided);
        review.mistakes = mistake::of_pod_identity(trust, self, &requests);
        review
    }

    /// What the second hop's trust policy, and the policies of the first role, say to it.
    pub fn review_target(&self, target: &TargetRole<'_>) -> TrustReview {
        let requests: Vec<_> = self.actions().iter().map(|action| self.hop(target, action)).collect();
        let layers = target.layers();
        let decided: Vec<_> = requests.iter().map(|request| (request, decide(request, &layers))).collect();
        review(target.trust, &decided)
    }

    /// The same in a word.
    pub fn goes_on(&self, target: &TargetRole<'_>) -> Truth {
        let layers = target.layers();
        Truth::all(self.actions().iter().map(|action| Truth::from(outcome(&self.hop(target, action), &layers))))
    }

    fn request(&self, action: &str) -> Request {
        let mut request = Request::new(POD_IDENTITY_SERVICE, action, self.role);
        let mut arn = self.cluster_arn.split(':').skip(3);
        let (region, account) = (arn.next(), arn.next());
        let context = &mut request.context;
        *context = context_of(self.role, region);
        context.set("aws:PrincipalIsAWSService", "true");
        context.set("aws:PrincipalServiceName", POD_IDENTITY_SERVICE);
        context.set("aws:SourceArn", self.cluster_arn);
        if let Some(account) = account {
            context.set("aws:SourceAccount", account);
        }
        context.set_absent("sts:ExternalId");
        context.rest_of("aws:RequestTag/", Others::Absent);
        let tags = self.session_tags();
        for (tag, value) in &tags {
            let key = format!("aws:RequestTag/{tag}");
            match value {
                Some(value) => context.set(&key, *value),
                None => context.set_unknown(&key),
            }
        }
        for key in ["aws:TagKeys", "sts:TransitiveTagKeys"] {
            context.set_many(key, tags.iter().map(|(tag, _)| *tag));
        }
        request
    }

    /// The tags of the first session are the second's `aws:PrincipalTag/…`; what EKS sends as request tags on the way to
    /// a target role is documented nowhere, so those are not known.
    fn hop(&self, target: &TargetRole<'_>, action: &str) -> Request {
        let mut request = Request::new(self.role, action, target.role);
        let context = &mut request.context;
        *context = context_of(target.role, self.cluster_arn.split(':').nth(3));
        context.set("aws:PrincipalIsAWSService", "false");
        context.set("aws:PrincipalArn", self.role);
        context.set("aws:PrincipalType", "AssumedRole");
        if let Some(account) = self.role.split(':').nth(4) {
            context.set("aws:PrincipalAccount", account);
        }
        let external_id = target.external_id.map_or_else(|| self.external_id(), str::to_owned);
        context.set("sts:ExternalId", external_id);
        if target.source_tags.is_none() {
            context.rest_of("aws:PrincipalTag/", Others::Unknown);
        }
        for (tag, value) in target.source_tags.into_iter().flatten() {
            context.set(&format!("aws:PrincipalTag/{tag}"), *value);
        }
        for (tag, value) in self.session_tags() {
            let key = format!("aws:PrincipalTag/{tag}");
            match value {
                Some(value) => context.set(&key, value),
                None => context.set_unknown(&key),
            }
        }
        if !self.tags {
            context.rest_of("aws:RequestTag/", Others::Absent);
            context.set_absent("aws:TagKeys");
            context.set_absent("sts:TransitiveTagKeys");
        }
        request
    }
}
