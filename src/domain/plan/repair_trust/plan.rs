//! The plan: which of the candidates lets the ServiceAccount in and nobody else, and what is to be said of it.

use super::candidates::{Candidate, candidates};
use super::widening::{For, newly_let_in, widened};
use crate::domain::identity::{
    DEFAULT_AUDIENCE, IdentityKind, PodRow, StepKind, TrustCheck, Way, assumers, cluster_arn, trust_if_bound,
    trust_review,
};
use crate::domain::inventory::{self, Delta, Dirty, Inventory};
use crate::domain::model::{Name, Reading, Role, RoleArn};
use crate::domain::plan::owned::warn_of_keepers;
use crate::domain::plan::users::Users;
use crate::domain::plan::warning::WarningKind;
use crate::domain::plan::withheld::{Binding, warn_of_withheld};
use crate::domain::plan::{Change, Content, Plan, PlanKind, PlanRefusal, Seen, Target, rules};
use crate::domain::policy::{Document, Kind, Outcome, Principal, PrincipalKind, Selection};
use std::sync::Arc;

/// The plan that changes the trust policy of the role that a ServiceAccount (namespace, name) is bound to, or of the one
/// that is named, so that it lets this ServiceAccount in and nobody else who was not.
///
/// # Errors
/// Where it is trusted already, the policy cannot be read or holds a principal that was deleted, a Deny keeps it out, or
/// no small change would let it in alone.
pub fn repair_trust(seen: Seen<'_>, account: (&Name, &Name), role: Option<&RoleArn>) -> Result<Plan, PlanRefusal> {
    let Shut { check, role, policy: (old, text) } = shut(seen, account, role)?;
    let candidate = chosen(seen, role, &check, (&old, text))?;
    let (namespace, name) = account;
    let title = format!("let serviceaccount/{name} in {namespace} into role {}", role.arn.path_and_name());
    let mut plan = Plan::new(PlanKind::RepairTrust, title);
    let document = |text: &str| Content::Document(Name::from(text));
    let target = Target::Trust { role: Name::from(role.arn.role_name()) };
    plan.push(Change { target, from: document(text), to: document(&candidate.text) });
    size(&mut plan, text, &candidate.text)?;
    plan.effects.extend(candidate.said);
    tell(&mut plan, seen, &check);
    Ok(plan)
}

/// Why the trust policy of the role that a ServiceAccount is bound to is not to be repaired: it lets its pods in already, or
/// nothing that is added to it could help. None: as far as is known it may be, or what tells it is being read.
pub fn refused_repair(seen: Seen<'_>, account: (&Name, &Name)) -> Option<PlanRefusal> {
    shut(seen, account, None).err().filter(|refusal| !refusal.is_loading())
}

/// A trust policy that keeps a ServiceAccount out, as it is and as it is written.
struct Shut<'a> {
    check: TrustCheck,
    role: &'a Arc<Role>,
    policy: (Arc<Document>, &'a str),
}

/// The trust policy that is to be changed, where a change of it may help.
fn shut<'a>(seen: Seen<'a>, account: (&Name, &Name), role: Option<&RoleArn>) -> Result<Shut<'a>, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let check = to_repair(seen, account, role)?;
    let role = seen.role_to_change(&check.role)?;
    let policy = policy_of(seen, role)?;
    has_no_deleted(&policy.0, &role.arn)?;
    may_help(&check, &role.arn)?;
    Ok(Shut { check, role, policy })
}

