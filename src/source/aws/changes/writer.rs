//! The port of changes, as far as it is AWS's: each target to the calls that read and write it.

use super::failure::{failure, not_here};
use crate::domain::model::GapReason;
use crate::domain::plan::{Change, Content, Target};
use crate::source::aws::account::Account;
use crate::source::aws::cluster::account_of;
use crate::source::aws::refusal::Refusal;
use crate::source::aws::wire::Line;
use crate::source::{Access, Changes, Failure, Held};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// An account that may be written to.
pub(in crate::source) struct Writer {
    pub(super) account: Arc<Account>,
}

impl Writer {
    pub(in crate::source::aws) fn new(account: Arc<Account>) -> Self {
        Self { account }
    }

    async fn look(&self, change: &Change) -> Result<Held, Refusal> {
        self.is_of_this_account(change).await?;
        let answer = match &change.target {
            Target::Role { name } => self.role(name).await,
            Target::Trust { role } => self.trust(role).await,
            Target::Attachment { role, policy } => self.attachment(role, policy).await,
            Target::Inline { role, policy } => self.inline(role, policy).await,
            Target::Provider { arn } => self.provider(arn).await,
            Target::Audience { provider, audience } => self.audience(provider, audience).await,
            Target::Association { cluster, namespace, service_account } => {
                self.association(cluster, namespace, service_account).await
            }
            _ => Err(not_here(change)),
        };
        match answer {
            Err(refusal) if refusal.is_absent() => Ok(Held::only(Content::Absent)),
            answer => answer,
        }
    }

    async fn make(&self, change: &Change, held: &Held) -> Result<(), Refusal> {
        self.is_of_this_account(change).await?;
        match &change.target {
            Target::Role { name } => self.make_role(name, change).await,
            Target::Trust { role } => self.make_trust(role, change).await,
            Target::Attachment { role, policy } => self.make_attachment(role, policy, change).await,
            Target::Inline { role, policy } => self.make_inline(role, policy, change).await,
            Target::Provider { arn } => self.make_provider(arn, change).await,
            Target::Audience { provider, audience } => self.make_audience(provider, audience, change).await,
            Target::Association { .. } => self.make_association(change, held).await,
            _ => Err(not_here(change)),
        }
    }

    /// Refuses what names a thing of another account than the one we are signed in to, before anything is sent: IAM would
    /// look for it under its name in ours.
    async fn is_of_this_account(&self, change: &Change) -> Result<(), Refusal> {
        let caller = self.account.caller().await?;
        let elsewhere = arns_of(change).into_iter().find_map(|arn| {
            let account = account_of(arn).filter(|account| account.bytes().all(|byte| byte.is_ascii_digit()))?;
            (account != &*caller.account).then_some((arn, account))
        });
        let Some((arn, account)) = elsewhere else { return Ok(()) };
        let ours = &caller.account;
        let sentence = format!("{arn} is in account {account}, and these credentials are of {ours}: nothing was sent");
        Err(Refusal::new(GapReason::Forbidden, sentence))
    }
}

/// What a change names in an account that has to be ours; a target role of an association may be anywhere.
fn arns_of(change: &Change) -> Vec<&str> {
    let mut arns: Vec<&str> = match &change.target {
        Target::Provider { arn } | Target::Audience { provider: arn, .. } => vec![arn],
        Target::Attachment { policy, .. } => vec![policy],
        _ => Vec::new(),
    };
    for content in [&change.from, &change.to] {
        match content {
            Content::Role(role) => arns.extend(role.boundary.as_deref()),
            Content::Association(association) => arns.push(&association.role_arn),
            _ => {}
        }
    }
    arns
}

/// A change as it stands in the log of calls: the preview's own line.
pub(super) fn line_of(action: &'static str, change: &Change) -> Line {
    let command = change.command();
    let arguments = command.splitn(4, ' ').nth(3).map_or_else(String::new, |rest| format!(" {rest}"));
    Line { action, arguments }
}

/// The actions that a change needs beside reading.
fn action(change: &Change) -> &'static str {
    let gone = change.to == Content::Absent;
    let new = change.from == Content::Absent;
    match &change.target {
        Target::Role { .. } if gone => "iam:DeleteRole",
        Target::Role { .. } => "iam:CreateRole",
        Target::Trust { .. } => "iam:UpdateAssumeRolePolicy",
        Target::Attachment { .. } if gone => "iam:DetachRolePolicy",
        Target::Attachment { .. } => "iam:AttachRolePolicy",
        Target::Inline { .. } if gone => "iam:DeleteRolePolicy",
        Target::Inline { .. } => "iam:PutRolePolicy",
        Target::Provider { .. } if gone => "iam:DeleteOpenIDConnectProvider",
        Target::Provider { .. } => "iam:CreateOpenIDConnectProvider",
        Target::Audience { .. } if gone => "iam:RemoveClientIDFromOpenIDConnectProvider",
        Target::Audience { .. } => "iam:AddClientIDToOpenIDConnectProvider",
        Target::Association { .. } if gone => "eks:DeletePodIdentityAssociation",
        Target::Association { .. } if new => "eks:CreatePodIdentityAssociation",
        Target::Association { .. } => "eks:UpdatePodIdentityAssociation",
        _ => "",
    }
}

impl Changes for Writer {
    fn look<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Held, Failure>> {
        async move { self.look(change).await.map_err(|refusal| failure(&refusal, change)) }.boxed()
    }

    fn make<'a>(&'a self, change: &'a Change, held: &'a Held) -> BoxFuture<'a, Result<(), Failure>> {
        async move { self.make(change, held).await.map_err(|refusal| failure(&refusal, change)) }.boxed()
    }

    fn may<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Access> {
        // AWS has nobody to ask: a simulation needs rights of its own, and sees no organisation's policies.
        let access = Access { call: action(change).to_owned(), allowed: None, sentence: None };
        std::future::ready(access).boxed()
    }
}
