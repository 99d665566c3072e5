//! Whether a role can be used at all.

use super::situation::refuted_gap;
use super::{Finding, FindingSet, Situation, Trace, Usable};
use crate::domain::model::{Reading, RoleArn};

/// Whether a role can be used at all: it exists, and its name is one. Whether it lets this pod in is the trust's matter.
pub(super) fn role_usable(
    situation: &Situation<'_>,
    role: &RoleArn,
    (findings, trace): (&mut FindingSet, &mut Trace),
) -> Usable {
    if let Some(problem) = role.problem() {
        trace.fact(|| (format!("{role} is no role ARN: {}", problem.sentence()), "its text".into()));
        findings.insert(Finding::MalformedRoleArn);
        return Usable::No;
    }
    match situation.role(role) {
        Some(Reading::Missing { at }) => {
            trace.fact(|| {
                (format!("role {} does not exist (read {at})", role.path_and_name()), format!("iam:GetRole {role}"))
            });
            findings.insert(Finding::RoleNotFound);
            Usable::No
        }
        Some(Reading::Read { .. }) => {
            trace.fact(|| (format!("role {} exists", role.path_and_name()), format!("iam:GetRole {role}")));
            Usable::Unknown
        }
        other => {
            let refuted = refuted_gap(situation.inventory);
            let gap = refuted.as_ref().or(other.and_then(Reading::gap));
            trace.gap(gap, &format!("role {}", role.path_and_name()), "iam:GetRole");
            Usable::Unknown
        }
    }
}
