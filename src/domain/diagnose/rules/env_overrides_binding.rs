//! D4 `envOverridesBinding`: the pod template sets a role, or half of what the webhook would set, by hand: no annotation and no restart changes that.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, POD_IDENTITY_PAIR, WEB_IDENTITY_PAIR};

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::EnvOverridesBinding,
    severity: Severity::High,
    explanation: "the pod template sets a role, or half of what the webhook would set, by hand: no annotation and no restart changes that",
    say,
};

/// Names the variable and the template it stands in.
fn say(case: &Case<'_>) -> (String, Fix) {
    let owner = case.situation.pod.workload().map_or_else(|| "the pod".into(), |workload| workload.kubectl_name());
    let pairs = || WEB_IDENTITY_PAIR.into_iter().chain(POD_IDENTITY_PAIR);
    let set = case
        .container
        .env
        .iter()
        .find(|var| pairs().any(|name| name == &*var.name))
        .map_or("AWS_ROLE_ARN", |var| &*var.name);
    let bound = case.bound_role_name();
    let sentence =
        format!("container {} of {owner} sets {set} itself, so {bound} is never injected", case.container.name);
    (sentence, Fix::words(format!("take {set} out of the template of {owner}: a restart alone changes nothing")))
}
