//! Whether a role is an administrator: whether it may give itself every permission that it lacks, or take on any other
//! role.
//!
//! IAM user guide, "Managed policies and inline policies" and "Grant a user permissions to pass a role to an AWS service";
//! AWS prescriptive guidance on privilege escalation.

use super::policies::policies_of;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, Role, RoleArn};
use crate::domain::policy::{
    ASSUME_ROLE, Context, Document, Kind, Layers, Request, RoleSession, SessionOf, Truth, outcome,
};
use std::sync::Arc;

/// What runs code under a role that is passed to it: the service, the action, and what it works on, within `arn:PARTITION:`
/// and with the account for `ACCOUNT`.
const COMPUTE: [(&str, &str, &[&str]); 3] = [
    ("lambda.amazonaws.com", "lambda:CreateFunction", &["lambda:*:ACCOUNT:function:*"]),
    ("ecs-tasks.amazonaws.com", "ecs:RunTask", &["ecs:*:ACCOUNT:task-definition/*"]),
    (
        "ec2.amazonaws.com",
        "ec2:RunInstances",
        // every kind of resource that an instance is made of; each has to be allowed
        &[
            "ec2:*::image/*",
            "ec2:*:ACCOUNT:instance/*",
            "ec2:*:ACCOUNT:network-interface/*",
            "ec2:*:ACCOUNT:security-group/*",
            "ec2:*:ACCOUNT:subnet/*",
        ],
    ),
];

/// A way by which a role comes by every permission that it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminWay {
    /// It gives itself any policy, by this action.
    Gives(&'static str),
    /// It rewrites a policy that is attached to it.
    Rewrites,
    /// It rewrites the trust policy of any role, so that the role lets it in.
    Trusts,
    /// It passes any role to what runs its code, by this action.
    Passes(&'static str),
    /// It assumes any role that trusts the account.
    Assumes,
}

/// Whether the role may make itself an administrator, by one of the ways of [`AdminWay`]; by its policies and its boundary,
/// as far as they were read. No where nothing that was read speaks of it; a Deny that was not read makes it depend.
pub fn is_admin(inventory: &Inventory, role: &RoleArn) -> Truth {
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    // most roles speak of nothing of the kind, and to see that costs less than to read their documents
    let Some(read) = read.filter(|read| texts(inventory, read).any(may_speak_of)) else { return Truth::No };
    let Some((partition, account)) = role.partition().zip(role.account()) else { return Truth::No };
    let asking = AdminAsking {
        arn: role,
        read: Some(read),
        context: context_of(role, Some(read)),
        layers: policies_of(inventory, role).layers,
        own: read.attached.iter().flatten().map(|own| &*own.arn).collect(),
        any_role: format!("arn:{partition}:iam::{account}:role/*"),
    };
    Truth::any(asking.ways().map(|(_, answer)| answer))
}

/// Who asks whether it may make itself an administrator: a role, by all that it has, or by one document alone.
pub struct AdminAsking<'a> {
    arn: &'a RoleArn,
    read: Option<&'a Role>,
    context: Context,
    layers: Layers,
    own: Vec<&'a str>,
    any_role: String,
}

