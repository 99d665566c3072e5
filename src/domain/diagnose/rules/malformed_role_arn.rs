//! D9 `malformedRoleArn`: what is annotated or set is no role ARN; the webhook injects it all the same and STS refuses it.

use super::Rule;
use crate::domain::diagnose::remedy::annotate_fix;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::model::Pod;

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
    let (text, problem) = [own, case.bound_role()]
        .into_iter()
        .flatten()
        .find_map(|arn| Some((arn.as_str(), arn.problem()?.sentence())))
        .unwrap_or(("", "it is empty"));
    let said = format!("`{text}` is no role ARN: {problem}");
    if case.bound_role().is_some_and(|bound| bound.problem().is_none()) {
        return (said, case.restart()); // it was put right since this pod was made
    }
    let Pod { namespace, spec, .. } = case.situation.pod;
    // by what is annotated now: a pod may carry what was annotated before, or a text of its own
    let (fix, restart) = (annotate_fix((namespace, &spec.service_account), case.bound_role()), case.restart());
    let summary = format!("{}, then {}", fix.summary, restart.summary);
    (said, Fix { summary, commands: [fix.commands, restart.commands].concat(), ..Fix::default() })
}
