//! The AWS half of the file.

use super::answer::is_false;
use super::{Answer, CallerWire, Document, GapWire, Items};
use crate::domain::inventory::Associations;
use crate::domain::model::{
    Association, AttachedPolicy, Gap, InlinePolicy, Instance, InstanceProfile, LastUsed, ManagedPolicy,
    MetadataOptions, Name, Nodegroup, OidcProvider, Reading, Role, RoleArn, Time,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What AWS said. What is absent was never asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AwsWire {
    /// Who we were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<CallerWire>,
    /// The Pod Identity associations of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associations: Option<AssociationsWire>,
    /// The OIDC providers of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub providers: Option<ProvidersWire>,
    /// How the sweep over all roles ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepWire>,
    /// Roles.
    pub roles: Items<RoleWire>,
    /// Managed policies.
    pub policies: Items<ManagedPolicyWire>,
    /// EC2 instances.
    pub instances: Items<InstanceWire>,
    /// Instance profiles.
    pub instance_profiles: Items<InstanceProfileWire>,
    /// Managed node groups.
    pub node_groups: Items<NodegroupWire>,
}

/// All associations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationsWire {
    /// The associations.
    #[serde(default)]
    pub items: Items<AssociationWire>,
    /// Whether they were read.
    #[serde(flatten)]
    pub answer: Answer,
}

/// One association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationWire {
    #[serde(default)]
    pub id: Name,
    pub namespace: Name,
    pub service_account: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_role_arn: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Name>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub disable_session_tags: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_arn: Option<Name>,
}

impl From<&Reading<Arc<Associations>>> for AssociationsWire {
    /// In order of namespace and name: the map has none, and two captures of the same are to be the same.
    fn from(reading: &Reading<Arc<Associations>>) -> Self {
        let sorted: BTreeMap<_, _> = reading.value().into_iter().flat_map(|all| all.iter()).collect();
        Self { items: sorted.into_values().map(AssociationWire::from).collect(), answer: Answer::of(reading) }
    }
}

impl From<&Association> for AssociationWire {
    fn from(association: &Association) -> Self {
        Self {
            id: association.id.clone(),
            namespace: association.namespace.clone(),
            service_account: association.service_account.clone(),
            role_arn: association.role_arn.as_ref().map(RoleArn::name_shared),
            target_role_arn: association.target_role_arn.as_ref().map(RoleArn::name_shared),
            external_id: association.external_id.clone(),
            disable_session_tags: association.disable_session_tags,
            policy: association.policy.clone().map(Document),
            created: association.created,
            modified: association.modified,
            owner_arn: association.owner_arn.clone(),
        }
    }
}

impl From<AssociationWire> for Association {
    fn from(wire: AssociationWire) -> Self {
        Self {
            id: wire.id,
            namespace: wire.namespace,
            service_account: wire.service_account,
            role_arn: wire.role_arn.map(RoleArn::new),
            target_role_arn: wire.target_role_arn.map(RoleArn::new),
            external_id: wire.external_id,
            disable_session_tags: wire.disable_session_tags,
            policy: wire.policy.map(|document| document.0),
            created: wire.created,
            modified: wire.modified,
            owner_arn: wire.owner_arn,
        }
    }
}

/// All OIDC providers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvidersWire {
    /// The providers.
    #[serde(default)]
    pub items: Items<ProviderWire>,
    /// Whether they were read.
    #[serde(flatten)]
    pub answer: Answer,
}

/// One OIDC provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderWire {
    /// Its ARN.
    pub arn: Name,
    /// The audiences it accepts; absent where only the list was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ids: Option<Vec<Name>>,
}

impl From<&Reading<Vec<OidcProvider>>> for ProvidersWire {
    fn from(reading: &Reading<Vec<OidcProvider>>) -> Self {
        let wire = |provider: &OidcProvider| ProviderWire {
            arn: provider.arn.clone(),
            client_ids: provider.client_ids.clone(),
        };
        Self { items: reading.value().into_iter().flatten().map(wire).collect(), answer: Answer::of(reading) }
    }
}

impl From<ProviderWire> for OidcProvider {
    fn from(wire: ProviderWire) -> Self {
        Self { arn: wire.arn, client_ids: wire.client_ids }
    }
}

/// How the sweep over all roles ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SweepWire {
    /// Whether it was made.
    #[serde(flatten)]
    pub answer: Answer,
}

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

