//! From what is asked for to the plan.

use super::name::made_for;
use super::request::{NewRole, RoleMechanism, role_to_create};
use crate::domain::access::{Policies, Source};
use crate::domain::identity::{StepKind, TrustCheck, account_of, in_session, trust_if_bound};
use crate::domain::inventory::Lookup;
use crate::domain::model::{Association, Name, Reading, RoleArn};
use crate::domain::plan::annotate::{self, Annotations, ROLE_ARN};
use crate::domain::plan::associate;
use crate::domain::plan::escalation::{self, Given};
use crate::domain::plan::loss::{Becomes, warn_of_loss};
use crate::domain::plan::next::warn_of_annotated;
use crate::domain::plan::owned::{keeper_of_role, warn_of_keepers};
use crate::domain::plan::surroundings::of_another_account;
use crate::domain::plan::warning::WarningKind;
use crate::domain::plan::{Change, Content, Plan, PlanKind, PlanRefusal, Seen, Target, rules};
use crate::domain::policy::{Document, Kind, Layer, Truth, compact};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The plan that makes a role for a ServiceAccount and binds it.
///
/// # Errors
/// Where IAM would refuse any of it, the role's name is taken, or there is no ServiceAccount and none is to be made.
pub fn create_role(seen: Seen<'_>, wanted: &NewRole) -> Result<Plan, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let arn = role_to_create(seen, wanted)?;
    wanted.check(seen)?;
    seen.may_be_changed(&arn)?;
    is_free(seen, &arn)?;
    let accounts = accounts(seen, wanted, &arn)?;
    let (namespace, account) = (&wanted.namespace, &wanted.service_account);
    let title = format!("create role {} for serviceaccount/{account} in {namespace}", arn.path_and_name());
    let mut plan = Plan::new(PlanKind::CreateRole, title);
    let check = trust_if_bound(seen.inventory, (namespace, account), &arn, wanted.mechanism.kind());
    let trust = check.as_ref().map(trust_document).transpose()?.flatten();
    let Some(trust) = trust else {
        let gap = check.and_then(|check| check.gaps.into_iter().next());
        return Err(gap.map_or_else(
            || PlanRefusal::new("the cluster's OIDC issuer is not known"),
            |gap| PlanRefusal::unread(&gap),
        ));
    };
    let name = Name::from(arn.role_name());
    let role = wanted.content(trust, accounts.cluster);
    let target = Target::Role { name: name.clone() };
    plan.push(Change { target, from: Content::Absent, to: Content::Role(Box::new(role)) });
    for (target, to) in wanted.policies(&name) {
        plan.push(Change { target, from: Content::Absent, to });
    }
    let via = bind(&mut plan, seen, wanted, (&arn, accounts.cluster))?;
    warn_of_keepers(&mut plan, seen);
    policies(&mut plan, seen, wanted, &arn)?;
    tell(&mut plan, seen, wanted, (&arn, check.as_ref()));
    let made = made_with(seen, wanted);
    let is_vouched = !check.as_ref().is_some_and(is_not_vouched);
    let becomes = if is_vouched { Becomes::Made(&arn, &made, via.as_ref()) } else { Becomes::Nothing };
    match wanted.mechanism {
        RoleMechanism::Irsa => warn_of_annotated(&mut plan, seen, (namespace, account), becomes),
        RoleMechanism::PodIdentity => warn_of_loss(&mut plan, seen, namespace, account, becomes),
    }
    plan.effects.extend(accounts.said);
    Ok(plan)
}

/// Refuses a name that the account has, in whatever case and path: IAM tells names apart by neither.
fn is_free(seen: Seen<'_>, arn: &RoleArn) -> Result<(), PlanRefusal> {
    let same =
        |other: &RoleArn| other.role_name().eq_ignore_ascii_case(arn.role_name()) && other.account() == arn.account();
    let mut found = seen.inventory.aws().roles().filter_map(|(_, reading)| reading.value());
    let Some(taken) = found.find(|role| same(&role.arn)) else { return Ok(()) };
    let kept = keeper_of_role(taken).map(|keeper| format!(", kept by {keeper}")).unwrap_or_default();
    Err(PlanRefusal::new(format!("there is a role of that name already: {}{kept}", taken.arn))
        .hint("give another with --role-name, or bind it as it is: rolecall annotate"))
}

/// Which cluster it is for, and what is to be said of the accounts.
struct Accounts<'a> {
    cluster: &'a Name,
    said: Option<String>,
}

/// Compares the accounts of caller, role and cluster.
fn accounts<'a>(seen: Seen<'a>, wanted: &NewRole, arn: &RoleArn) -> Result<Accounts<'a>, PlanRefusal> {
    let Some(cluster) = seen.inventory.aws().cluster().and_then(Reading::value) else {
        return Err(PlanRefusal::new("which EKS cluster this is, is not known").hint("name it: --cluster-name"));
    };
    let (own, theirs) = (arn.account().unwrap_or_default(), cluster.account.as_deref());
    let said = match theirs {
        Some(theirs) if theirs != own && wanted.mechanism == RoleMechanism::PodIdentity => {
            let sentence = format!("cluster {} is of account {theirs}, and this is {own}", cluster.name);
            let hint = "an association takes a role of the cluster's account: sign in there, or use --mechanism irsa";
            return Err(PlanRefusal::new(sentence).hint(hint));
        }
        Some(_) => of_another_account(seen, arn, "made in"),
        None => None,
    };
    Ok(Accounts { cluster: &cluster.name, said })
}

