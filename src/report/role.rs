//! Roles on the wire: one item of a `RoleList`, or one role with its documents.

use super::GapWire;
use super::account::{mechanism, words};
use super::capture::Document;
use crate::domain::identity::{IdentityKind, RoleUse};
use crate::domain::inventory::Inventory;
use crate::domain::model::{AttachedPolicy, Gap, GapReason, InlinePolicy, Name, Reading, Role, Time};
use serde::Serialize;

/// One role that a binding, a pod or a node names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleItem {
    /// Its ARN as it is named.
    pub arn: Name,
    /// Whether it exists, where that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
    /// Who uses it.
    pub used_by: Vec<UserItem>,
    /// The nodes whose role it is.
    pub nodes: Vec<Name>,
    /// Its managed policies.
    pub attached: Vec<AttachedItem>,
    /// Its inline policies: names, or with documents.
    pub inline: Vec<InlineItem>,
    /// Its permissions boundary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Name>,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Time>,
    /// Its trust policy; of one role alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Document>,
    /// What is wrong, by name.
    pub findings: Vec<&'static str>,
    /// What was not read of it.
    pub gaps: Vec<GapWire>,
}

/// A ServiceAccount that uses a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserItem {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub service_account: Name,
    /// `webIdentity`, `podIdentity`, or `node` where its pods have the role from their nodes.
    pub mechanism: &'static str,
    /// Its pods that run with the role.
    pub pods: u32,
}

/// An attached policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachedItem {
    /// Its name.
    pub name: Name,
    /// Its ARN.
    pub arn: Name,
    /// Its default version, where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Name>,
    /// Its document; of one role alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
}

/// An inline policy: its name in a list, with its document where one role is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum InlineItem {
    /// The name.
    Name(Name),
    /// The whole.
    Whole {
        /// Its name.
        name: Name,
        /// Its document, where it was read.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
}

impl RoleItem {
    /// A role and its use; `documents`: with its trust policy and every policy's document.
    pub fn of(inventory: &Inventory, arn: &Name, role_use: &RoleUse, documents: bool) -> Self {
        let reading = inventory.aws().role(arn);
        let role = reading.and_then(Reading::value).map(|role| &**role);
        let mut gaps: Vec<Gap> = reading.and_then(Reading::gap).into_iter().cloned().collect();
        let mut item = Self {
            arn: arn.clone(),
            exists: reading.and_then(|reading| reading.at().map(|_| !reading.is_missing())),
            used_by: role_use.users.iter().chain(&role_use.users_by_node).map(UserItem::from).collect(),
            nodes: role_use.nodes.clone(),
            attached: Vec::new(),
            inline: Vec::new(),
            boundary: role.and_then(|role| role.boundary_arn.clone()),
            last_used: role.and_then(|role| role.last_used.as_ref()).map(|used| used.at),
            trust: role.and_then(|role| role.trust.clone()).filter(|_| documents).map(Document),
            findings: Vec::new(),
            gaps: Vec::new(),
        };
        if let Some(trust) = &item.trust {
            gaps.extend(unreadable(&format!("the trust policy of {arn}"), &trust.0));
        }
        if let Some(role) = role {
            item.policies(inventory, role, documents, &mut gaps);
        }
        item.findings = words(role_use.findings);
        item.gaps = gaps.iter().map(GapWire::from).collect();
        item
    }

    fn policies(&mut self, inventory: &Inventory, role: &Role, documents: bool, gaps: &mut Vec<Gap>) {
        match &role.attached {
            Ok(attached) => {
                self.attached = attached.iter().map(|it| attached_item(inventory, it, documents, gaps)).collect();
            }
            Err(gap) => gaps.push(gap.clone()),
        }
        match &role.inline {
            Ok(inline) => self.inline = inline.iter().map(|it| inline_item(it, documents, gaps)).collect(),
            Err(gap) => gaps.push(gap.clone()),
        }
    }
}

impl From<&crate::domain::identity::RoleUser> for UserItem {
    fn from(user: &crate::domain::identity::RoleUser) -> Self {
        let kind: IdentityKind = user.mechanism;
        Self {
            namespace: user.namespace.clone(),
            service_account: user.service_account.clone(),
            mechanism: mechanism(kind),
            pods: user.pods,
        }
    }
}

fn attached_item(inventory: &Inventory, policy: &AttachedPolicy, documents: bool, gaps: &mut Vec<Gap>) -> AttachedItem {
    let reading = inventory.aws().policy(&policy.arn);
    let read = reading.and_then(Reading::value);
    let mut item = AttachedItem {
        name: policy.name.clone(),
        arn: policy.arn.clone(),
        version: read.map(|policy| policy.version.clone()),
        document: None,
    };
    gaps.extend(reading.and_then(Reading::gap).cloned());
    if documents {
        match read.map(|policy| &policy.document) {
            Some(Ok(text)) => {
                gaps.extend(unreadable(&format!("policy {}", policy.arn), text));
                item.document = Some(Document(text.clone()));
            }
            Some(Err(gap)) => gaps.push(gap.clone()),
            None => {}
        }
    }
    item
}

fn inline_item(policy: &InlinePolicy, documents: bool, gaps: &mut Vec<Gap>) -> InlineItem {
    if !documents {
        return InlineItem::Name(policy.name.clone());
    }
    let document = match &policy.document {
        Ok(text) => {
            gaps.extend(unreadable(&format!("inline policy {}", policy.name), text));
            Some(Document(text.clone()))
        }
        Err(gap) => {
            gaps.push(gap.clone());
            None
        }
    };
    InlineItem::Whole { name: policy.name.clone(), document }
}

/// The gap of a document that is no JSON; it is shown as the text that it is.
fn unreadable(what: &str, text: &str) -> Option<Gap> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let sentence =
        format!("{what} is not JSON ({error}), so it is shown as text and nothing is known of what it allows");
    Some(Gap::new(what, "read the document", GapReason::NotSupported, sentence))
}
