//! Roles: themselves, their trust, what is attached to them and what stands in them.

use super::failure::not_so;
use super::once;
use super::writer::{Writer, line_of};
use crate::domain::model::{GapReason, Name};
use crate::domain::plan::{Change, Content, RoleContent};
use crate::source::Held;
use crate::source::aws::document::decoded;
use crate::source::aws::refusal::Refusal;
use crate::source::aws::roles::{boundary_of, tags_of};
use crate::source::aws::wire::Line;
use aws_sdk_iam::types::{Role, Tag};

const GET: &str = "iam:GetRole";

impl Writer {
    /// The role, as IAM has it.
    async fn of_iam(&self, name: &str) -> Result<Role, Refusal> {
        let call = self.account.clients().iam.get_role().role_name(name).send();
        let said = self.account.wire.ask(Line::new(GET, &[("--role-name", name)]), None, call).await?;
        said.role.ok_or_else(|| Refusal::new(GapReason::NotSupported, "IAM answered without a role"))
    }

    pub(super) async fn role(&self, name: &str) -> Result<Held, Refusal> {
        let role = self.of_iam(name).await?;
        let content = RoleContent {
            path: Name::from(role.path()),
            trust: role.assume_role_policy_document().map(decoded).unwrap_or_default(),
            description: role.description().map(Name::from),
            max_session_seconds: role.max_session_duration().unwrap_or(3600),
            boundary: boundary_of(role.permissions_boundary()),
            tags: tags_of(role.tags()).into_iter().collect(),
        };
        Ok(Held { id: Some(role.role_id().to_owned()), ..Held::only(Content::Role(Box::new(content))) })
    }

    pub(super) async fn trust(&self, name: &str) -> Result<Held, Refusal> {
        let role = self.of_iam(name).await?;
        let document = role.assume_role_policy_document().map(decoded).unwrap_or_default();
        Ok(Held { id: Some(role.role_id().to_owned()), ..Held::only(Content::Document(document)) })
    }

    pub(super) async fn attachment(&self, role: &str, policy: &str) -> Result<Held, Refusal> {
        let attached = self.account.attached_to(role).await?;
        let is_there = attached.iter().any(|one| &*one.arn == policy);
        Ok(Held::only(if is_there { Content::Present } else { Content::Absent }))
    }

    pub(super) async fn inline(&self, role: &str, policy: &str) -> Result<Held, Refusal> {
        let line = Line::new("iam:GetRolePolicy", &[("--role-name", role), ("--policy-name", policy)]);
        let call = self.account.clients().iam.get_role_policy().role_name(role).policy_name(policy).send();
        let said = self.account.wire.ask(line, None, call).await?;
        Ok(Held::only(Content::Document(decoded(said.policy_document()))))
    }

    pub(super) async fn make_role(&self, name: &str, change: &Change) -> Result<(), Refusal> {
        let (iam, wire) = (self.account.clients().iam.clone(), &self.account.wire);
        match (&change.from, &change.to) {
            (Content::Absent, Content::Role(role)) => {
                let call = iam
                    .create_role()
                    .role_name(name)
                    .path(&*role.path)
                    .assume_role_policy_document(&*role.trust)
                    .max_session_duration(role.max_session_seconds)
                    .set_description(role.description.as_deref().map(str::to_owned))
                    .set_permissions_boundary(role.boundary.as_deref().map(str::to_owned))
                    .set_tags(Some(tags(role)?).filter(|tags| !tags.is_empty()));
                let call = call.customize().config_override(once::iam()).send();
                wire.ask(line_of("iam:CreateRole", change), None, call).await.map(drop)
            }
            (_, Content::Absent) => {
                let call = iam.delete_role().role_name(name).customize().config_override(once::iam()).send();
                wire.ask(line_of("iam:DeleteRole", change), None, call).await.map(drop)
            }
            _ => Err(not_so(change)),
        }
    }

    pub(super) async fn make_trust(&self, role: &str, change: &Change) -> Result<(), Refusal> {
        let Content::Document(document) = &change.to else { return Err(not_so(change)) };
        let call = self.account.clients().iam.update_assume_role_policy().role_name(role).policy_document(&**document);
        let call = call.customize().config_override(once::iam()).send();
        self.account.wire.ask(line_of("iam:UpdateAssumeRolePolicy", change), None, call).await.map(drop)
    }

    pub(super) async fn make_attachment(&self, role: &str, policy: &str, change: &Change) -> Result<(), Refusal> {
        let (iam, wire) = (self.account.clients().iam.clone(), &self.account.wire);
        if change.to == Content::Absent {
            let call = iam.detach_role_policy().role_name(role).policy_arn(policy);
            let call = call.customize().config_override(once::iam()).send();
            return wire.ask(line_of("iam:DetachRolePolicy", change), None, call).await.map(drop);
        }
        let call = iam.attach_role_policy().role_name(role).policy_arn(policy);
        let call = call.customize().config_override(once::iam()).send();
        wire.ask(line_of("iam:AttachRolePolicy", change), None, call).await.map(drop)
    }

    pub(super) async fn make_inline(&self, role: &str, policy: &str, change: &Change) -> Result<(), Refusal> {
        let (iam, wire) = (self.account.clients().iam.clone(), &self.account.wire);
        match &change.to {
            Content::Document(document) => {
                let call = iam.put_role_policy().role_name(role).policy_name(policy).policy_document(&**document);
                let call = call.customize().config_override(once::iam()).send();
                wire.ask(line_of("iam:PutRolePolicy", change), None, call).await.map(drop)
            }
            Content::Absent => {
                let call = iam.delete_role_policy().role_name(role).policy_name(policy);
                let call = call.customize().config_override(once::iam()).send();
                wire.ask(line_of("iam:DeleteRolePolicy", change), None, call).await.map(drop)
            }
            _ => Err(not_so(change)),
        }
    }
}

fn tags(role: &RoleContent) -> Result<Vec<Tag>, Refusal> {
    let tag = |(key, value): (&Name, &Name)| Tag::builder().key(&**key).value(&**value).build();
    role.tags
        .iter()
        .map(tag)
        .collect::<Result<_, _>>()
        .map_err(|error| Refusal::new(GapReason::NotSupported, format!("the role's tags cannot be sent: {error}")))
}
