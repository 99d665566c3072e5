//! What is asked for: a role, its policies, and how it is bound.

use super::name::{default_role_name, made_for};
use crate::domain::identity::IdentityKind;
use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::plan::{Content, Plan, PlanRefusal, RoleContent, Seen, Target, rules};
use std::collections::{BTreeMap, BTreeSet};

/// How the ServiceAccount comes by the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RoleMechanism {
    /// By its tokens: the ServiceAccount is annotated.
    #[default]
    Irsa,
    /// By an EKS Pod Identity association.
    PodIdentity,
}

/// A role that is to be made for a ServiceAccount. What is left out is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRole {
    /// The ServiceAccount's namespace.
    pub namespace: Name,
    /// The ServiceAccount's name.
    pub service_account: Name,
    /// How it comes by the role.
    pub mechanism: RoleMechanism,
    /// The role's name; else it is made of cluster, namespace and ServiceAccount.
    pub name: Option<Name>,
    /// Its path, `/eks/`; else `/`.
    pub path: Option<Name>,
    /// What it is for, for people.
    pub description: Option<Name>,
    /// Managed policies, by ARN.
    pub policies: Vec<Name>,
    /// Inline policies: name and document.
    pub inline: Vec<(Name, Name)>,
    /// The permissions boundary's ARN.
    pub boundary: Option<Name>,
    /// Tags beside our own.
    pub tags: Vec<(Name, Name)>,
    /// The longest session, in seconds; else an hour.
    pub session_seconds: Option<i32>,
    /// Make the ServiceAccount where there is none.
    pub create_service_account: bool,
}

/// The tag that says by which plan of the log it was made.
const PLAN_TAG: &str = "rolecall:plan";

impl RoleMechanism {
    /// As identities call it.
    pub fn kind(self) -> IdentityKind {
        match self {
            Self::Irsa => IdentityKind::WebIdentity,
            Self::PodIdentity => IdentityKind::PodIdentity,
        }
    }

    /// In sentences.
    pub fn label(self) -> &'static str {
        match self {
            Self::Irsa => "IRSA",
            Self::PodIdentity => "Pod Identity",
        }
    }
}

/// The ARN that the role would have: what one has to ask IAM for before it is planned.
///
/// # Errors
/// Where the cluster or the account is not known, or name or path are none.
pub fn role_to_create(seen: Seen<'_>, wanted: &NewRole) -> Result<RoleArn, PlanRefusal> {
    let account = seen.signed_in_to()?;
    let cluster = match seen.inventory.aws().cluster() {
        Some(Reading::Read { value, .. }) => value,
        Some(Reading::Unread(gap)) => return Err(PlanRefusal::unread(gap)),
        _ => return Err(PlanRefusal::new("which EKS cluster this is, is not known").hint("name it: --cluster-name")),
    };
    let name = match &wanted.name {
        Some(name) => name.clone(),
        None => default_role_name(&cluster.name, &wanted.namespace, &wanted.service_account),
    };
    let path = wanted.path.as_deref().unwrap_or("/");
    rules::role_name(&name)?;
    rules::path(path)?;
    let partition = seen.inventory.aws().partition();
    Ok(RoleArn::from(&*format!("arn:{partition}:iam::{account}:role{path}{name}")))
}

impl Plan {
    /// The id that a role or association which it makes is tagged with: under it the plan stands in the log.
    pub fn tag(&self) -> Option<&Name> {
        self.steps.iter().find_map(|step| match &step.change.to {
            Content::Role(role) => role.tags.get(PLAN_TAG),
            Content::Association(association) => association.tags.get(PLAN_TAG),
            _ => None,
        })
    }

    /// The same with that id on the role and the association that it makes; an association that is there keeps its tags.
    #[must_use]
    pub fn tagged(mut self, id: &Name) -> Self {
        for tags in self.tags_of_made() {
            tags.insert(PLAN_TAG.into(), id.clone());
        }
        self
    }

    /// The same without an id: what others make of it is no plan of this log.
    #[must_use]
    pub fn untagged(mut self) -> Self {
        for tags in self.tags_of_made() {
            tags.remove(PLAN_TAG);
        }
        self
    }

    /// The tags of each role and association that it makes.
    fn tags_of_made(&mut self) -> impl Iterator<Item = &mut BTreeMap<Name, Name>> {
        let made = self.steps.iter_mut().filter(|step| step.change.from == Content::Absent);
        made.filter_map(|step| match &mut step.change.to {
            Content::Role(role) => Some(&mut role.tags),
            Content::Association(association) => Some(&mut association.tags),
            _ => None,
        })
    }
}

impl NewRole {
    /// Refuses what IAM would.
    pub(super) fn check(&self, seen: Seen<'_>) -> Result<(), PlanRefusal> {
        if let Some(text) = &self.description {
            rules::description(text)?;
        }
        if let Some(seconds) = self.session_seconds {
            rules::session(seconds)?;
        }
        let mut keys = BTreeSet::new();
        for (key, value) in &self.tags {
            rules::tag(key, value)?;
            if !keys.insert(key.to_lowercase()) {
                return Err(PlanRefusal::new(format!(
                    "the tag {key} is given twice: IAM takes keys in any case for the same"
                )));
            }
        }
        if keys.len() + 3 > 50 {
            return Err(PlanRefusal::new("IAM takes 50 tags on a role, and three of them are rolecall's"));
        }
        let mut attached = BTreeSet::new();
        for policy in &self.policies {
            seen.policy_to_attach(policy)?;
            if !attached.insert(policy) {
                return Err(PlanRefusal::new(format!("the policy {policy} is given twice")));
            }
        }
        if self.policies.len() > rules::ATTACHED_RAISED {
            let said = format!("{} managed policies are more than IAM attaches to a role", self.policies.len());
            return Err(PlanRefusal::new(said).hint(format!("{} at most", rules::ATTACHED_RAISED)));
        }
        if let Some(boundary) = &self.boundary {
            seen.policy_to_attach(boundary)?;
        }
        let mut names = BTreeSet::new();
        for (name, _) in &self.inline {
            rules::policy_name(name)?;
            if !names.insert(name) {
                return Err(PlanRefusal::new(format!("the inline policy {name} is given twice")));
            }
        }
        Ok(())
    }

    /// The role, as it would be made.
    pub(super) fn content(&self, trust: Name, cluster: &Name) -> RoleContent {
        let mut tags: BTreeMap<Name, Name> = self.tags.iter().cloned().collect();
        tags.extend(made_for(cluster, &self.namespace, &self.service_account));
        RoleContent {
            path: self.path.clone().unwrap_or_else(|| "/".into()),
            trust,
            description: Some(self.description.clone().unwrap_or_else(|| self.default_description(cluster).into())),
            max_session_seconds: self.session_seconds.unwrap_or(3600),
            boundary: self.boundary.clone(),
            tags,
        }
    }

    /// What it is for, unless something else is said.
    pub fn default_description(&self, cluster: &str) -> String {
        format!("serviceaccount {}/{} of cluster {cluster}", self.namespace, self.service_account)
    }

    /// What is made beside the role itself: attachments and inline policies.
    pub(super) fn policies(&self, role: &Name) -> impl Iterator<Item = (Target, Content)> {
        let attached = self
            .policies
            .iter()
            .map(move |policy| (Target::Attachment { role: role.clone(), policy: policy.clone() }, Content::Present));
        let inline = self.inline.iter().map(move |(name, document)| {
            (Target::Inline { role: role.clone(), policy: name.clone() }, Content::Document(document.clone()))
        });
        attached.chain(inline)
    }
}
