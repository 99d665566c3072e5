//! All roles and customer managed policies of the account, page by page.
//!
//! AWS's own managed policies are left out: the filter `AWSManagedPolicy` may bring more than a thousand of them, of
//! which a cluster uses a few dozen. Those are asked for one by one, and kept on disk for good.

use super::account::{Account, reading};
use super::clients::timeouts;
use super::document::{decoded, time_of};
use super::paging::Pages;
use super::refusal::Refusal;
use super::roles::{attached_of, boundary_of, last_used_of, tags_of};
use super::wire::Line;
use crate::domain::inventory::Delta;
use crate::domain::model::{InlinePolicy, InstanceProfile, ManagedPolicy, Name, Reading, Role, RoleArn, Time};
use crate::source::Deltas;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, RoleDetail};
use std::time::Duration;

const ACTION: &str = "iam:GetAccountAuthorizationDetails";
/// How many roles and policies come with a page; IAM's most.
const PAGE: i32 = 1_000;
/// An account has at most 5,000 roles and 5,000 policies by default (IAM quotas); room for raised ones.
const MOST_PAGES: usize = 200;
/// A page is large, and IAM takes its time for it.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CALL_TIMEOUT: Duration = Duration::from_mins(1);

impl Account {
    /// Every page as soon as it is here, and at the end that it is the end.
    pub(super) async fn answer_sweep(&self, out: Deltas) {
        let answer = tokio::select! {
            answer = self.sweep(&out) => answer,
            () = out.closed() => return,
        };
        let _ = out.send(vec![Delta::Sweep(reading(answer, "roles of the account", ACTION))]).await;
    }

    async fn sweep(&self, out: &Deltas) -> Result<(), Refusal> {
        let mut pages = Pages::new(ACTION, MOST_PAGES);
        while pages.go_on()? {
            let page = self.page(pages.token().map(str::to_owned)).await?;
            pages.then(page.marker().filter(|_| page.is_truncated()).map(str::to_owned));
            let deltas = deltas_of(&page);
            drop(page);
            if !deltas.is_empty() && out.send(deltas).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    async fn page(&self, marker: Option<String>) -> Result<GetAccountAuthorizationDetailsOutput, Refusal> {
        let mut line = Line::new(ACTION, &[("--page-size", "1000")]);
        line.arguments.insert_str(0, " --filter Role LocalManagedPolicy");
        if marker.is_some() {
            line.arguments.push_str(" --starting-token …");
        }
        let patience = aws_sdk_iam::config::Config::builder().timeout_config(timeouts(ATTEMPT_TIMEOUT, CALL_TIMEOUT));
        let call = self
            .clients()
            .iam
            .get_account_authorization_details()
            .filter(EntityType::Role)
            .filter(EntityType::LocalManagedPolicy)
            .max_items(PAGE)
            .set_marker(marker)
            .customize()
            .config_override(patience)
            .send();
        self.wire.ask(line, None, call).await
    }
}

fn deltas_of(page: &GetAccountAuthorizationDetailsOutput) -> Vec<Delta> {
    let at = Time::now();
    let roles = page.role_detail_list().iter().filter_map(|detail| {
        let role = role_of(detail)?;
        Some(Delta::Role(role.arn.name_shared(), Reading::Read { value: Box::new(role), at }))
    });
    // Each role comes with the instance profiles that hold it: what a node's role hangs on.
    let profiles = page.role_detail_list().iter().flat_map(|detail| {
        let role_arn = detail.arn().map(RoleArn::from);
        detail.instance_profile_list().iter().map(move |profile| {
            let arn = Name::from(profile.arn());
            let value = InstanceProfile { arn: arn.clone(), role_arn: role_arn.clone() };
            Delta::InstanceProfile(arn, Reading::Read { value, at })
        })
    });
    let policies = page.policies().iter().filter_map(|detail| {
        let policy = policy_of(detail)?;
        Some(Delta::ManagedPolicy(policy.arn.clone(), Reading::Read { value: policy, at }))
    });
    roles.chain(profiles).chain(policies).collect()
}

fn role_of(detail: &RoleDetail) -> Option<Role> {
    let inline = detail.role_policy_list().iter().filter_map(|policy| {
        let (name, document) = (policy.policy_name()?, policy.policy_document()?);
        Some(InlinePolicy { name: Name::from(name), document: Ok(decoded(document)) })
    });
    Some(Role {
        arn: RoleArn::from(detail.arn()?),
        id: Name::from(detail.role_id().unwrap_or_default()),
        created: detail.create_date().and_then(time_of),
        // Not told here.
        max_session_seconds: None,
        trust: detail.assume_role_policy_document().map(decoded),
        boundary_arn: boundary_of(detail.permissions_boundary()),
        tags: tags_of(detail.tags()),
        last_used: last_used_of(detail.role_last_used()),
        attached: Ok(detail.attached_managed_policies().iter().filter_map(attached_of).collect()),
        inline: Ok(inline.collect()),
    })
}

/// `None` for one whose default version is not among those sent: it is asked for by itself, when it is needed.
fn policy_of(detail: &ManagedPolicyDetail) -> Option<ManagedPolicy> {
    let version = detail.policy_version_list().iter().find(|version| version.is_default_version())?;
    Some(ManagedPolicy {
        arn: Name::from(detail.arn()?),
        version: Name::from(version.version_id().or(detail.default_version_id())?),
        document: Ok(decoded(version.document()?)),
    })
}
