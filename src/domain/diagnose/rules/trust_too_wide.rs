//! D25 `trustTooWide`: the role's trust policy lets in any ServiceAccount, or more than anybody can have meant.

use super::Rule;
use crate::domain::diagnose::remedy::trust_fix;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, too_wide_sentence};

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
    let wide =
        checks.iter().flat_map(|check| check.too_wide.iter().filter_map(too_wide_sentence).map(move |it| (check, it)));
    let Some((check, sentence)) = wide.into_iter().next() else {
        return ("the role lets in more than anybody can have meant".into(), Fix::default());
    };
    let sentence = format!("role {}: {sentence}", check.role.path_and_name());
    (sentence, trust_fix(check))
}
