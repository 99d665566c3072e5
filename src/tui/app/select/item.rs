//! What a row is about.

use crate::domain::inventory::{Kind, ObjectRef};
use crate::domain::model::Name;

/// The object of a row: what the cursor holds on to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// The row `all` above namespaces or ServiceAccounts: no narrowing.
    All,
    /// A namespace.
    Namespace(Name),
    /// A ServiceAccount: namespace, name.
    Account(Name, Name),
    /// A pod: namespace, name.
    Pod(Name, Name),
    /// A pod's container, by its place in the spec: namespace, pod, place.
    Container(Name, Name, u16),
    /// A node.
    Node(Name),
    /// A role, by ARN as written.
    Role(Name),
    /// A context of the kubeconfig.
    Context(Name),
    /// An AWS profile.
    Profile(Name),
    /// A line of the errors screen, by its place in `State::troubles`.
    Trouble(usize),
    /// A line of the calls screen, by the call's number.
    Call(usize),
    /// A line of the log of changes, by the plan's id.
    Change(Name),
    /// Something that can be changed about a row, by its place in [`crate::tui::app::OFFERS`].
    Offer(usize),
}

impl Item {
    /// Its own name, as `c` copies it.
    pub fn name(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Namespace(name)
            | Self::Account(_, name)
            | Self::Pod(_, name)
            | Self::Container(_, name, _)
            | Self::Node(name)
            | Self::Role(name)
            | Self::Context(name)
            | Self::Profile(name)
            | Self::Change(name) => name,
            Self::Trouble(_) | Self::Call(_) | Self::Offer(_) => "",
        }
    }

    /// The namespace it lies in, or is.
    pub fn namespace(&self) -> Option<&Name> {
        match self {
            Self::Namespace(name) => Some(name),
            Self::Account(namespace, _) | Self::Pod(namespace, _) | Self::Container(namespace, _, _) => Some(namespace),
            _ => None,
        }
    }

    /// The pod that it is or lies in.
    pub fn pod(&self) -> Option<(&Name, &Name)> {
        match self {
            Self::Pod(namespace, pod) | Self::Container(namespace, pod, _) => Some((namespace, pod)),
            _ => None,
        }
    }

    /// Whether it may have an AWS identity that can be asked about.
    pub fn is_asker(&self) -> bool {
        matches!(self, Self::Account(..) | Self::Pod(..) | Self::Container(..) | Self::Node(_) | Self::Role(_))
    }

    /// Whether there is a trust policy to ask: it is a role, or may be bound to one.
    pub fn is_about_trust(&self) -> bool {
        matches!(self, Self::Account(..) | Self::Pod(..) | Self::Container(..) | Self::Role(_))
    }

    /// Namespace, empty where there is none, and name of the Kubernetes object that it is or lies in.
    pub(super) fn key(&self) -> Option<(Name, Name)> {
        match self {
            Self::Namespace(name) | Self::Node(name) => Some((Name::default(), name.clone())),
            Self::Account(namespace, name) | Self::Pod(namespace, name) | Self::Container(namespace, name, _) => {
                Some((namespace.clone(), name.clone()))
            }
            _ => None,
        }
    }

    /// Whether there is an object behind it that can be shown as text.
    pub fn has_text(&self) -> bool {
        matches!(self, Self::Role(_)) || self.object().is_some()
    }

    /// The Kubernetes object that it is.
    pub fn object(&self) -> Option<ObjectRef> {
        match self {
            Self::Namespace(name) => Some(ObjectRef::cluster(Kind::Namespace, name.clone())),
            Self::Account(namespace, name) => {
                Some(ObjectRef::new(Kind::ServiceAccount, namespace.clone(), name.clone()))
            }
            Self::Pod(namespace, name) | Self::Container(namespace, name, _) => {
                Some(ObjectRef::new(Kind::Pod, namespace.clone(), name.clone()))
            }
            Self::Node(name) => Some(ObjectRef::cluster(Kind::Node, name.clone())),
            _ => None,
        }
    }
}
