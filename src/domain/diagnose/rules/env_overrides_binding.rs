//! D4 `envOverridesBinding`: the pod template sets a role, or half of what the webhook would set, by hand: no annotation and no restart changes that.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

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
    let set =
        case.container.env.iter().find(|var| PAIRS.contains(&&*var.name)).map_or("AWS_ROLE_ARN", |var| &*var.name);
    let bound = case.bound_role_name();
    let sentence =
        format!("container {} of {owner} sets {set} itself, so {bound} is never injected", case.container.name);
    (sentence, Fix::words(format!("take {set} out of the template of {owner}: a restart alone changes nothing")))
}

const PAIRS: [&str; 4] = [
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];
