//! The OIDC provider that vouches for a token: it has to lie in the account of the role, which need not be the cluster's
//! (EKS user guide, "Authenticate to another account with IRSA").

use super::asked::issuer;
use crate::domain::identity::situation::refuted_gap;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Gap, GapReason, Name, OidcProvider, Reading, RoleArn};

/// What is known of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain::identity) enum Provider<'a> {
    /// It is there and accepts tokens for these audiences.
    Accepts(&'a [Name]),
    /// It is there; what it accepts was not read.
    There,
    /// The account has none for the cluster's issuer.
    Missing,
    /// The providers of the role's account, or the cluster's issuer, were not read; what is no role ARN names no account.
    Unread,
}

/// The provider for the cluster's tokens in the account of a role.
pub(in crate::domain::identity) fn provider_of<'a>(inventory: &'a Inventory, role: &RoleArn) -> Provider<'a> {
    let aws = inventory.aws();
    if aws.is_refuted() || role.account().is_none_or(|account| aws.account() != Some(account)) {
        return Provider::Unread;
    }
    let (Some(issuer), Some(providers)) = (issuer(inventory), aws.providers().and_then(Reading::value)) else {
        return Provider::Unread;
    };
    match of_issuer(providers, issuer) {
        Some(OidcProvider { client_ids: Some(listed), .. }) => Provider::Accepts(listed),
        Some(_) => Provider::There,
        None => Provider::Missing,
    }
}

fn of_issuer<'a>(providers: &'a [OidcProvider], issuer: &str) -> Option<&'a OidcProvider> {
    providers.iter().find(|it| it.arn.strip_suffix(issuer).is_some_and(|it| it.ends_with(":oidc-provider/")))
}

/// Why the audiences that the cluster's own provider takes were not read, although it is there.
pub fn provider_unread(inventory: &Inventory) -> Option<&Gap> {
    let providers = inventory.aws().providers().and_then(Reading::value)?;
    of_issuer(providers, issuer(inventory)?)?.unread.as_ref()
}

fn is_of_another_account(inventory: &Inventory, role: &RoleArn) -> bool {
    role.account().is_some_and(|account| inventory.aws().account() != Some(account))
}

/// Why it is not known which audiences the role's account takes; `None` while it was not asked.
pub(in crate::domain::identity) fn provider_gap(inventory: &Inventory, role: &RoleArn) -> Option<Gap> {
    let aws = inventory.aws();
    let of =
        |call: &str, reason, sentence: String| Gap::new("OIDC providers of the role's account", call, reason, sentence);
    if let Some(gap) = refuted_gap(inventory) {
        return Some(gap);
    }
    match aws.providers()? {
        Reading::Unread(gap) => Some(gap.clone()),
        _ if is_of_another_account(inventory, role) => {
            let account = role.account().unwrap_or_default();
            let sentence = format!("the OIDC providers of account {account} are not read from here");
            Some(of("iam:ListOpenIDConnectProviders", GapReason::NotSupported, sentence))
        }
        _ if issuer(inventory).is_none() => Some(super::asked::cluster_gap(inventory)),
        _ if let Some(gap) = provider_unread(inventory) => Some(gap.clone()),
        _ => {
            let sentence = "which audiences the cluster's OIDC provider takes was not read".to_owned();
            Some(of("iam:GetOpenIDConnectProvider", GapReason::NotFoundOut, sentence))
        }
    }
}
