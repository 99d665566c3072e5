//! The role that an association goes on from: beside the target role's trust policy its own policies have a say (EKS user
//! guide, "Access AWS resources using EKS Pod Identity target IAM roles").

use super::{Step, StepKind, TrustCheck};
use crate::domain::access::{Policies, policies_of};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Name, Reading, RoleArn};
use crate::domain::policy::{Document, Layer, Outcome, TargetRole, TrustReview, Truth, json_text};
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
    pub(super) fn step(&self, target: &RoleArn, review: &TrustReview) -> (Step, Option<Hindrance>) {
        let name = self.role.path_and_name();
        let hindrance = self.hindrance(review, self.role.account() != target.account());
        let is_open = review.decisions.iter().any(|(_, own)| {
            own.outcome == Outcome::Depends && own.by.iter().any(|reason| reason.layer != Layer::Resource)
        });
        let (holds, sentence) = match &hindrance {
            Some(hindrance) => (Truth::No, hindrance.sentence(name)),
            None if is_open => {
                (Truth::Depends, format!("whether the policies of role {name} let it go on is not known"))
            }
            None => (Truth::Yes, format!("no policy of role {name} stands in the way")),
        };
        (Step { kind: StepKind::SourceRole, holds, sentence }, hindrance)
    }

    fn hindrance(&self, review: &TrustReview, is_across: bool) -> Option<Hindrance> {
        let mut found: Option<Hindrance> = None;
        for (action, decision) in review.decisions.iter().filter(|(_, own)| own.outcome.is_denied()) {
            // within an account a trust policy that names the role itself is enough
            if !is_across && decision.blockers().any(|reason| reason.layer == Layer::Resource) {
                continue;
            }
            let Some(reason) = decision.by.iter().find(|reason| reason.layer != Layer::Resource) else { continue };
            let denied_by = reason.statement.as_ref().map(|at| {
                let policy = self.policies.source(reason.layer, at.policy);
                (policy.map(|policy| policy.name.clone()).unwrap_or_default(), at.statement)
            });
            let own = found.get_or_insert(Hindrance { layer: reason.layer, denied_by, actions: Vec::new() });
            own.actions.push(action.clone());
        }
        found
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
    /// The policy that would let the source role go on to this one, as JSON; `None` where an Allow is not what lacks.
    pub fn source_policy(&self) -> Option<String> {
        let hindrance = self.hindrance.as_ref().filter(|own| own.denied_by.is_none())?;
        let actions: Vec<String> = hindrance.actions.iter().map(|action| json_text(action)).collect();
        Some(format!(
            "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{{\n    \"Effect\": \"Allow\",\n    \"Action\": [{}],\n    \
             \"Resource\": {}\n  }}]\n}}",
            actions.join(", "),
            json_text(self.role.as_str())
        ))
    }
}
