//! Roles and their policies in the file.

use super::{Answer, Document, GapWire};
use crate::domain::model::{
    AttachedPolicy, Gap, InlinePolicy, LastUsed, ManagedPolicy, Name, Reading, Role, RoleArn, Time,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleWire {
    /// The ARN that was asked for, where it is spelled otherwise (another path, say).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Name>,
    /// Its ARN.
    pub arn: Name,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
    /// `AROA…`.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub id: Name,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
    /// The longest session it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_session_seconds: Option<i32>,
    /// The trust policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Document>,
    /// The permissions boundary's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary_arn: Option<Name>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<Name, Name>,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<LastUsedWire>,
    /// The managed policies attached to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<AttachedWire>,
    /// Why those could not be listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attached_gap: Option<GapWire>,
    /// The policies that stand in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<InlineWire>,
    /// Why those could not be listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline_gap: Option<GapWire>,
}

/// When and where a role was last used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastUsedWire {
    /// When.
    pub at: Time,
    /// In which region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Name>,
}

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachedWire {
    /// The policy's ARN.
    pub arn: Name,
    /// Its name, where it is not the ARN's last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

/// A policy that stands in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InlineWire {
    /// Its name.
    pub name: Name,
    /// Its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Why that was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_gap: Option<GapWire>,
}

impl RoleWire {
    /// The role by the ARN that was asked for.
    pub fn of(asked: &Name, reading: &Reading<Arc<Role>>) -> Self {
        let role = reading.value();
        let arn = role.map_or_else(|| asked.clone(), |role| role.arn.name_shared());
        let attached = role.map(|role| &role.attached);
        let inline = role.map(|role| &role.inline);
        Self {
            asked: (arn != *asked).then(|| asked.clone()),
            arn,
            answer: Answer::of(reading),
            id: role.map(|role| role.id.clone()).unwrap_or_default(),
            created: role.and_then(|role| role.created),
            max_session_seconds: role.and_then(|role| role.max_session_seconds),
            trust: role.and_then(|role| role.trust.clone()).map(Document),
            boundary_arn: role.and_then(|role| role.boundary_arn.clone()),
            tags: role.map(|role| role.tags.iter().cloned().collect()).unwrap_or_default(),
            last_used: role
                .and_then(|role| role.last_used.as_ref())
                .map(|used| LastUsedWire { at: used.at, region: used.region.clone() }),
            attached: listed(attached).map(AttachedWire::from).collect(),
            attached_gap: unlisted(attached),
            inline: listed(inline).map(InlineWire::from).collect(),
            inline_gap: unlisted(inline),
        }
    }

    /// The ARN that was asked for, and what was read.
    pub fn reading(self, taken_at: Time) -> (Name, Reading<Box<Role>>) {
        let asked = self.asked.unwrap_or_else(|| self.arn.clone());
        let role = Role {
            arn: RoleArn::new(self.arn),
            id: self.id,
            created: self.created,
            max_session_seconds: self.max_session_seconds,
            trust: self.trust.map(|document| document.0),
            boundary_arn: self.boundary_arn,
            tags: self.tags.into_iter().collect(),
            last_used: self.last_used.map(|used| LastUsed { at: used.at, region: used.region }),
            attached: or_gap(self.attached, self.attached_gap),
            inline: or_gap(self.inline, self.inline_gap),
        };
        (asked, self.answer.reading(taken_at, || Box::new(role)))
    }
}

fn listed<T>(list: Option<&Result<Vec<T>, Gap>>) -> impl Iterator<Item = &T> {
    list.and_then(|list| list.as_ref().ok()).into_iter().flatten()
}

fn unlisted<T>(list: Option<&Result<Vec<T>, Gap>>) -> Option<GapWire> {
    list.and_then(|list| list.as_ref().err()).map(GapWire::from)
}

fn or_gap<W, T: From<W>>(list: Vec<W>, gap: Option<GapWire>) -> Result<Vec<T>, Gap> {
    gap.map_or_else(|| Ok(list.into_iter().map(T::from).collect()), |gap| Err(gap.into()))
}

/// The last part of a policy's ARN.
fn last_part(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, name)| name)
}

impl From<&AttachedPolicy> for AttachedWire {
    fn from(policy: &AttachedPolicy) -> Self {
        let name = (last_part(&policy.arn) != &*policy.name).then(|| policy.name.clone());
        Self { arn: policy.arn.clone(), name }
    }
}

impl From<AttachedWire> for AttachedPolicy {
    fn from(wire: AttachedWire) -> Self {
        Self { name: wire.name.unwrap_or_else(|| Name::from(last_part(&wire.arn))), arn: wire.arn }
    }
}

impl From<&InlinePolicy> for InlineWire {
    fn from(policy: &InlinePolicy) -> Self {
        let (document, document_gap) = document_of(&policy.document);
        Self { name: policy.name.clone(), document, document_gap }
    }
}

impl From<InlineWire> for InlinePolicy {
    fn from(wire: InlineWire) -> Self {
        Self { document: document_or_gap(&wire.name, wire.document, wire.document_gap), name: wire.name }
    }
}

fn document_of(document: &Result<Name, Gap>) -> (Option<Document>, Option<GapWire>) {
    match document {
        Ok(text) => (Some(Document(text.clone())), None),
        Err(gap) => (None, Some(gap.into())),
    }
}

fn document_or_gap(name: &str, document: Option<Document>, gap: Option<GapWire>) -> Result<Name, Gap> {
    match (document, gap) {
        (Some(document), _) => Ok(document.0),
        (None, Some(gap)) => Err(gap.into()),
        (None, None) => Err(super::not_in_capture(&format!("the document of policy {name}"), "iam:GetPolicyVersion")),
    }
}

/// A managed policy in its default version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedPolicyWire {
    /// Its ARN.
    pub arn: Name,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
    /// The default version, `v3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Name>,
    /// Its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Why that was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_gap: Option<GapWire>,
}

impl ManagedPolicyWire {
    /// The policy by its ARN.
    pub fn of(arn: &Name, reading: &Reading<Arc<ManagedPolicy>>) -> Self {
        let policy = reading.value();
        let (document, document_gap) = policy.map(|policy| document_of(&policy.document)).unwrap_or_default();
        Self {
            arn: arn.clone(),
            answer: Answer::of(reading),
            version: policy.map(|policy| policy.version.clone()),
            document,
            document_gap,
        }
    }

    /// The ARN, and what was read.
    pub fn reading(self, taken_at: Time) -> (Name, Reading<ManagedPolicy>) {
        let policy = ManagedPolicy {
            document: document_or_gap(&self.arn, self.document, self.document_gap),
            arn: self.arn.clone(),
            version: self.version.unwrap_or_else(|| Name::from("v1")),
        };
        (self.arn, self.answer.reading(taken_at, || policy))
    }
}
