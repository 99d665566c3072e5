//! IRSA: the role and the token that stand in a container, held against the annotation and the association of now.

use super::chain::WebIdentity;
use super::injection::{binding_gaps, is_hand_set, missing_injection};
use super::judge::Judgement;
use super::usable::role_usable;
use super::{Confidence, Finding, FindingSet, Identity, Mechanism, Situation, Trace, Usable};
use crate::domain::model::{Cluster, Container, OidcProvider, Reading, RoleArn};

/// IRSA: what stands in the environment is what the container uses, whatever the ServiceAccount says now.
pub(super) fn web_identity(
    situation: &Situation<'_>,
    container: &Container,
    web: &WebIdentity<'_>,
    trace: &mut Trace,
) -> Judgement {
    let mut findings = FindingSet::default();
    trace.fact(|| (format!("container env AWS_ROLE_ARN is {}", web.role), situation.env_origin(container)));
    token_fact(situation, web, trace);
    let mut usable = role_usable(situation, &web.role, (&mut findings, trace));
    if is_for_api_server(web) {
        match accepts_api_server(situation, &web.role) {
            Some(true) => {}
            Some(false) => {
                findings.insert(Finding::AudienceMismatch);
                usable = Usable::No;
            }
            None => {
                // no provider takes it unless somebody listed that audience on purpose
                findings.insert(Finding::AudienceMismatch);
                trace.no_better_than(Confidence::Likely);
                let gap = situation.inventory.aws().providers().and_then(Reading::gap);
                trace.gap(gap, "OIDC providers of the role's account", "iam:ListOpenIDConnectProviders");
            }
        }
    }
    binding_gaps(situation, trace);
    if situation.association.found().is_some() {
        // only the finding hangs on why it was not injected; the identity itself stands in the pod
        findings = findings.union(trace.aside(|trace| missing_injection(situation, container, trace)).1);
    } else if !situation.account.is_unread() {
        let annotated = situation.annotation().map(|role| &role.arn);
        if annotated == Some(&web.role) {
            trace.fact(|| (format!("its ServiceAccount is annotated with {}", web.role), situation.account_origin()));
        } else {
            findings = findings.union(not_as_annotated(situation, container, annotated, trace));
        }
    }
    let identity = Identity::Role { role: Some(web.role.clone()), by: Mechanism::WebIdentity };
    Judgement { identity: Some(identity), elsewhere: None, usable, findings }
}

/// The environment names another role than the annotation: it changed since, or somebody set the pair by hand.
fn not_as_annotated(
    situation: &Situation<'_>,
    container: &Container,
    annotated: Option<&RoleArn>,
    trace: &mut Trace,
) -> FindingSet {
    trace.fact(|| match annotated {
        Some(arn) => (format!("its ServiceAccount is annotated with {arn} now"), situation.account_origin()),
        None => ("its ServiceAccount is not annotated now".into(), situation.account_origin()),
    });
    // whose hand it was decides only which finding it is; the identity itself stands in the pod
    let by_hand = trace.aside(|trace| is_hand_set(situation, container, trace));
    match (by_hand, annotated) {
        (true, Some(_)) => [Finding::EnvOverridesBinding].into_iter().collect(),
        (true, None) => FindingSet::default(),
        (false, _) => [Finding::StaleRole].into_iter().collect(),
    }
}

fn token_fact(situation: &Situation<'_>, web: &WebIdentity<'_>, trace: &mut Trace) {
    match web.token {
        Some(token) => trace.fact(|| {
            let audience = token.audience.as_deref().unwrap_or("the API server");
            (format!("token {} is projected for audience {audience}", web.file), situation.origin("spec.volumes"))
        }),
        None if is_for_api_server(web) => {
            trace.fact(|| (format!("{} is the token for the API server itself", web.file), "its path".into()));
        }
        None => {
            trace.no_better_than(Confidence::Likely);
            trace.fact(|| (format!("no projected token is mounted at {}", web.file), situation.origin("spec.volumes")));
        }
    }
}

/// Whether the token carries the API server's own audience: none is named, or it is the one that every pod has.
fn is_for_api_server(web: &WebIdentity<'_>) -> bool {
    match web.token {
        Some(token) => token.audience.as_deref().is_none_or(str::is_empty),
        None => web.file.starts_with("/var/run/secrets/kubernetes.io/serviceaccount/"),
    }
}

/// Whether the cluster's OIDC provider lists the API server's audience, so that STS takes such a token after all; `None`
/// where the providers of the role's account were not read.
fn accepts_api_server(situation: &Situation<'_>, role: &RoleArn) -> Option<bool> {
    let aws = situation.inventory.aws();
    let issuer = aws.cluster().and_then(Reading::value).and_then(Cluster::issuer_host_path)?;
    let providers = aws.providers().and_then(Reading::value)?;
    if role.account().is_some_and(|account| aws.account() != Some(account)) {
        return None;
    }
    let of_cluster =
        |provider: &&OidcProvider| provider.arn.split_once(":oidc-provider/").is_some_and(|it| it.1 == issuer);
    if providers.iter().filter(of_cluster).any(|provider| provider.client_ids.is_none()) {
        return None;
    }
    let mut listed = providers.iter().filter(of_cluster).flat_map(|provider| provider.client_ids.iter().flatten());
    Some(listed.any(|audience| audience.starts_with("https://kubernetes.default.svc") || audience.ends_with(issuer)))
}
