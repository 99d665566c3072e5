//! Writes to the demo's AWS account: answers show them a moment later.

use super::changes::failure;
use super::held::{providers, role};
use super::world::Now;
use crate::domain::identity::cluster_arn;
use crate::domain::inventory::Delta;
use crate::domain::model::{
    Association, AttachedPolicy, InlinePolicy, Name, OidcProvider, Reading, Role, RoleArn, Time,
};
use crate::domain::plan::{Change, Content, RoleContent, Target};
use crate::domain::policy::PodIdentity;
use crate::source::{Failure, FailureKind};

/// Makes a change whose guard holds.
pub(super) fn write(now: &mut Now, change: &Change, at: Time) -> Result<(), Failure> {
    let delta = match &change.target {
        Target::Role { name } => of_role(now, name, &change.to, at)?,
        Target::Trust { role } | Target::Attachment { role, .. } | Target::Inline { role, .. } => {
            let Some(mut changed) = self::role(&now.written, role).cloned() else { return Err(no_role(role)) };
            policies(&mut changed, change)?;
            Delta::Role(changed.arn.name_shared(), Reading::Read { value: Box::new(changed), at })
        }
        Target::Provider { .. } | Target::Audience { .. } => {
            let value = changed_providers(providers(&now.written), change)?;
            Delta::Providers(Reading::Read { value, at })
        }
        Target::Association { namespace, service_account, .. } => {
            let value = changed_associations(now, (namespace, service_account), &change.to, at);
            Delta::Associations(Reading::Read { value, at })
        }
        _ => return Err(unsupported(change)),
    };
    now.write(delta);
    Ok(())
}

/// The role is made, or deleted: IAM deletes none that still has policies (`DeleteConflict`).
fn of_role(now: &mut Now, name: &Name, to: &Content, at: Time) -> Result<Delta, Failure> {
    let Content::Role(made) = to else {
        let Some(role) = role(&now.written, name) else { return Err(no_role(name)) };
        let is_bare = role.attached.as_ref().is_ok_and(Vec::is_empty) && role.inline.as_ref().is_ok_and(Vec::is_empty);
        if !is_bare {
            let said = format!("role {name} has policies still; they have to be detached and deleted first");
            return Err(failure(FailureKind::Conflict, said));
        }
        return Ok(Delta::Role(role.arn.name_shared(), Reading::Missing { at }));
    };
    let RoleContent { path, trust, max_session_seconds, boundary, tags, .. } = (**made).clone();
    let account = now.written.aws().account().unwrap_or_default();
    let arn = RoleArn::new(Name::from(format!("arn:aws:iam::{account}:role{path}{name}")));
    let id = Name::from(format!("AROA{:0>17}", now.number()));
    let role = Role {
        arn: arn.clone(),
        id,
        created: Some(at),
        max_session_seconds: Some(max_session_seconds),
        trust: Some(trust),
        boundary_arn: boundary,
        tags: tags.into_iter().collect(),
        last_used: None,
        attached: Ok(Vec::new()),
        inline: Ok(Vec::new()),
    };
    Ok(Delta::Role(arn.name_shared(), Reading::Read { value: Box::new(role), at }))
}

/// The policies of a role: what it trusts, what is attached, what stands in it.
fn policies(role: &mut Role, change: &Change) -> Result<(), Failure> {
    match (&change.target, &change.to) {
        (Target::Trust { .. }, Content::Document(document)) => role.trust = Some(document.clone()),
        (Target::Attachment { policy, .. }, to) => {
            let attached = role.attached.as_mut().map_err(|gap| failure(FailureKind::Other, gap.sentence.clone()))?;
            attached.retain(|it| it.arn != *policy);
            if *to == Content::Present {
                let name = Name::from(policy.rsplit('/').next().unwrap_or(policy));
                attached.push(AttachedPolicy { arn: policy.clone(), name });
            }
        }
        (Target::Inline { policy, .. }, to) => {
            let inline = role.inline.as_mut().map_err(|gap| failure(FailureKind::Other, gap.sentence.clone()))?;
            inline.retain(|it| it.name != *policy);
            if let Content::Document(document) = to {
                inline.push(InlinePolicy { name: policy.clone(), document: Ok(document.clone()) });
            }
        }
        _ => return Err(unsupported(change)),
    }
    Ok(())
}

fn changed_providers(mut all: Vec<OidcProvider>, change: &Change) -> Result<Vec<OidcProvider>, Failure> {
    match (&change.target, &change.to) {
        (Target::Provider { arn }, to) => {
            all.retain(|provider| provider.arn != *arn);
            if let Content::Provider(audiences) = to {
                all.push(OidcProvider { arn: arn.clone(), client_ids: Some(audiences.clone()), unread: None });
            }
        }
        (Target::Audience { provider: arn, audience }, to) => {
            let Some(provider) = all.iter_mut().find(|provider| provider.arn == *arn) else {
                return Err(failure(FailureKind::NotFound, format!("there is no OIDC provider {arn}")));
            };
            let audiences = provider.client_ids.get_or_insert_default();
            audiences.retain(|it| it != audience);
            if *to == Content::Present {
                audiences.push(audience.clone());
            }
        }
        _ => return Err(unsupported(change)),
    }
    Ok(all)
}

fn changed_associations(
    now: &mut Now,
    (namespace, account): (&Name, &Name),
    to: &Content,
    at: Time,
) -> Vec<Association> {
    let present = now.written.aws().associations().and_then(Reading::value).cloned();
    let mut all: Vec<Association> = present.iter().flat_map(|all| all.values().cloned()).collect();
    let is_it = |it: &Association| it.namespace == *namespace && it.service_account == *account;
    let old = all.iter().find(|it| is_it(it)).cloned();
    all.retain(|it| !is_it(it));
    let Content::Association(content) = to else { return all };
    let number = now.number();
    let made = Association {
        id: Name::from(format!("a-demo{number:013}")),
        created: Some(at),
        ..Association::binding(namespace, account)
    };
    let held = content.held_by(Some(&old.unwrap_or(made)), (namespace, account));
    let role = held.role_arn.as_ref().filter(|_| held.target_role_arn.is_some());
    let external_id = role.and_then(|role| external_id(now, role, (namespace, account)));
    all.push(Association { external_id, modified: Some(at), ..held });
    all
}

/// What EKS makes up for the second hop.
fn external_id(now: &Now, role: &RoleArn, (namespace, service_account): (&Name, &Name)) -> Option<Name> {
    let cluster_arn = &*cluster_arn(&now.written, role)?;
    let who = PodIdentity { role: role.as_str(), cluster_arn, namespace, service_account, pod: None, tags: true };
    Some(Name::from(who.external_id()))
}

fn no_role(name: &Name) -> Failure {
    failure(FailureKind::NotFound, format!("there is no role {name}"))
}

fn unsupported(change: &Change) -> Failure {
    failure(FailureKind::NotSupported, format!("{} cannot be changed so", change.target))
}
