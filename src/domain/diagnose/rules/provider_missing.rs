//! D7 `providerMissing`: the role's account has no OIDC provider for this cluster's issuer: STS trusts none of its tokens.

use super::Rule;
use crate::domain::diagnose::remedy::{issuer, provider_fix};
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::ProviderMissing,
    severity: Severity::High,
    explanation: "the role's account has no OIDC provider for this cluster's issuer: STS trusts none of its tokens",
    say,
};

/// Says in which account, and makes it.
fn say(case: &Case<'_>) -> (String, Fix) {
    let issuer = issuer(case.situation.inventory);
    let check = case.check(Finding::ProviderMissing);
    let account = check.as_ref().and_then(|check| check.role.account()).unwrap_or("the role's account");
    let sentence = format!(
        "account {account} has no OIDC provider for {issuer}: STS answers `No OpenIDConnect provider found in your account`"
    );
    (sentence, check.map_or_else(Fix::default, |check| provider_fix(case.situation.inventory, &check)))
}
