//! D25 `trustTooWide`: the role's trust policy lets in any ServiceAccount, or more than anybody can have meant.

use super::Rule;
use crate::domain::diagnose::remedy::narrow_fix;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::TrustTooWide,
    severity: Severity::High,
    explanation: "the role's trust policy lets in any ServiceAccount, or more than anybody can have meant",
    say,
};

/// Names the statement and what it leaves open.
fn say(case: &Case<'_>) -> (String, Fix) {
    let checks = case.checks();
    let mut openings = checks.iter().flat_map(|check| check.openings.iter().map(move |opening| (check, opening)));
    let Some((check, opening)) = openings.find(|(_, opening)| opening.is_too_wide) else {
        return ("the role lets in more than anybody can have meant".into(), Fix::default());
    };
    let sentence = format!("role {}: {}", check.role.path_and_name(), opening.sentence);
    (sentence, narrow_fix(case.situation.inventory, check))
}
