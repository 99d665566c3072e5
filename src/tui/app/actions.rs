//! The actions that change something: of which rows, why not here, and which findings each of them mends.

use super::State;
use super::select::Item;
use crate::domain::identity::{Finding, account_of};
use crate::domain::inventory::Lookup;
use crate::domain::model::{Confirmation, Name, Reading};
use crate::tui::keymap::Action;

/// One action. Its key is the key table's.
#[derive(Debug)]
pub struct Offer {
    /// What its key does.
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

/// Every action, in the order in which they are listed.
pub static OFFERS: &[Offer] = &[
    Offer {
        action: Action::Annotate,
        title: "bind the ServiceAccount to a role by annotation, to another one, or to none",
        is_about: is_of_account,
        why_not: account_is_missing,
        mends: wants_a_role,
    },
    Offer {
        action: Action::CreateRole,
        title: "make a role for the ServiceAccount, with its policies, and bind it",
        is_about: is_of_account,
        why_not: account_is_missing,
        mends: |_, _, _| false,
    },
    Offer {
        action: Action::RepairTrust,
        title: "change the role's trust policy by as little as lets the pods in",
        is_about: is_of_account,
        why_not: account_is_unbound,
        mends: |_, finding, _| {
            matches!(finding, Finding::TrustMismatch | Finding::TrustOtherCluster | Finding::PodIdentityTrust)
        },
    },
    Offer {
        action: Action::Restart,
        title: "restart the owners of its pods, which are then injected anew",
        is_about: is_of_account,
        why_not: account_is_missing,
        mends: |_, finding, _| {
            matches!(finding, Finding::StartedBeforeBinding | Finding::StaleRole | Finding::AssociationNotInjected)
        },
    },
];

/// Why an action cannot be done to a row; none: it can.
pub fn why_not(state: &State, offer: &Offer, item: &Item) -> Option<String> {
    if !(offer.is_about)(item) {
        return Some("this row is not of a kind that it is about".to_owned());
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

/// The ServiceAccount that a row is, or that its pod runs as: namespace and name.
pub(super) fn account(state: &State, item: &Item) -> Option<(Name, Name)> {
    if let Item::Account(namespace, name) = item {
        return Some((namespace.clone(), name.clone()));
    }
    let (namespace, pod) = item.pod()?;
    let pod = state.inventory.shard(namespace)?.pod(pod)?;
    Some((namespace.clone(), pod.spec.service_account.clone()))
}

fn is_of_account(item: &Item) -> bool {
    matches!(item, Item::Account(..) | Item::Pod(..) | Item::Container(..))
}

/// It is bound to nothing, or to what is no role.
fn wants_a_role(state: &State, finding: Finding, item: &Item) -> bool {
    match finding {
        Finding::RoleNotFound | Finding::MalformedRoleArn => true,
        Finding::NodeRoleFallback | Finding::NoIdentity => account(state, item)
            .and_then(|(namespace, name)| state.identities.account(&namespace, &name))
            .is_some_and(|row| row.bindings.is_empty()),
        _ => false,
    }
}

fn account_is_unbound(state: &State, item: &Item) -> Option<String> {
    let missing = account_is_missing(state, item);
    let row = account(state, item).and_then(|(namespace, name)| state.identities.account(&namespace, &name));
    let is_bound = row.is_some_and(|row| !row.bindings.is_empty());
    missing.or_else(|| (!is_bound).then(|| "it is bound to no role".to_owned()))
}

fn account_is_missing(state: &State, item: &Item) -> Option<String> {
    let Some((namespace, name)) = account(state, item) else { return Some("the pod is gone".to_owned()) };
    match account_of(&state.inventory, &namespace, &name) {
        Lookup::Found(_) => None,
        Lookup::Absent => Some(format!("there is no ServiceAccount {namespace}/{name}")),
        Lookup::Unread(Some(gap)) => Some(gap.sentence.clone()),
        Lookup::Unread(None) => Some(format!("ServiceAccount {namespace}/{name} was not read yet")),
    }
}
