//! Binding a ServiceAccount to a role by an EKS Pod Identity association, and ending that (EKS user guide,
//! "pod-identities").

use super::create_role::made_for;
use super::escalation;
use super::fit::is_reserved;
use super::loss::{Becomes, warn_of_loss};
use super::next::{by_annotation, gets_by};
use super::owned::warn_of_keepers;
use super::pod_identity::{Obstacles, obstacles};
use super::removal::{AT_ONCE, hours};
use super::surroundings::{AssociationThen, Seen, named};
use super::waiting::warn_of_waiting;
use super::warning::WarningKind;
use super::{AssociationContent, Change, Content, Plan, PlanKind, PlanRefusal, Target, same_content};
use crate::domain::identity::{IdentityKind, PodRow, Usable, Way, account_of, association_trust};
use crate::domain::inventory::Lookup;
use crate::domain::model::{Association, Cluster, Gap, GapReason, Name, Reading, RoleArn};
use crate::domain::policy::Truth;
use std::collections::BTreeMap;

/// The plan that associates a ServiceAccount with a role; an association that is there goes on to the new role, and keeps
/// its target role, its session policy and its tags.
///
/// # Errors
/// Where the role cannot be one, the association is an EKS add-on's or was not read, nothing would change, or running
/// pods would be left without credentials: their nodes have no agent that could hand them out.
pub fn associate(seen: Seen<'_>, namespace: &Name, name: &Name, role: &RoleArn) -> Result<Plan, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let account = seen.account(namespace, name)?;
    seen.is_no_add_ons(account)?;
    let cluster = cluster(seen)?;
    check_role(seen, cluster, role)?;
    is_there(seen, role)?;
    let present = present(seen, namespace, name)?;
    let tags = made_for(&cluster.name, namespace, name);
    let (change, planned) = binding(&cluster.name, (namespace, name), present, role, tags)?;
    if change.is_nothing() {
        let sentence = format!("an association binds serviceaccount/{name} to {role} already: nothing to change");
        return Err(PlanRefusal::new(sentence));
    }
    let obstacles = free_way(seen, namespace, name)?;
    let title = format!("bind serviceaccount/{name} in {namespace} to role {} by Pod Identity", role.path_and_name());
    let mut plan = Plan::new(PlanKind::Associate, title);
    plan.push(change);
    seen.warn_of_account(&mut plan, namespace, name);
    warn_of_keepers(&mut plan, seen);
    let lets_in = warn_of_trust(&mut plan, seen, &planned);
    let effective = planned.effective_role().unwrap_or(role);
    escalation::warn_of_bound(&mut plan, seen, effective, namespace);
    tell(&mut plan, seen, (present, &planned, lets_in), obstacles);
    warn_of_loss(&mut plan, seen, namespace, name, Becomes::of(effective, Some(&planned), lets_in));
    Ok(plan)
}

/// The plan that removes the association of a ServiceAccount.
///
/// # Errors
/// Where there is none, it is an EKS add-on's, or it was not read.
pub fn dissociate(seen: Seen<'_>, namespace: &Name, name: &Name) -> Result<Plan, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let cluster = cluster(seen)?;
    let Some(association) = present(seen, namespace, name)? else {
        return Err(PlanRefusal::new(format!("no association binds serviceaccount/{name} in {namespace}")));
    };
    let mut plan =
        Plan::new(PlanKind::Dissociate, format!("end the association of serviceaccount/{name} in {namespace}"));
    let target = target(&cluster.name, namespace, name);
    plan.push(Change { target, from: Content::Association(Box::new(content(association)?)), to: Content::Absent });
    seen.warn_of_account(&mut plan, namespace, name);
    warn_of_keepers(&mut plan, seen);
    let role = association.effective_role().map_or("its role", |role| role.path_and_name());
    let next = by_annotation(&mut plan, seen, namespace, name);
    if let Some(next) = &next {
        seen.new_pods_get(&mut plan, namespace, name, &next.words);
    }
    plan.effects.push(revoked(seen, (namespace, name), association, role));
    if let Some(next) = next {
        warn_of_loss(&mut plan, seen, namespace, name, next.becomes);
    }
    warn_of_waiting(&mut plan, seen);
    Ok(plan)
}

