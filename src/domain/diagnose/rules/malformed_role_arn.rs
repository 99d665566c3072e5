//! D9 `malformedRoleArn`: what is annotated or set is no role ARN; the webhook injects it all the same and STS refuses it.

use super::Rule;
use crate::domain::diagnose::remedy::annotate_fix;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::model::{ArnProblem, Pod, RoleArn};

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::MalformedRoleArn,
    severity: Severity::High,
    explanation: "what is annotated or set is no role ARN; the webhook injects it all the same and STS refuses it",
    say,
};

/// Says what is wrong with the text.
fn say(case: &Case<'_>) -> (String, Fix) {
    let own = case.verdict.identity.as_ref().and_then(|identity| identity.role());
    let nothing = RoleArn::from("");
    let malformed = [own, case.bound_role()].into_iter().flatten().find(|arn| arn.problem().is_some());
    let written = malformed.unwrap_or(&nothing);
    let problem = written.problem().map_or("", ArnProblem::sentence);
    let said = format!("`{written}` is no role ARN: {problem}");
    if case.bound_role().is_some_and(|bound| bound.problem().is_none()) {
        return (said, case.restart()); // it was put right since this pod was made
    }
    let Pod { namespace, spec, .. } = case.situation.pod;
    let (fix, restart) = (annotate_fix((namespace, &spec.service_account), written), case.restart());
    let summary = format!("{}, then {}", fix.summary, restart.summary);
    (said, Fix { summary, commands: [fix.commands, restart.commands].concat(), ..Fix::default() })
}
