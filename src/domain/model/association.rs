//! EKS Pod Identity associations.

use super::{Gap, GapReason, Name, RoleArn, Time};
use std::collections::BTreeMap;

/// One EKS Pod Identity association, as `eks:DescribePodIdentityAssociation` gives it. There is at most one for a
/// ServiceAccount of a cluster (EKS user guide, "pod-id-association").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Association {
    /// `a-…`.
    pub id: Name,
    /// The ServiceAccount's namespace. Neither need exist.
    pub namespace: Name,
    /// The ServiceAccount's name.
    pub service_account: Name,
    /// The role, in the cluster's account. `None` where only the list could be read, which does not say it.
    pub role_arn: Option<RoleArn>,
    /// The role that the agent goes on to assume, in any account; then it is what AWS sees.
    pub target_role_arn: Option<RoleArn>,
    /// What `sts:ExternalId` the second hop carries.
    pub external_id: Option<Name>,
    /// No session tags are sent; a session policy requires it.
    pub disable_session_tags: bool,
    /// The session policy, verbatim.
    pub policy: Option<Name>,
    /// When it was made.
    pub created: Option<Time>,
    /// When it was last changed. A change moves running pods too, as their credentials are renewed.
    pub modified: Option<Time>,
    /// The EKS add-on that owns it, by ARN.
    pub owner_arn: Option<Name>,
    /// Its tags.
    pub tags: BTreeMap<Name, Name>,
    /// Why it could be listed but not described: then no more is known than whom it binds.
    pub undescribed: Option<Gap>,
}

impl Association {
    /// One of which no more is known than whom it binds.
    pub fn binding(namespace: &Name, service_account: &Name) -> Self {
        Self { namespace: namespace.clone(), service_account: service_account.clone(), ..Self::default() }
    }

    /// The role that AWS sees: the target where there is one.
    pub fn effective_role(&self) -> Option<&RoleArn> {
        self.target_role_arn.as_ref().or(self.role_arn.as_ref())
    }

    /// What is not known of it, where its role is not.
    pub fn gap(&self) -> Option<Gap> {
        self.role_arn.is_none().then(|| self.undescribed.clone().unwrap_or_else(|| self.unexplained()))
    }

    /// The gap of one whose role is missing although nothing says why: a file written by hand, or by an older version.
    fn unexplained(&self) -> Gap {
        let sentence = format!("the role of association {} is not known: it was not described", self.id);
        Gap::new("role of the association", "eks:DescribePodIdentityAssociation", GapReason::NotSupported, sentence)
            .about(&*self.id)
    }
}
