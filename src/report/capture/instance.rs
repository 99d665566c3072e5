//! What stands behind nodes, in the file.

use super::Answer;
use crate::domain::model::{Instance, InstanceProfile, MetadataOptions, Name, Nodegroup, Reading, RoleArn, Time};
use serde::{Deserialize, Serialize};

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
