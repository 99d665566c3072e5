//! IRSA: the role and the token that stand in a container, held against the annotation and the association of now.

use super::chain::WebIdentity;
use super::injection::{Age, binding_gaps, is_hand_set, since_association};
use super::judge::Judgement;
use super::usable::role_usable;
use super::{Confidence, Finding, FindingSet, Identity, Mechanism, Situation, Trace, Usable};
use crate::domain::inventory::Lookup;
use crate::domain::model::{Container, RoleArn};

/// IRSA: what stands in the environment is what the container uses, whatever the ServiceAccount says now.
pub(super) fn web_identity(
    situation: &Situation<'_>,
    container: &Container,
    web: &WebIdentity<'_>,
    trace: &mut Trace,
) -> Judgement {
    let mut findings = FindingSet::default();
    trace.fact(|| (format!("container env AWS_ROLE_ARN is {}", web.role), situation.env_origin(container)));
    let audience = web.token.and_then(|token| token.audience.as_deref());
    match web.token {
        Some(token) => trace.fact(|| {
            let audience = token.audience.as_deref().unwrap_or("the API server");
            (format!("token {} is projected for audience {audience}", web.file), situation.origin("spec.volumes"))
        }),
        None => {
            trace.no_better_than(Confidence::Likely);
            trace.fact(|| (format!("no projected token is mounted at {}", web.file), situation.origin("spec.volumes")));
        }
    }
    let mut usable = role_usable(situation, &web.role, (&mut findings, trace));
    if web.token.is_some() && audience.is_none_or(str::is_empty) {
        findings.insert(Finding::AudienceMismatch);
        usable = Usable::No;
    }
    binding_gaps(situation, trace);
    if situation.association.found().is_some() {
        findings = findings.union(association_not_taken(situation, trace));
    } else if let Lookup::Found(account) = situation.account {
        let annotated = account.role.as_ref().map(|role| &role.arn);
        if annotated == Some(&web.role) {
            trace.fact(|| (format!("its ServiceAccount is annotated with {}", web.role), situation.account_origin()));
        } else {
            findings = findings.union(not_as_annotated(situation, container, annotated, trace));
        }
    }
    let identity = Identity::Role { role: Some(web.role.clone()), by: Mechanism::WebIdentity };
    Judgement { identity: Some(identity), usable, findings }
}

/// The environment names another role than the annotation (facts.md §1.4, the stale matrix).
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

/// There is an association, but the container has web identity only.
fn association_not_taken(situation: &Situation<'_>, trace: &mut Trace) -> FindingSet {
    let age = trace.aside(|trace| since_association(situation, trace));
    let finding = if age == Age::StartedAfter { Finding::NotInjected } else { Finding::AssociationNotInjected };
    [finding].into_iter().collect()
}
