//! IAM roles and their policies, as texts. What the texts mean is the policy room's business.

use super::{Name, RoleArn, Time};
use std::sync::Arc;

/// An IAM role and what is attached to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN, with its path.
    pub arn: RoleArn,
    /// `AROA…`.
    pub id: Name,
    /// When it was made.
    pub created: Option<Time>,
    /// The longest session it allows, in seconds.
    pub max_session_seconds: Option<i32>,
    /// The trust policy, decoded, verbatim.
    pub trust: Option<Name>,
    /// The permissions boundary's ARN.
    pub boundary_arn: Option<Name>,
    /// Its tags.
    pub tags: Vec<(Name, Name)>,
    /// When it was last used, as IAM tracks it (400 days back, hours late). `None`: IAM says never.
    pub last_used: Option<LastUsed>,
    /// The managed policies attached to it. `Err` says why they could not be listed.
    pub attached: Result<Vec<AttachedPolicy>, super::Gap>,
    /// The policies that stand in it, and those whose document could not be read.
    pub inline: Result<Vec<InlinePolicy>, super::Gap>,
}

impl Role {
    /// Its tags as texts, key and value.
    pub fn tag_texts(&self) -> Vec<(&str, &str)> {
        self.tags.iter().map(|(key, value)| (&**key, &**value)).collect()
    }

    /// The managed policies that it hangs on, by ARN: those attached, as far as they could be listed, and its boundary.
    pub fn managed_policies(&self) -> impl Iterator<Item = &Name> {
        self.attached.iter().flatten().map(|policy| &policy.arn).chain(self.boundary_arn.as_ref())
    }
}

/// When and where a role was last used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUsed {
    /// When.
    pub at: Time,
    /// In which region.
    pub region: Option<Name>,
}

/// A managed policy's attachment to a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// The policy's ARN.
    pub arn: Name,
    /// Its name.
    pub name: Name,
}

/// A policy that stands in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePolicy {
    /// Its name.
    pub name: Name,
    /// Its document, decoded, verbatim; or why it could not be read.
    pub document: Result<Name, super::Gap>,
}

/// A managed policy in its default version. Shared by all roles it is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Its ARN.
    pub arn: Name,
    /// The default version, `v3`. A version's document never changes.
    pub version: Name,
    /// The document, decoded, verbatim; or why it could not be read.
    pub document: Result<Arc<str>, super::Gap>,
}
