//! The AWS half of the file.

use super::answer::is_false;
use super::{
    Answer, CallerWire, Document, GapWire, InstanceProfileWire, InstanceWire, Items, ManagedPolicyWire, NodegroupWire,
    RoleWire,
};
use crate::domain::inventory::Associations;
use crate::domain::model::{Association, Name, OidcProvider, Reading, RoleArn, Time};
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

/// The associations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationsWire {
    /// The namespace they are of; absent: they are the cluster's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Name>,
    /// Each of them.
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
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<Name, Name>,
    /// Why it could be listed but not described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<GapWire>,
}

impl AssociationsWire {
    /// In order of namespace and name: the map has none, and two captures of the same are to be the same.
    pub(super) fn of(namespace: Option<&Name>, reading: &Reading<Arc<Associations>>) -> Self {
        let sorted: BTreeMap<_, _> = reading.value().into_iter().flat_map(|all| all.iter()).collect();
        let items = sorted.into_values().map(AssociationWire::from).collect();
        Self { namespace: namespace.cloned(), items, answer: Answer::of(reading) }
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
            tags: association.tags.clone(),
            gap: association.undescribed.as_ref().map(GapWire::from),
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
            tags: wire.tags,
            undescribed: wire.gap.map(Into::into),
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
    /// Why that was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<GapWire>,
}

impl From<&Reading<Vec<OidcProvider>>> for ProvidersWire {
    fn from(reading: &Reading<Vec<OidcProvider>>) -> Self {
        let wire = |provider: &OidcProvider| ProviderWire {
            arn: provider.arn.clone(),
            client_ids: provider.client_ids.clone(),
            gap: provider.unread.as_ref().map(GapWire::from),
        };
        Self { items: reading.value().into_iter().flatten().map(wire).collect(), answer: Answer::of(reading) }
    }
}

impl From<ProviderWire> for OidcProvider {
    fn from(wire: ProviderWire) -> Self {
        Self { arn: wire.arn, client_ids: wire.client_ids, unread: wire.gap.map(Into::into) }
    }
}

/// How the sweep over all roles ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SweepWire {
    /// Whether it was made.
    #[serde(flatten)]
    pub answer: Answer,
}
