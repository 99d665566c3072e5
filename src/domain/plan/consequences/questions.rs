//! What has to be read before it can be told what comes of changes.

use super::bound::Bound;
use super::moved::Moved;
use super::touched::Touched;
use crate::domain::inventory::Lookup;
use crate::domain::model::{Gap, Name, Question, Reading, RoleArn};
use crate::domain::plan::create_provider::provider_going;
use crate::domain::plan::users::Users;
use crate::domain::plan::{Change, Content, Seen, Target, deletion_questions, node_roles, roles_of_pods};

/// What has to be read before it can be told what comes of changes, and was not. An answer may raise the next question.
pub fn consequence_questions(seen: Seen<'_>, changes: &[Change]) -> Vec<Question> {
    let mut open = Vec::new();
    for change in changes {
        if let Target::Rollout { namespace, kind, name, .. } = &change.target
            && seen.inventory.workload(namespace, kind, name).is_none()
        {
            open.push(Question::Workload(namespace.clone(), kind.clone(), name.clone()));
        }
    }
    // nothing of a wrong account is asked
    if !seen.inventory.aws().is_refuted() {
        of_aws(seen, changes, &mut open);
    }
    let mut once = Vec::new();
    for question in open {
        if !once.contains(&question) {
            once.push(question);
        }
    }
    once
}

fn of_aws(seen: Seen<'_>, changes: &[Change], open: &mut Vec<Question>) {
    let aws = seen.inventory.aws();
    open.extend(Reading::is_awaited(aws.caller()).then_some(Question::Caller));
    open.extend(Reading::is_awaited(aws.cluster()).then_some(Question::Cluster));
    // which roles hang on a provider has to be known before it goes
    let is_open = aws.sweep().is_none() && changes.iter().any(|change| provider_going(change).is_some());
    open.extend(is_open.then_some(Question::Sweep));
    for name in changes.iter().filter_map(|change| change.target.role()) {
        let asked = seen.arn_here(&format!("/{name}"));
        let is_open = seen.role_named(name).is_none() && asked.as_ref().is_some_and(|arn| aws.role(arn).is_none());
        open.extend(asked.filter(|_| is_open).map(Question::Role));
    }
    let touched = Touched::of(seen, changes);
    for own in touched.iter().filter(|own| own.goes()) {
        open.extend(deletion_questions(seen, &own.role));
    }
    let mut roles: Vec<RoleArn> = touched.iter().filter(|own| !own.is_made()).map(|own| own.role.clone()).collect();
    for own in Bound::of(seen, changes) {
        let (namespace, name) = (&own.namespace, &own.name);
        if matches!(aws.association(namespace, name), Lookup::Unread(gap) if gap.is_none_or(Gap::is_loading)) {
            open.push(Question::Associations);
        }
        let is_made = |role: &RoleArn| touched.iter().any(|it| it.is_made() && it.role == *role);
        roles.extend([own.before, own.after].into_iter().flatten().filter(|role| !is_made(role)));
        roles.extend(roles_of_pods(seen, namespace, name));
    }
    // what those lose whom a trust policy keeps out, too
    for own in touched.iter().filter(|own| own.trust().is_some()) {
        let moved = Moved::of(seen, own, &Users::of(seen, &own.role));
        roles.extend(moved.kept_out.iter().flat_map(|(namespace, name)| roles_of_pods(seen, namespace, name)));
    }
    for change in changes {
        match (&change.target, &change.to) {
            (Target::Association { namespace, service_account, .. }, Content::Association(to)) => {
                roles.push(RoleArn::new(to.role_arn.clone()));
                roles.extend(node_roles(seen, namespace, service_account));
            }
            (Target::Attachment { policy, .. }, Content::Present) => open.extend(policy_unread(seen, policy)),
            _ => {}
        }
    }
    for role in roles {
        open.extend(role_unread(seen, &role));
    }
}

/// A role that was not read, or those of its policies that were not.
fn role_unread(seen: Seen<'_>, role: &RoleArn) -> Vec<Question> {
    match seen.inventory.aws().role(role.as_str()) {
        None if role.problem().is_none() => vec![Question::Role(role.name_shared())],
        Some(Reading::Read { value, .. }) => {
            value.managed_policies().filter_map(|policy| policy_unread(seen, policy)).collect()
        }
        _ => Vec::new(),
    }
}

fn policy_unread(seen: Seen<'_>, policy: &Name) -> Option<Question> {
    seen.inventory.aws().policy(policy).is_none().then(|| Question::ManagedPolicy(policy.clone()))
}
