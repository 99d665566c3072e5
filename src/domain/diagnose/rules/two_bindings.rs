//! D18 `twoBindings`: an association and an annotation both bind the ServiceAccount: the association wins for new pods.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::TwoBindings,
    severity: Severity::Medium,
    explanation: "an association and an annotation both bind the ServiceAccount: the association wins for new pods",
    say,
};

/// Names both.
fn say(case: &Case<'_>) -> (String, Fix) {
    let annotated = case.situation.annotation().map_or("", |annotation| annotation.arn.path_and_name());
    let sentence = format!(
        "ServiceAccount {} is bound twice: new pods get {} by association, not the annotated {annotated}",
        case.account(),
        case.bound_role_name()
    );
    (sentence, Fix::words("remove the one that is not meant"))
}
