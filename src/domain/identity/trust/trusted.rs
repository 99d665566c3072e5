//! The answer of a trust policy in a word, without reasons.

use super::asked::{Token, cluster_arn, pod_identity};
use super::check;
use super::opening::is_unmeant;
use super::source::Source;
use crate::domain::identity::Finding;
use crate::domain::inventory::{Inventory, Trust};
use crate::domain::model::{Association, Pod, RoleArn};
use crate::domain::policy::{
    Document, Layers, Outcome, POD_IDENTITY_SERVICE, Request, Selection, TokenRequests, Truth, WebIdentity, outcome,
};
use std::sync::Arc;

/// What a role's trust policy says to who asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain::identity) enum Trusted {
    /// It lets it in.
    Yes,
    /// It keeps it out; the finding says why.
    No(Finding),
    /// That hangs on what is not known of the request, or was not read of the policies.
    Depends,
    /// The trust policy was not read, or what it is held against was not.
    Unread,
}

/// What is said to both hops of an association.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain::identity) struct Hops {
    /// By the association's own role.
    pub(in crate::domain::identity) own: Trusted,
    /// By its target role, where it has one.
    pub(in crate::domain::identity) target: Option<Trusted>,
}

impl Trusted {
    /// The finding that says why it does not.
    pub(in crate::domain::identity) fn finding(self) -> Option<Finding> {
        if let Self::No(finding) = self { Some(finding) } else { None }
    }

    /// Whether it does, as far as is known.
    pub(in crate::domain::identity) fn truth(self) -> Truth {
        match self {
            Self::Yes => Truth::Yes,
            Self::No(_) => Truth::No,
            Self::Depends | Self::Unread => Truth::Depends,
        }
    }
}

/// Whether a role can be had for a token.
pub(in crate::domain::identity) fn by_token(inventory: &Inventory, token: Token<'_>) -> Trusted {
    one_by_token(inventory, token, &mut TokenRequests::default())
}

/// The same for one of many tokens.
pub(super) fn one_by_token(inventory: &Inventory, token: Token<'_>, requests: &mut TokenRequests) -> Trusted {
    let (Some(policy), Some(who)) = (policy_of(inventory, token.role), token.web_identity(inventory)) else {
        return Trusted::Unread;
    };
    let layers = Layers::of_trust(policy);
    let answer = match token.audience {
        Some(_) => outcome(requests.request(&who), &layers),
        None => outcome(&request_of(&who, token), &layers),
    };
    match answer {
        Outcome::Allowed => Trusted::Yes,
        Outcome::Depends => Trusted::Depends,
        Outcome::ExplicitDeny | Outcome::ImplicitDeny => Trusted::No(check::why(policy, &who.review(policy))),
    }
}

/// Whether both roles of an association can be had.
pub(in crate::domain::identity) fn by_association(
    inventory: &Inventory,
    association: &Association,
    pod: Option<&Pod>,
) -> Hops {
    let source = association.role_arn.as_ref().filter(|_| association.target_role_arn.is_some());
    hops(inventory, association, pod, source.map(|role| Source::of(inventory, role)).as_ref())
}

/// The same, where the role that it goes on from was looked at already.
pub(super) fn hops(
    inventory: &Inventory,
    association: &Association,
    pod: Option<&Pod>,
    source: Option<&Source<'_>>,
) -> Hops {
    let unread =
        || Hops { own: Trusted::Unread, target: association.target_role_arn.as_ref().map(|_| Trusted::Unread) };
    let Some(role) = &association.role_arn else { return unread() };
    let Some(cluster_arn) = cluster_arn(inventory, role) else { return unread() };
    let Some(who) = pod_identity(association, &cluster_arn, pod) else { return unread() };
    let own = policy_of(inventory, role).map_or(Trusted::Unread, |policy| {
        let layers = Layers::of_trust(policy);
        word(Truth::all(who.requests().iter().map(|request| Truth::from(outcome(request, &layers)))))
    });
    let target = association.target_role_arn.as_ref().map(|target| {
        let known = source.zip(policy_of(inventory, target));
        known.map_or(Trusted::Unread, |(source, trust)| word(who.goes_on(&source.hop(association, (target, trust)))))
    });
    Hops { own, target }
}

/// Whether the trust policy of a role of the association asks which pod it is.
pub(in crate::domain::identity) fn asks_for_pod(inventory: &Inventory, association: &Association) -> bool {
    let roles = [&association.role_arn, &association.target_role_arn].into_iter().flatten();
    let statements = roles.filter_map(|role| policy_of(inventory, role)).flat_map(|policy| &policy.statements);
    let mut conditions = statements.flat_map(|statement| &statement.conditions);
    conditions.any(|own| own.key.folded().contains("/kubernetes-pod-"))
}

/// A role's trust policy, compiled, where it was read and the account is this cluster's.
pub(super) fn policy_of<'a>(inventory: &'a Inventory, role: &RoleArn) -> Option<&'a Arc<Document>> {
    trust_of(inventory, role)?.policy.as_ref().ok()
}

/// The same, also where nothing of it can be read.
pub(super) fn trust_of<'a>(inventory: &'a Inventory, role: &RoleArn) -> Option<&'a Trust> {
    if inventory.aws().is_refuted() { None } else { inventory.aws().trust(role.as_str()) }
}

/// Whether a trust policy speaks of such a principal.
pub(super) fn names(policy: &Document, is_one: impl Fn(&str) -> bool) -> bool {
    let principals = policy.statements.iter().flat_map(|own| &own.principals).flat_map(Selection::items);
    principals.into_iter().any(|principal| is_one(principal.as_str()))
}

/// An OIDC provider, of whichever issuer.
pub(super) fn is_provider(principal: &str) -> bool {
    principal.contains(":oidc-provider/")
}

/// The service that assumes roles for associations.
pub(super) fn is_pod_identity(principal: &str) -> bool {
    principal == POD_IDENTITY_SERVICE
}

/// Whether a role's trust policy lets in more than anybody can have meant. What AWS's own examples leave open (any
/// association of the account, any audience of the provider) is not that.
pub(in crate::domain::identity) fn is_too_wide(inventory: &Inventory, role: &RoleArn) -> bool {
    trust_of(inventory, role).is_some_and(|trust| trust.too_wide.iter().any(is_unmeant))
}

/// The request of a token; its audience is not known where no token is seen.
pub(super) fn request_of(who: &WebIdentity<'_>, token: Token<'_>) -> Request {
    let mut request = who.request();
    if token.audience.is_none() {
        request.context.set_unknown(&format!("{}:aud", who.issuer));
    }
    request
}

fn word(answer: Truth) -> Trusted {
    match answer {
        Truth::Yes => Trusted::Yes,
        Truth::Depends => Trusted::Depends,
        Truth::No => Trusted::No(Finding::PodIdentityTrust),
    }
}
