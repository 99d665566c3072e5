//! What makes an identity usable: the role exists, and its trust policy lets the pod in.

use super::situation::refuted_gap;
use super::trust::{TrustCheck, Trusted};
use super::{Finding, FindingSet, Situation, Trace, Usable};
use crate::domain::model::{Reading, RoleArn};
use crate::domain::policy::Truth;

/// Whether a role exists, and its name is one. Whether it lets this pod in is the trust's matter.
pub(super) fn role_exists(
    situation: &Situation<'_>,
    role: &RoleArn,
    (findings, trace): (&mut FindingSet, &mut Trace),
) -> Truth {
    if let Some(problem) = role.problem() {
        trace.fact(|| (format!("{role} is no role ARN: {}", problem.sentence()), "its text".into()));
        findings.insert(Finding::MalformedRoleArn);
        return Truth::No;
    }
    match situation.role(role) {
        Some(Reading::Missing { at }) => {
            trace.fact(|| {
                (format!("role {} does not exist (read {at})", role.path_and_name()), format!("iam:GetRole {role}"))
            });
            findings.insert(Finding::RoleNotFound);
            Truth::No
        }
        Some(Reading::Read { .. }) => {
            trace.fact(|| (format!("role {} exists", role.path_and_name()), format!("iam:GetRole {role}")));
            Truth::Yes
        }
        other => {
            let refuted = refuted_gap(situation.inventory);
            let gap = refuted.as_ref().or(other.and_then(Reading::gap));
            trace.gap(gap, &format!("role {}", role.path_and_name()), "iam:GetRole");
            Truth::Depends
        }
    }
}

/// What the trust policy of a role that exists says: its finding, and, where words are kept, those of the check.
pub(super) fn trusts(
    said: Trusted,
    (findings, trace): (&mut FindingSet, &mut Trace),
    check: impl FnOnce() -> Option<TrustCheck>,
) -> Truth {
    said.finding().into_iter().for_each(|finding| findings.insert(finding));
    if trace.is_kept()
        && let Some(check) = check()
    {
        if check.review.is_some() {
            trace.fact(|| (check.sentence(), check.origin()));
        }
        check.gaps.into_iter().for_each(|gap| trace.own_gap(|| gap));
    }
    said.truth()
}

impl From<Truth> for Usable {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::Yes,
            Truth::No => Self::No,
            Truth::Depends => Self::Unknown,
        }
    }
}
