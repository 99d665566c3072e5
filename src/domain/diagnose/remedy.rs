//! What helps where a role does not let a ServiceAccount in, whichever pod it is about.

use super::Fix;
use crate::domain::identity::{DEFAULT_AUDIENCE, Finding, KeptOutBy, StepKind, TrustCheck, Way};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Cluster, Name, Reading, RoleArn};
use crate::domain::policy::Layer;

/// What to do about each finding of a check, and about a trust policy that is too wide; each remedy once.
pub fn remedies(inventory: &Inventory, check: &TrustCheck) -> Vec<Fix> {
    remedies_against(inventory, check).into_iter().map(|(_, fix)| fix).collect()
}

/// The same, each with the finding that it is against; none where the source role's own policies are in the way.
pub fn remedies_against(inventory: &Inventory, check: &TrustCheck) -> Vec<(Option<Finding>, Fix)> {
    let wide = check.openings.iter().any(|opening| opening.is_too_wide);
    // of the findings of a second hop that the source role alone is kept from, none is the trust policy's
    let is_onward = check.kept_out_by() == Some(KeptOutBy::Source);
    let found = check.findings.iter().filter(|finding| !(is_onward && **finding == Finding::PodIdentityTrust));
    let all = found
        .map(|finding| (Some(*finding), fix_of(inventory, check, *finding)))
        .chain(onward_fix(inventory, check).map(|fix| (None, fix)))
        .chain(wide.then(|| (Some(Finding::TrustTooWide), narrow_fix(inventory, check))));
    let mut fixes: Vec<(Option<Finding>, Fix)> = Vec::new();
    for (finding, fix) in all {
        if fixes.iter().all(|(_, own)| *own != fix) {
            fixes.push((finding, fix));
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
        Finding::MalformedRoleArn => annotate_fix((namespace, account), Some(&check.role)),
        Finding::ProviderMissing => provider_fix(inventory, check),
        Finding::AudienceMismatch if check.fails(StepKind::AudienceAccepted) => audience_fix(inventory, check),
        _ => trust_fix(inventory, check),
    }
}

/// The annotation as it was meant, where that can be told of what is written.
pub(super) fn annotate_fix((namespace, account): (&str, &str), written: Option<&RoleArn>) -> Fix {
    let Some(meant) = written.and_then(RoleArn::without_wrapping) else {
        return Fix::words(format!(
            "annotate serviceaccount/{account} -n {namespace} with arn:aws:iam::ACCOUNT:role/PATH/NAME"
        ));
    };
    let command = format!(
        "kubectl -n {namespace} annotate serviceaccount {account} eks.amazonaws.com/role-arn={meant} --overwrite"
    );
    Fix {
        summary: format!("annotate serviceaccount/{account} -n {namespace} with {meant}, and nothing around it"),
        commands: vec![command],
        ..Fix::default()
    }
}

/// What makes the trust policy let it in: a Deny has to be narrowed, as no Allow stands above it.
pub(super) fn trust_fix(inventory: &Inventory, check: &TrustCheck) -> Fix {
    let denying: Vec<String> = check.denied_by().iter().map(|at| (at + 1).to_string()).collect();
    let (role, who) = (named(inventory, &check.role), check.who());
    let narrow = match denying.as_slice() {
        [] => return statement_fix(inventory, check),
        [one] => format!("narrow statement {one} of the trust policy of {role}, so that it does not deny {who}"),
        some => {
            let some = some.join(" and ");
            format!("narrow statements {some} of the trust policy of {role}, so that they do not deny {who}")
        }
    };
    if check.review.as_ref().is_some_and(|review| review.but_for_denies.is_no()) {
        let fix = statement_fix(inventory, check);
        return Fix { summary: format!("{narrow}, and {}", fix.summary), ..fix };
    }
    Fix { summary: narrow, commands: update(check), document: None }
}

/// A statement that lets in this ServiceAccount and, where anything tells it from others, no other; and how it comes into
/// the trust policy. What stands there already lets in others, and stays.
fn statement_fix(inventory: &Inventory, check: &TrustCheck) -> Fix {
    let whom = match &check.way {
        Way::Target(source) if !check.is_alone => format!("for role {} alone", source.path_and_name()),
        _ => whom(check),
    };
    let summary = format!("add to the trust policy of {} a statement {whom}", named(inventory, &check.role));
    Fix { summary, commands: update(check), document: check.statement.clone() }
}

/// What takes the place of the statements that let in more than anybody can have meant: others need the role, too, and each
/// of them has to be let in as this one.
pub(super) fn narrow_fix(inventory: &Inventory, check: &TrustCheck) -> Fix {
    let mut wide: Vec<usize> =
        check.openings.iter().filter(|opening| opening.is_too_wide).map(|opening| opening.statement + 1).collect();
    wide.dedup();
    let noun = if wide.len() == 1 { "statement" } else { "statements" };
    let places = wide.iter().map(usize::to_string).collect::<Vec<_>>().join(" and ");
    let role = named(inventory, &check.role);
    let summary = format!(
        "narrow {noun} {places} of the trust policy of {role} to who needs the role, with a statement like this one for each: \
         it is {}",
        whom(check)
    );
    Fix { summary, commands: update(check), document: check.statement.clone() }
}

fn whom(check: &TrustCheck) -> String {
    let account = format!("{}/{}", check.namespace, check.service_account);
    if check.is_alone {
        return format!("for ServiceAccount {account} alone");
    }
    format!(
        "for any association of this cluster, as without session tags nothing tells {account} from others; or have its \
         association send session tags"
    )
}

/// A role as the commands about it find it: by its name, and with credentials of its account, which is said where that is
/// not the cluster's.
fn named(inventory: &Inventory, role: &RoleArn) -> String {
    let name = role.path_and_name();
    match role.account().filter(|account| inventory.aws().account().is_some_and(|own| own != *account)) {
        Some(account) => format!("role {name} in account {account}"),
        None => format!("role {name}"),
    }
}

fn update(check: &TrustCheck) -> Vec<String> {
    let name = check.role.role_name();
    vec![
        format!("aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument > trust.json"),
        format!("aws iam update-assume-role-policy --role-name {name} --policy-document file://trust.json"),
    ]
}

/// What lets the role of an association go on to its target role, where its own policies keep it from that: all of it, as
/// each of them does.
pub(super) fn onward_fix(inventory: &Inventory, check: &TrustCheck) -> Option<Fix> {
    let source = check.source().filter(|_| !check.hindrances.is_empty())?;
    let (role, target) = (source.path_and_name(), check.role.path_and_name());
    let (mut words, mut commands) = (Vec::new(), Vec::new());
    for hindrance in &check.hindrances {
        let noun = hindrance.layer.noun();
        words.push(match (&hindrance.denied_by, hindrance.layer) {
            (Some((policy, at)), _) => format!(
                "narrow statement {} of the {noun} {policy} of role {role}, so that it does not deny {} on role {target}",
                at + 1,
                hindrance.actions.join(" and ")
            ),
            (None, Layer::Boundary) => format!("widen the {noun} of role {role}: it has to allow this, too"),
            (None, _) => {
                commands.push(format!(
                    "aws iam put-role-policy --role-name {} --policy-name {} --policy-document file://policy.json",
                    source.role_name(),
                    free_name(inventory, source, &check.role)
                ));
                format!("let role {role} go on to role {target}: an {noun} that allows it")
            }
        });
    }
    Some(Fix { summary: words.join("; "), commands, document: check.source_policy() })
}

/// A name for an inline policy that the role has not yet: what is put under one that it has takes that one's place (IAM
/// API reference, `PutRolePolicy`).
fn free_name(inventory: &Inventory, role: &RoleArn, target: &RoleArn) -> String {
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    let taken: Vec<&Name> = read.iter().flat_map(|role| role.inline.iter().flatten()).map(|own| &own.name).collect();
    let is_free = |name: &String| taken.iter().all(|own| !own.eq_ignore_ascii_case(name));
    let plain = format!("assume-{}", target.role_name());
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or(plain)
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