/// What is to be repaired: the first way that the trust policy keeps shut.
fn to_repair(
    seen: Seen<'_>,
    (namespace, name): (&Name, &Name),
    role: Option<&RoleArn>,
) -> Result<TrustCheck, PlanRefusal> {
    let checks = trust_review(seen.inventory, namespace, name, role);
    if checks.is_empty() {
        let hint = "name the role, or bind it first: rolecall annotate";
        return Err(PlanRefusal::new(format!("nothing binds serviceaccount/{name} to a role")).hint(hint));
    }
    // what the policy says of the mechanism that it speaks of counts; where it speaks of both, either will do
    let is_shut = |check: &&TrustCheck| check.is_refused_by_trust() || (check.review.is_none() && check.answer.is_no());
    let is_open = |check: &&TrustCheck| check.review.as_ref().is_some_and(|review| review.answer.is_yes());
    let is_bound = role.is_none() || checks.len() == 1;
    let open = checks.iter().find(is_open).filter(|_| !is_bound || checks.iter().all(|check| is_open(&check)));
    if let Some(open) = open {
        let sentence = format!("nothing to repair: role {} {}", open.role.path_and_name(), lets_in(open));
        let elsewhere = open.steps.iter().find(|step| step.holds.is_no()).map(|step| step.sentence.clone());
        let refusal = PlanRefusal::new(sentence);
        return Err(match elsewhere {
            Some(why) if open.fails(StepKind::ProviderExists) => {
                refusal.hint(format!("{why}: rolecall create-provider"))
            }
            Some(why) => refusal.hint(why),
            None => refusal,
        });
    }
    if let Some(shut) = checks.iter().find(is_shut) {
        return Ok(shut.clone());
    }
    let unread = checks.iter().flat_map(|check| &check.gaps).next();
    match (unread, checks.iter().find(|check| !is_open(check)).or(checks.first())) {
        (Some(gap), _) => Err(PlanRefusal::unread(gap)),
        (None, Some(check)) => Err(PlanRefusal::new(format!(
            "nothing to repair for certain: role {}: {}",
            check.role.path_and_name(),
            check.sentence()
        ))),
        (None, None) => Err(PlanRefusal::new("nothing to repair")),
    }
}

fn lets_in(check: &TrustCheck) -> String {
    format!("lets {} in already", check.who())
}

fn policy_of<'a>(seen: Seen<'a>, role: &'a Arc<Role>) -> Result<(Arc<Document>, &'a str), PlanRefusal> {
    let name = role.arn.path_and_name();
    let read = seen.inventory.aws().trust(role.arn.as_str()).map(|trust| &trust.policy);
    match (read, &role.trust) {
        (Some(Ok(policy)), Some(text)) => Ok((policy.clone(), text)),
        (Some(Err(error)), _) => {
            Err(PlanRefusal::new(format!("the trust policy of role {name} cannot be read: {error}")))
        }
        _ => Err(PlanRefusal::new(format!("the trust policy of role {name} was not read"))),
    }
}

/// A policy that names a principal by its unique id is refused by IAM when it is written again: the principal is gone
/// (IAM user guide, "AWS JSON policy elements: Principal").
fn has_no_deleted(policy: &Document, role: &RoleArn) -> Result<(), PlanRefusal> {
    let principals = policy.statements.iter().flat_map(|own| &own.principals).flat_map(Selection::items);
    match principals.into_iter().find(|own: &&Principal| own.kind == PrincipalKind::Deleted) {
        Some(deleted) => {
            let sentence = format!(
                "the trust policy of role {} names {deleted}, a role or user that was deleted: IAM does not take such a \
                 policy again",
                role.path_and_name()
            );
            Err(PlanRefusal::new(sentence).hint("take that principal out first, or name the one that took its place"))
        }
        None => Ok(()),
    }
}

/// Refuses where nothing that is added could help: a Deny stands above every Allow.
fn may_help(check: &TrustCheck, role: &RoleArn) -> Result<(), PlanRefusal> {
    let decisions = check.review.iter().flat_map(|review| &review.decisions);
    let is_denied = decisions.into_iter().any(|(_, own)| own.outcome == Outcome::ExplicitDeny);
    if is_denied {
        let sentence = format!("role {} denies {}: {}", role.path_and_name(), check.who(), check.fault());
        return Err(PlanRefusal::new(sentence).hint("a Deny was meant by somebody: it is not taken out from here"));
    }
    Ok(())
}

