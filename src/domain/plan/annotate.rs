//! Annotating a ServiceAccount: the role that its pods get by IRSA, and how their token is made.
//!
//! What the annotations mean is the webhook's business (amazon-eks-pod-identity-webhook, `pkg/annotations.go`).

use super::escalation;
use super::fit::{Fit, fit_of, is_reserved};
use super::loss::Becomes;
use super::next::{NO_ROLE, gets, warn_of_annotated};
use super::owned::warn_of_keepers;
use super::removal::kept;
use super::surroundings::{Seen, of_another_account};
use super::warning::WarningKind;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, RoleMechanism, Target};
use crate::domain::inventory::{Delta, Dirty, Lookup};
use crate::domain::model::{Name, Reading, RoleArn, ServiceAccount};
use crate::domain::policy::Truth;
use std::collections::BTreeMap;

/// The annotation that names the role.
pub const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
pub(super) const AUDIENCE: &str = "eks.amazonaws.com/audience";
const EXPIRATION: &str = "eks.amazonaws.com/token-expiration";
const REGIONAL: &str = "eks.amazonaws.com/sts-regional-endpoints";

/// What becomes of one annotation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edit {
    /// It stays as it is.
    #[default]
    Keep,
    /// It gets this value.
    Set(Name),
    /// It goes.
    Remove,
}

impl Edit {
    /// What was typed for an annotation: nothing takes it away, for the webhook takes an empty one at its word.
    pub fn of(text: &str) -> Self {
        match text.trim() {
            "" => Self::Remove,
            text => Self::Set(Name::from(text)),
        }
    }
}

/// What becomes of each annotation that the webhook reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotations {
    /// The role.
    pub role: Edit,
    /// The audience of the token.
    pub audience: Edit,
    /// The token's life, in seconds.
    pub token_expiration: Edit,
    /// Whether STS is asked in the region.
    pub regional_sts: Edit,
}

impl Annotations {
    /// Only the role.
    pub fn role(role: &RoleArn) -> Self {
        Self { role: Edit::Set(role.name_shared()), ..Self::default() }
    }

    /// No role any more, nor what only makes sense with one.
    pub fn none() -> Self {
        let remove = Edit::Remove;
        Self { role: remove.clone(), audience: remove.clone(), token_expiration: remove.clone(), regional_sts: remove }
    }
}

/// The plan that annotates a ServiceAccount.
///
/// # Errors
/// Where the ServiceAccount is not there or is an EKS add-on's, the role cannot be one, or nothing would change.
pub fn annotate(seen: Seen<'_>, namespace: &Name, name: &Name, annotations: &Annotations) -> Result<Plan, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let account = seen.account(namespace, name)?;
    seen.is_no_add_ons(account)?;
    check(seen, annotations)?;
    let mut plan = Plan::new(PlanKind::Annotate, title(namespace, name, &annotations.role));
    plan.push(change(account, annotations));
    if plan.steps.is_empty() {
        return Err(PlanRefusal::new(format!("serviceaccount/{name} is annotated so already: nothing to change")));
    }
    tell(&mut plan, seen, account, annotations);
    Ok(plan)
}

fn title(namespace: &Name, name: &Name, role: &Edit) -> String {
    match role {
        Edit::Set(arn) => {
            let role = RoleArn::new(arn.clone());
            format!("bind serviceaccount/{name} in {namespace} to role {}", role.path_and_name())
        }
        Edit::Remove => format!("take the role from serviceaccount/{name} in {namespace}"),
        Edit::Keep => format!("annotate serviceaccount/{name} in {namespace}"),
    }
}

