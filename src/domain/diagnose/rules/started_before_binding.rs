//! D3 `startedBeforeBinding`: the webhook acts at a pod's creation only: a pod that is older than the annotation keeps what it had.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::StartedBeforeBinding,
    severity: Severity::High,
    explanation: "the webhook acts at a pod's creation only: a pod that is older than the annotation keeps what it had",
    say,
};

/// Says how much older the pod is, and who set the annotation when.
fn say(case: &Case<'_>) -> (String, Fix) {
    let set = case.situation.annotation().and_then(|annotation| annotation.set.as_ref());
    let account = case.situation.account.found().and_then(|account| account.created);
    let before = case.started_before(set.map(|set| set.at)).or_else(|| case.started_before(account));
    let how_long = before.map_or_else(|| "before".into(), |span| format!("{span} before"));
    let who = set.map(|set| format!(" ({}, by {})", set.at.strftime("%F %R"), set.manager)).unwrap_or_default();
    let sentence = format!(
        "not {}: this pod started {how_long} the role was set on ServiceAccount {}{who}",
        case.bound_role_name(),
        case.account()
    );
    (sentence, case.restart())
}
