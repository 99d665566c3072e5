//! What keeps a role from a container for good: however often its pod is made anew from the same template, what binds its
//! ServiceAccount does not become its identity.

use super::chain::{Found, Keys, chain};
use super::injection::{POD_IDENTITY_PAIR, Skip, WEB_IDENTITY_PAIR, is_hand_set, skipped};
use super::webhook::webhook_acts;
use super::{IdentityKind, Situation, Trace};
use crate::domain::model::Container;

/// Why a container gets nothing by what binds its ServiceAccount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// SDKs find its static keys before (AWS SDKs and Tools Reference Guide, "Standardized credential providers").
    Keys,
    /// Its template sets this variable by itself, which the webhook leaves alone.
    Set(&'static str),
    /// The webhook was told to leave it alone.
    Skipped(Skip),
    /// The webhook is not there, or not asked about such pods.
    NoWebhook,
}

/// What keeps from a container what binds its ServiceAccount by that mechanism; by `None` nothing does, and it keeps what
/// its template gives it (amazon-eks-pod-identity-webhook, `pkg/handler/handler.go`). Of a pod that was injected it is
/// taken that the next one will be, unless its template tells otherwise.
pub fn withheld(situation: &Situation<'_>, container: &Container, by: Option<IdentityKind>) -> Option<Withheld> {
    let is_set = |name: &&'static str| container.env(name).is_some();
    let (found, _) = chain(situation.inventory, situation.pod, container);
    let leads_elsewhere = match found {
        Found::Keys(Keys::Env(..) | Keys::ConfigMap(_)) => return Some(Withheld::Keys),
        // a token comes before a file of keys, the agent of Pod Identity after it
        Found::Keys(_) if by != Some(IdentityKind::WebIdentity) => return Some(Withheld::Keys),
        Found::WebIdentity(_) => {
            let by_hand = is_hand_set(situation, container, &mut Trace::unkept());
            return by_hand.then_some(Withheld::Set(WEB_IDENTITY_PAIR[0]));
        }
        Found::PodIdentity { .. } => return None,
        Found::Elsewhere(place) => Some(place.variable()).filter(is_set),
        Found::Keys(_) | Found::Nothing => None,
    };
    let is_associated = by == Some(IdentityKind::PodIdentity);
    let comes_first = |name: &&str| match by {
        None => true,
        Some(_) => {
            WEB_IDENTITY_PAIR.contains(name) || (is_associated && *name == "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        }
    };
    if let Some(name) = leads_elsewhere.filter(comes_first) {
        return Some(Withheld::Set(name));
    }
    by?;
    let pair = if is_associated { POD_IDENTITY_PAIR } else { WEB_IDENTITY_PAIR };
    if let Some(name) = pair.into_iter().find(is_set) {
        return Some(Withheld::Set(name));
    }
    if let Some(skip) = skipped(situation, container) {
        return Some(Withheld::Skipped(skip));
    }
    (webhook_acts(situation, &mut Trace::unkept()) == Some(false)).then_some(Withheld::NoWebhook)
}