/// An EC2 instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceWire {
    /// Its id.
    pub id: Name,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
    /// Its instance profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_arn: Option<Name>,
    /// How its metadata can be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<MetadataWire>,
}

/// The metadata options of an instance, in EC2's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetadataWire {
    /// `enabled` or `disabled`.
    pub endpoint: EndpointWire,
    /// `required` or `optional`.
    pub tokens: TokensWire,
    /// Over how many hops a token's answer comes.
    pub hop_limit: u8,
}

/// `HttpEndpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EndpointWire {
    Enabled,
    Disabled,
}

/// `HttpTokens`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokensWire {
    Required,
    Optional,
}

impl From<MetadataOptions> for MetadataWire {
    fn from(options: MetadataOptions) -> Self {
        Self {
            endpoint: if options.enabled { EndpointWire::Enabled } else { EndpointWire::Disabled },
            tokens: if options.tokens_required { TokensWire::Required } else { TokensWire::Optional },
            hop_limit: options.hop_limit,
        }
    }
}

impl From<MetadataWire> for MetadataOptions {
    fn from(wire: MetadataWire) -> Self {
        Self {
            enabled: wire.endpoint == EndpointWire::Enabled,
            tokens_required: wire.tokens == TokensWire::Required,
            hop_limit: wire.hop_limit,
        }
    }
}

impl InstanceWire {
    /// The instance by its id.
    pub fn of(id: &Name, reading: &Reading<Instance>) -> Self {
        let instance = reading.value();
        Self {
            id: id.clone(),
            answer: Answer::of(reading),
            profile_arn: instance.and_then(|instance| instance.profile_arn.clone()),
            metadata: instance.map(|instance| instance.metadata.into()),
        }
    }

    /// The id, and what was read. Metadata that nothing is said about is not guessed: the instance counts as unread.
    pub fn reading(self, taken_at: Time) -> (Name, Reading<Instance>) {
        let (id, profile_arn) = (self.id.clone(), self.profile_arn);
        let instance = self.metadata.map(|metadata| Instance { id, profile_arn, metadata: metadata.into() });
        let reading = match (self.answer.reading(taken_at, || ()), instance) {
            (Reading::Read { at, .. }, Some(value)) => Reading::Read { value, at },
            (Reading::Read { .. }, None) => {
                let what = format!("the metadata options of {}", self.id);
                Reading::Unread(super::not_in_capture(&what, "ec2:DescribeInstances"))
            }
            (Reading::Missing { at }, _) => Reading::Missing { at },
            (Reading::Unread(gap), _) => Reading::Unread(gap),
        };
        (self.id, reading)
    }
}

/// An instance profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceProfileWire {
    /// Its ARN.
    pub arn: Name,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
    /// Its role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
}

impl InstanceProfileWire {
    /// The profile by its ARN.
    pub fn of(arn: &Name, reading: &Reading<InstanceProfile>) -> Self {
        let role_arn = reading.value().and_then(|profile| profile.role_arn.as_ref()).map(RoleArn::name_shared);
        Self { arn: arn.clone(), answer: Answer::of(reading), role_arn }
    }

    /// The ARN, and what was read.
    pub fn reading(self, taken_at: Time) -> (Name, Reading<InstanceProfile>) {
        let profile = InstanceProfile { arn: self.arn.clone(), role_arn: self.role_arn.map(RoleArn::new) };
        (self.arn, self.answer.reading(taken_at, || profile))
    }
}

/// A managed node group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodegroupWire {
    /// Its name.
    pub name: Name,
    /// Whether it was read.
    #[serde(flatten)]
    pub answer: Answer,
    /// The role of its nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Name>,
}

impl NodegroupWire {
    /// The node group by its name.
    pub fn of(name: &Name, reading: &Reading<Nodegroup>) -> Self {
        let role_arn = reading.value().and_then(|nodegroup| nodegroup.role_arn.as_ref()).map(RoleArn::name_shared);
        Self { name: name.clone(), answer: Answer::of(reading), role_arn }
    }

    /// The name, and what was read.
    pub fn reading(self, taken_at: Time) -> (Name, Reading<Nodegroup>) {
        let nodegroup = Nodegroup { name: self.name.clone(), role_arn: self.role_arn.map(RoleArn::new) };
        (self.name, self.answer.reading(taken_at, || nodegroup))
    }
}
