//! D7 `providerMissing`: the role's account has no OIDC provider for this cluster's issuer: STS trusts none of its tokens.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::{Finding, Way};
use crate::domain::model::{Cluster, Reading};

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::ProviderMissing,
    severity: Severity::High,
    explanation: "the role's account has no OIDC provider for this cluster's issuer: STS trusts none of its tokens",
    say,
};

/// Says in which account, and makes it.
fn say(case: &Case<'_>) -> (String, Fix) {
    let issuer = case.situation.inventory.aws().cluster().and_then(Reading::value).and_then(Cluster::issuer_host_path);
    let issuer = issuer.unwrap_or("the cluster's issuer");
    let check = case.check(Finding::ProviderMissing);
    let account = check.as_ref().and_then(|check| check.role.account()).unwrap_or("the role's account");
    let audience = match check.as_ref().map(|check| &check.way) {
        Some(Way::WebIdentity(Some(audience))) => audience,
        _ => "sts.amazonaws.com",
    };
    let sentence = format!(
        "account {account} has no OIDC provider for {issuer}: STS answers `No OpenIDConnect provider found in your account`"
    );
    let command = format!("aws iam create-open-id-connect-provider --url https://{issuer} --client-id-list {audience}");
    let summary = format!("create the OIDC provider in account {account}, that of the role");
    (sentence, Fix { summary, commands: vec![command], ..Fix::default() })
}
