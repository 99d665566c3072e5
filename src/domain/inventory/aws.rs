//! What AWS answered, each answer with its reading.

use super::Trust;
use crate::domain::model::{
    Association, Caller, Cluster, Confirmation, Gap, Instance, InstanceProfile, ManagedPolicy, Name, Nodegroup,
    OidcProvider, Reading, Role, RoleArn,
};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of roles, quickly hashed: tens of thousands of bindings look theirs up at a time.
pub(super) type ByArn<T> = HashMap<Name, T, RandomState>;

/// The AWS side of the inventory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aws {
    pub(super) caller: Option<Reading<Caller>>,
    pub(super) cluster: Option<Reading<Cluster>>,
    pub(super) associations: Option<Reading<Arc<Associations>>>,
    pub(super) associations_of: Option<Name>,
    pub(super) providers: Option<Reading<Vec<OidcProvider>>>,
    pub(super) roles: ByArn<Reading<Arc<Role>>>,
    pub(super) trusts: ByArn<Trust>,
    pub(super) policies: HashMap<Name, Reading<Arc<ManagedPolicy>>>,
    pub(super) sweep: Option<Reading<()>>,
    pub(super) instances: HashMap<Name, Reading<Instance>>,
    pub(super) profiles: HashMap<Name, Reading<InstanceProfile>>,
    pub(super) profiles_of: HashMap<Name, Reading<Vec<Name>>>,
    pub(super) nodegroups: HashMap<Name, Reading<Nodegroup>>,
}

/// What a look-up found.
#[derive(Debug, PartialEq, Eq)]
pub enum Lookup<'a, T> {
    /// It is there.
    Found(&'a T),
    /// It was read that there is none.
    Absent,
    /// It was not read: why, or not asked yet.
    Unread(Option<&'a Gap>),
}

// not derived: that would ask `T` to be copied too
impl<T> Clone for Lookup<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lookup<'_, T> {}

impl<'a, T> Lookup<'a, T> {
    /// Whether it was not read.
    pub fn is_unread(self) -> bool {
        matches!(self, Self::Unread(_))
    }

    /// Why it was not read, where that is known.
    pub fn gap(self) -> Option<&'a Gap> {
        match self {
            Self::Unread(gap) => gap,
            Self::Found(_) | Self::Absent => None,
        }
    }

    /// What was found.
    pub fn found(self) -> Option<&'a T> {
        match self {
            Self::Found(value) => Some(value),
            Self::Absent | Self::Unread(_) => None,
        }
    }
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

    /// The account whose roles are shown by path and name alone: the cluster's, else the caller's.
    pub fn account(&self) -> Option<&str> {
        let cluster = self.cluster().and_then(Reading::value).and_then(|cluster| cluster.account.as_deref());
        cluster.or_else(|| self.caller().and_then(Reading::value).map(|caller| &*caller.account))
    }

    /// The partition of that account, as the ARNs of both say it: `aws`, `aws-cn`, `aws-us-gov`; `aws` while neither is known.
    pub fn partition(&self) -> &str {
        let cluster = self.cluster().and_then(Reading::value).and_then(|cluster| cluster.arn.as_deref());
        let caller = || self.caller().and_then(Reading::value).map(|caller| &*caller.arn);
        cluster.or_else(caller).and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws")
    }

    /// How the associations stand; `None` while nobody asked.
    pub fn associations(&self) -> Option<&Reading<Arc<Associations>>> {
        self.associations.as_ref()
    }

    /// The one namespace whose associations were asked for; `None`: those of the cluster.
    pub fn associations_of(&self) -> Option<&Name> {
        self.associations_of.as_ref()
    }

    /// Whether the associations of the namespace, or of all where it is `None`, were asked for.
    pub fn associations_cover(&self, namespace: Option<&str>) -> bool {
        let of = self.associations_of.as_deref();
        self.associations.is_some() && (of.is_none() || of == namespace)
    }

    /// The association of a ServiceAccount.
    pub fn association(&self, namespace: &Name, service_account: &Name) -> Lookup<'_, Association> {
        match self.associations.as_ref().filter(|_| self.associations_cover(Some(namespace))) {
            Some(Reading::Read { value, .. }) => {
                value.get(&(namespace.clone(), service_account.clone())).map_or(Lookup::Absent, Lookup::Found)
            }
            Some(Reading::Missing { .. }) => Lookup::Absent,
            Some(Reading::Unread(gap)) => Lookup::Unread(Some(gap)),
            None => Lookup::Unread(None),
        }
    }

    /// Why it is not known to what role an association binds a ServiceAccount: none was read, or not this one.
    pub fn association_gap(&self, namespace: &Name, service_account: &Name) -> Option<Gap> {
        match self.association(namespace, service_account) {
            Lookup::Found(association) => association.gap(),
            Lookup::Absent => None,
            Lookup::Unread(gap) => gap.cloned(),
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

    /// The trust policy of a role that was read, compiled. `None`: the role was not read, or not with its trust policy.
    pub fn trust(&self, arn: &str) -> Option<&Trust> {
        self.trusts.get(arn)
    }

    /// Every role that was asked for.
    pub fn roles(&self) -> impl Iterator<Item = (&Name, &Reading<Arc<Role>>)> {
        self.roles.iter()
    }

    /// How long sessions of a role may be, a sweep over all roles does not tell: what was read of it before stays.
    pub(super) fn keep_session(&self, arn: &Name, fresh: &mut Reading<Box<Role>>) {
        if let (Reading::Read { value: fresh, .. }, Some(known)) = (fresh, self.roles.get(arn).and_then(Reading::value))
            && fresh.id == known.id
        {
            fresh.max_session_seconds = fresh.max_session_seconds.or(known.max_session_seconds);
        }
    }

    /// One managed policy by ARN, if it was asked for.
    pub fn policy(&self, arn: &str) -> Option<&Reading<Arc<ManagedPolicy>>> {
        self.policies.get(arn)
    }

    /// Every managed policy that was asked for.
    pub fn policies(&self) -> impl Iterator<Item = (&Name, &Reading<Arc<ManagedPolicy>>)> {
        self.policies.iter()
    }

    /// The roles that go on to a target role, by an association, and that the managed policy is attached to or bounds:
    /// whether they may go on hangs on it.
    pub(super) fn going_on_by(&self, policy: &Name) -> Vec<Name> {
        let associations = self.associations().and_then(Reading::value).into_iter().flat_map(|all| all.values());
        let going_on = associations.filter(|association| association.target_role_arn.is_some());
        let own = going_on.filter_map(|association| association.role_arn.as_ref());
        let hangs_on_it = |role: &&RoleArn| {
            let role = self.role(role.as_str()).and_then(Reading::value);
            role.is_some_and(|role| role.managed_policies().any(|arn| arn == policy))
        };
        own.filter(hangs_on_it).map(RoleArn::name_shared).collect()
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

    /// The instance profiles that hold a role, by its ARN, if they were asked for.
    pub fn profiles_of(&self, role: &str) -> Option<&Reading<Vec<Name>>> {
        self.profiles_of.get(role)
    }

    /// Every role, by its ARN, whose instance profiles were asked for.
    pub fn roles_in_profiles(&self) -> impl Iterator<Item = &Name> {
        self.profiles_of.keys()
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
