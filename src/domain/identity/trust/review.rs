//! What is asked of a ServiceAccount, or of a ServiceAccount and a role: every way that its binding lays out, or could.

use super::asked::{DEFAULT_AUDIENCE, Token};
use super::check::{TrustCheck, Way, of_association, of_token};
use super::trusted::{is_pod_identity, is_provider, names, policy_of};
use crate::domain::identity::chain::{Found, chain};
use crate::domain::identity::situation::account_of;
use crate::domain::identity::{IdentityKind, Situation};
use crate::domain::inventory::{Inventory, Lookup};
use crate::domain::model::{Association, Container, Gap, GapReason, Name, RoleArn, ServiceAccount};

/// Whether the roles that a ServiceAccount is bound to let its pods in, or whether one role would.
///
/// Without a role: every binding, association first as that is what new pods get. With one that it is bound to: that
/// binding. With another: by every mechanism that the role's trust policy speaks of, as if it were bound so; by both
/// where it speaks of neither or was not read.
pub fn trust_review(
    inventory: &Inventory,
    namespace: &Name,
    service_account: &Name,
    role: Option<&RoleArn>,
) -> Vec<TrustCheck> {
    let bound = bound(inventory, namespace, service_account);
    let Some(role) = role else { return bound };
    let of_role: Vec<TrustCheck> = bound.into_iter().filter(|check| check.role == *role).collect();
    if of_role.is_empty() { supposed(inventory, namespace, service_account, role) } else { of_role }
}

/// The same for whoever asks whether its pods come by a role: to the target role of its association with the hop before,
/// without which none does.
pub fn trust_way(
    inventory: &Inventory,
    namespace: &Name,
    service_account: &Name,
    role: Option<&RoleArn>,
) -> Vec<TrustCheck> {
    let mut checks = trust_review(inventory, namespace, service_account, role);
    if let Some(source) = checks.iter().find_map(TrustCheck::source).filter(|_| role.is_some()) {
        let mut before = bound(inventory, namespace, service_account).into_iter();
        let before = before.find(|check| check.way == Way::PodIdentity && check.role == *source);
        checks.splice(0..0, before);
    }
    checks
}

/// Whether both roles of an association, made or planned, can be had by it.
pub fn association_trust(inventory: &Inventory, association: &Association) -> Vec<TrustCheck> {
    of_association(inventory, association, None)
}

/// Why it is not known whether an association binds a ServiceAccount, or to which role.
pub fn unseen_binding(inventory: &Inventory, namespace: &Name, service_account: &Name) -> Option<Gap> {
    let aws = inventory.aws();
    let is_open = aws.is_refuted() || aws.association(namespace, service_account).is_unread();
    aws.association_gap(namespace, service_account).or_else(|| {
        let sentence =
            format!("whether an association binds ServiceAccount {namespace}/{service_account} was not read");
        let gap = || Gap::new("association", "eks:ListPodIdentityAssociations", GapReason::NotLoadedYet, sentence);
        is_open.then(gap)
    })
}

/// The ways by which a container comes by the role it carries: its token, or both hops of its association. None for one
/// that has no role of its own.
pub fn container_trust(situation: &Situation<'_>, container: &Container) -> Vec<TrustCheck> {
    let pod = situation.pod;
    match chain(situation.inventory, pod, container).0 {
        Found::WebIdentity(web) => {
            let (namespace, account) = (&pod.namespace, &pod.spec.service_account);
            vec![of_token(situation.inventory, Token { role: &web.role, namespace, account, audience: web.audience() })]
        }
        Found::PodIdentity { .. } => {
            let of = |own| of_association(situation.inventory, own, Some(pod));
            situation.association.found().map(of).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn bound(inventory: &Inventory, namespace: &Name, service_account: &Name) -> Vec<TrustCheck> {
    let association = association_of(inventory, namespace, service_account);
    let mut checks = association.map(|association| of_association(inventory, association, None)).unwrap_or_default();
    let account = account_of(inventory, namespace, service_account).found();
    if let Some(annotation) = account.and_then(|account| account.role.as_ref()) {
        let audience = Some(audience(inventory, namespace, service_account));
        checks
            .push(of_token(inventory, Token { role: &annotation.arn, namespace, account: service_account, audience }));
    }
    checks
}

/// As if the ServiceAccount were bound to the role.
fn supposed(inventory: &Inventory, namespace: &Name, service_account: &Name, role: &RoleArn) -> Vec<TrustCheck> {
    let policy = policy_of(inventory, role);
    let by_token = policy.is_some_and(|policy| names(policy, is_provider));
    let by_association = policy.is_some_and(|policy| names(policy, is_pod_identity));
    let neither = !by_token && !by_association;
    let ways = [(by_token, IdentityKind::WebIdentity), (by_association, IdentityKind::PodIdentity)];
    let ways = ways.into_iter().filter(|(spoken_of, _)| *spoken_of || neither);
    ways.filter_map(|(_, way)| trust_if_bound(inventory, (namespace, service_account), role, way)).collect()
}

/// Whether the role would let the ServiceAccount (namespace, name) in if it were bound to it by its tokens
/// ([`IdentityKind::WebIdentity`]) or by an association ([`IdentityKind::PodIdentity`]); by nothing else is one bound.
/// Neither need be there yet.
pub fn trust_if_bound(
    inventory: &Inventory,
    (namespace, service_account): (&Name, &Name),
    role: &RoleArn,
    way: IdentityKind,
) -> Option<TrustCheck> {
    match way {
        IdentityKind::WebIdentity => {
            let audience = Some(audience(inventory, namespace, service_account));
            Some(of_token(inventory, Token { role, namespace, account: service_account, audience }))
        }
        IdentityKind::PodIdentity => {
            // one that is there goes on to the role as it is: without session tags, too
            let present = association_of(inventory, namespace, service_account).cloned();
            let association = Association {
                role_arn: Some(role.clone()),
                ..present.unwrap_or_else(|| Association::binding(namespace, service_account))
            };
            of_association(inventory, &association, None).into_iter().next()
        }
        _ => None,
    }
}

/// The association of a ServiceAccount, where the account is this cluster's.
fn association_of<'a>(inventory: &'a Inventory, namespace: &Name, service_account: &Name) -> Option<&'a Association> {
    let aws = inventory.aws();
    let lookup = if aws.is_refuted() { Lookup::Unread(None) } else { aws.association(namespace, service_account) };
    lookup.found()
}

/// The audience that the webhook has tokens of a ServiceAccount made for.
pub fn audience<'a>(inventory: &'a Inventory, namespace: &str, name: &str) -> &'a str {
    account_of(inventory, namespace, name).found().map_or(DEFAULT_AUDIENCE, audience_of)
}

/// The same of a ServiceAccount at hand.
pub(in crate::domain::identity) fn audience_of(account: &ServiceAccount) -> &str {
    account.audience.as_deref().filter(|it| !it.is_empty()).unwrap_or(DEFAULT_AUDIENCE)
}
