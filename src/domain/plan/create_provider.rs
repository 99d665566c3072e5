//! Making the cluster's OIDC provider in the account: what IAM needs to know an issuer before any role can be assumed
//! with its tokens (EKS user guide, "Create an IAM OIDC provider for your cluster").

use super::surroundings::{Seen, all, named};
use super::warning::WarningKind;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, Target};
use crate::domain::identity::{naming_provider, unread_trusts};
use crate::domain::model::{Cluster, Gap, GapReason, Name, OidcProvider, Reading, RoleArn};

/// How many URLs of providers an audience or an issuer may be long (IAM API reference, `CreateOpenIDConnectProvider`).
const LONGEST: usize = 255;

/// The plan that makes the provider, or adds the audience to one that lacks it.
///
/// # Errors
/// Where it is there already, or what is needed to tell was not read.
pub fn create_provider(seen: Seen<'_>, audience: &Name) -> Result<Plan, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let (arn, issuer) = provider_arn(seen)?;
    if audience.is_empty() || audience.chars().count() > LONGEST {
        return Err(PlanRefusal::new(format!("{audience} is no audience: it has 1 to {LONGEST} characters")));
    }
    let mut plan = match providers(seen)?.iter().find(|provider| provider.arn == arn) {
        None => created(&arn, &issuer, audience),
        Some(OidcProvider { client_ids: Some(accepted), .. }) if accepted.contains(audience) => {
            let sentence =
                format!("the account has the provider already, and it accepts {audience}: nothing to change");
            return Err(PlanRefusal::new(sentence));
        }
        Some(OidcProvider { client_ids: Some(_), .. }) => extended(&arn, audience),
        Some(_) => {
            let sentence = "the provider is there, and which audiences it accepts was not read";
            let call = "iam:GetOpenIDConnectProvider";
            return Err(PlanRefusal::unread(&Gap::new("OIDC provider", call, GapReason::NotFoundOut, sentence)));
        }
    };
    tell_of_roles(&mut plan, seen, &arn);
    Ok(plan)
}

fn created(arn: &Name, issuer: &str, audience: &Name) -> Plan {
    let mut plan = Plan::new(PlanKind::CreateProvider, format!("create the OIDC provider of {issuer}"));
    let target = Target::Provider { arn: arn.clone() };
    plan.push(Change { target, from: Content::Absent, to: Content::Provider(vec![audience.clone()]) });
    plan.effects.push("running pods whose SDK failed so far get their role as it asks again".to_owned());
    plan
}

fn extended(arn: &Name, audience: &Name) -> Plan {
    let mut plan = Plan::new(PlanKind::CreateProvider, format!("let the OIDC provider accept the audience {audience}"));
    let target = Target::Audience { provider: arn.clone(), audience: audience.clone() };
    plan.push(Change { target, from: Content::Absent, to: Content::Present });
    plan.effects.push("the provider is there already, and lacks the audience".to_owned());
    plan
}

/// Says which roles could not be assumed before, and can be from then on.
pub(super) fn tell_of_roles(plan: &mut Plan, seen: Seen<'_>, arn: &Name) {
    let roles = naming_provider(seen.inventory, arn);
    let doubt = not_all_roles(seen);
    if roles.is_empty() {
        // of roles that nobody read, "none" would say more than is known: the doubt below says it
        if doubt.is_none() {
            plan.effects.push("no role of the account trusts this provider".to_owned());
        }
    } else {
        let names: Vec<&str> = roles.iter().map(RoleArn::path_and_name).collect();
        let sentence = format!(
            "roles that trust this provider can be assumed from then on, as far as they let in: {}",
            all(&names)
        );
        plan.warn(WarningKind::SharedBy, sentence);
    }
    if let Some(doubt) = doubt {
        let whom = if roles.is_empty() { "roles that trust it" } else { "others, too," };
        plan.warn(WarningKind::NotRead, format!("{doubt}: {whom} may be assumed from then on"));
    }
}

