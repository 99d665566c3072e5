//! What helps where a role does not let a ServiceAccount in, whichever pod it is about.

use super::Fix;
use crate::domain::identity::{DEFAULT_AUDIENCE, Finding, StepKind, TrustCheck, Way};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Cluster, Reading};
use crate::domain::policy::Layer;

/// What to do about each finding of a check, and about a trust policy that is too wide; each remedy once.
pub fn remedies(inventory: &Inventory, check: &TrustCheck) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    let wide = check.openings.iter().any(|opening| opening.is_too_wide);
    // of the findings of a second hop that the source role alone is kept from, none is the trust policy's
    let is_onward = check.hindrance.is_some() && !check.is_refused_by_trust();
    let found = check.findings.iter().filter(|finding| !(is_onward && **finding == Finding::PodIdentityTrust));
    for fix in found
        .map(|finding| fix_of(inventory, check, *finding))
        .chain(onward_fix(check))
        .chain(wide.then(|| trust_fix(check)))
    {
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    fixes
}

fn fix_of(inventory: &Inventory, check: &TrustCheck, finding: Finding) -> Fix {
    let (namespace, account) = (&check.namespace, &check.service_account);
    match finding {
        Finding::RoleNotFound => {
            Fix::words("create the role, or bind the ServiceAccount to one that exists, with its path")
        }
        Finding::MalformedRoleArn => Fix::words(format!(
            "annotate serviceaccount/{account} -n {namespace} with arn:aws:iam::ACCOUNT:role/PATH/NAME"
        )),
        Finding::ProviderMissing => provider_fix(inventory, check),
        Finding::AudienceMismatch if check.fails(StepKind::AudienceAccepted) => audience_fix(inventory, check),
        _ => trust_fix(check),
    }
}

/// A statement that lets in this ServiceAccount and no other, and how it comes into the trust policy.
pub(super) fn trust_fix(check: &TrustCheck) -> Fix {
    let (role, name) = (check.role.path_and_name(), check.role.role_name());
    let account = format!("{}/{}", check.namespace, check.service_account);
    let commands = vec![
        format!("aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument > trust.json"),
        format!("aws iam update-assume-role-policy --role-name {name} --policy-document file://trust.json"),
    ];
    let summary = format!("correct the trust policy of role {role}: a statement for ServiceAccount {account} alone");
    Fix { summary, commands, document: check.statement.clone() }
}

/// What lets the role of an association go on to its target role, where its own policies keep it from that.
pub(super) fn onward_fix(check: &TrustCheck) -> Option<Fix> {
    let (hindrance, source) = (check.hindrance.as_ref()?, check.source()?);
    let (role, target, noun) = (source.path_and_name(), check.role.path_and_name(), hindrance.layer.noun());
    if let Some((policy, at)) = &hindrance.denied_by {
        return Some(Fix::words(format!(
            "narrow statement {} of the {noun} {policy} of role {role}, so that it does not deny {} on role {target}",
            at + 1,
            hindrance.actions.join(" and ")
        )));
    }
    let document = check.source_policy();
    if hindrance.layer == Layer::Boundary {
        let summary = format!("widen the {noun} of role {role}: it has to allow this, too");
        return Some(Fix { summary, document, ..Fix::default() });
    }
    let command = format!(
        "aws iam put-role-policy --role-name {} --policy-name assume-{} --policy-document file://policy.json",
        source.role_name(),
        check.role.role_name()
    );
    let summary = format!("let role {role} go on to role {target}: an {noun} that allows it");
    Some(Fix { summary, commands: vec![command], document })
}

/// The OIDC provider in the role's account, made.
pub(super) fn provider_fix(inventory: &Inventory, check: &TrustCheck) -> Fix {
    let (issuer, audience) = (issuer(inventory), audience(check));
    let account = check.role.account().unwrap_or("the role's account");
    let command = format!("aws iam create-open-id-connect-provider --url https://{issuer} --client-id-list {audience}");
    let summary = format!("create the OIDC provider in account {account}, that of the role");
    Fix { summary, commands: vec![command], ..Fix::default() }
}

fn audience_fix(inventory: &Inventory, check: &TrustCheck) -> Fix {
    let (issuer, audience) = (issuer(inventory), audience(check));
    let partition = check.role.partition().unwrap_or("aws");
    let account = check.role.account().unwrap_or_default();
    let command = format!(
        "aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn \
         arn:{partition}:iam::{account}:oidc-provider/{issuer} --client-id {audience}"
    );
    let summary =
        format!("add the audience {audience} to the cluster's OIDC provider, or have the token made for another");
    Fix { summary, commands: vec![command], ..Fix::default() }
}

fn audience(check: &TrustCheck) -> &str {
    match &check.way {
        Way::WebIdentity(Some(audience)) => audience,
        _ => DEFAULT_AUDIENCE,
    }
}

/// The cluster's issuer without its scheme, or words for it.
pub(super) fn issuer(inventory: &Inventory) -> &str {
    let cluster = inventory.aws().cluster().and_then(Reading::value);
    cluster.and_then(Cluster::issuer_host_path).unwrap_or("the cluster's issuer")
}