impl<'a> AdminAsking<'a> {
    /// One document of a role alone, by its name, which is its ARN where it is a managed policy; the role need not have been
    /// read. Any role is one that nothing is called: only who allows it on all, or all but a few, allows it on that.
    pub fn of_document(arn: &'a RoleArn, read: Option<&'a Role>, (name, document): (&'a str, &Arc<Document>)) -> Self {
        let (partition, account) = (arn.partition().unwrap_or("aws"), arn.account().unwrap_or("*"));
        let attached = read.iter().flat_map(|read| read.attached.iter().flatten()).map(|own| &*own.arn);
        Self {
            arn,
            read,
            context: context_of(arn, read),
            layers: Layers { identity: vec![document.clone()], ..Layers::default() },
            own: attached.chain([name]).collect(),
            any_role: format!("arn:{partition}:iam::{account}:role/rolecall-any-other-name"),
        }
    }

    /// Each way, and whether it is open.
    pub fn ways(&self) -> impl Iterator<Item = (AdminWay, Truth)> {
        let gives = [
            ("iam:AttachRolePolicy", Some(self.within("iam::aws:policy/AdministratorAccess"))),
            ("iam:PutRolePolicy", None),
        ];
        let gives =
            gives.into_iter().map(|(action, policy)| (AdminWay::Gives(action), self.gives(action, policy.as_deref())));
        let customers = self.within("iam::ACCOUNT:policy/");
        let rewritten = self.own.iter().filter(move |own| own.starts_with(&customers));
        let rewrites = rewritten.map(|own| (AdminWay::Rewrites, self.may("iam:CreatePolicyVersion", own, &[])));
        let passes = COMPUTE.into_iter().map(|compute| (AdminWay::Passes(compute.1), self.passes(compute)));
        let trusts = [AdminWay::Trusts].into_iter().map(|way| (way, self.may_any_role("iam:UpdateAssumeRolePolicy")));
        let assumes = [AdminWay::Assumes].into_iter().map(|way| (way, self.may_any_role(ASSUME_ROLE)));
        gives.chain(rewrites).chain(trusts).chain(passes).chain(assumes)
    }

    /// Whether it may do that with any role; assume it where the role trusts the account.
    pub fn may_any_role(&self, action: &str) -> Truth {
        self.may(action, &self.any_role, &[])
    }

    /// Whether it may do what no service knows: only who allows everything, or all but a few, allows that.
    pub fn may_all(&self) -> Truth {
        self.may("any-service:AnyAction", "*", &[])
    }

    /// Whether it may give itself that policy, or one of its own.
    fn gives(&self, action: &str, policy: Option<&str>) -> Truth {
        let policy = ("iam:PolicyARN", policy);
        let boundary = self.read.map(|read| ("iam:PermissionsBoundary", read.boundary_arn.as_deref()));
        let keys: Vec<_> = [policy].into_iter().chain(boundary).collect();
        self.may(action, self.arn.as_str(), &keys)
    }

    fn passes(&self, (service, action, resources): (&str, &str, &[&str])) -> Truth {
        let runs = resources.iter().map(|resource| self.may(action, &self.within(resource), &[]));
        let passed = || self.may("iam:PassRole", &self.any_role, &[("iam:PassedToService", Some(service))]);
        match Truth::all(runs) {
            Truth::No => Truth::No,
            runs => runs.and(passed()),
        }
    }

    /// An ARN in the role's partition, with its account.
    fn within(&self, rest: &str) -> String {
        let (partition, account) = (self.arn.partition().unwrap_or("aws"), self.arn.account().unwrap_or("*"));
        format!("arn:{partition}:{}", rest.replace("ACCOUNT", account))
    }

    /// Whether it may, with these keys: `None` is known to be absent.
    fn may(&self, action: &str, resource: &str, keys: &[(&str, Option<&str>)]) -> Truth {
        let mut request = Request::new(self.arn.as_str(), action, resource);
        request.context = self.context.clone();
        for (key, value) in keys {
            match value {
                Some(value) => request.context.set(key, *value),
                None => request.context.set_absent(key),
            }
        }
        if action != ASSUME_ROLE {
            return outcome(&request, &self.layers).into();
        }
        // a trust policy has its say, too: as if it left the decision to the account
        let Some(trust) = self.arn.account().and_then(trust_of) else { return Truth::No };
        outcome(&request, &Layers { resource: vec![trust], ..self.layers.clone() }).into()
    }
}

/// A trust policy that leaves the decision to the account.
fn trust_of(account: &str) -> Option<Arc<Document>> {
    let trust =
        format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"sts:AssumeRole"}}}}"#);
    Document::parse(&trust, Kind::Trust).ok().map(Arc::new)
}

/// What is known of any request that is made with a role, which was read or not.
fn context_of(role: &RoleArn, read: Option<&Role>) -> Context {
    let id = read.map(|read| &*read.id).filter(|id| !id.is_empty());
    let tags = read.map(Role::tag_texts);
    RoleSession { role: role.as_str(), id, tags, by: SessionOf::Unknown, region: None }.context()
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