/// Removing is not revoking: until when running pods keep the role, and what ends it at once.
fn revoked(seen: Seen<'_>, (namespace, name): (&Name, &Name), association: &Association, role: &str) -> String {
    let pods = seen.running(namespace, name).filter(|(_, row)| row.kind == IdentityKind::PodIdentity).count();
    let hours = hours(Some(association));
    let pods = match pods {
        0 => "running pods that have its credentials keep".to_owned(),
        1 => "1 running pod keeps".to_owned(),
        _ => format!("{pods} running pods keep"),
    };
    format!(
        "{pods} {role} until the session expires ({hours} at most); then there are no credentials until made anew; \
         {AT_ONCE}"
    )
}

/// What may be in the way of credentials, where nothing is for certain.
///
/// # Errors
/// Where running pods would be left without credentials.
pub(super) fn free_way(seen: Seen<'_>, namespace: &Name, name: &Name) -> Result<Obstacles, PlanRefusal> {
    let obstacles = obstacles(seen, namespace, name);
    obstacles.refusal().map_or(Ok(obstacles), Err)
}

/// The change from the association that is there, or none, to one with this role, and that one; `tags`: what a new one is
/// tagged with.
pub(super) fn binding(
    cluster: &Name,
    (namespace, name): (&Name, &Name),
    present: Option<&Association>,
    role: &RoleArn,
    tags: BTreeMap<Name, Name>,
) -> Result<(Change, Association), PlanRefusal> {
    let role_arn = role.name_shared();
    let held = present.map(content).transpose()?;
    let to = match &held {
        Some(held) => AssociationContent { role_arn, ..held.clone() },
        None => AssociationContent { role_arn, target_role_arn: None, disable_session_tags: false, policy: None, tags },
    };
    let planned = to.held_by(present, (namespace, name));
    let filled = |content| Content::Association(Box::new(content));
    let from = held.map_or(Content::Absent, filled);
    Ok((Change { target: target(cluster, namespace, name), from, to: filled(to) }, planned))
}

fn target(cluster: &Name, namespace: &Name, name: &Name) -> Target {
    let (namespace, service_account) = (namespace.clone(), name.clone());
    Target::Association { cluster: cluster.clone(), namespace, service_account }
}

/// What an association that was read holds.
fn content(association: &Association) -> Result<AssociationContent, PlanRefusal> {
    let unread = || match association.gap() {
        Some(gap) => PlanRefusal::unread(&gap),
        None => PlanRefusal::new(format!("the role of association {} was not read", association.id)),
    };
    AssociationContent::of(association).ok_or_else(unread)
}

/// The association that is there, and may be changed from here.
pub(super) fn present<'a>(
    seen: Seen<'a>,
    namespace: &Name,
    name: &Name,
) -> Result<Option<&'a Association>, PlanRefusal> {
    let association = match seen.inventory.aws().association(namespace, name) {
        Lookup::Found(association) => association,
        Lookup::Absent => return Ok(None),
        Lookup::Unread(Some(gap)) => return Err(PlanRefusal::unread(gap)),
        Lookup::Unread(None) => {
            let sentence = "whether an association binds it has not been read yet";
            let call = "eks:ListPodIdentityAssociations";
            return Err(PlanRefusal::unread(&Gap::new("association", call, GapReason::NotLoadedYet, sentence)));
        }
    };
    is_no_add_ons(association).map(|()| Some(association))
}

/// Refuses an association that an EKS add-on keeps.
pub(super) fn is_no_add_ons(association: &Association) -> Result<(), PlanRefusal> {
    let Some(owner) = &association.owner_arn else { return Ok(()) };
    let sentence = format!("association {} is an EKS add-on's ({owner}): the add-on writes it", association.id);
    Err(PlanRefusal::new(sentence).hint("change it there: aws eks update-addon --pod-identity-associations"))
}

