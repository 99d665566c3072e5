//! Why an action cannot be done to a row, and which findings it mends.

use super::subject::{account, role};
use crate::domain::identity::{Finding, IdentityKind, KeptOutBy, account_of, audience, trust_review};
use crate::domain::inventory::Lookup;
use crate::domain::model::{Name, Pod, Reading, Role};
use crate::domain::plan::{
    PlanRefusal, create_provider, refused_change, refused_deletion, refused_repair, repair_trust,
};
use crate::tui::app::State;
use crate::tui::app::select::Item;

/// Why an action about ServiceAccounts has nothing to do with a row.
pub(super) const NO_ACCOUNT: &str = "this is done to a ServiceAccount: select one, or a pod that runs as it";
/// The same of one about roles.
pub(super) const NO_ROLE: &str = "this is done to a role: select one, or a ServiceAccount or a pod that has it";

pub(super) fn is_of_account(item: &Item) -> bool {
    matches!(item, Item::Account(..) | Item::Pod(..) | Item::Container(..))
}

/// A ServiceAccount that is not there yet is made in a namespace.
pub(super) fn is_or_holds_account(item: &Item) -> bool {
    is_of_account(item) || matches!(item, Item::Namespace(_))
}

pub(super) fn has_role(item: &Item) -> bool {
    is_of_account(item) || matches!(item, Item::Role(_))
}

pub(super) fn account_is_missing(state: &State, item: &Item) -> Option<String> {
    if matches!(item, Item::Namespace(_)) {
        return None;
    }
    let Some((namespace, name)) = account(state, item) else { return Some("the pod is gone".to_owned()) };
    match account_of(&state.inventory, &namespace, &name) {
        Lookup::Found(_) => None,
        Lookup::Absent => Some(format!("there is no ServiceAccount {namespace}/{name}")),
        Lookup::Unread(Some(gap)) => Some(gap.sentence.clone()),
        Lookup::Unread(None) => Some(format!("ServiceAccount {namespace}/{name} was not read yet")),
    }
}

fn account_is_unbound(state: &State, item: &Item) -> Option<String> {
    let missing = account_is_missing(state, item);
    let row = account(state, item).and_then(|(namespace, name)| state.identities.account(&namespace, &name));
    let is_bound = row.is_some_and(|row| !row.bindings.is_empty());
    missing.or_else(|| (!is_bound).then(|| "it is bound to no role".to_owned()))
}

/// It lets its pods in already, or a change of the trust policy would not help.
pub(super) fn trust_is_no_matter(state: &State, item: &Item) -> Option<String> {
    let unbound = account_is_unbound(state, item);
    unbound.or_else(|| {
        let (namespace, name) = account(state, item)?;
        refused_repair(state.seen(), (&namespace, &name)).map(PlanRefusal::in_words)
    })
}

/// Associations are EKS's: there have to be some to be had, and nothing may be known to stand in the way of reading them.
pub(super) fn associations_are_unread(state: &State, item: &Item) -> Option<String> {
    if let Some(said) = account_is_missing(state, item) {
        return Some(said);
    }
    match state.inventory.aws().cluster() {
        Some(Reading::Missing { .. }) => return Some("this is no EKS cluster: it has no associations".to_owned()),
        Some(Reading::Unread(gap)) if !gap.is_loading() => return Some(gap.sentence.clone()),
        Some(Reading::Read { .. } | Reading::Unread(_)) | None => {}
    }
    let (namespace, name) = account(state, item)?;
    match state.inventory.aws().association(&namespace, &name) {
        Lookup::Found(association) => association
            .owner_arn
            .as_ref()
            .map(|owner| format!("association {} is an EKS add-on's ({owner}): the add-on writes it", association.id)),
        Lookup::Unread(Some(gap)) if !gap.is_loading() => Some(gap.sentence.clone()),
        // what is being read is waited for where it is planned
        Lookup::Absent | Lookup::Unread(_) => None,
    }
}

pub(super) fn is_not_associated(state: &State, item: &Item) -> Option<String> {
    let unread = associations_are_unread(state, item);
    unread.or_else(|| (!is_associated(state, item)).then(|| "no association binds it".to_owned()))
}

fn is_associated(state: &State, item: &Item) -> bool {
    let of = account(state, item);
    of.is_some_and(|(namespace, name)| state.inventory.aws().association(&namespace, &name).found().is_some())
}

/// The audience that tokens of the row's ServiceAccount are made for.
pub(in crate::tui::app) fn audience_of(state: &State, item: &Item) -> Option<Name> {
    let (namespace, name) = account(state, item)?;
    Some(Name::from(audience(&state.inventory, &namespace, &name)))
}

pub(super) fn provider_is_there(state: &State, item: &Item) -> Option<String> {
    let Some(audience) = audience_of(state, item) else { return Some("the pod is gone".to_owned()) };
    let refused = create_provider(state.seen(), &audience).err();
    refused.filter(|refusal| !refusal.is_loading()).map(|refusal| refusal.sentence)
}