/// Refuses what the webhook or STS would not take.
fn check(seen: Seen<'_>, annotations: &Annotations) -> Result<(), PlanRefusal> {
    if let Edit::Set(arn) = &annotations.role {
        let role = RoleArn::new(arn.clone());
        if let Some(problem) = role.problem() {
            let hint = "give the whole ARN, with its path: arn:aws:iam::ACCOUNT:role/PATH/NAME";
            return Err(PlanRefusal::new(format!("{arn} is no role's ARN: {}", problem.sentence())).hint(hint));
        }
        if is_reserved(&role) {
            let sentence = format!("role {} is AWS's own: nobody else can assume it", role.path_and_name());
            return Err(PlanRefusal::new(sentence));
        }
        if seen.inventory.aws().role(role.as_str()).is_some_and(Reading::is_missing) {
            let mut refusal = PlanRefusal::new(format!("there is no role {} in its account", role.path_and_name()));
            let same = |other: &RoleArn| other.role_name() == role.role_name() && other.account() == role.account();
            let found = seen.inventory.aws().roles().filter_map(|(_, reading)| Some(&reading.value()?.arn));
            if let Some(other) = found.into_iter().find(|other| same(other)) {
                refusal = refusal.hint(format!("IAM has it with another path: {other}"));
            }
            return Err(refusal);
        }
    }
    token_fault(annotations).map_or(Ok(()), Err)
}

/// What is wrong with what is said of the token; none: nothing.
pub fn token_fault(annotations: &Annotations) -> Option<PlanRefusal> {
    if let Edit::Set(audience) = &annotations.audience
        && audience.trim().is_empty()
    {
        let hint = "without the annotation it is sts.amazonaws.com: remove it";
        return Some(PlanRefusal::new("a token's audience is not empty: no provider accepts that").hint(hint));
    }
    if let Edit::Set(regional) = &annotations.regional_sts
        && !["true", "false"].contains(&&**regional)
    {
        return Some(PlanRefusal::new(format!(
            "{regional} does not say whether STS is asked in the region: true or false"
        )));
    }
    if let Edit::Set(seconds) = &annotations.token_expiration {
        let is_number = seconds.parse::<u32>().is_ok_and(|seconds| (600..=86_400).contains(&seconds));
        if !is_number {
            let sentence = format!("{seconds} is no token expiration: it is a number of seconds from 600 to 86400");
            return Some(PlanRefusal::new(sentence));
        }
    }
    None
}

/// The change of the annotations that are edited, and of no other.
pub(super) fn change(account: &ServiceAccount, annotations: &Annotations) -> Change {
    let present = [
        (ROLE_ARN, &annotations.role, account.role.as_ref().map(|role| role.arn.name_shared())),
        (AUDIENCE, &annotations.audience, account.audience.clone()),
        (EXPIRATION, &annotations.token_expiration, account.token_expiration.clone()),
        (REGIONAL, &annotations.regional_sts, account.regional_sts.clone()),
    ];
    let (mut from, mut to) = (BTreeMap::new(), BTreeMap::new());
    for (key, edit, value) in present {
        let after = match edit {
            Edit::Keep => continue,
            Edit::Set(value) => Some(value.clone()),
            Edit::Remove => None,
        };
        if after != value {
            from.insert(Name::from(key), value);
            to.insert(Name::from(key), after);
        }
    }
    let (namespace, name) = (account.namespace.clone(), account.name.clone());
    let target = Target::Annotations { namespace, name };
    Change { target, from: Content::Annotations(from), to: Content::Annotations(to) }
}

/// What will come of it, and what one should know.
fn tell(plan: &mut Plan, seen: Seen<'_>, account: &ServiceAccount, annotations: &Annotations) {
    let (namespace, name) = (&account.namespace, &account.name);
    seen.warn_of_account(plan, namespace, name);
    warn_of_keepers(plan, seen);
    warn_of_association(plan, seen, namespace, name);
    let to = match plan.steps.first().map(|step| &step.change.to) {
        Some(Content::Annotations(to)) => to.clone(),
        _ => BTreeMap::new(),
    };
    match &annotations.role {
        Edit::Set(arn) => {
            let role = RoleArn::new(arn.clone());
            let lets_in = warn_of_fit(plan, seen, account, (&role, &to));
            tell_of_role(plan, seen, namespace, &role);
            seen.annotated_pods_keep(plan, namespace, name, &gets(role.path_and_name(), lets_in));
            warn_of_annotated(plan, seen, (namespace, name), Becomes::of(&role, None, lets_in));
        }
        Edit::Remove => {
            seen.annotated_pods_keep(plan, namespace, name, NO_ROLE);
            plan.effects.extend(plan.steps.first().and_then(|step| kept(seen, &step.change)));
            warn_of_annotated(plan, seen, (namespace, name), Becomes::NoRole);
        }
        Edit::Keep => tell_of_token(plan, seen, account, &to),
    }
}

