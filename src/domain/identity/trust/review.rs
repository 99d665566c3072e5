//! What is asked of a ServiceAccount, or of a ServiceAccount and a role: every way that its binding lays out, or could.

use super::asked::{DEFAULT_AUDIENCE, Token};
use super::check::{TrustCheck, of_association, of_token};
use super::trusted::policy_of;
use crate::domain::identity::Situation;
use crate::domain::identity::chain::{Found, chain};
use crate::domain::identity::situation::account_of;
use crate::domain::inventory::{Inventory, Lookup};
use crate::domain::model::{Association, Container, Name, RoleArn};
use crate::domain::policy::{POD_IDENTITY_SERVICE, Selection};

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
            situation.association.found().map(|own| of_association(situation.inventory, own)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn bound(inventory: &Inventory, namespace: &Name, service_account: &Name) -> Vec<TrustCheck> {
    let association = association_of(inventory, namespace, service_account);
    let mut checks = association.map(|association| of_association(inventory, association)).unwrap_or_default();
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
    let statements = policy_of(inventory, role).map(|policy| policy.statements.as_slice()).unwrap_or_default();
    let principals = statements.iter().flat_map(|own| &own.principals).flat_map(Selection::items);
    let (mut by_token, mut by_association) = (false, false);
    for principal in principals {
        by_token |= principal.as_str().contains(":oidc-provider/");
        by_association |= principal.as_str() == POD_IDENTITY_SERVICE;
    }
    let neither = !by_token && !by_association;
    let mut checks = Vec::new();
    if by_token || neither {
        let audience = Some(audience(inventory, namespace, service_account));
        checks.push(of_token(inventory, Token { role, namespace, account: service_account, audience }));
    }
    if by_association || neither {
        let association = Association {
            id: Name::from(""),
            namespace: namespace.clone(),
            service_account: service_account.clone(),
            role_arn: Some(role.clone()),
            target_role_arn: None,
            external_id: None,
            disable_session_tags: false,
            policy: None,
            created: None,
            modified: None,
            owner_arn: None,
            undescribed: None,
        };
        checks.extend(of_association(inventory, &association));
    }
    checks
}

/// The association of a ServiceAccount, where the account is this cluster's.
fn association_of<'a>(inventory: &'a Inventory, namespace: &Name, service_account: &Name) -> Option<&'a Association> {
    let aws = inventory.aws();
    let lookup = if aws.is_refuted() { Lookup::Unread(None) } else { aws.association(namespace, service_account) };
    lookup.found()
}

/// The audience that the webhook has tokens of a ServiceAccount made for.
pub(in crate::domain::identity) fn audience<'a>(inventory: &'a Inventory, namespace: &str, name: &str) -> &'a str {
    let account = account_of(inventory, namespace, name).found();
    account.and_then(|account| account.audience.as_deref()).filter(|it| !it.is_empty()).unwrap_or(DEFAULT_AUDIENCE)
}
