//! Whether a role is an administrator: whether it may give itself every permission that it lacks, or take on any other
//! role.

use super::policies::policies_of;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, Role, RoleArn};
use crate::domain::policy::{
    Context, Document, Kind, Layers, Outcome, Request, RoleSession, SessionOf, Truth, outcome,
};
use std::sync::Arc;

/// What runs code under a role that is passed to it: the service, the action, and what it works on, within `arn:PARTITION:`
/// and with the account for `ACCOUNT` (IAM user guide, "Grant a user permissions to pass a role to an AWS service").
const COMPUTE: [(&str, &str, &str); 3] = [
    ("lambda.amazonaws.com", "lambda:CreateFunction", "lambda:*:ACCOUNT:function:*"),
    ("ecs-tasks.amazonaws.com", "ecs:RunTask", "ecs:*:ACCOUNT:task-definition/*"),
    // every kind of resource that an instance is made of
    ("ec2.amazonaws.com", "ec2:RunInstances", "*"),
];

/// Whether the role may make itself an administrator: attach a policy to itself, put one into itself or rewrite one that
/// is attached to it; pass any role to what runs code, or assume any that trusts the account. By its policies and its
/// boundary, as far as they were read. No where nothing that was read speaks of it; a Deny that was not read makes it
/// depend.
///
/// IAM user guide, "Managed policies and inline policies"; AWS prescriptive guidance on privilege escalation.
pub fn is_admin(inventory: &Inventory, role: &RoleArn) -> Truth {
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    let Some((partition, account)) = role.partition().zip(role.account()) else { return Truth::No };
    // most roles speak of nothing of the kind, and to see that costs less than to read their documents
    let Some(read) = read.filter(|read| texts(inventory, read).any(may_speak_of)) else { return Truth::No };
    let asking = Asking { role: read, context: context_of(read), layers: policies_of(inventory, role).layers };
    let arn = |rest: &str| format!("arn:{partition}:{}", rest.replace("ACCOUNT", account));
    let administrator = arn("iam::aws:policy/AdministratorAccess");
    let boundary = read.boundary_arn.as_deref();
    let of_itself = |action, policy| {
        asking.may(action, role.as_str(), &[("iam:PolicyARN", policy), ("iam:PermissionsBoundary", boundary)])
    };
    let is_own = |policy: &str| policy.starts_with(&arn("iam::ACCOUNT:policy/"));
    let rewritten = read.attached.iter().flatten().filter(|own| is_own(&own.arn));
    let every_role = arn("iam::ACCOUNT:role/*");
    let passes = |(service, action, resource): (&str, &str, &str)| {
        let resource = if resource == "*" { resource.to_owned() } else { arn(resource) };
        let passed = || asking.may("iam:PassRole", &every_role, &[("iam:PassedToService", Some(service))]);
        asking.may(action, &resource, &[]).and(passed())
    };
    let ways = [of_itself("iam:AttachRolePolicy", Some(&*administrator)), of_itself("iam:PutRolePolicy", None)];
    let ways = ways.into_iter().chain(rewritten.map(|own| asking.may("iam:CreatePolicyVersion", &own.arn, &[])));
    Truth::any(ways.chain(COMPUTE.into_iter().map(passes)).chain([asking.assumes(&every_role, account)]))
}

/// A role that asks for more.
struct Asking<'a> {
    role: &'a Role,
    context: Context,
    layers: Layers,
}

