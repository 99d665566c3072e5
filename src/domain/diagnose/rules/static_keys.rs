//! D21 `staticKeys`: long-lived keys in the environment or a file; they win over a role in almost every SDK.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, GET_SECRETS, Identity, speaks_of_keys};
use crate::domain::model::Gap;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::StaticKeys,
    severity: Severity::Critical,
    explanation: "long-lived keys in the environment or a file; they win over a role in almost every SDK",
    say,
};

/// Says where the keys come from, and what they keep from being used.
fn say(case: &Case<'_>) -> (String, Fix) {
    let sentence = if let Some(Identity::StaticKeys { from }) = &case.verdict.identity {
        match case.bound_role() {
            Some(role) => format!("uses static keys from {from}, so {} is not used", role.path_and_name()),
            None => format!("uses static keys from {from}: whoever copies them is the same user to AWS"),
        }
    } else {
        let speaks = |gap: &&Gap| {
            let name = gap.object.as_deref().and_then(|object| object.rsplit('/').next());
            gap.call == GET_SECRETS && name.is_some_and(speaks_of_keys)
        };
        let named = case.verdict.gaps.iter().find(speaks).map(|gap| gap.sentence.clone());
        named.unwrap_or_else(|| "a profile or credentials file is there, which some SDKs read before the role".into())
    };
    let fix = if case.bound_role().is_some() {
        "take the keys out; the ServiceAccount's role then applies"
    } else {
        "bind the ServiceAccount to a role, then take the keys out"
    };
    (sentence, Fix::words(fix))
}