/// The trust policy with the one statement that lets this ServiceAccount in.
fn trust_document(check: &TrustCheck) -> Result<Option<Name>, PlanRefusal> {
    let Some(statement) = &check.statement else { return Ok(None) };
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let text = compact(&text);
    rules::document(&text, Kind::Trust, "the trust policy")?;
    let size = rules::size(&text);
    if size > rules::TRUST_SIZE {
        return Err(PlanRefusal::new(format!(
            "the trust policy would have {size} characters, IAM takes {}",
            rules::TRUST_SIZE
        )));
    }
    Ok(Some(Name::from(text)))
}

/// The steps that bind the ServiceAccount: the annotation, maybe with the ServiceAccount itself, or the association, which is
/// given as it will be.
fn bind(
    plan: &mut Plan,
    seen: Seen<'_>,
    wanted: &NewRole,
    (arn, cluster): (&RoleArn, &Name),
) -> Result<Option<Association>, PlanRefusal> {
    let (namespace, name) = (&wanted.namespace, &wanted.service_account);
    let is_irsa = wanted.mechanism == RoleMechanism::Irsa;
    let found = account_of(seen.inventory, namespace, name);
    if let Lookup::Found(account) = found {
        seen.is_no_add_ons(account)?;
    }
    match found {
        Lookup::Found(account) if is_irsa => plan.push(annotate::change(account, &Annotations::role(arn))),
        Lookup::Found(_) => {}
        // every namespace has its ServiceAccount `default`
        Lookup::Absent if seen.inventory.shard(namespace).is_none() => {
            return Err(PlanRefusal::new(format!("there is no namespace {namespace}"))
                .hint(format!("make it first: kubectl create namespace {namespace}")));
        }
        Lookup::Absent if wanted.create_service_account => {
            rules::account_name(name)?;
            let role = is_irsa.then(|| (Name::from(ROLE_ARN), arn.name_shared()));
            let annotations: BTreeMap<Name, Name> = role.into_iter().collect();
            let target = Target::ServiceAccount { namespace: namespace.clone(), name: name.clone() };
            plan.push(Change { target, from: Content::Absent, to: Content::ServiceAccount(annotations) });
        }
        Lookup::Absent => {
            return Err(PlanRefusal::new(format!("there is no ServiceAccount {namespace}/{name}"))
                .hint("make it with the role: --create-service-account"));
        }
        Lookup::Unread(Some(gap)) => return Err(PlanRefusal::unread(gap)),
        Lookup::Unread(None) => {
            return Err(PlanRefusal::new(format!("ServiceAccount {namespace}/{name} has not been read yet")));
        }
    }
    if is_irsa { Ok(None) } else { bind_by_association(plan, seen, wanted, (arn, cluster)).map(Some) }
}

fn bind_by_association(
    plan: &mut Plan,
    seen: Seen<'_>,
    wanted: &NewRole,
    (arn, cluster): (&RoleArn, &Name),
) -> Result<Association, PlanRefusal> {
    let (namespace, name) = (&wanted.namespace, &wanted.service_account);
    let present = associate::present(seen, namespace, name)?;
    if let Some(target) = present.and_then(|association| association.target_role_arn.as_ref()) {
        let target = target.path_and_name();
        let sentence = format!(
            "the association of serviceaccount/{name} goes on to the target role {target}, which a new role could not assume"
        );
        return Err(
            PlanRefusal::new(sentence).hint(format!("end it first: rolecall dissociate sa/{name} -n {namespace}"))
        );
    }
    let obstacles = associate::free_way(seen, namespace, name)?;
    let tags = made_for(cluster, namespace, name);
    let (change, planned) = associate::binding(cluster, (namespace, name), present, arn, tags)?;
    plan.push(change);
    if let Some(old) = present.and_then(Association::effective_role) {
        let old = old.path_and_name();
        plan.effects.push(format!("an association binds it to {old} now, and goes on to the new role"));
    }
    if planned.disable_session_tags {
        let sentence = "its association sends no session tags, so that the trust policy can ask for no ServiceAccount: any \
                        association of the cluster that sends none may be given the new role, too";
        plan.effects.push(sentence.to_owned());
    }
    // the role is made to let them in
    associate::tell(plan, seen, (present, &planned, Truth::Yes), obstacles);
    Ok(planned)
}

/// Whether no provider of the role's account takes the tokens of its pods: they get nothing by it.
fn is_not_vouched(check: &TrustCheck) -> bool {
    check.fails(StepKind::ProviderExists) || check.fails(StepKind::AudienceAccepted)
}

