//! Who it is that keeps somebody out: the role's trust policy, the policies of the role that is gone on from, or both.

use super::{StepKind, TrustCheck};
use crate::domain::model::Name;
use crate::domain::policy::{Answer, Decision, Layer, Outcome, Reason, Truth};

/// Who keeps it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptOutBy {
    /// The trust policy of the role.
    Trust,
    /// The policies of the role that an association goes on from.
    Source,
    /// One and the other: what helps against one of them does not help.
    Both,
}

impl TrustCheck {
    /// Who keeps it out, where the policies that were read do.
    pub fn kept_out_by(&self) -> Option<KeptOutBy> {
        let review = self.review.as_ref().filter(|review| review.answer.is_no())?;
        let is_by_trust = review.decisions.iter().any(|(_, own)| own.outcome.is_denied() && is_refused(own));
        Some(match (self.hindrances.is_empty(), is_by_trust) {
            (true, _) => KeptOutBy::Trust,
            (false, true) => KeptOutBy::Both,
            (false, false) => KeptOutBy::Source,
        })
    }

    /// Whether the trust policy itself says no, and not the policies of the source role alone.
    pub fn is_refused_by_trust(&self) -> bool {
        matches!(self.kept_out_by(), Some(KeptOutBy::Trust | KeptOutBy::Both))
    }

    /// Whether the role itself lets it in, whatever the role that is gone on from may do.
    pub fn lets_in(&self) -> Truth {
        let own = self.steps.iter().filter(|step| step.kind != StepKind::SourceRole).map(|step| step.holds);
        let trust = match self.review.as_ref().map(|review| review.answer) {
            None => Truth::Depends,
            Some(_) if self.kept_out_by() == Some(KeptOutBy::Source) || self.is_open_by_source() => Truth::Yes,
            Some(answer) => answer,
        };
        Truth::all(own.chain([trust]))
    }

    /// Whether the role that is gone on from may, where there is one.
    pub fn may_go_on(&self) -> Option<Truth> {
        self.steps.iter().find(|step| step.kind == StepKind::SourceRole).map(|step| step.holds)
    }

    /// Whether nothing but the policies of the source role leaves the answer open.
    pub(super) fn is_open_by_source(&self) -> bool {
        let is_open = |outcome| outcome == Outcome::Depends;
        self.review.as_ref().is_some_and(|review| review.answer == Truth::Depends)
            && self.may_go_on() == Some(Truth::Depends)
            && self.reasons(is_open).all(|reason| reason.layer != Layer::Resource)
    }

    /// The statements of the trust policy that deny it, counted from 0.
    pub fn denied_by(&self) -> Vec<usize> {
        let denying = self.reasons(|outcome| outcome == Outcome::ExplicitDeny);
        let of_trust = denying.filter(|reason| reason.layer == Layer::Resource);
        let mut places: Vec<usize> = of_trust.filter_map(|reason| Some(reason.statement.as_ref()?.statement)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Keys whose values are not known and make the difference.
    pub fn unknown(&self) -> Vec<&Name> {
        let mut keys: Vec<&Name> = Vec::new();
        let decisions = self.review.iter().flat_map(|review| &review.decisions);
        for key in decisions.flat_map(|(_, decision)| &decision.unknown) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// What the decisions with such an outcome rest on.
    fn reasons(&self, is_meant: impl Fn(Outcome) -> bool) -> impl Iterator<Item = &Reason> {
        let decisions = self.review.iter().flat_map(|review| &review.decisions).map(|(_, own)| own);
        decisions.filter(move |own| is_meant(own.outcome)).flat_map(|own| &own.by)
    }
}

/// Whether the trust policy denies it, or does not allow it: where the source role's own policies deny it, nothing is said
/// to lack.
fn is_refused(decision: &Decision) -> bool {
    let is_silent = |answer| matches!(answer, Answer::Silent | Answer::NotAllowed);
    decision.by.iter().any(|reason| reason.layer == Layer::Resource)
        || decision.layers.iter().any(|said| said.layer == Layer::Resource && is_silent(said.answer))
}