/// What a plan with an association in it makes itself: it need not be there, or be shown yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    pub(super) role: bool,
    pub(super) account: bool,
}

/// Whether an association that was planned before may be made as things are now: what stands against one that is planned
/// anew stands against it, too. That it is so already is no reason.
pub(super) fn may_still_be_made(
    seen: Seen<'_>,
    (namespace, name): (&Name, &Name),
    to: &AssociationContent,
    made: Made,
) -> Result<(), PlanRefusal> {
    // one that was not read, where all of the cluster cannot be, may be there
    if !made.account && matches!(account_of(seen.inventory, namespace, name), Lookup::Absent) {
        seen.account(namespace, name)?;
    }
    let role = to.role();
    check_role(seen, cluster(seen)?, &role)?;
    if !made.role {
        is_there(seen, &role)?;
    }
    let held = present(seen, namespace, name)?.and_then(AssociationContent::of);
    let held = held.map_or(Content::Absent, |held| Content::Association(Box::new(held)));
    if same_content(&held, &Content::Association(Box::new(to.clone()))) {
        return Ok(());
    }
    free_way(seen, namespace, name).map(drop)
}

/// The cluster as EKS knows it: associations are its own.
fn cluster(seen: Seen<'_>) -> Result<&Cluster, PlanRefusal> {
    match seen.inventory.aws().cluster() {
        Some(Reading::Read { value, .. }) => Ok(value),
        Some(Reading::Unread(gap)) => Err(PlanRefusal::unread(gap)),
        Some(Reading::Missing { .. }) => Err(PlanRefusal::new("this is no EKS cluster: it has no associations")),
        None => {
            let gap =
                Gap::new("EKS cluster", "eks:DescribeCluster", GapReason::NotLoadedYet, "the cluster not read yet");
            Err(PlanRefusal::unread(&gap))
        }
    }
}

/// Refuses a role that EKS would not take: it has to be of the cluster's account.
fn check_role(seen: Seen<'_>, cluster: &Cluster, role: &RoleArn) -> Result<(), PlanRefusal> {
    let name = role.path_and_name();
    if let Some(problem) = role.problem() {
        return Err(PlanRefusal::new(format!("{role} is no role's ARN: {}", problem.sentence())));
    }
    if is_reserved(role) {
        return Err(PlanRefusal::new(format!("role {name} is AWS's own: nobody else can assume it")));
    }
    let own = cluster.account.as_deref().or(seen.inventory.aws().account());
    if let (Some(own), Some(its)) = (own, role.account())
        && own != its
    {
        let sentence = format!(
            "role {name} is in account {its}, and the cluster is in {own}: an association takes a role of its own"
        );
        let hint = "bind it by annotation (IRSA), or let a role of the cluster's account go on to it as target role";
        return Err(PlanRefusal::new(sentence).hint(hint));
    }
    Ok(())
}

fn is_there(seen: Seen<'_>, role: &RoleArn) -> Result<(), PlanRefusal> {
    match seen.inventory.aws().role(role.as_str()) {
        Some(Reading::Missing { .. }) => {
            Err(PlanRefusal::new(format!("there is no role {} in its account", role.path_and_name())))
        }
        _ => Ok(()),
    }
}

/// Says where the role, or the target role that stays, does not let Pod Identity in, and whether both do.
pub(super) fn warn_of_trust(plan: &mut Plan, seen: Seen<'_>, planned: &Association) -> Truth {
    let mut all = Truth::Yes;
    for check in association_trust(seen.inventory, planned) {
        all = all.and(check.answer);
        let role = check.role.path_and_name();
        match check.answer {
            Truth::Yes => {}
            Truth::No => {
                let sentence = format!("role {role} does not let these pods in: {}", check.in_short());
                plan.warn(WarningKind::NotEffective, sentence);
            }
            Truth::Depends => {
                let why = check.unknown_in_short().unwrap_or_else(|| "not read yet".to_owned());
                plan.warn(WarningKind::NotRead, format!("whether role {role} lets these pods in is not known: {why}"));
            }
        }
        if let Way::Target(_) = check.way {
            plan.effects.push(format!("the association goes on to its target role {role} as before"));
        }
    }
    all
}

