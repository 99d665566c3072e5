//! Whether a role trusts a ServiceAccount, on the wire: `TrustReview`.

use super::GapWire;
use crate::domain::identity::{Finding, Step, TrustCheck, Way};
use crate::domain::model::{Gap, Name};
use crate::domain::policy::{Actual, ConditionLine, Mistake, Truth};
use serde::Serialize;

/// One way to a role, step by step.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustItem<'a> {
    /// The ServiceAccount's namespace.
    pub namespace: &'a Name,
    /// The ServiceAccount.
    pub service_account: &'a Name,
    /// The role.
    pub role_arn: &'a str,
    /// `webIdentity` or `podIdentity`.
    pub mechanism: &'static str,
    /// Of the target role of an association, the association's own role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<&'a str>,
    /// `trusted`, `notTrusted` or `unknown`.
    pub answer: &'static str,
    /// Why, in one line.
    pub sentence: String,
    /// The conditions of the statement that decided, or came nearest.
    pub conditions: Vec<ConditionWire<'a>>,
    /// The steps, in the order in which AWS takes them.
    pub checks: Vec<StepWire<'a>>,
    /// Which statement of the trust policy that is, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<usize>,
    /// What is known to go wrong in trust policies, and does in this one.
    pub mistakes: Vec<String>,
    /// Where the trust policy lets in more than anybody can have meant.
    pub too_wide: Vec<String>,
    /// What is wrong, by name.
    pub findings: Vec<&'static str>,
    /// What was not read.
    pub gaps: Vec<GapWire>,
}

/// One condition against what is sent.
#[derive(Debug, Serialize)]
pub struct ConditionWire<'a> {
    key: &'a str,
    operator: &'a str,
    expected: &'a [Name],
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<ActualWire<'a>>,
    holds: &'static str,
}

/// What is sent of a key, as a request's context has it; absent where nothing is, or where it is not known.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ActualWire<'a> {
    One(&'a str),
    Many(&'a [Name]),
}

/// One step.
#[derive(Debug, Serialize)]
pub struct StepWire<'a> {
    check: &'static str,
    holds: &'static str,
    sentence: &'a str,
}

impl<'a> TrustItem<'a> {
    /// A check, and what else was not read that it hangs on.
    pub fn of(check: &'a TrustCheck, gaps: &[Gap]) -> Self {
        let answer = match check.answer {
            Truth::Yes => "trusted",
            Truth::No => "notTrusted",
            Truth::Depends => "unknown",
        };
        let news = gaps.iter().filter(|gap| !gap.is_said_by(&check.gaps));
        let too_wide: Vec<String> =
            check.openings.iter().filter(|own| own.is_too_wide).map(|own| own.sentence.clone()).collect();
        let wide = (!too_wide.is_empty()).then_some(Finding::TrustTooWide);
        Self {
            namespace: &check.namespace,
            service_account: &check.service_account,
            role_arn: check.role.as_str(),
            mechanism: if matches!(check.way, Way::WebIdentity(_)) { "webIdentity" } else { "podIdentity" },
            via: check.source().map(crate::domain::model::RoleArn::as_str),
            answer,
            sentence: check.because(),
            conditions: check.review.iter().flat_map(|review| &review.conditions).map(ConditionWire::from).collect(),
            checks: check.steps.iter().map(StepWire::from).collect(),
            statement: check.review.as_ref().and_then(|review| review.statement),
            mistakes: check.mistakes().into_iter().map(Mistake::sentence).collect(),
            too_wide,
            findings: check.findings.iter().copied().chain(wide).map(Finding::word).collect(),
            gaps: check.gaps.iter().chain(news).map(GapWire::from).collect(),
        }
    }
}

impl<'a> From<&'a ConditionLine> for ConditionWire<'a> {
    fn from(line: &'a ConditionLine) -> Self {
        let actual = match &line.actual {
            Actual::Absent | Actual::Unknown => None,
            Actual::Values(values) => Some(match values.as_slice() {
                [one] => ActualWire::One(one),
                many => ActualWire::Many(many),
            }),
        };
        Self { key: &line.key, operator: &line.operator, expected: &line.expected, actual, holds: holds(line.holds) }
    }
}

impl<'a> From<&'a Step> for StepWire<'a> {
    fn from(step: &'a Step) -> Self {
        Self { check: step.kind.word(), holds: holds(step.holds), sentence: &step.sentence }
    }
}

/// `yes`, `no`, `unknown`.
fn holds(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Depends => "unknown",
    }
}