/// Whether a provider may go, or accept less: only while no role hangs on it.
///
/// # Errors
/// Where a role trusts the provider, or not all roles were read.
pub(super) fn may_be_taken_back<'c>(
    seen: Seen<'_>,
    changes: impl Iterator<Item = &'c Change>,
) -> Result<(), PlanRefusal> {
    for arn in changes.filter_map(provider_going) {
        let roles = naming_provider(seen.inventory, arn);
        if !roles.is_empty() {
            let names: Vec<&str> = roles.iter().map(RoleArn::path_and_name).collect();
            let sentence = format!("roles trust the provider, and could not be assumed any more: {}", named(&names));
            return Err(PlanRefusal::new(sentence).hint("change their trust policies first, or keep the provider"));
        }
        if let Some(doubt) = not_all_roles(seen) {
            let sentence = format!("whether a role trusts the provider is not known: {doubt}");
            return Err(PlanRefusal::new(sentence).hint("reading all roles needs iam:GetAccountAuthorizationDetails"));
        }
    }
    Ok(())
}

/// The provider that a change takes away, or lets accept less.
pub(super) fn provider_going(change: &Change) -> Option<&Name> {
    match (&change.target, &change.to) {
        (Target::Provider { arn } | Target::Audience { provider: arn, .. }, Content::Absent) => Some(arn),
        _ => None,
    }
}

/// Why roles may be missing among those that were read.
fn not_all_roles(seen: Seen<'_>) -> Option<String> {
    match seen.inventory.aws().sweep() {
        Some(Reading::Read { .. }) => {
            let unread = unread_trusts(seen.inventory);
            let names: Vec<&str> = unread.iter().map(RoleArn::path_and_name).collect();
            (!names.is_empty()).then(|| format!("the trust policy cannot be read of {}", named(&names)))
        }
        Some(Reading::Unread(gap)) => Some(format!("not all roles of the account were read ({})", gap.sentence)),
        _ => Some("not all roles of the account were read".to_owned()),
    }
}

fn providers(seen: Seen<'_>) -> Result<&[OidcProvider], PlanRefusal> {
    match seen.inventory.aws().providers() {
        Some(Reading::Read { value, .. }) => Ok(value),
        Some(Reading::Missing { .. }) => Ok(&[]),
        Some(Reading::Unread(gap)) => Err(PlanRefusal::unread(gap)),
        None => {
            let sentence = "the account's OIDC providers have not been read yet";
            let call = "iam:ListOpenIDConnectProviders";
            Err(PlanRefusal::unread(&Gap::new("OIDC providers", call, GapReason::NotLoadedYet, sentence)))
        }
    }
}

/// The ARN that the provider has in the account that we are signed in to, and the issuer.
fn provider_arn(seen: Seen<'_>) -> Result<(Name, String), PlanRefusal> {
    let aws = seen.inventory.aws();
    let (cluster, caller) = match (aws.cluster(), aws.caller()) {
        (Some(Reading::Unread(gap)), _) | (_, Some(Reading::Unread(gap))) => return Err(PlanRefusal::unread(gap)),
        (cluster, caller) => (cluster.and_then(Reading::value), caller.and_then(Reading::value)),
    };
    let issuer = cluster.and_then(Cluster::issuer_host_path).filter(|issuer| !issuer.is_empty());
    let (Some(issuer), Some(caller)) = (issuer, caller) else {
        let sentence = "the cluster's OIDC issuer, or the account, has not been read yet";
        let gap = Gap::new("OIDC issuer", "eks:DescribeCluster", GapReason::NotLoadedYet, sentence);
        return Err(PlanRefusal::unread(&gap));
    };
    let arn = format!("arn:{}:iam::{}:oidc-provider/{issuer}", aws.partition(), caller.account);
    Ok((Name::from(arn), format!("https://{issuer}")))
}