/// The policies that the role is made with, as far as they were read; and that of the association that goes on to it.
fn made_with(seen: Seen<'_>, wanted: &NewRole) -> Policies {
    let mut made = Policies::default();
    let managed = wanted.policies.iter().map(|arn| (Layer::Identity, Kind::Identity, arn));
    let boundary = wanted.boundary.iter().map(|arn| (Layer::Boundary, Kind::Boundary, arn));
    for (layer, kind, arn) in managed.chain(boundary) {
        made.add_managed(seen.inventory, (layer, kind), arn);
    }
    for (name, text) in &wanted.inline {
        made.add(Layer::Identity, Kind::Identity, Source { name: name.clone(), managed: false, text: text.clone() });
    }
    let association = seen.inventory.aws().association(&wanted.namespace, &wanted.service_account).found();
    let via = association.filter(|_| wanted.mechanism == RoleMechanism::PodIdentity);
    via.into_iter().fold(made, in_session)
}

/// Looks into every policy: whether IAM would take it, and whether it gives away too much.
fn policies(plan: &mut Plan, seen: Seen<'_>, wanted: &NewRole, arn: &RoleArn) -> Result<(), PlanRefusal> {
    if wanted.policies.is_empty() && wanted.inline.is_empty() {
        plan.warn(WarningKind::NotEffective, "the role gets no policy: with it pods may do nothing in AWS");
    }
    if wanted.policies.len() > rules::ATTACHED {
        let sentence = format!(
            "{} managed policies are attached: IAM takes {} unless the account's quota was raised",
            wanted.policies.len(),
            rules::ATTACHED
        );
        plan.warn(WarningKind::NotEffective, sentence);
    }
    let namespaces = [&wanted.namespace];
    let mut size = 0;
    for (name, text) in &wanted.inline {
        let document = Arc::new(rules::document(text, Kind::Identity, &format!("inline policy {name}"))?);
        size += rules::size(text);
        escalation::warn(plan, seen, arn, &Given { name, document }, &namespaces);
    }
    if size > rules::INLINE_SIZE {
        let said = format!("the inline policies have {size} characters, IAM takes {} a role", rules::INLINE_SIZE);
        return Err(PlanRefusal::new(said).hint("make a managed policy of one of them: each may have 6144"));
    }
    for policy in &wanted.policies {
        match seen.inventory.aws().policy(policy).and_then(Reading::value).map(|read| &read.document) {
            Some(Ok(text)) => {
                if let Ok(document) = Document::parse(text, Kind::Identity) {
                    escalation::warn(
                        plan,
                        seen,
                        arn,
                        &Given { name: policy, document: Arc::new(document) },
                        &namespaces,
                    );
                }
            }
            Some(Err(_)) | None => {
                plan.warn(WarningKind::NotRead, format!("what policy {policy} allows was not read"));
            }
        }
    }
    Ok(())
}

/// What will come of it, and what one should know.
fn tell(plan: &mut Plan, seen: Seen<'_>, wanted: &NewRole, (arn, check): (&RoleArn, Option<&TrustCheck>)) {
    let (namespace, name) = (&wanted.namespace, &wanted.service_account);
    seen.warn_of_account(plan, namespace, name);
    if let Some(check) = check {
        if is_not_vouched(check) {
            let step = check.steps.iter().find(|step| {
                step.holds.is_no() && matches!(step.kind, StepKind::ProviderExists | StepKind::AudienceAccepted)
            });
            let said = step.map(|step| step.sentence.clone()).unwrap_or_default();
            let sentence = format!("{said}: no pod gets the role before there is one: rolecall create-provider");
            plan.warn(WarningKind::NotEffective, sentence);
        }
        let unread = |kind| check.steps.iter().find(|step| step.kind == kind && step.holds == Truth::Depends);
        for step in [StepKind::ProviderExists, StepKind::AudienceAccepted].into_iter().filter_map(unread) {
            plan.warn(WarningKind::NotRead, step.sentence.clone());
        }
    }
    if seen.inventory.aws().role(arn.as_str()).is_none_or(|reading| reading.gap().is_some()) {
        plan.warn(WarningKind::NotRead, format!("whether there is a role {} already was not read", arn.role_name()));
    }
    if wanted.mechanism == RoleMechanism::Irsa {
        match seen.inventory.aws().association(namespace, name) {
            Lookup::Found(other) => {
                let role = other.effective_role().map_or("another role", RoleArn::path_and_name);
                let sentence = format!(
                    "an association binds it to {role}, and wins: new pods do not get the new role before it is ended \
                     (rolecall dissociate sa/{name} -n {namespace})"
                );
                plan.warn(WarningKind::NotEffective, sentence);
            }
            Lookup::Unread(_) => plan.warn(WarningKind::NotRead, "whether an association binds it was not read"),
            Lookup::Absent => {}
        }
        let annotated = account_of(seen.inventory, namespace, name).found().and_then(|account| account.role.as_ref());
        if let Some(old) = annotated.map(|annotation| annotation.arn.path_and_name()) {
            plan.effects.push(format!("it is annotated with {old} now, and goes on to the new role"));
        }
        let gets = format!("{} by {}", arn.path_and_name(), wanted.mechanism.label());
        seen.annotated_pods_keep(plan, namespace, name, &gets);
    }
}
