//! What a target holds, on the wire: all of it, so that a change can be taken back from the log alone.

use crate::domain::model::Name;
use crate::domain::plan::{AssociationContent, Content, RoleContent};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum ContentWire {
    Absent,
    Present,
    Annotations(BTreeMap<Name, Option<Name>>),
    ServiceAccount(BTreeMap<Name, Name>),
    Restarted(Option<Name>),
    Role(RoleWire),
    Document(Name),
    Provider(Vec<Name>),
    Association(AssociationWire),
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoleWire {
    path: Name,
    trust: Name,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    description: Option<Name>,
    max_session_seconds: i32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    boundary: Option<Name>,
    tags: BTreeMap<Name, Name>,
}

/// An association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssociationWire {
    role_arn: Name,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    target_role_arn: Option<Name>,
    disable_session_tags: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    policy: Option<Name>,
    tags: BTreeMap<Name, Name>,
}

impl From<&Content> for ContentWire {
    fn from(content: &Content) -> Self {
        match content.clone() {
            Content::Absent => Self::Absent,
            Content::Present => Self::Present,
            Content::Annotations(annotations) => Self::Annotations(annotations),
            Content::ServiceAccount(annotations) => Self::ServiceAccount(annotations),
            Content::Restarted(at) => Self::Restarted(at),
            Content::Document(document) => Self::Document(document),
            Content::Provider(audiences) => Self::Provider(audiences),
            Content::Role(role) => {
                let RoleContent { path, trust, description, max_session_seconds, boundary, tags } = *role;
                Self::Role(RoleWire { path, trust, description, max_session_seconds, boundary, tags })
            }
            Content::Association(association) => {
                let AssociationContent { role_arn, target_role_arn, disable_session_tags, policy, tags } = *association;
                Self::Association(AssociationWire { role_arn, target_role_arn, disable_session_tags, policy, tags })
            }
        }
    }
}

impl From<ContentWire> for Content {
    fn from(wire: ContentWire) -> Self {
        match wire {
            ContentWire::Absent => Self::Absent,
            ContentWire::Present => Self::Present,
            ContentWire::Annotations(annotations) => Self::Annotations(annotations),
            ContentWire::ServiceAccount(annotations) => Self::ServiceAccount(annotations),
            ContentWire::Restarted(at) => Self::Restarted(at),
            ContentWire::Document(document) => Self::Document(document),
            ContentWire::Provider(audiences) => Self::Provider(audiences),
            ContentWire::Role(role) => {
                let RoleWire { path, trust, description, max_session_seconds, boundary, tags } = role;
                Self::Role(Box::new(RoleContent { path, trust, description, max_session_seconds, boundary, tags }))
            }
            ContentWire::Association(association) => {
                let AssociationWire { role_arn, target_role_arn, disable_session_tags, policy, tags } = association;
                let content = AssociationContent { role_arn, target_role_arn, disable_session_tags, policy, tags };
                Self::Association(Box::new(content))
            }
        }
    }
}