/// What will come of a change of the token alone: it may be one that the role does not take.
fn tell_of_token(plan: &mut Plan, seen: Seen<'_>, account: &ServiceAccount, to: &BTreeMap<Name, Option<Name>>) {
    let (namespace, name) = (&account.namespace, &account.name);
    let Some(annotation) = &account.role else {
        let sentence = "it is annotated with no role: without one the webhook makes no token, and this has no effect";
        plan.warn(WarningKind::NotEffective, sentence);
        return seen.annotated_pods_keep(plan, namespace, name, "the token as annotated");
    };
    let lets_in = warn_of_fit(plan, seen, account, (&annotation.arn, to));
    let role = format!("role {}", annotation.arn.path_and_name());
    let new = if lets_in.is_no() { gets(&role, lets_in) } else { "the token as annotated".to_owned() };
    seen.annotated_pods_keep(plan, namespace, name, &new);
    warn_of_annotated(plan, seen, (namespace, name), Becomes::of(&annotation.arn, None, lets_in));
}

/// What is to be said of the role itself: whose it is, and what it gives away.
fn tell_of_role(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, role: &RoleArn) {
    if let Some(said) = of_another_account(seen, role, "of") {
        if seen.inventory.aws().role(role.as_str()).and_then(Reading::value).is_some() {
            plan.effects.push(said);
        } else {
            plan.warn(WarningKind::NotRead, format!("{said}; neither that nor the role could be looked at from here"));
        }
    }
    escalation::warn_of_bound(plan, seen, role, namespace);
}

/// Says where an association wins over the annotation.
pub(super) fn warn_of_association(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, name: &Name) {
    match seen.inventory.aws().association(namespace, name) {
        Lookup::Found(association) => {
            let role = association.effective_role().map_or("another role", |role| role.path_and_name());
            let sentence =
                format!("an association binds it to {role}, and wins: new pods do not get the annotation's role");
            plan.warn(WarningKind::NotEffective, sentence);
        }
        Lookup::Unread(_) => {
            let sentence = "whether an association binds it was not read; one would win over the annotation";
            plan.warn(WarningKind::NotRead, sentence);
        }
        Lookup::Absent => {}
    }
}

/// Says where the role does not let the pods in by the token that they will have, and whether it does; `to`: the
/// annotations to come, as far as they change.
pub(super) fn warn_of_fit(
    plan: &mut Plan,
    seen: Seen<'_>,
    account: &ServiceAccount,
    (role, to): (&RoleArn, &BTreeMap<Name, Option<Name>>),
) -> Truth {
    let mut inventory = seen.inventory.clone();
    let audience = to.get(AUDIENCE).cloned().unwrap_or_else(|| account.audience.clone());
    let planned = ServiceAccount { audience, ..account.clone() };
    inventory.apply(Delta::ServiceAccount(Box::new(planned)), &mut Dirty::default());
    let Fit { answer, because } = fit_of(&inventory, (&account.namespace, &account.name), role, RoleMechanism::Irsa);
    let name = role.path_and_name();
    match answer {
        Truth::Yes => {}
        Truth::No => {
            plan.warn(WarningKind::NotEffective, format!("role {name} does not let these pods in: {because}"));
        }
        Truth::Depends => {
            plan.warn(WarningKind::NotRead, format!("whether role {name} lets these pods in is not known: {because}"));
        }
    }
    answer
}
