//! Whether a role is an administrator: whether it may give itself every permission that it lacks.

use super::policies::policies_of;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Name, Reading, Role, RoleArn};
use crate::domain::policy::{Outcome, Request, Truth, decide};

/// What one needs for that: to attach a policy to any role of the account, its own among them (IAM user guide, "Managed
/// policies and inline policies"; AWS security blog on privilege escalation by `iam:AttachRolePolicy`).
const ATTACH: &str = "iam:AttachRolePolicy";

/// Whether the role may attach a policy to every role of its account: by its policies and its boundary, as far as they
/// were read. No where nothing that was read speaks of it; a Deny that was not read makes it depend.
pub fn is_admin(inventory: &Inventory, role: &RoleArn) -> Truth {
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    let Some((partition, account)) = role.partition().zip(role.account()) else { return Truth::No };
    // most roles speak of nothing of the kind, and to see that costs less than to read their documents
    if !read.is_some_and(|read| texts(inventory, read).any(may_speak_of)) {
        return Truth::No;
    }
    let any_role = format!("arn:{partition}:iam::{account}:role/*");
    let request = Request::new(role.as_str(), ATTACH, &any_role);
    match decide(&request, &policies_of(inventory, role).layers).outcome {
        Outcome::Allowed => Truth::Yes,
        Outcome::Depends => Truth::Depends,
        Outcome::ExplicitDeny | Outcome::ImplicitDeny => Truth::No,
    }
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

/// Whether a text that begins like one of these patterns stands in it: an action of IAM, or a pattern that may be one.
fn may_speak_of(text: &str) -> bool {
    let begins = |rest: &str, with: &str| rest.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    let is_action =
        |rest: &str| begins(rest, "iam:") || begins(rest, "i*") || begins(rest, "*:") || begins(rest, "ia*");
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
        ] {
            assert!(may_speak_of(text), "{text}");
        }
        for text in [r#"{"Action":"s3:*","Resource":"*"}"#, r#"{"Action":"s3:Get*","Resource":[ "*" ]}"#, "\"", ""] {
            assert!(!may_speak_of(text), "{text}");
        }
    }
}
