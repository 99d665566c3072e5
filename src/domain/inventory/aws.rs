//! What AWS answered, each answer with its reading.

use crate::domain::model::{
    Association, Caller, Cluster, Confirmation, Gap, GapReason, Instance, InstanceProfile, ManagedPolicy, Name,
    Nodegroup, OidcProvider, Reading, Role,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The AWS side of the inventory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aws {
    pub(super) caller: Option<Reading<Caller>>,
    pub(super) cluster: Option<Reading<Cluster>>,
    pub(super) associations: Option<Reading<Arc<Associations>>>,
    pub(super) providers: Option<Reading<Vec<OidcProvider>>>,
    pub(super) roles: HashMap<Name, Reading<Arc<Role>>>,
    pub(super) policies: HashMap<Name, Reading<Arc<ManagedPolicy>>>,
    pub(super) sweep: Option<Reading<()>>,
    pub(super) instances: HashMap<Name, Reading<Instance>>,
    pub(super) profiles: HashMap<Name, Reading<InstanceProfile>>,
    pub(super) nodegroups: HashMap<Name, Reading<Nodegroup>>,
}

/// Associations by the ServiceAccount they bind: namespace, name.
pub type Associations = HashMap<(Name, Name), Association>;

impl Aws {
    /// Who we are, if it was asked.
    pub fn caller(&self) -> Option<&Reading<Caller>> {
        self.caller.as_ref()
    }

    /// The cluster as EKS describes it, if it was asked.
    pub fn cluster(&self) -> Option<&Reading<Cluster>> {
        self.cluster.as_ref()
    }

    /// Whether the account was shown to be another cluster's: then none of its facts are joined.
    pub fn is_refuted(&self) -> bool {
        matches!(self.cluster().and_then(Reading::value).map(|c| &c.confirmation), Some(Confirmation::Refuted(_)))
    }

    /// Whether the account was shown to be this cluster's.
    pub fn is_confirmed(&self) -> bool {
        matches!(self.cluster().and_then(Reading::value).map(|c| &c.confirmation), Some(Confirmation::Confirmed(_)))
    }

    /// The account whose roles are shown by path and name alone: the cluster's, else the caller's.
    pub fn account(&self) -> Option<&str> {
        let cluster = self.cluster().and_then(Reading::value).and_then(|cluster| cluster.account.as_deref());
        cluster.or_else(|| self.caller().and_then(Reading::value).map(|caller| &*caller.account))
    }

    /// How the associations stand; `None` while nobody asked.
    pub fn associations(&self) -> Option<&Reading<Arc<Associations>>> {
        self.associations.as_ref()
    }

    /// The association of a ServiceAccount: `Ok(None)` if the list was read and has none, `Err` if it was not read.
    pub fn association(&self, namespace: &Name, service_account: &Name) -> Result<Option<&Association>, Gap> {
        match &self.associations {
            Some(Reading::Read { value, .. }) => Ok(value.get(&(namespace.clone(), service_account.clone()))),
            Some(Reading::Missing { .. }) => Ok(None),
            Some(Reading::Unread(gap)) => Err(gap.clone()),
            None => Err(not_loaded("Pod Identity associations", "eks:ListPodIdentityAssociations")),
        }
    }

    /// The account's OIDC providers, if they were asked for.
    pub fn providers(&self) -> Option<&Reading<Vec<OidcProvider>>> {
        self.providers.as_ref()
    }

    /// One role by ARN, if it was asked for.
    pub fn role(&self, arn: &str) -> Option<&Reading<Arc<Role>>> {
        self.roles.get(arn)
    }

    /// Every role that was asked for.
    pub fn roles(&self) -> impl Iterator<Item = (&Name, &Reading<Arc<Role>>)> {
        self.roles.iter()
    }

    /// One managed policy by ARN, if it was asked for.
    pub fn policy(&self, arn: &str) -> Option<&Reading<Arc<ManagedPolicy>>> {
        self.policies.get(arn)
    }

    /// Every managed policy that was asked for.
    pub fn policies(&self) -> impl Iterator<Item = (&Name, &Reading<Arc<ManagedPolicy>>)> {
        self.policies.iter()
    }

    /// How the sweep over all roles ended, if it was tried.
    pub fn sweep(&self) -> Option<&Reading<()>> {
        self.sweep.as_ref()
    }

    /// One instance by id, if it was asked for.
    pub fn instance(&self, id: &str) -> Option<&Reading<Instance>> {
        self.instances.get(id)
    }

    /// Every instance that was asked for.
    pub fn instances(&self) -> impl Iterator<Item = (&Name, &Reading<Instance>)> {
        self.instances.iter()
    }

    /// One instance profile by ARN, if it was asked for.
    pub fn profile(&self, arn: &str) -> Option<&Reading<InstanceProfile>> {
        self.profiles.get(arn)
    }

    /// Every instance profile that was asked for.
    pub fn profiles(&self) -> impl Iterator<Item = (&Name, &Reading<InstanceProfile>)> {
        self.profiles.iter()
    }

    /// One node group by name, if it was asked for.
    pub fn nodegroup(&self, name: &str) -> Option<&Reading<Nodegroup>> {
        self.nodegroups.get(name)
    }

    /// Every node group that was asked for.
    pub fn nodegroups(&self) -> impl Iterator<Item = (&Name, &Reading<Nodegroup>)> {
        self.nodegroups.iter()
    }
}

/// The gap of an answer that is still to come.
pub(crate) fn not_loaded(what: &str, call: &str) -> Gap {
    Gap::new(what, call, GapReason::NotLoadedYet, format!("{what} not read yet"))
}

/// The `AWS_*` variables that an owner's pod template sets by hand, by container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnerTemplate {
    /// Container name and the names of the variables its template sets.
    pub env: Vec<(Name, Vec<Name>)>,
}

impl OwnerTemplate {
    /// Whether the template itself sets the variable in that container.
    pub fn sets(&self, container: &str, variable: &str) -> bool {
        self.env.iter().any(|(name, variables)| &**name == container && variables.iter().any(|v| &**v == variable))
    }
}
