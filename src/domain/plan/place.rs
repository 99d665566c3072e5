//! Where a plan is applied, and what has to be typed before it is.

use crate::domain::inventory::Inventory;
use crate::domain::model::{About, Cluster, Name, Reading};

/// Where a plan is applied. Two plans of one place are of the same cluster and account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The kubeconfig context's name.
    pub context: Option<Name>,
    /// The API server's URL.
    pub server: Option<Name>,
    /// The EKS cluster's name.
    pub cluster: Option<Name>,
    /// The account that we are signed in to.
    pub account: Option<Name>,
    /// Who we are in Kubernetes.
    pub user: Option<Name>,
    /// Who we are in AWS.
    pub caller: Option<Name>,
}

/// What has to be said before a plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// `y`.
    Yes,
    /// This name, typed.
    Name(Name),
}

impl Place {
    /// The place that an inventory was read in.
    pub fn of(about: &About, inventory: &Inventory) -> Self {
        let aws = inventory.aws();
        let cluster = aws.cluster().and_then(Reading::value).map(|cluster: &Cluster| cluster.name.clone());
        let caller = aws.caller().and_then(Reading::value);
        Self {
            context: about.context.as_deref().map(Name::from),
            server: about.server.as_deref().map(Name::from),
            cluster: cluster.or_else(|| about.cluster_name.as_deref().map(Name::from)),
            account: caller.map(|caller| caller.account.clone()),
            user: inventory.user().and_then(Reading::value).map(|user| user.name.clone()),
            caller: caller.map(|caller| caller.arn.clone()),
        }
    }

    /// What the place is called when one has to type it: the cluster's name, else the context's.
    pub fn name(&self) -> Option<&Name> {
        self.cluster.as_ref().or(self.context.as_ref())
    }

    /// Whether the other is the same cluster and the same account, as far as both are known.
    pub fn is_same(&self, other: &Self) -> bool {
        let agree = |one: &Option<Name>, other: &Option<Name>| one.is_none() || other.is_none() || one == other;
        let known = self.server.is_some() || self.cluster.is_some() || self.context.is_some();
        known
            && agree(&self.server, &other.server)
            && agree(&self.cluster, &other.cluster)
            && agree(&self.account, &other.account)
            && (self.server.is_some() || self.context == other.context)
    }
}
