//! The role that an association goes on from: beside the target role's trust policy its own policies have a say (EKS user
//! guide, "Access AWS resources using EKS Pod Identity target IAM roles").

use super::{Step, StepKind, TrustCheck};
use crate::domain::access::{Policies, policies_of};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Name, Reading, RoleArn};
use crate::domain::policy::{
    Answer, Decision, Document, Layer, Outcome, Reason, TargetRole, TrustReview, Truth, json_text,
};
use std::sync::Arc;

/// What is known of it.
#[derive(Debug)]
pub(super) struct Source<'i> {
    role: &'i RoleArn,
    pub(super) policies: Policies,
    tags: Option<Vec<(&'i str, &'i str)>>,
}

/// What of its policies keeps it from its target role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hindrance {
    /// Its identity policies, or its boundary.
    pub layer: Layer,
    /// The statement that denies it, counted from 0, and the policy where it stands; `None`: nothing allows it.
    pub denied_by: Option<(Name, usize)>,
    /// The actions that it is kept from.
    pub actions: Vec<Name>,
}

impl<'i> Source<'i> {
    pub(super) fn of(inventory: &'i Inventory, role: &'i RoleArn) -> Self {
        let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
        let tags = read.map(|role| role.tag_texts());
        Self { role, policies: policies_of(inventory, role), tags }
    }

    /// The second hop, from it.
    pub(super) fn hop<'t>(
        &'t self,
        association: &'t Association,
        (role, trust): (&'t RoleArn, &'t Arc<Document>),
    ) -> TargetRole<'t> {
        TargetRole {
            role: role.as_str(),
            trust,
            external_id: association.external_id.as_deref(),
            source: &self.policies.layers,
            source_tags: self.tags.as_deref(),
        }
    }

    /// Whether its own policies let it go on, and what keeps it.
    pub(super) fn step(&self, target: &RoleArn, review: &TrustReview) -> (Step, Vec<Hindrance>) {
        let name = self.role.path_and_name();
        let hindrances = self.hindrances(review, self.role.account() != target.account());
        let said: Vec<String> = hindrances.iter().map(|own| own.sentence(name)).collect();
        let (holds, sentence) = if !said.is_empty() {
            (Truth::No, said.join("; "))
        } else if review.decisions.iter().any(|(_, own)| leaves_open(own)) {
            (Truth::Depends, format!("whether the policies of role {name} let it go on is not known"))
        } else {
            (Truth::Yes, format!("no policy of role {name} stands in the way"))
        };
        (Step { kind: StepKind::SourceRole, holds, sentence }, hindrances)
    }

    /// All that keeps it, each once with the actions. Where the trust policy keeps it out as well, the silence of its
    /// identity policies is none within an account: a trust policy that names the role itself is enough there.
    fn hindrances(&self, review: &TrustReview, is_across: bool) -> Vec<Hindrance> {
        let denied = || review.decisions.iter().filter(|(_, own)| own.outcome.is_denied());
        let is_refused = denied().any(|(_, own)| own.blockers().any(|reason| reason.layer == Layer::Resource));
        let counts = |reason: &&Reason| match (reason.layer, &reason.statement) {
            (Layer::Resource, _) => false,
            (Layer::Identity, None) => is_across || !is_refused,
            _ => true,
        };
        let mut found: Vec<Hindrance> = Vec::new();
        for (action, decision) in denied() {
            for reason in decision.by.iter().filter(counts).chain(&silent(decision, is_across)) {
                let layer = reason.layer;
                let denied_by = reason.statement.as_ref().map(|at| {
                    let policy = self.policies.source(layer, at.policy);
                    (policy.map(|policy| policy.name.clone()).unwrap_or_default(), at.statement)
                });
                match found.iter_mut().find(|own| own.layer == layer && own.denied_by == denied_by) {
                    Some(own) if own.actions.contains(action) => {}
                    Some(own) => own.actions.push(action.clone()),
                    None => found.push(Hindrance { layer, denied_by, actions: vec![action.clone()] }),
                }
            }
        }
        found
    }
}

/// Its layers that would have to allow and do not, where a Deny goes before that.
fn silent(decision: &Decision, is_across: bool) -> Vec<Reason> {
    let is_needed = |layer| layer == Layer::Boundary || (is_across && layer == Layer::Identity);
    let is_silent = |answer| matches!(answer, Answer::Silent | Answer::NotAllowed);
    let own = decision.layers.iter().filter(|said| is_needed(said.layer) && is_silent(said.answer));
    let own = own.filter(|_| decision.outcome == Outcome::ExplicitDeny);
    own.map(|said| Reason { layer: said.layer, level: None, statement: None }).collect()
}

/// Whether the source role's own policies leave it open: what is allowed is not, and where the trust policy keeps it out
/// anyway they were never weighed.
fn leaves_open(decision: &Decision) -> bool {
    let is_own = |layer| matches!(layer, Layer::Identity | Layer::Boundary);
    let is_open = |answer| matches!(answer, Answer::NotRead | Answer::NotAllowed | Answer::Depends);
    match decision.outcome {
        Outcome::Allowed => false,
        Outcome::Depends => decision.by.iter().any(|reason| reason.layer != Layer::Resource),
        Outcome::ExplicitDeny | Outcome::ImplicitDeny => {
            decision.layers.iter().any(|said| is_own(said.layer) && is_open(said.answer))
        }
    }
}

impl Hindrance {
    fn sentence(&self, role: &str) -> String {
        let (noun, actions) = (self.layer.noun(), self.actions.join(" and "));
        match (&self.denied_by, self.layer) {
            (Some((policy, at)), _) => {
                format!("statement {} of the {noun} {policy} of role {role} denies {actions}", at + 1)
            }
            (None, Layer::Identity) => format!("no {noun} of role {role} allows {actions} on it"),
            (None, _) => format!("the {noun} of role {role} does not allow {actions} on it"),
        }
    }
}

impl TrustCheck {
    /// The policy that would let the source role go on to this one, as JSON; `None` where an Allow is not what lacks. It
    /// holds every action that is asked, be one allowed already: a policy is put whole, over one of the same name.
    pub fn source_policy(&self) -> Option<String> {
        self.hindrances.iter().find(|own| own.denied_by.is_none())?;
        let asked = self.review.iter().flat_map(|review| &review.decisions);
        let actions: Vec<String> = asked.map(|(action, _)| json_text(action)).collect();
        Some(format!(
            "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{{\n    \"Effect\": \"Allow\",\n    \"Action\": [{}],\n    \
             \"Resource\": {}\n  }}]\n}}",
            actions.join(", "),
            json_text(self.role.as_str())
        ))
    }
}
