//! One role: itself, what is attached to it, and what stands in it.

use super::account::{Account, reading, reading_or_missing};
use super::document::{decoded, time_of};
use super::paging::Pages;
use super::refusal::Refusal;
use super::wire::Line;
use crate::domain::inventory::Delta;
use crate::domain::model::{
    AttachedPolicy, Gap, GapReason, InlinePolicy, LastUsed, Name, Reading, Role, RoleArn, Time, visible,
};
use aws_sdk_iam::types::{AttachedPermissionsBoundary, RoleLastUsed, Tag};
use futures_util::stream::{self, StreamExt};

const GET: &str = "iam:GetRole";
const LIST_ATTACHED: &str = "iam:ListAttachedRolePolicies";
const LIST_INLINE: &str = "iam:ListRolePolicies";
const GET_INLINE: &str = "iam:GetRolePolicy";
const LIST_PROFILES: &str = "iam:ListInstanceProfilesForRole";

/// How many documents of one role are read at once.
const AT_ONCE: usize = 4;
/// No role has so many policies that a list of them has more pages.
const MOST_PAGES: usize = 50;

impl Account {
    /// The role of that ARN; and where IAM has a role of its name under another ARN, that one too.
    pub(super) async fn answer_role(&self, asked: Name) -> Vec<Delta> {
        let arn = RoleArn::new(asked.clone());
        let what = format!("role {}", visible(arn.path_and_name()));
        let gap = |reason, sentence: String| {
            let gap = Gap::new(&what, GET, reason, sentence).about(&*asked);
            vec![Delta::Role(asked.clone(), Reading::Unread(gap))]
        };
        if let Some(problem) = arn.problem() {
            return gap(
                GapReason::NotFoundOut,
                format!("this is no role's ARN, and was not asked for: {}", problem.sentence()),
            );
        }
        // Where we are not told who we are, the role's own answer shows whose account it is.
        if let (Some(its), Ok(caller)) = (arn.account(), self.caller().await)
            && its != &*caller.account
        {
            return gap(GapReason::Forbidden, of_another_account(its, &caller.account));
        }
        match self.role(arn.role_name()).await {
            Ok(role) if role.arn == arn => vec![Delta::Role(asked, read(role))],
            Ok(role) => {
                let (its, ours) = (arn.account().unwrap_or_default(), role.arn.account().unwrap_or_default());
                if its != ours {
                    return gap(GapReason::Forbidden, of_another_account(its, ours));
                }
                // IAM looks roles up by name alone. The ARN as asked has another path: nobody can assume it.
                vec![
                    Delta::Role(asked, Reading::Missing { at: Time::now() }),
                    Delta::Role(role.arn.name_shared(), read(role)),
                ]
            }
            Err(refusal) if refusal.is_absent() => vec![Delta::Role(asked, Reading::Missing { at: Time::now() })],
            Err(refusal) => {
                let reading = Reading::Unread(refusal.gap(&what, GET).about(&*asked));
                vec![Delta::Role(asked, reading)]
            }
        }
    }

    async fn role(&self, name: &str) -> Result<Role, Refusal> {
        let call = self.clients().iam.get_role().role_name(name).send();
        let said = self.wire.ask(Line::new(GET, &[("--role-name", name)]), None, call).await?;
        let Some(role) = said.role() else {
            return Err(Refusal::new(GapReason::NotSupported, "IAM answered without a role"));
        };
        let arn = RoleArn::from(role.arn());
        let (attached, inline) = tokio::join!(self.attached(name, &arn), self.inline(name, &arn));
        Ok(Role {
            id: Name::from(role.role_id()),
            created: time_of(role.create_date()),
            max_session_seconds: role.max_session_duration(),
            trust: role.assume_role_policy_document().map(decoded),
            boundary_arn: boundary_of(role.permissions_boundary()),
            tags: tags_of(role.tags()),
            last_used: last_used_of(role.role_last_used()),
            arn,
            attached,
            inline,
        })
    }

    async fn attached(&self, name: &str, arn: &RoleArn) -> Result<Vec<AttachedPolicy>, Gap> {
        self.attached_to(name).await.map_err(|refusal| {
            let what = format!("policies attached to role {}", arn.path_and_name());
            refusal.gap(what, LIST_ATTACHED).about(arn.as_str())
        })
    }

    /// The managed policies that are attached to a role.
    pub(super) async fn attached_to(&self, name: &str) -> Result<Vec<AttachedPolicy>, Refusal> {
        let (mut all, mut pages) = (Vec::new(), Pages::new(LIST_ATTACHED, MOST_PAGES));
        while pages.go_on()? {
            let line = page_line(LIST_ATTACHED, name, pages.token());
            let call = self.clients().iam.list_attached_role_policies().role_name(name);
            let call = call.set_marker(pages.token().map(str::to_owned)).send();
            let page = self.wire.ask(line, None, call).await?;
            all.extend(page.attached_policies().iter().filter_map(attached_of));
            pages.then(page.marker.filter(|_| page.is_truncated));
        }
        Ok(all)
    }