/// What comes of an association beside itself: for the annotation, and for pods. The one that was there, the one to come,
/// and whether its roles let pods in.
pub(super) fn tell(
    plan: &mut Plan,
    seen: Seen<'_>,
    (present, planned, lets_in): (Option<&Association>, &Association, Truth),
    obstacles: Obstacles,
) {
    let (namespace, name) = (&planned.namespace, &planned.service_account);
    warn_of_agents(plan, obstacles);
    let account = account_of(seen.inventory, namespace, name).found();
    if let Some(annotation) = account.and_then(|account| account.role.as_ref()) {
        let old = annotation.arn.path_and_name();
        let sentence =
            format!("it stays annotated with {old}: the association wins, and the annotation has no effect meanwhile");
        plan.effects.push(sentence);
    }
    tell_of_pods(plan, seen, (present, planned, lets_in));
}

/// Says what could not be seen of the way that credentials take.
pub(super) fn warn_of_agents(plan: &mut Plan, obstacles: Obstacles) {
    for doubt in obstacles.doubts {
        plan.warn(WarningKind::NotRead, doubt);
    }
    if let Some(sentence) = obstacles.not_installed {
        plan.warn(WarningKind::NotEffective, sentence);
    }
}

/// What becomes of pods: new ones get the association, those that have it move as their credentials are renewed.
fn tell_of_pods(
    plan: &mut Plan,
    seen: Seen<'_>,
    (present, planned, lets_in): (Option<&Association>, &Association, Truth),
) {
    let (namespace, name) = (&planned.namespace, &planned.service_account);
    let injected = |(_, row): &(&Name, &PodRow)| row.kind == IdentityKind::PodIdentity;
    let moving: Vec<(&Name, &PodRow)> =
        seen.running(namespace, name).filter(|own| present.is_some() && injected(own)).collect();
    let then = if moving.is_empty() { AssociationThen::Names } else { AssociationThen::Moves };
    seen.running_pods_keep(plan, (namespace, name), &gets_by(planned, lets_in), then);
    let has_any = |(_, row): &&(&Name, &PodRow)| !lets_in.is_no() || row.usable != Usable::No;
    let pods: Vec<&Name> = moving.iter().filter(has_any).map(|(pod, _)| *pod).collect();
    let role = planned.effective_role().map_or("its role", RoleArn::path_and_name);
    let hours = hours(present);
    if lets_in.is_no() && !pods.is_empty() {
        let sentence = format!("running pods lose their credentials within {hours}: {}", named(&pods));
        plan.warn(WarningKind::Loss, sentence);
    } else if !pods.is_empty() && present.and_then(Association::effective_role) == planned.effective_role() {
        plan.effects.push(format!("running pods keep {role}, by way of the new role: {}", named(&pods)));
    } else if !pods.is_empty() {
        let sentence = format!("as the agent renews their credentials, within {hours}; at once when made anew");
        plan.effects.push(format!("running pods move to {role} {sentence}: {}", named(&pods)));
        plan.effects.push("until then they keep the old role; to end that at once, revoke its sessions".to_owned());
    }
    plan.effects
        .push("an association takes some seconds to reach the webhook: a pod made earlier is not injected".to_owned());
}

/// The roles of the nodes that the pods of a ServiceAccount run on, which have to be read before it is associated.
pub fn node_roles(seen: Seen<'_>, namespace: &Name, name: &Name) -> Vec<RoleArn> {
    super::pod_identity::node_roles(seen, namespace, name).into_keys().collect()
}
