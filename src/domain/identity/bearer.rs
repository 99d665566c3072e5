//! Who makes a container's requests: its role with the policies that were read, and what its requests carry.

use super::{Identity, Mechanism, Situation, Verdict};
use crate::domain::access::{Policies, Source, policies_of};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Cluster, Container, EnvValue, Pod, Reading, RoleArn};
use crate::domain::policy::{Context, Kind, Layer, PodIdentity, RoleSession, SessionOf, WebIdentity};

/// The audience of the tokens that the webhook projects, where nothing names another.
const AUDIENCE: &str = "sts.amazonaws.com";

/// A role in the hands of a container, or by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Bearer {
    /// The role that AWS sees.
    pub role: RoleArn,
    /// Its policies, and the session's.
    pub policies: Policies,
    /// What its requests carry.
    pub context: Context,
}

/// Who makes a container's requests; `None` where it has no role, or none that is known.
pub fn bearer_of(inventory: &Inventory, pod: &Pod, container: &Container, verdict: &Verdict) -> Option<Bearer> {
    let identity = verdict.identity.as_ref()?;
    let role = identity.role()?.clone();
    let situation = Situation::of(inventory, pod);
    let cluster = inventory.aws().cluster().and_then(Reading::value);
    let by = match identity {
        Identity::Role { by: Mechanism::WebIdentity, .. } => {
            let issuer = cluster.and_then(Cluster::issuer_host_path);
            issuer.map(|issuer| SessionOf::WebIdentity(web_identity(pod, container, &role, issuer)))
        }
        Identity::Role { by: Mechanism::PodIdentity { .. }, .. } => {
            let arn = cluster.and_then(|cluster| cluster.arn.as_deref());
            let association = situation.association.found();
            arn.zip(association).map(|(arn, association)| SessionOf::PodIdentity(pod_identity(pod, association, arn)))
        }
        _ => Some(SessionOf::Node),
    };
    let mut bearer = bearer_by(inventory, &role, by);
    if let (Identity::Role { by: Mechanism::PodIdentity { .. }, .. }, Some(association)) =
        (identity, situation.association.found())
        && let Some(text) = &association.policy
    {
        let source = Source { name: association.id.clone(), managed: false, text: text.clone() };
        bearer.policies.add(Layer::Session, Kind::Session, source);
    }
    Some(bearer)
}

/// A role by itself: of what a session would add nothing is known.
pub fn bearer_of_role(inventory: &Inventory, role: &RoleArn) -> Bearer {
    bearer_by(inventory, role, None)
}

/// `None`: how the role is come by is not known, nor what that adds to requests.
fn bearer_by(inventory: &Inventory, role: &RoleArn, by: Option<SessionOf<'_>>) -> Bearer {
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    let tags = read.map(|role| role.tags.iter().map(|(tag, value)| (&**tag, &**value)).collect());
    let is_known = by.is_some();
    let session = RoleSession { role: role.as_str(), tags, by: by.unwrap_or(SessionOf::Node), region: None };
    let mut context = session.context();
    if !is_known {
        context.set_unknown("aws:FederatedProvider");
        context.rest_of("oidc.eks", crate::domain::policy::Others::Unknown);
        context.rest_of("aws:PrincipalTag/", crate::domain::policy::Others::Unknown);
    }
    Bearer { role: role.clone(), policies: policies_of(inventory, role), context }
}

fn web_identity<'a>(pod: &'a Pod, container: &'a Container, role: &'a RoleArn, issuer: &'a str) -> WebIdentity<'a> {
    let file = container.env("AWS_WEB_IDENTITY_TOKEN_FILE").and_then(EnvValue::literal);
    let token = file.and_then(|file| pod.spec.token_at(container, file));
    WebIdentity {
        role: role.as_str(),
        issuer,
        audience: token.and_then(|token| token.audience.as_deref()).unwrap_or(AUDIENCE),
        namespace: &pod.namespace,
        service_account: &pod.spec.service_account,
        region: None,
    }
}

fn pod_identity<'a>(pod: &'a Pod, association: &'a Association, cluster_arn: &'a str) -> PodIdentity<'a> {
    PodIdentity {
        role: association.role_arn.as_ref().map_or("", RoleArn::as_str),
        cluster_arn,
        namespace: &pod.namespace,
        service_account: &pod.spec.service_account,
        pod: Some((&pod.name, &pod.uid)),
        tags: !association.disable_session_tags,
    }
}
