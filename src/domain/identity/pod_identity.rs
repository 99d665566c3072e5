//! EKS Pod Identity: the association's role, and the agent on the node that hands its credentials out.

use super::injection::binding_gaps;
use super::judge::Judgement;
use super::trust::{Trusted, of_association};
use super::usable::{role_exists, trusts};
use super::{Agent, Confidence, Finding, FindingSet, Identity, Mechanism, Situation, Trace, Usable};
use crate::domain::inventory::{Kind, Lookup};
use crate::domain::model::{Association, Container, Gap, GapReason, Reading, RoleArn};
use crate::domain::policy::Truth;

/// Container credentials of the Pod Identity agent: the role is the association's, at call time.
pub(super) fn pod_identity(
    situation: &Situation<'_>,
    container: &Container,
    has_token: bool,
    trace: &mut Trace,
) -> Judgement {
    let mut findings = FindingSet::default();
    trace.fact(|| ("container env names the Pod Identity agent".into(), situation.env_origin(container)));
    if !has_token {
        trace.no_better_than(Confidence::Likely);
        trace.fact(|| {
            (
                "no token stands where AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE points".into(),
                situation.env_origin(container),
            )
        });
    }
    let role = |association: Option<&Association>| {
        let via = association.filter(|a| a.target_role_arn.is_some()).and_then(|a| a.role_arn.clone());
        Some(Identity::Role {
            role: association.and_then(Association::effective_role).cloned(),
            by: Mechanism::PodIdentity { via },
        })
    };
    let mut usable = Usable::Unknown;
    let identity = match situation.association {
        Lookup::Found(association) => {
            trace.fact(|| association_fact(association));
            usable = association_usable(situation, association, (&mut findings, trace));
            role(Some(association))
        }
        Lookup::Absent => {
            trace.fact(|| {
                ("no association binds its ServiceAccount any more".into(), "eks:ListPodIdentityAssociations".into())
            });
            findings.insert(Finding::AssociationGone);
            usable = Usable::No;
            role(None)
        }
        Lookup::Unread(_) => {
            binding_gaps(situation, trace);
            role(None)
        }
    };
    match agent_answers(situation, trace) {
        Some(false) => {
            findings.insert(Finding::PodIdentityAgent);
            usable = Usable::No;
        }
        None if usable != Usable::No => usable = Usable::Unknown,
        _ if !has_token && usable == Usable::Yes => usable = Usable::Unknown,
        _ => {}
    }
    Judgement { identity, elsewhere: None, usable, findings }
}

pub(super) fn association_fact(association: &Association) -> (String, String) {
    let Some(role) = association.role_arn.as_ref().map(RoleArn::as_str) else {
        let fact = format!("association {} binds its ServiceAccount to a role that was not read", association.id);
        return (fact, "eks:ListPodIdentityAssociations".into());
    };
    let target =
        association.target_role_arn.as_ref().map(|target| format!(", which goes on to {target}")).unwrap_or_default();
    (format!("association {} names {role}{target}", association.id), "eks:DescribePodIdentityAssociation".into())
}

fn association_usable(
    situation: &Situation<'_>,
    association: &Association,
    (findings, trace): (&mut FindingSet, &mut Trace),
) -> Usable {
    let Some(own) = &association.role_arn else {
        trace.no_better_than(Confidence::Likely);
        trace.perhaps(|| association.gap());
        return Usable::Unknown;
    };
    let hops = situation.by_association(association);
    let mut checks = if trace.is_kept() {
        of_association(situation.inventory, association, Some(situation.pod))
    } else {
        Vec::new()
    }
    .into_iter();
    let mut hop = |role: &RoleArn, said: Trusted| {
        let check = checks.next();
        let exists = role_exists(situation, role, (findings, trace));
        if exists.is_yes() { trusts(said, (findings, trace), || check) } else { exists }
    };
    let own = hop(own, hops.own);
    let target = association.target_role_arn.as_ref().zip(hops.target).map(|(target, said)| hop(target, said));
    own.and(target.unwrap_or(Truth::Yes)).into()
}

/// Whether a Pod Identity agent answers on the pod's node; `None` where that was not read.
fn agent_answers(situation: &Situation<'_>, trace: &mut Trace) -> Option<bool> {
    let (node, agent) = (situation.pod.node.as_deref()?, Agent::of(situation)?);
    let daemon_set = "daemonset/kube-system/eks-pod-identity-agent";
    match agent {
        Agent::BuiltIn => trace.fact(|| ("the agent is built into Auto Mode nodes".into(), format!("node/{node}"))),
        Agent::Fargate => trace.fact(|| ("the agent does not run on Fargate".into(), format!("node/{node}"))),
        Agent::Windows => trace.fact(|| ("the agent does not run on Windows".into(), format!("node/{node}"))),
        Agent::Ready => trace.fact(|| (format!("a ready agent pod runs on {node}"), daemon_set.into())),
        Agent::NotReady => trace.fact(|| (format!("no ready agent pod runs on {node}"), daemon_set.into())),
        // it may be one of Auto Mode, where no agent pod is normal
        Agent::NodeUnread => trace.gap(situation.node.and_then(Lookup::gap), "nodes", "list nodes"),
        Agent::Unread => {
            let listing = situation.inventory.listings().of(Kind::Pod);
            match situation.inventory.agents().and_then(Reading::gap) {
                None if listing.is_read() && !listing.scope.covers("kube-system") => {
                    trace.own_gap(|| outside_of_the_list(node));
                }
                known => {
                    let known = known.or(listing.doubt());
                    trace.gap(known, "the Pod Identity agent's pods", "list pods in kube-system");
                }
            }
        }
    }
    agent.answers()
}

/// The agent's pods lie in kube-system, and the pods of another namespace alone were listed.
fn outside_of_the_list(node: &str) -> Gap {
    let sentence =
        format!("whether an agent runs on {node} is not known: its pods lie in kube-system, which was not listed");
    Gap::new("the Pod Identity agent's pods", "list pods in kube-system", GapReason::NotFoundOut, sentence)
}
