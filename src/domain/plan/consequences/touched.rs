//! The roles that changes touch, and what they will allow.

use crate::domain::access::{Policies, Source};
use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::plan::{Change, Content, Seen, Target};
use crate::domain::policy::{Document, Kind, Layer};
use std::sync::Arc;

/// A role, and the changes of it.
pub(super) struct Touched<'c> {
    pub(super) role: RoleArn,
    changes: Vec<&'c Change>,
}

impl<'c> Touched<'c> {
    /// The roles that changes touch, as far as it is known of which account they are.
    pub(super) fn of(seen: Seen<'_>, changes: &'c [Change]) -> Vec<Self> {
        let mut touched: Vec<Self> = Vec::new();
        for change in changes {
            let Some(role) = role_of(seen, change, changes) else { continue };
            match touched.iter_mut().find(|own| own.role == role) {
                Some(own) => own.changes.push(change),
                None => touched.push(Self { role, changes: vec![change] }),
            }
        }
        touched
    }

    /// Whether it is made: nobody has it yet.
    pub(super) fn is_made(&self) -> bool {
        self.changes.iter().any(|it| matches!((&it.target, &it.from), (Target::Role { .. }, Content::Absent)))
    }

    /// Whether it goes.
    pub(super) fn goes(&self) -> bool {
        self.changes.iter().any(|it| matches!((&it.target, &it.to), (Target::Role { .. }, Content::Absent)))
    }

    /// The trust policy before, and the one to come, where it changes.
    pub(super) fn trust(&self) -> Option<(&Name, &Name)> {
        self.changes.iter().find_map(|change| match (&change.target, &change.from, &change.to) {
            (Target::Trust { .. }, Content::Document(before), Content::Document(after)) => Some((before, after)),
            _ => None,
        })
    }

    /// Whether what it allows changes.
    pub(super) fn has_policies(&self) -> bool {
        self.changes.iter().any(|it| matches!(it.target, Target::Attachment { .. } | Target::Inline { .. }))
    }

    /// Its policies as they will be.
    pub(super) fn then(&self, seen: Seen<'_>, now: Policies) -> Policies {
        if self.goes() {
            return Policies::default();
        }
        let mut then = if self.is_made() { Policies::default() } else { now };
        for change in &self.changes {
            match (&change.target, &change.to) {
                (Target::Role { .. }, Content::Role(role)) => {
                    if let Some(boundary) = &role.boundary {
                        then.add_managed(seen.inventory, (Layer::Boundary, Kind::Boundary), boundary);
                    }
                }
                (Target::Attachment { policy, .. }, Content::Present) => {
                    then.add_managed(seen.inventory, (Layer::Identity, Kind::Identity), policy);
                }
                (Target::Attachment { policy, .. }, _) => then = then.without(policy, true),
                (Target::Inline { policy, .. }, Content::Document(text)) => {
                    let source = Source { name: policy.clone(), managed: false, text: Arc::from(&**text) };
                    then = then.without(policy, false).with(Layer::Identity, Kind::Identity, source);
                }
                (Target::Inline { policy, .. }, _) => then = then.without(policy, false),
                _ => {}
            }
        }
        then
    }

    /// The policies that it is given, by name, as far as they were read.
    pub(super) fn given(&self, seen: Seen<'_>) -> Vec<(&'c Name, Arc<Document>)> {
        let text = |change: &&'c Change| -> Option<(&'c Name, Arc<str>)> {
            match (&change.target, &change.to) {
                (Target::Attachment { policy, .. }, Content::Present) => {
                    let read = seen.inventory.aws().policy(policy).and_then(Reading::value)?;
                    Some((policy, read.document.as_ref().ok()?.clone()))
                }
                (Target::Inline { policy, .. }, Content::Document(text)) => Some((policy, Arc::from(&**text))),
                _ => None,
            }
        };
        let parsed =
            |(name, text): (&'c Name, Arc<str>)| Some((name, Arc::new(Document::parse(&text, Kind::Identity).ok()?)));
        self.changes.iter().filter_map(text).filter_map(parsed).collect()
    }
}

/// The role that a change is of: as it was read, or as the changes make it.
fn role_of(seen: Seen<'_>, change: &Change, changes: &[Change]) -> Option<RoleArn> {
    let name = change.target.role()?;
    let made = changes.iter().find_map(|own| match (&own.target, &own.from, &own.to) {
        (Target::Role { name: own }, Content::Absent, Content::Role(content)) if own == name => Some(content),
        _ => None,
    });
    if let Some(content) = made {
        return seen.arn_here(&format!("{}{name}", content.path)).map(RoleArn::new);
    }
    let read = seen.role_named(name).map(|role| role.arn.clone());
    read.or_else(|| seen.arn_here(&format!("/{name}")).map(RoleArn::new))
}