impl Asking<'_> {
    /// Whether it may, with these keys: `None` is known to be absent.
    fn may(&self, action: &str, resource: &str, keys: &[(&str, Option<&str>)]) -> Truth {
        self.said(action, resource, keys, &self.layers)
    }

    /// Whether it may assume these roles where they trust the account.
    fn assumes(&self, roles: &str, account: &str) -> Truth {
        let trust = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"sts:AssumeRole"}}}}"#
        );
        let Ok(trust) = Document::parse(&trust, Kind::Trust).map(Arc::new) else { return Truth::No };
        let layers = Layers { resource: vec![trust], ..self.layers.clone() };
        self.said("sts:AssumeRole", roles, &[], &layers)
    }

    fn said(&self, action: &str, resource: &str, keys: &[(&str, Option<&str>)], layers: &Layers) -> Truth {
        let mut request = Request::new(self.role.arn.as_str(), action, resource);
        request.context = self.context.clone();
        for (key, value) in keys {
            match value {
                Some(value) => request.context.set(key, *value),
                None => request.context.set_absent(key),
            }
        }
        match outcome(&request, layers) {
            Outcome::Allowed => Truth::Yes,
            Outcome::Depends => Truth::Depends,
            Outcome::ExplicitDeny | Outcome::ImplicitDeny => Truth::No,
        }
    }
}

/// What is known of any request that is made with it.
fn context_of(role: &Role) -> Context {
    let id = Some(&*role.id).filter(|id| !id.is_empty());
    RoleSession { role: role.arn.as_str(), id, tags: Some(role.tag_texts()), by: SessionOf::Unknown, region: None }
        .context()
}

/// The role's identity policies, as far as they were read.
fn texts<'i>(inventory: &'i Inventory, role: &'i Role) -> impl Iterator<Item = &'i str> {
    let managed = role.attached.iter().flatten().filter_map(|policy| {
        let policy = inventory.aws().policy(&policy.arn).and_then(Reading::value)?;
        policy.document.as_deref().ok()
    });
    let inline = role.inline.iter().flatten().filter_map(|policy| policy.document.as_ref().ok().map(Name::as_ref));
    managed.chain(inline)
}

/// Whether a text that begins like one of these patterns stands in it: an action of IAM or STS, or a pattern that may be
/// one.
fn may_speak_of(text: &str) -> bool {
    let is_action = |rest: &str| {
        let (begin, then) = rest.split_at(rest.find([':', '*', '?', '"']).unwrap_or(rest.len()));
        let is_begun = |service: &str| service.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin));
        match then.as_bytes() {
            [b':', ..] => ["iam", "sts"].iter().any(|service| service.eq_ignore_ascii_case(begin)),
            // `*` alone stands for everything, in a Resource most often
            [b'*', b'"', ..] if begin.is_empty() => false,
            [b'*' | b'?', ..] => ["iam", "sts"].into_iter().any(is_begun),
            _ => false,
        }
    };
    let is_every = |before: &str, rest: &str| {
        let key = before.trim_end().trim_end_matches(['[', ':']).trim_end().trim_end_matches(['[', ':']).trim_end();
        rest.starts_with("*\"") && !key.ends_with("Resource\"")
    };
    let quotes = text.match_indices('"').map(|(at, _)| text.split_at(at));
    quotes.into_iter().any(|(before, rest)| rest.get(1..).is_some_and(|rest| is_action(rest) || is_every(before, rest)))
        || text.contains("NotAction")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_that_may_speak_of_iam_are_read() {
        for text in [
            r#"{"Action":"*","Resource":"*"}"#,
            r#"{"Action":["s3:Get*","*"]}"#,
            r#"{"Action":"IAM:*"}"#,
            r#"{"Action": [ "*:*" ]}"#,
            r#"{"NotAction":"s3:*"}"#,
            r#"{"Action":"sts:AssumeRole"}"#,
            r#"{"Action":"?am:Put*"}"#,
            r#"{"Action":["s*:*"]}"#,
        ] {
            assert!(may_speak_of(text), "{text}");
        }
        for text in [
            r#"{"Action":"s3:*","Resource":"*"}"#,
            r#"{"Action":"s3:Get*","Resource":[ "*" ]}"#,
            r#"{"Action":"sqs*"}"#,
            "\"",
            "",
        ] {
            assert!(!may_speak_of(text), "{text}");
        }
    }
}
