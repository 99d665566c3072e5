//! The rule book for one container: what its chain finds, held against what is configured now.

use super::chain::{Found, asks_for_aws, chain};
use super::doubts::doubt;
use super::injection::{binding_gaps, missing_injection};
use super::irsa::web_identity;
use super::node_role::fallback;
use super::pod_identity::{association_fact, pod_identity};
use super::static_keys::static_keys;
use super::{Confidence, Elsewhere, Fallback, Finding, FindingSet, Identity, Situation, Trace, Usable};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Confirmation, Container, Gap, GapReason, Reading};

/// What the rules come to, before it is dressed as a verdict or a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judgement {
    /// What the SDK settles on.
    pub(super) identity: Option<Identity>,
    /// Where its credentials come from, where that cannot be looked into.
    pub(super) elsewhere: Option<Elsewhere>,
    /// Whether AWS hands out credentials for it.
    pub(super) usable: Usable,
    /// What is wrong.
    pub(super) findings: FindingSet,
}

/// Judges one container of a pod.
pub(super) fn judge(situation: &Situation<'_>, container: &Container, trace: &mut Trace) -> Judgement {
    let (found, doubts) = chain(situation.inventory, situation.pod, container);
    let mut judgement = match found {
        Found::Keys(keys) => static_keys(situation, container, &keys, trace),
        Found::WebIdentity(web) => web_identity(situation, container, &web, trace),
        Found::PodIdentity { has_token } => pod_identity(situation, container, has_token, trace),
        Found::Elsewhere(place) => elsewhere(situation, container, place, trace),
        Found::Nothing => nothing(situation, container, trace),
    };
    doubt(situation, container, &doubts, (&mut judgement, trace));
    if situation.association.found().is_some() && situation.annotation().is_some() {
        judgement.findings.insert(Finding::TwoBindings);
    }
    if situation.pod.spec.legacy_role.is_some() {
        judgement.findings.insert(Finding::LegacyAnnotation);
    }
    if is_unconfirmed(situation.inventory) || is_unconfirmed_by_instance(situation) {
        trace.no_better_than(Confidence::Likely);
        trace.own_gap(unconfirmed);
    }
    if !situation.pod.counts() {
        judgement.findings = FindingSet::default();
    }
    judgement
}

/// The gap of every verdict, where nothing has shown that the account is this cluster's.
pub fn unconfirmed_gap(inventory: &Inventory) -> Option<Gap> {
    is_unconfirmed(inventory).then(unconfirmed)
}

fn is_unconfirmed(inventory: &Inventory) -> bool {
    let aws = inventory.aws();
    match aws.cluster() {
        Some(Reading::Read { value, .. }) => value.confirmation == Confirmation::Open,
        Some(Reading::Missing { .. }) => true, // another account or region than the cluster's
        // without its description, what AWS said may be of another cluster of that name
        Some(Reading::Unread(_)) => aws.associations().and_then(Reading::value).is_some(),
        None => false,
    }
}

/// The same, where only what AWS said of the pod's instance is held against it.
fn is_unconfirmed_by_instance(situation: &Situation<'_>) -> bool {
    let undescribed = situation.inventory.aws().cluster().and_then(Reading::gap).is_some();
    undescribed && situation.instance().and_then(Reading::value).is_some()
}

fn unconfirmed() -> Gap {
    let sentence = "that these AWS credentials are of this cluster's account could not be shown";
    Gap::new("account of the cluster", "eks:DescribeCluster", GapReason::ClusterNotConfirmed, sentence)
}

/// Credentials from an address or a variable that cannot be read: unknown, never the node role by elimination.
fn elsewhere(situation: &Situation<'_>, container: &Container, place: Elsewhere, trace: &mut Trace) -> Judgement {
    let from = || match &place {
        Elsewhere::Endpoint { uri, .. } => uri.to_string(),
        Elsewhere::Unread { variable, from: Some(from) } => {
            format!("what {variable} names, whose value lies in {from} and is never read")
        }
        Elsewhere::Unread { variable, from: None } => format!("what {variable} names, which is not a literal"),
    };
    trace.fact(|| (format!("credentials come from {}", from()), situation.env_origin(container)));
    trace.no_better_than(Confidence::Unknown);
    trace.own_gap(|| {
        let sentence = format!("credentials come from {}; whose they are cannot be seen", from());
        Gap::new("credentials of the container", "get pods", GapReason::NotFoundOut, sentence).about(place.variable())
    });
    let findings = FindingSet::default();
    Judgement { identity: None, elsewhere: Some(place), usable: Usable::Unknown, findings }
}

/// No credentials of its own: the node's role, or none.
fn nothing(situation: &Situation<'_>, container: &Container, trace: &mut Trace) -> Judgement {
    trace.fact(|| {
        ("container env names neither a role nor the Pod Identity agent".into(), situation.env_origin(container))
    });
    let (because, mut findings) = match situation.is_bound() {
        Some(true) => {
            trace.fact(|| bound_fact(situation));
            missing_injection(situation, container, trace)
        }
        Some(false) => {
            trace.fact(|| ("its ServiceAccount is bound to no role".into(), situation.account_origin()));
            (Fallback::NoBinding, FindingSet::default())
        }
        None => (Fallback::BindingUnknown, FindingSet::default()),
    };
    let identity = fallback(situation, container, because, trace);
    match &identity {
        Some(Identity::NodeRole { .. }) => findings.insert(Finding::NodeRoleFallback),
        Some(Identity::Nobody { .. }) if asks(situation, container) => findings.insert(Finding::NoIdentity),
        _ => {}
    }
    binding_gaps(situation, trace);
    let usable = if matches!(identity, Some(Identity::Nobody { .. })) { Usable::No } else { Usable::Unknown };
    Judgement { identity, elsewhere: None, usable, findings }
}

fn bound_fact(situation: &Situation<'_>) -> (String, String) {
    if let Some(association) = situation.association.found() {
        return association_fact(association);
    }
    let arn = situation.annotation().map(|role| role.arn.to_string()).unwrap_or_default();
    (format!("its ServiceAccount is annotated with {arn}"), situation.account_origin())
}

fn asks(situation: &Situation<'_>, container: &Container) -> bool {
    situation.is_bound() == Some(true) || asks_for_aws(&situation.pod.spec, container)
}
