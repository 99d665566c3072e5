//! IRSA: the role and the token that stand in a container, held against the annotation and the association of now.

use super::chain::WebIdentity;
use super::injection::{binding_gaps, is_hand_set, missing_injection};
use super::judge::Judgement;
use super::trust::{Provider, Token, of_token, provider_gap, provider_of};
use super::usable::{role_exists, trusts};
use super::{Confidence, Finding, FindingSet, Identity, Mechanism, Situation, Trace};
use crate::domain::model::{Cluster, Container, Name, Reading, RoleArn};
use crate::domain::policy::Truth;

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
    let usable = usable(situation, web, (&mut findings, trace));
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
    Judgement { identity: Some(identity), elsewhere: None, usable: usable.into(), findings }
}

/// Whether STS hands out credentials for the token: the role exists, its trust policy lets the pod in, and the provider
/// that vouches for the token is there and accepts its audience.
fn usable(situation: &Situation<'_>, web: &WebIdentity<'_>, (findings, trace): (&mut FindingSet, &mut Trace)) -> Truth {
    let exists = role_exists(situation, &web.role, (findings, trace));
    let vouched = vouched(situation, web, (findings, trace));
    if !exists.is_yes() {
        return exists.and(vouched);
    }
    let pod = situation.pod;
    let (namespace, account) = (&pod.namespace, &pod.spec.service_account);
    let token = Token { role: &web.role, namespace, account, audience: web.audience() };
    let check = || Some(of_token(situation.inventory, token));
    trusts(situation.by_token(token), (findings, trace), check).and(vouched)
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

/// Whether the cluster's OIDC provider is there and lists the token's audience, so that STS takes it; not known where no
/// token is seen, or where the providers of the role's account were not read.
fn vouched(
    situation: &Situation<'_>,
    web: &WebIdentity<'_>,
    (findings, trace): (&mut FindingSet, &mut Trace),
) -> Truth {
    let provider = provider_of(situation.inventory, &web.role);
    let accepted = match (provider, web.audience()) {
        (Provider::Missing, _) => {
            findings.insert(Finding::ProviderMissing);
            trace.fact(|| missing_fact(situation, &web.role));
            return Truth::No;
        }
        (Provider::Accepts(listed), Some(audience)) => Some(listed.iter().any(|it| &**it == audience)),
        (Provider::Accepts(listed), None) if is_for_api_server(web) => {
            let issuer =
                situation.inventory.aws().cluster().and_then(Reading::value).and_then(Cluster::issuer_host_path);
            let is_its_own = |it: &Name| {
                it.starts_with("https://kubernetes.default.svc") || issuer.is_some_and(|issuer| it.ends_with(issuer))
            };
            Some(listed.iter().any(is_its_own))
        }
        _ => None,
    };
    match accepted {
        Some(true) => Truth::Yes,
        Some(false) => {
            findings.insert(Finding::AudienceMismatch);
            Truth::No
        }
        None => {
            if is_for_api_server(web) {
                // no provider takes it unless somebody listed that audience on purpose
                findings.insert(Finding::AudienceMismatch);
                trace.no_better_than(Confidence::Likely);
                let gap = provider_gap(situation.inventory, &web.role);
                trace.gap(gap.as_ref(), "OIDC providers of the role's account", "iam:ListOpenIDConnectProviders");
            }
            Truth::Depends
        }
    }
}

fn missing_fact(situation: &Situation<'_>, role: &RoleArn) -> (String, String) {
    let cluster = situation.inventory.aws().cluster().and_then(Reading::value);
    let issuer = cluster.and_then(Cluster::issuer_host_path).unwrap_or("this cluster");
    let account = role.account().unwrap_or("the role's account");
    (format!("account {account} has no OIDC provider for {issuer}"), "iam:ListOpenIDConnectProviders".into())
}
