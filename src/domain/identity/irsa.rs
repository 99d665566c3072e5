//! IRSA: the role and the token that stand in a container, held against the annotation and the association of now.

use super::chain::WebIdentity;
use super::injection::{binding_gaps, is_hand_set, missing_injection};
use super::judge::Judgement;
use super::situation::refuted_gap;
use super::usable::role_usable;
use super::{Confidence, Finding, FindingSet, Identity, Mechanism, Situation, Trace, Usable};
use crate::domain::model::{Cluster, Container, Gap, GapReason, Name, OidcProvider, Reading, RoleArn};

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
    match accepts(situation, web) {
        Some(false) => {
            findings.insert(Finding::AudienceMismatch);
            usable = Usable::No;
        }
        None if is_for_api_server(web) => {
            // no provider takes it unless somebody listed that audience on purpose
            findings.insert(Finding::AudienceMismatch);
            trace.no_better_than(Confidence::Likely);
            let gap = audiences_gap(situation, &web.role);
            trace.gap(gap.as_ref(), "OIDC providers of the role's account", "iam:ListOpenIDConnectProviders");
        }
        Some(true) | None => {}
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

/// Whether the cluster's OIDC provider lists the token's audience, so that STS takes it; `None` where no token is seen,
/// where the providers of the role's account were not read, or where none of them is the cluster's.
fn accepts(situation: &Situation<'_>, web: &WebIdentity<'_>) -> Option<bool> {
    let aws = situation.inventory.aws();
    if aws.is_refuted() || is_of_another_account(situation, &web.role) {
        return None;
    }
    let issuer = aws.cluster().and_then(Reading::value).and_then(Cluster::issuer_host_path)?;
    let providers = aws.providers().and_then(Reading::value)?;
    let of_cluster =
        |provider: &&OidcProvider| provider.arn.split_once(":oidc-provider/").is_some_and(|it| it.1 == issuer);
    let listed = providers.iter().find(of_cluster)?.client_ids.as_ref()?;
    match web.token.and_then(|token| token.audience.as_deref()).filter(|audience| !audience.is_empty()) {
        Some(audience) => Some(listed.iter().any(|it| &**it == audience)),
        None if is_for_api_server(web) => {
            let is_its_own = |it: &Name| it.starts_with("https://kubernetes.default.svc") || it.ends_with(issuer);
            Some(listed.iter().any(is_its_own))
        }
        None => None,
    }
}

fn is_of_another_account(situation: &Situation<'_>, role: &RoleArn) -> bool {
    role.account().is_some_and(|account| situation.inventory.aws().account() != Some(account))
}

/// Why it is not known which audiences the role's account takes; `None` while it was not asked.
fn audiences_gap(situation: &Situation<'_>, role: &RoleArn) -> Option<Gap> {
    let aws = situation.inventory.aws();
    let of =
        |call: &str, reason, sentence: String| Gap::new("OIDC providers of the role's account", call, reason, sentence);
    if let Some(gap) = refuted_gap(situation.inventory) {
        return Some(gap);
    }
    match aws.providers()? {
        Reading::Unread(gap) => Some(gap.clone()),
        _ if is_of_another_account(situation, role) => {
            let account = role.account().unwrap_or_default();
            let sentence = format!("the OIDC providers of account {account} are not read from here");
            Some(of("iam:ListOpenIDConnectProviders", GapReason::NotSupported, sentence))
        }
        _ => {
            let sentence = "which audiences the cluster's OIDC provider takes was not read".to_owned();
            Some(of("iam:GetOpenIDConnectProvider", GapReason::NotFoundOut, sentence))
        }
    }
}