/// The role cannot be changed from here, as far as is known.
pub(super) fn role_is_fixed(state: &State, item: &Item) -> Option<String> {
    match role(state, item) {
        Ok(role) => refused_change(state.seen(), &role).map(|refusal| refusal.sentence),
        Err(said) => Some(said),
    }
}

pub(super) fn nothing_is_attached(state: &State, item: &Item) -> Option<String> {
    let fixed = role_is_fixed(state, item);
    let read = read_role(state, item);
    let is_bare = read.is_some_and(|role| role.attached.as_ref().is_ok_and(Vec::is_empty));
    fixed.or_else(|| is_bare.then(|| "no managed policy is attached to it".to_owned()))
}

fn read_role<'s>(state: &'s State, item: &Item) -> Option<&'s Role> {
    let role = role(state, item).ok()?;
    state.inventory.aws().role(role.as_str()).and_then(Reading::value).map(|role| &**role)
}

pub(super) fn role_is_not_ours(state: &State, item: &Item) -> Option<String> {
    let role = match role(state, item) {
        Ok(role) => role,
        Err(said) => return Some(said),
    };
    let aws = state.inventory.aws();
    if Reading::is_awaited(aws.role(role.as_str())) || Reading::is_awaited(aws.cluster()) {
        // it is waited for where it is planned
        return None;
    }
    refused_deletion(state.seen(), &role, state.clock).map(|refusal| refusal.sentence)
}

/// It is bound to nothing, or by annotation to what is no role.
pub(super) fn wants_a_role(state: &State, finding: Finding, item: &Item) -> bool {
    match finding {
        Finding::MalformedRoleArn => true,
        Finding::RoleNotFound => !is_associated(state, item),
        Finding::NodeRoleFallback if is_agent(state, item) => false,
        Finding::NodeRoleFallback | Finding::NoIdentity | Finding::StaticKeys => account(state, item)
            .and_then(|(namespace, name)| state.identities.account(&namespace, &name))
            .is_some_and(|row| row.bindings.is_empty()),
        _ => false,
    }
}

/// It is a pod of the Pod Identity agent, which has to run as its node.
fn is_agent(state: &State, item: &Item) -> bool {
    let pod = item.pod().and_then(|(namespace, name)| state.inventory.shard(namespace)?.pod(name));
    pod.is_some_and(Pod::is_agent)
}

/// Its pods were injected for an association that is gone, or that names what is no role.
pub(super) fn wants_an_association(state: &State, finding: Finding, item: &Item) -> bool {
    match finding {
        // where an annotation binds it, its pods are to be made anew
        Finding::AssociationGone => account(state, item)
            .and_then(|(namespace, name)| state.identities.account(&namespace, &name))
            .is_some_and(|row| row.bindings.is_empty()),
        Finding::RoleNotFound => is_associated(state, item),
        _ => false,
    }
}

/// The account that we are signed in to knows nothing of the cluster's tokens, or not of that audience.
pub(super) fn wants_a_provider(state: &State, finding: Finding, item: &Item) -> bool {
    if !matches!(finding, Finding::ProviderMissing | Finding::AudienceMismatch) {
        return false;
    }
    let row = account(state, item).and_then(|(namespace, name)| state.identities.account(&namespace, &name));
    let own = state.inventory.aws().caller().and_then(Reading::value).map(|caller| &*caller.account);
    let by_token = row.iter().flat_map(|row| &row.bindings).filter(|it| it.mechanism == IdentityKind::WebIdentity);
    let is_ours = by_token.filter_map(|binding| binding.role.as_ref()?.account()).any(|its| Some(its) == own);
    is_ours && provider_is_there(state, item).is_none()
}

/// The role's trust policy keeps it out.
pub(super) fn wants_trust(state: &State, finding: Finding, item: &Item) -> bool {
    match finding {
        Finding::TrustMismatch | Finding::TrustOtherCluster => true,
        // the policies of the role that an association goes on from are no matter of the target's trust
        Finding::PodIdentityTrust => account(state, item).is_some_and(|(namespace, name)| {
            let checks = trust_review(&state.inventory, &namespace, &name, None);
            checks.iter().any(|check| check.kept_out_by() == Some(KeptOutBy::Trust))
        }),
        // a token for the API server itself is no matter of the role's: there is nothing to repair then
        Finding::AudienceMismatch => account(state, item)
            .is_some_and(|(namespace, name)| repair_trust(state.seen(), (&namespace, &name), None).is_ok()),
        _ => false,
    }
}

/// Its pods are older than what they should have.
pub(super) fn wants_a_restart(state: &State, finding: Finding, item: &Item) -> bool {
    match finding {
        Finding::StartedBeforeBinding | Finding::NotInjected | Finding::StaleRole | Finding::AssociationNotInjected => {
            true
        }
        Finding::AssociationGone => !wants_an_association(state, finding, item),
        _ => false,
    }
}