/// The first candidate that does what it shall and no more.
fn chosen(
    seen: Seen<'_>,
    role: &Arc<Role>,
    check: &TrustCheck,
    (old, text): (&Arc<Document>, &str),
) -> Result<Candidate, PlanRefusal> {
    let cluster = seen.inventory.aws().cluster().and_then(Reading::value);
    let by_token = matches!(check.way, Way::WebIdentity(_));
    let cluster_arn = cluster_arn(seen.inventory, &role.arn);
    let audience = match &check.way {
        Way::WebIdentity(Some(audience)) => audience,
        _ => DEFAULT_AUDIENCE,
    };
    let own = For {
        namespace: &check.namespace,
        service_account: &check.service_account,
        role: role.arn.as_str(),
        issuer: cluster.and_then(|cluster| cluster.issuer_host_path()),
        audience,
        cluster_arn: cluster_arn.as_deref(),
    };
    let again = |text: &str| said_to(&with_trust(seen.inventory, role, text), check);
    let before = assumers(seen.inventory, &role.arn);
    let mut why = None;
    for candidate in candidates(text, check, again) {
        let named = format!("the trust policy of role {}", role.arn.path_and_name());
        let Ok(new) = rules::document(&candidate.text, Kind::Trust, &named).map(Arc::new) else { continue };
        let is_let_in =
            again(&candidate.text).and_then(|check| check.review).is_some_and(|review| review.answer.is_yes());
        if !is_let_in {
            continue;
        }
        if matches!(check.way, Way::Target(_)) {
            return Ok(candidate);
        }
        let after = assumers(&with_trust(seen.inventory, role, &candidate.text), &role.arn);
        match newly_let_in(&before, &after, own).or_else(|| widened(old, &new, own)) {
            None => return Ok(candidate),
            Some(more) => why = why.or(Some(more)),
        }
    }
    let sentence = match why {
        Some(more) => format!("every change that lets {} in lets in others, too: {more}", check.who()),
        None => format!("no small change to it lets {} in: {}", check.who(), check.fault()),
    };
    let hint = match (&check.statement, by_token) {
        (Some(_), _) => format!("see what stands in the way: rolecall trust sa/{}", check.service_account),
        (None, _) => "the cluster has to be read first: eks:DescribeCluster".to_owned(),
    };
    Err(PlanRefusal::new(sentence).hint(hint))
}

/// What was read, as it would be with another trust policy.
pub(in crate::domain::plan) fn with_trust(inventory: &Inventory, role: &Arc<Role>, text: &str) -> Inventory {
    let mut changed = inventory.clone();
    let at = inventory.aws().role(role.arn.as_str()).and_then(Reading::at);
    if let Some(at) = at {
        let value = Box::new(Role { trust: Some(Name::from(text)), ..(**role).clone() });
        changed.apply(Delta::Role(role.arn.name_shared(), Reading::Read { value, at }), &mut Dirty::default());
    }
    changed
}

/// What is said to the same question when something was changed.
fn said_to(inventory: &Inventory, check: &TrustCheck) -> Option<TrustCheck> {
    let (namespace, account) = (&check.namespace, &check.service_account);
    let bound = trust_review(inventory, namespace, account, None);
    let same = bound.into_iter().find(|own| own.role == check.role && own.way == check.way);
    same.or_else(|| {
        let kind = match check.way {
            Way::WebIdentity(_) => IdentityKind::WebIdentity,
            Way::PodIdentity | Way::Target(_) => IdentityKind::PodIdentity,
        };
        trust_if_bound(inventory, (namespace, account), &check.role, kind)
    })
}

