//! What pods lose when their successors get another identity. What AWS's own policies for nodes give is the node's, and
//! no loss.

use super::against::{Against, is_same};
use super::lost::{Loss, Lost, allows, unread};
use crate::domain::access::Policies;
use crate::domain::identity::{
    Asking, Bearer, IdentityKind, Instead, account_of, askings_of_running, bearer_if_bound, is_node_policy,
};
use crate::domain::inventory::Kind;
use crate::domain::model::{Association, Container, Gap, Name, Pod, RoleArn};
use crate::domain::plan::annotate::AUDIENCE;
use crate::domain::plan::surroundings::named;
use crate::domain::plan::warning::WarningKind;
use crate::domain::plan::withheld::Binding;
use crate::domain::plan::{Content, Plan, Seen, Target};
use crate::domain::policy::{Layer, Truth};

/// What new pods get instead of what running ones have.
#[derive(Debug, Clone, Copy)]
pub enum Becomes<'a> {
    /// A role that is there, by their tokens.
    Role(&'a RoleArn),
    /// The same by an association, whose session policy takes away from it.
    Associated(&'a RoleArn, &'a Association),
    /// A role that the plan makes or changes, with the policies that it has then; by an association, or their tokens.
    Made(&'a RoleArn, &'a Policies, Option<&'a Association>),
    /// No role of their own, and that of the node where they reach it.
    NoRole,
    /// A role that does not let them in, or is not there: no credentials. Most SDKs ask nobody else then, not even the node
    /// (AWS SDKs and Tools Reference Guide, "Standardized credential providers").
    Nothing,
}

impl<'a> Becomes<'a> {
    /// What pods get that are bound to a role, maybe by an association, by whether it lets them in. Where that is not known
    /// they may have it.
    pub(in crate::domain::plan) fn of(role: &'a RoleArn, via: Option<&'a Association>, lets_in: Truth) -> Self {
        match via {
            _ if lets_in.is_no() => Self::Nothing,
            Some(association) => Self::Associated(role, association),
            None => Self::Role(role),
        }
    }
}

/// The roles that have to be read, with their policies, before it can be said what pods of a ServiceAccount lose.
pub fn roles_of_pods(seen: Seen<'_>, namespace: &str, account: &str) -> Vec<RoleArn> {
    let mut roles: Vec<RoleArn> =
        present(seen, namespace, account, |_, _| true).into_iter().filter_map(|asking| asking.role).collect();
    roles.sort();
    roles.dedup();
    roles
}

/// Says what the running pods of a ServiceAccount may do today and their successors may not. From whom what binds it is
/// kept, whatever comes, loses nothing.
pub fn warn_of_loss(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, account: &Name, becomes: Becomes<'_>) {
    let binding = Binding::after(plan, seen, namespace, account);
    let has_it = |pod: &Pod, container: &Container| binding.kept_from(pod, container).is_none();
    let losing = present(seen, namespace, account, has_it);
    let becomes = if binding.is_in_vain(namespace) { Becomes::NoRole } else { becomes };
    weigh(plan, seen, (namespace, account), losing, becomes);
}

/// The same where what they have is taken from the pods that run: it is nobody's any more, restarted or not.
pub(in crate::domain::plan) fn warn_of_loss_at_once(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, account: &Name) {
    let losing = present(seen, namespace, account, |_, _| true);
    weigh(plan, seen, (namespace, account), losing, Becomes::Nothing);
}

fn weigh(plan: &mut Plan, seen: Seen<'_>, of: (&Name, &Name), losing: Vec<Asking>, becomes: Becomes<'_>) {
    let listing = seen.inventory.listings().of(Kind::Pod);
    if !listing.is_read() {
        let why = listing.gap.as_ref().map_or("the list of pods was not read", |gap| &*gap.sentence);
        plan.warn(WarningKind::NotRead, format!("what pods lose by it is not known: {why}"));
        return;
    }
    if losing.is_empty() {
        return; // nobody has anything to lose
    }
    let audience = audience_then(plan, seen, of);
    let bound =
        |role: &RoleArn, via: Option<&Association>| bearer_if_bound(seen.inventory, of, role, via, audience.as_deref());
    let new = match becomes {
        Becomes::Role(role) => Some(bound(role, None)),
        Becomes::Associated(role, association) => Some(bound(role, Some(association))),
        Becomes::Made(role, policies, via) => Some(Bearer { policies: policies.clone(), ..bound(role, via) }),
        Becomes::NoRole | Becomes::Nothing => None,
    };
    let has_node = matches!(becomes, Becomes::NoRole);
    if let Some(new) = &new {
        unread(plan, &new.policies.gaps, &format!("role {}", new.role.path_and_name()));
    }
    let mut lost = Lost::of(seen.catalogue);
    for asking in losing {
        of_identity(plan, &mut lost, &asking, (new.as_ref(), has_node));
    }
    let own = if has_node { " by a role of their own" } else { "" };
    let said = |loss: &Loss| format!("new pods may no longer {}{own} ({} allows it)", loss.in_words(), loss.whose);
    for sentence in lost.sentences(said) {
        plan.warn(WarningKind::Loss, sentence);
    }
    lost.tell_doubt(plan, "new pods");
}

/// For whom the tokens of new pods are made, as the plan annotates their ServiceAccount, or it is annotated now.
fn audience_then(plan: &Plan, seen: Seen<'_>, (namespace, account): (&Name, &Name)) -> Option<Name> {
    let annotated = plan.taken().find_map(|(_, step)| match (&step.change.target, &step.change.to) {
        (Target::Annotations { namespace: own, name }, Content::Annotations(to)) => {
            to.get(AUDIENCE).filter(|_| own == namespace && name == account).cloned()
        }
        _ => None,
    });
    let now = || account_of(seen.inventory, namespace, account).found()?.audience.clone();
    annotated.unwrap_or_else(now).filter(|audience| !audience.is_empty())
}

/// The identities of the pods that run, in those of their containers that are meant.
fn present(seen: Seen<'_>, namespace: &str, account: &str, is_meant: impl Fn(&Pod, &Container) -> bool) -> Vec<Asking> {
    let mut askings = askings_of_running(seen.inventory, seen.identities, (namespace, account), is_meant);
    for bearer in askings.iter_mut().filter_map(|asking| asking.bearer.as_mut()).filter(|it| it.has_transitive_tags) {
        // one stands for them all, and others come in their place
        for tag in ["kubernetes-pod-name", "kubernetes-pod-uid"] {
            bearer.context.set_unknown(&format!("aws:PrincipalTag/{tag}"));
        }
    }
    askings
}

/// `new`: who comes in its place, if anybody; `has_node`: its successors have the node's role.
fn of_identity(plan: &mut Plan, lost: &mut Lost<'_>, asking: &Asking, (new, has_node): (Option<&Bearer>, bool)) {
    // static keys stay with the pod, whatever binds it
    if asking.by == Some(IdentityKind::StaticKeys) || matches!(asking.instead, Some(Instead::No(..))) {
        return;
    }
    if let Some(Instead::Open(why)) = &asking.instead {
        let pods = if asking.pods == 1 { "1 pod".to_owned() } else { format!("{} pods", asking.pods) };
        plan.warn(WarningKind::NotRead, format!("what {pods} may do today, and lose by it, is not known: {why}"));
        return;
    }
    let Some(bearer) = &asking.bearer else {
        plan.warn(WarningKind::NotRead, "what pods may do today, and lose by it, is not known: their role is not");
        return;
    };
    if new.is_some_and(|new| is_same(bearer, new)) {
        return;
    }
    let is_node = asking.by == Some(IdentityKind::NodeRole);
    if is_node && has_node {
        return; // the successors run on a node too
    }
    let whose = format!("{} {}", if is_node { "the node role" } else { "role" }, bearer.role.path_and_name());
    let is_of_node = |name: &str| is_node && is_node_policy(name);
    let gaps: Vec<Gap> =
        bearer.policies.gaps.iter().filter(|gap| !gap.object.as_deref().is_some_and(is_of_node)).cloned().collect();
    unread(plan, &gaps, &whose);
    let (mut set_aside, against): (Vec<&str>, _) = (Vec::new(), Against::new(bearer, new));
    for (place, document) in bearer.policies.layers.identity.iter().enumerate() {
        let source = bearer.policies.source(Layer::Identity, place);
        if let Some(source) = source.filter(|source| source.managed && is_of_node(&source.name)) {
            set_aside.extend(source.name.rsplit('/').next());
            continue;
        }
        allows(&document.statements).for_each(|statement| lost.weigh(&whose, statement, &against));
    }
    if !set_aside.is_empty() {
        let sentence = format!("what {whose} has by {} is the node's own, and no loss", named(&set_aside));
        if !plan.effects.contains(&sentence) {
            plan.effects.push(sentence);
        }
    }
}
