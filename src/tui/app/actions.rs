//! The actions that change something: of which rows, why not here, and which findings each of them mends.

mod reasons;
mod subject;

use super::State;
use super::select::Item;
use crate::domain::identity::Finding;
use crate::domain::model::{Confirmation, Name, Reading};
use crate::tui::keymap::Action;
pub(super) use reasons::audience_of;
pub(super) use subject::{account, role};

/// One action. Its key, if it has one, is the key table's.
#[derive(Debug)]
pub struct Offer {
    /// What it does, as keys do.
    pub action: Action,
    /// What it does, in a line.
    pub title: &'static str,
    /// Whether it is about such a row at all.
    pub is_about: fn(&Item) -> bool,
    /// Why it cannot be done to this row; none: it can.
    pub why_not: fn(&State, &Item) -> Option<String>,
    /// Whether it is what helps where a row has that finding.
    pub mends: fn(&State, Finding, &Item) -> bool,
}

/// It mends nothing by itself.
fn nothing(_: &State, _: Finding, _: &Item) -> bool {
    false
}

/// Every action, in the order in which they are listed.
pub static OFFERS: &[Offer] = &[
    Offer {
        action: Action::Annotate,
        title: "bind it by annotation (IRSA): to a role, another, none",
        is_about: reasons::is_of_account,
        why_not: reasons::account_is_missing,
        mends: reasons::wants_a_role,
    },
    Offer {
        action: Action::Tokens,
        title: "change its tokens: audience, expiration, regional STS",
        is_about: reasons::is_of_account,
        why_not: reasons::account_is_missing,
        mends: nothing,
    },
    Offer {
        action: Action::Associate,
        title: "bind it by association (Pod Identity): to a role, another",
        is_about: reasons::is_of_account,
        why_not: reasons::associations_are_unread,
        mends: reasons::wants_an_association,
    },
    Offer {
        action: Action::Dissociate,
        title: "end the ServiceAccount's association",
        is_about: reasons::is_of_account,
        why_not: reasons::is_not_associated,
        mends: nothing,
    },
    Offer {
        action: Action::CreateRole,
        title: "make a role with policies, and bind a ServiceAccount to it",
        is_about: reasons::is_or_holds_account,
        why_not: reasons::account_is_missing,
        mends: nothing,
    },
    Offer {
        action: Action::RepairTrust,
        title: "repair trust: the least that lets its pods in",
        is_about: reasons::is_of_account,
        why_not: reasons::trust_is_no_matter,
        mends: reasons::wants_trust,
    },
    Offer {
        action: Action::CreateProvider,
        title: "make the OIDC provider, or add the tokens' audience",
        is_about: reasons::is_of_account,
        why_not: reasons::provider_is_there,
        mends: reasons::wants_a_provider,
    },
    Offer {
        action: Action::Restart,
        title: "restart the owners of its pods, to be injected anew",
        is_about: reasons::is_of_account,
        why_not: reasons::account_is_missing,
        mends: reasons::wants_a_restart,
    },
    Offer {
        action: Action::Attach,
        title: "attach a managed policy to the role",
        is_about: reasons::has_role,
        why_not: reasons::role_is_fixed,
        mends: nothing,
    },
    Offer {
        action: Action::Detach,
        title: "detach a managed policy from the role",
        is_about: reasons::has_role,
        why_not: reasons::nothing_is_attached,
        mends: nothing,
    },
    Offer {
        action: Action::Put,
        title: "put a statement into an inline policy of the role",
        is_about: reasons::has_role,
        why_not: reasons::role_is_fixed,
        mends: nothing,
    },
    Offer {
        action: Action::DeleteRole,
        title: "delete the role, if rolecall made it and nobody uses it",
        is_about: reasons::has_role,
        why_not: reasons::role_is_not_ours,
        mends: nothing,
    },
];

/// The offer of an action, where it is one that is listed.
pub(super) fn offer_of(action: Action) -> Option<&'static Offer> {
    OFFERS.iter().find(|offer| offer.action == action)
}

/// Why an action cannot be done to a row; none: it can.
pub fn why_not(state: &State, offer: &Offer, item: &Item) -> Option<String> {
    if !(offer.is_about)(item) {
        let is_of_roles = (offer.is_about)(&Item::Role(Name::default()));
        return Some(if is_of_roles { reasons::NO_ROLE } else { reasons::NO_ACCOUNT }.to_owned());
    }
    let cluster = state.inventory.aws().cluster().and_then(Reading::value);
    if let Some(Confirmation::Refuted(sentence)) = cluster.map(|cluster| &cluster.confirmation) {
        return Some(format!("nothing is changed: {sentence}"));
    }
    (offer.why_not)(state, item)
}

/// The action that mends a finding of a row, where something may be changed and it can be done.
pub fn mending(state: &State, finding: Finding, item: &Item) -> Option<&'static Offer> {
    let offer = OFFERS.iter().find(|offer| (offer.mends)(state, finding, item))?;
    (state.about.may_change && why_not(state, offer, item).is_none()).then_some(offer)
}
