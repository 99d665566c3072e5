//! The policies in play, layer by layer, and what is known to be missing of them.

use super::document::{Document, Kind};
use std::sync::Arc;

/// A kind of policy that has a say. In the order in which AWS asks them (IAM user guide, "Policy evaluation logic").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// A resource control policy of the resource's organisation.
    Rcp,
    /// A service control policy of the caller's organisation.
    Scp,
    /// The resource's own policy; a role's trust policy.
    Resource,
    /// Policies attached to the caller, managed and inline.
    Identity,
    /// The caller's permissions boundary.
    Boundary,
    /// The policy passed when the session began; Pod Identity's, too.
    Session,
    /// The VPC endpoint's policy.
    Endpoint,
    /// Not weighed here: the role cannot be assumed in the first place.
    Trust,
    /// Not weighed here: there are no credentials to make the request with.
    Credentials,
}

/// Documents that lie in one layer, shared with whoever else reads them.
pub type Documents = Vec<Arc<Document>>;

/// All policies in play. An empty layer is not there: it neither allows nor, except for `identity`, is missed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layers {
    /// Attached to the caller.
    pub identity: Documents,
    /// The permissions boundary.
    pub boundary: Documents,
    /// Passed when the session began.
    pub session: Documents,
    /// The resource's own.
    pub resource: Documents,
    /// Levels from the root down; each must allow, an empty one allows nothing.
    pub scp: Vec<Documents>,
    /// As `scp`, on the resource's side.
    pub rcp: Vec<Documents>,
    /// The VPC endpoint's.
    pub endpoint: Documents,
    /// Layers of which something is there that could not be read.
    pub unread: LayerSet,
}

/// A set of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LayerSet(u16);

impl Layer {
    /// The layers that are weighed, in the order of asking.
    pub const WEIGHED: [Self; 7] =
        [Self::Rcp, Self::Scp, Self::Resource, Self::Identity, Self::Boundary, Self::Session, Self::Endpoint];

    /// Its name in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rcp => "rcp",
            Self::Scp => "scp",
            Self::Resource => "resource",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Endpoint => "endpoint",
            Self::Trust => "trust",
            Self::Credentials => "credentials",
        }
    }

    /// Its name in sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Rcp => "resource control policy",
            Self::Scp => "service control policy",
            Self::Resource => "resource policy",
            Self::Identity => "identity policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Trust => "trust policy",
            Self::Credentials => "credentials",
        }
    }

    /// What its documents are read as; those of a resource as any resource's, be it a role.
    pub fn kind(self) -> Kind {
        match self {
            Self::Rcp => Kind::Rcp,
            Self::Scp => Kind::Scp,
            Self::Resource => Kind::Resource,
            Self::Identity | Self::Credentials => Kind::Identity,
            Self::Boundary => Kind::Boundary,
            Self::Session => Kind::Session,
            Self::Endpoint => Kind::Endpoint,
            Self::Trust => Kind::Trust,
        }
    }

    /// Its policies, in sentences.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Rcp => "RCPs",
            Self::Scp => "SCPs",
            Self::Resource => "the resource's own policy",
            Self::Identity => "identity policies",
            Self::Boundary => "the permissions boundary",
            Self::Session => "the session policy",
            Self::Endpoint => "VPC endpoint policies",
            Self::Trust => "the trust policy",
            Self::Credentials => "credentials",
        }
    }

    /// Whether its statements name whom they are for.
    pub(crate) fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Rcp | Self::Endpoint | Self::Trust)
    }
}

impl Layers {
    /// A role's trust policy alone: what decides whether it can be assumed.
    pub fn of_trust(policy: &Arc<Document>) -> Self {
        Self { resource: vec![policy.clone()], ..Self::default() }
    }

    /// The documents of one level of a layer; layers without levels have level 0 alone, where they are there.
    pub fn level(&self, layer: Layer, level: usize) -> Option<&[Arc<Document>]> {
        let flat = |documents: &'_ Documents| (level == 0 && !documents.is_empty()).then_some(());
        let documents = match layer {
            Layer::Rcp => return self.rcp.get(level).map(Vec::as_slice),
            Layer::Scp => return self.scp.get(level).map(Vec::as_slice),
            Layer::Resource => &self.resource,
            Layer::Identity => &self.identity,
            Layer::Boundary => &self.boundary,
            Layer::Session => &self.session,
            Layer::Endpoint => &self.endpoint,
            Layer::Trust | Layer::Credentials => return None,
        };
        flat(documents).map(|()| documents.as_slice())
    }

    /// How many levels a layer has; none where it is not there.
    pub fn levels(&self, layer: Layer) -> usize {
        match layer {
            Layer::Rcp => self.rcp.len(),
            Layer::Scp => self.scp.len(),
            other => usize::from(self.level(other, 0).is_some()),
        }
    }
}

impl LayerSet {
    /// The set with this layer in it.
    #[must_use]
    pub fn with(self, layer: Layer) -> Self {
        Self(self.0 | 1 << layer as u16)
    }

    /// Whether the layer is in it.
    pub fn has(self, layer: Layer) -> bool {
        self.0 & 1 << layer as u16 != 0
    }

    /// Whether no layer is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Layer> for LayerSet {
    fn from_iter<I: IntoIterator<Item = Layer>>(layers: I) -> Self {
        layers.into_iter().fold(Self::default(), Self::with)
    }
}
