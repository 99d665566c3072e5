//! Removing is not revoking: until when running pods keep what a change takes away, and what ends it at once.
//!
//! Credentials once given out are good until they expire, whatever becomes of that by which they were come by; what they
//! may do is asked of the role's policies at every call (IAM user guide, "Revoke IAM role temporary security credentials").

use super::annotate::ROLE_ARN;
use super::consequences::only_lets_in;
use super::{Change, Content, Seen, Target};
use crate::domain::identity::{IdentityKind, PodRow};
use crate::domain::inventory::Kind;
use crate::domain::model::{Association, RoleArn};

/// What ends it at once.
pub(super) const AT_ONCE: &str = "to end it at once, revoke the role's sessions and delete the pods";

/// How long credentials of an association are good at most: the agent's own assume-role call asks for 6 hours, and that to
/// a target role, by chaining, for less than one (EKS user guide, "Access AWS resources using EKS Pod Identity target IAM
/// roles"). Those of one that is gone, or was not read: the longer.
pub(super) fn hours(association: Option<&Association>) -> &'static str {
    let is_chained = association.is_some_and(|own| own.target_role_arn.is_some());
    if is_chained { "59 minutes" } else { "6 hours" }
}

/// What becomes of what running pods have, where the change takes it away.
pub(super) fn kept(seen: Seen<'_>, change: &Change) -> Option<String> {
    match (&change.target, &change.from, &change.to) {
        (Target::Annotations { namespace, name }, Content::Annotations(from), Content::Annotations(to)) => {
            let role = from.get(ROLE_ARN)?.clone().filter(|role| to.get(ROLE_ARN).is_none_or(|it| it.as_ref() != Some(role)))?;
            let role = RoleArn::new(role);
            let has_it = |row: &PodRow| row.kind == IdentityKind::WebIdentity && row.role.as_ref() == Some(&role);
            let is_read = seen.inventory.listings().covers(Kind::Pod, namespace);
            if is_read && !seen.running(namespace, name).any(|(_, row)| has_it(row)) {
                return None;
            }
            Some(format!(
                "running pods of {name} keep {} until they are made anew, as long as its trust policy stands; {AT_ONCE}",
                role.path_and_name()
            ))
        }
        (Target::ServiceAccount { name, .. }, _, Content::Absent) => Some(format!(
            "running pods of {name} keep their tokens until they expire, and what AWS gave for them; no others come"
        )),
        (Target::Association { namespace, service_account, .. }, Content::Association(from), _) => {
            let from = from.held_by(None, (namespace, service_account));
            let (role, hours) = (from.effective_role()?, hours(Some(&from)));
            Some(format!(
                "pods of {service_account} that got {role} by the association keep it until the session expires \
                 ({hours} at most); {AT_ONCE}"
            ))
        }
        (Target::Role { name }, _, Content::Absent) => {
            Some(format!("whoever has a session of role {name} can do nothing with it any more: the role is gone"))
        }
        // it takes back what kept them out
        (Target::Trust { .. }, ..) if only_lets_in(seen, change) => None,
        (Target::Trust { role }, ..) => Some(format!(
            "pods that have role {role} keep it until their session ends, and do not get it again; {AT_ONCE}"
        )),
        (Target::Attachment { .. } | Target::Inline { .. }, _, Content::Absent) => Some(
            "what only it allows is denied within seconds, to running pods, too: IAM asks the role's policies at every call"
                .to_owned(),
        ),
        (Target::Provider { .. } | Target::Audience { .. }, _, Content::Absent) => Some(format!(
            "pods keep what they got by the provider until their session ends, and do not get it again; {AT_ONCE}"
        )),
        _ => None,
    }
}
