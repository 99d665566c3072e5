//! What may be done, on the wire: `Decision`.

use super::evaluate::ByWire;
use super::{GapWire, IdentityWire};
use crate::domain::access::{Access, Policies};
use crate::domain::model::{Gap, Name};
use crate::domain::policy::Request;
use serde::Serialize;

/// One request by one identity, decided.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionItem<'a> {
    /// The pod's or ServiceAccount's namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Name>,
    /// Who was asked about: `pod/NAME`, `serviceaccount/NAME`, `role/NAME`.
    pub subject: String,
    /// The containers that have this identity.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<Name>,
    /// Who AWS sees.
    pub identity: IdentityWire,
    /// What is asked.
    pub action: &'a str,
    /// On what.
    pub resource: &'a str,
    /// `allowed`, `explicitDeny`, `implicitDeny` or `depends`.
    pub decision: &'static str,
    /// What is so, in one line.
    pub sentence: String,
    /// The statements that decided, or the layers that did not allow.
    pub by: Vec<NamedBy<'a>>,
    /// The keys it hangs on whose values are not known.
    pub unknown: &'a [Name],
    /// What is odd about the request or the documents.
    pub remarks: Vec<String>,
    /// The resources that Allow statements for the action name, where a pattern was asked for.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub allowed_on: &'a [String],
    /// Who was asked, and what each says.
    pub layers: Vec<LayerWire>,
    /// What was not read.
    pub gaps: Vec<GapWire>,
}

/// A statement that decided, with the policy it stands in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedBy<'a> {
    #[serde(flatten)]
    by: ByWire<'a>,
    /// The managed policy's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_arn: Option<Name>,
    /// The inline policy's name, or the association's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_name: Option<Name>,
}

/// What one layer says.
#[derive(Debug, Serialize)]
pub struct LayerWire {
    /// The layer.
    pub layer: &'static str,
    /// Its level, of SCPs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    /// `allow`, `deny`, `silent`, `depends` or `notRead`.
    pub answer: &'static str,
}

/// Whom a decision is about.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The pod's or ServiceAccount's namespace.
    pub namespace: Option<Name>,
    /// `pod/NAME`, `serviceaccount/NAME`, `role/NAME`.
    pub subject: String,
    /// The containers that have this identity.
    pub containers: Vec<Name>,
    /// Who AWS sees.
    pub identity: IdentityWire,
}

impl<'a> DecisionItem<'a> {
    /// A decision and what it rests on: the policies, and what else was not read.
    pub fn of(
        asker: &Asker,
        request: &'a Request,
        access: &'a Access,
        (policies, beside): (Option<&Policies>, &'a [Gap]),
    ) -> Self {
        let decision = &access.decision;
        let own = || access.gaps.iter().chain(&access.unasked);
        let news = beside.iter().filter(|gap| !gap.is_said_by(own()));
        let named = |reason: &'a crate::domain::policy::Reason| {
            let source = reason.statement.as_ref().zip(policies);
            let source = source.and_then(|(at, policies)| policies.source_at(reason.layer, reason.level, at.policy));
            let of_kind = |managed| source.filter(|source| source.managed == managed).map(|source| source.name.clone());
            NamedBy { by: ByWire::from(reason), policy_arn: of_kind(true), policy_name: of_kind(false) }
        };
        let notes = decision.remarks.iter().map(|note| note.sentence().into_owned());
        let layers = access.layers.iter().map(|line| LayerWire {
            layer: line.layer.name(),
            level: line.level,
            answer: line.answer.name(),
        });
        Self {
            namespace: asker.namespace.clone(),
            subject: asker.subject.clone(),
            containers: asker.containers.clone(),
            identity: asker.identity.clone(),
            action: request.action.as_str(),
            resource: request.resource.as_str(),
            decision: decision.outcome.name(),
            sentence: access.sentence(),
            by: decision.by.iter().map(named).collect(),
            unknown: &decision.unknown,
            remarks: notes.chain(access.remarks.iter().cloned()).collect(),
            allowed_on: &access.allowed_on,
            layers: layers.collect(),
            gaps: own().chain(news).map(GapWire::from).collect(),
        }
    }
}