    /// The instance profiles that hold the role of that ARN.
    pub(super) async fn answer_profiles_of(&self, asked: Name) -> Vec<Delta> {
        let arn = RoleArn::new(asked.clone());
        let what = format!("instance profiles of role {}", visible(arn.path_and_name()));
        let reading = match self.profiles_of(arn.role_name()).await {
            Err(refusal) if !refusal.is_absent() => {
                Reading::Unread(refusal.gap(what, LIST_PROFILES).about(arn.as_str()))
            }
            answer => reading_or_missing(answer, &what, LIST_PROFILES),
        };
        vec![Delta::ProfilesOf(asked, reading)]
    }

    async fn profiles_of(&self, name: &str) -> Result<Vec<Name>, Refusal> {
        let (mut all, mut pages) = (Vec::new(), Pages::new(LIST_PROFILES, MOST_PAGES));
        while pages.go_on()? {
            let line = page_line(LIST_PROFILES, name, pages.token());
            let call = self.clients().iam.list_instance_profiles_for_role().role_name(name);
            let call = call.set_marker(pages.token().map(str::to_owned)).send();
            let page = self.wire.ask(line, None, call).await?;
            all.extend(page.instance_profiles().iter().map(|profile| Name::from(profile.arn())));
            pages.then(page.marker.filter(|_| page.is_truncated));
        }
        Ok(all)
    }

    async fn inline(&self, name: &str, arn: &RoleArn) -> Result<Vec<InlinePolicy>, Gap> {
        let names = self.inline_names(name).await.map_err(|refusal| {
            refusal.gap(format!("inline policies of role {}", arn.path_and_name()), LIST_INLINE).about(arn.as_str())
        })?;
        Ok(stream::iter(names).map(|policy| self.inline_policy(name, policy, arn)).buffered(AT_ONCE).collect().await)
    }

    async fn inline_names(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let (mut names, mut pages) = (Vec::new(), Pages::new(LIST_INLINE, MOST_PAGES));
        while pages.go_on()? {
            let line = page_line(LIST_INLINE, name, pages.token());
            let call = self.clients().iam.list_role_policies().role_name(name);
            let call = call.set_marker(pages.token().map(str::to_owned)).send();
            let page = self.wire.ask(line, None, call).await?;
            names.extend(page.policy_names);
            pages.then(page.marker.filter(|_| page.is_truncated));
        }
        Ok(names)
    }

    async fn inline_policy(&self, role: &str, policy: String, arn: &RoleArn) -> InlinePolicy {
        let line = Line::new(GET_INLINE, &[("--role-name", role), ("--policy-name", &policy)]);
        let call = self.clients().iam.get_role_policy().role_name(role).policy_name(&policy).send();
        let answer = self.wire.ask(line, None, call).await;
        let document = answer.map(|said| decoded(said.policy_document())).map_err(|refusal| {
            let what = format!("inline policy {} of role {}", visible(&policy), arn.path_and_name());
            refusal.gap(what, GET_INLINE).about(arn.as_str())
        });
        InlinePolicy { name: Name::from(policy), document }
    }
}

fn read(role: Role) -> Reading<Box<Role>> {
    reading(Ok(Box::new(role)), "", GET)
}

fn page_line(action: &'static str, role: &str, marker: Option<&str>) -> Line {
    let mut arguments = vec![("--role-name", role)];
    arguments.extend(marker.map(|marker| ("--starting-token", marker)));
    Line::new(action, &arguments)
}

fn of_another_account(its: &str, ours: &str) -> String {
    format!("the role is in account {its}, these credentials are of {ours}: use a profile of that account to see it")
}

/// An attachment; `None` for one that names no policy.
pub(super) fn attached_of(policy: &aws_sdk_iam::types::AttachedPolicy) -> Option<AttachedPolicy> {
    let arn = policy.policy_arn()?;
    let name = policy.policy_name().unwrap_or_else(|| arn.rsplit('/').next().unwrap_or(arn));
    Some(AttachedPolicy { arn: Name::from(arn), name: Name::from(name) })
}

/// The boundary's ARN.
pub(super) fn boundary_of(boundary: Option<&AttachedPermissionsBoundary>) -> Option<Name> {
    boundary?.permissions_boundary_arn().map(Name::from)
}

/// The tags.
pub(super) fn tags_of(tags: &[Tag]) -> Vec<(Name, Name)> {
    tags.iter().map(|tag| (Name::from(tag.key()), Name::from(tag.value()))).collect()
}

/// When it was last used; an answer without a date means never.
pub(super) fn last_used_of(used: Option<&RoleLastUsed>) -> Option<LastUsed> {
    let used = used?;
    Some(LastUsed { at: time_of(used.last_used_date()?)?, region: used.region().map(Name::from) })
}
