//! What a target holds: before a change, after it, and whenever somebody looks.

use super::rules;
use crate::domain::model::{Association, Name, Role, RoleArn};
use crate::domain::policy::same_document;
use std::collections::BTreeMap;

/// What a target holds, as far as a change touches it. What the server makes up (ids, times, versions) is no part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// There is no such thing.
    Absent,
    /// It is there, and there is no more to it: an attachment, an audience.
    Present,
    /// The annotations that a change touches; `None`: there is none of that key.
    Annotations(BTreeMap<Name, Option<Name>>),
    /// A ServiceAccount, by the annotations it is made with.
    ServiceAccount(BTreeMap<Name, Name>),
    /// The value of `kubectl.kubernetes.io/restartedAt` in a pod template.
    Restarted(Option<Name>),
    /// A role, apart from its policies.
    Role(Box<RoleContent>),
    /// A policy document, verbatim.
    Document(Name),
    /// An OIDC provider, by the audiences it accepts.
    Provider(Vec<Name>),
    /// An association.
    Association(Box<AssociationContent>),
}

/// An IAM role, apart from its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleContent {
    /// Its path, `/eks/`.
    pub path: Name,
    /// The trust policy it is made with.
    pub trust: Name,
    /// What it is for: for people, and not compared.
    pub description: Option<Name>,
    /// The longest session, in seconds.
    pub max_session_seconds: i32,
    /// The permissions boundary's ARN.
    pub boundary: Option<Name>,
    /// Its tags.
    pub tags: BTreeMap<Name, Name>,
}

/// A Pod Identity association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociationContent {
    /// The role.
    pub role_arn: Name,
    /// The role that the agent goes on to assume.
    pub target_role_arn: Option<Name>,
    /// No session tags are sent.
    pub disable_session_tags: bool,
    /// The session policy.
    pub policy: Option<Name>,
    /// Its tags, but for those that AWS sets.
    pub tags: BTreeMap<Name, Name>,
}

impl Content {
    /// It in a line.
    pub fn in_words(&self) -> String {
        match self {
            Self::Absent => "nothing: it is gone".to_owned(),
            Self::Present => "it".to_owned(),
            Self::Annotations(annotations) => {
                let one = |(key, value): (&Name, &Option<Name>)| match value {
                    Some(value) => format!("{key}={value}"),
                    None => format!("no {key}"),
                };
                annotations.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            Self::ServiceAccount(_) => "a ServiceAccount with other annotations".to_owned(),
            Self::Restarted(Some(at)) => format!("a restart at {at}"),
            Self::Restarted(None) => "no restart".to_owned(),
            Self::Role(_) => "another role of that name".to_owned(),
            Self::Document(_) => "another document".to_owned(),
            Self::Provider(audiences) => format!("a provider for {}", audiences.join(", ")),
            Self::Association(association) => format!("an association with {}", association.role_arn),
        }
    }
}

impl RoleContent {
    /// A role that was read, as far as a change could make it anew.
    pub fn of(role: &Role) -> Self {
        let resource = role.arn.as_str().split_once(":role").map_or("/", |(_, rest)| rest);
        let path = resource.rsplit_once('/').map_or("/", |(path, _)| path);
        Self {
            path: if path.ends_with('/') { Name::from(path) } else { Name::from(format!("{path}/")) },
            trust: role.trust.clone().unwrap_or_default(),
            description: None,
            max_session_seconds: role.max_session_seconds.unwrap_or(3600),
            boundary: role.boundary_arn.clone(),
            tags: role.tags.iter().cloned().collect(),
        }
    }
}

#[cfg(test)]
impl RoleContent {
    /// One of which nothing is said, for tests.
    pub(crate) fn bare() -> Self {
        Self {
            path: "/".into(),
            trust: "{}".into(),
            description: None,
            max_session_seconds: 3600,
            boundary: None,
            tags: BTreeMap::new(),
        }
    }
}

impl AssociationContent {
    /// Its role.
    pub(super) fn role(&self) -> RoleArn {
        RoleArn::new(self.role_arn.clone())
    }

    /// An association that was read; `None` where it could be listed and not described, which does not say its role.
    pub fn of(association: &Association) -> Option<Self> {
        // with AWS's own it could not be made again (EKS API reference, `CreatePodIdentityAssociation`)
        let tags = association.tags.iter().filter(|(key, _)| !rules::is_of_aws(key));
        Some(Self {
            role_arn: association.role_arn.as_ref()?.name_shared(),
            target_role_arn: association.target_role_arn.as_ref().map(RoleArn::name_shared),
            disable_session_tags: association.disable_session_tags,
            policy: association.policy.clone(),
            tags: tags.map(|(key, value)| (key.clone(), value.clone())).collect(),
        })
    }

    /// The association that holds this: the one that is there, or a new one of that ServiceAccount (namespace, name).
    pub fn held_by(&self, present: Option<&Association>, (namespace, name): (&Name, &Name)) -> Association {
        Association {
            role_arn: Some(self.role()),
            target_role_arn: self.target_role_arn.clone().map(RoleArn::new),
            disable_session_tags: self.disable_session_tags,
            policy: self.policy.clone(),
            tags: self.tags.clone(),
            ..present.cloned().unwrap_or_else(|| Association::binding(namespace, name))
        }
    }
}

/// Whether two contents say the same: documents are compared by what they say, whatever their white space and the order
/// of their keys; lists of audiences without order; descriptions not at all.
pub fn same_content(one: &Content, other: &Content) -> bool {
    match (one, other) {
        (Content::Document(one), Content::Document(other)) => same_document(one, other),
        (Content::Role(one), Content::Role(other)) => {
            let plain = |role: &RoleContent| RoleContent { trust: Name::default(), description: None, ..role.clone() };
            plain(one) == plain(other) && same_document(&one.trust, &other.trust)
        }
        (Content::Provider(one), Content::Provider(other)) => {
            one.len() == other.len() && one.iter().all(|audience| other.contains(audience))
        }
        (Content::Association(one), Content::Association(other)) => {
            let plain = |it: &AssociationContent| AssociationContent { policy: None, ..it.clone() };
            let policies = match (&one.policy, &other.policy) {
                (Some(one), Some(other)) => same_document(one, other),
                (one, other) => one == other,
            };
            plain(one) == plain(other) && policies
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_association_is_made_again_without_the_tags_that_only_aws_sets() {
        let tags = [("aws:cloudformation:stack-name", "shop"), ("team", "blue")];
        let read = Association {
            role_arn: Some(RoleArn::from("arn:aws:iam::111122223333:role/api")),
            tags: tags.map(|(key, value)| (key.into(), value.into())).into(),
            ..Association::default()
        };
        let content = AssociationContent::of(&read).unwrap();
        assert_eq!(content.tags, [("team".into(), "blue".into())].into());
    }
}