/// Minds IAM's limit, and says what to do about it.
fn size(plan: &mut Plan, before: &str, after: &str) -> Result<(), PlanRefusal> {
    let (size, old) = (after.chars().count(), before.chars().count());
    let hint = "take out the statements of clusters that are gone, make a role for this cluster alone, or have the \
                quota \"Role trust policy length\" raised (up to 8192)";
    if size > rules::TRUST_SIZE_RAISED {
        let said =
            format!("the trust policy would have {size} characters, IAM takes {} at most", rules::TRUST_SIZE_RAISED);
        return Err(PlanRefusal::new(said).hint(hint));
    }
    if size > rules::TRUST_SIZE && old <= rules::TRUST_SIZE {
        let sentence = format!(
            "the trust policy comes to {size} characters: IAM takes {} unless the account's quota was raised; {hint}",
            rules::TRUST_SIZE
        );
        plan.warn(WarningKind::NotEffective, sentence);
    }
    Ok(())
}

/// What will come of it, and what one should know.
fn tell(plan: &mut Plan, seen: Seen<'_>, check: &TrustCheck) {
    let (namespace, account) = (&check.namespace, &check.service_account);
    let unmet = check.steps.iter().filter(|step| {
        step.holds.is_no() && matches!(step.kind, StepKind::ProviderExists | StepKind::AudienceAccepted)
    });
    for step in unmet {
        let sentence =
            format!("{}: the role cannot be had before there is one: rolecall create-provider", step.sentence);
        plan.warn(WarningKind::NotEffective, sentence);
    }
    let is_bound = trust_review(seen.inventory, namespace, account, None).iter().any(|own| own.role == check.role);
    tell_of_pods(plan, seen, check, is_bound);
    if !is_bound {
        let sentence =
            format!("nothing binds serviceaccount/{account} to it: rolecall annotate, or rolecall associate");
        plan.warn(WarningKind::NotEffective, sentence);
    }
    seen.warn_of_account(plan, namespace, account);
    let own = (namespace.clone(), account.clone());
    warn_of_keepers(plan, seen);
    Users::of(seen, &check.role).tell(plan, &check.role, &[own]);
}

/// Which running pods get it by themselves: those that were injected for it ask for it again and again, and others never do.
fn tell_of_pods(plan: &mut Plan, seen: Seen<'_>, check: &TrustCheck, is_bound: bool) {
    let (namespace, account) = (&check.namespace, &check.service_account);
    let soon = "within a minute: nothing is restarted";
    if !seen.inventory.listings().covers(inventory::Kind::Pod, namespace) {
        plan.effects.push(format!("running pods that were injected for it get it by themselves, {soon}"));
        return;
    }
    let by_token = matches!(check.way, Way::WebIdentity(_));
    let kind = if by_token { IdentityKind::WebIdentity } else { IdentityKind::PodIdentity };
    let asks = |row: &PodRow| row.kind == kind && (!by_token || row.role.as_ref() == Some(&check.role));
    let binding = Binding::after(plan, seen, namespace, account);
    let running = seen.running(namespace, account).map(|own| (own.1, binding.reached(namespace, own)));
    let (asking, others): (Vec<_>, Vec<_>) = running.partition(|(row, own)| asks(own.as_ref().unwrap_or(row)));
    let others = others.iter().filter(|(_, own)| own.is_some()).count();
    match asking.len() {
        0 => {}
        1 => plan.effects.push(format!("1 running pod was injected for it and gets it by itself, {soon}")),
        n => plan.effects.push(format!("{n} running pods were injected for it and get it by themselves, {soon}")),
    }
    if !is_bound {
        return;
    }
    let anew = format!("made anew: rolecall restart sa/{account} -n {namespace}");
    match others {
        0 => {}
        1 => plan.effects.push(format!("1 running pod was not injected for it and gets it when {anew}")),
        n => plan.effects.push(format!("{n} running pods were not injected for it and get it when {anew}")),
    }
    warn_of_withheld(plan, seen, namespace, account);
}
