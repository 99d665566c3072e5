//! Who asks for a role, as EKS puts it to STS.

use crate::domain::identity::situation::refuted_gap;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Cluster, Gap, GapReason, Name, Pod, Reading, RoleArn};
use crate::domain::policy::{PodIdentity, WebIdentity};
use std::borrow::Cow;

/// The audience that the webhook has tokens made for, unless an annotation names another
/// (amazon-eks-pod-identity-webhook, flag `token-audience`).
pub const DEFAULT_AUDIENCE: &str = "sts.amazonaws.com";

/// A ServiceAccount's token that is exchanged for a role.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::identity) struct Token<'a> {
    /// The role.
    pub(in crate::domain::identity) role: &'a RoleArn,
    /// The ServiceAccount's namespace.
    pub(in crate::domain::identity) namespace: &'a Name,
    /// The ServiceAccount.
    pub(in crate::domain::identity) account: &'a Name,
    /// What the token is made for; `None` where no token is seen, or one for the API server alone.
    pub(in crate::domain::identity) audience: Option<&'a str>,
}

impl<'a> Token<'a> {
    /// What STS is asked; `None` where the cluster's issuer was not read. Which region's STS is asked is the SDK's
    /// business and not known.
    pub(in crate::domain::identity) fn web_identity(self, inventory: &'a Inventory) -> Option<WebIdentity<'a>> {
        Some(WebIdentity {
            role: self.role.as_str(),
            issuer: issuer(inventory)?,
            audience: self.audience.unwrap_or(DEFAULT_AUDIENCE),
            namespace: self.namespace,
            service_account: self.account,
            region: None,
        })
    }
}

/// The issuer of the cluster's tokens without its scheme, where the account is this cluster's.
pub(super) fn issuer(inventory: &Inventory) -> Option<&str> {
    cluster(inventory)?.issuer_host_path().filter(|issuer| !issuer.is_empty())
}

/// What EKS asks of STS for an association's role, for one pod or for any; `None` where that role or the cluster was not
/// read.
pub(in crate::domain::identity) fn pod_identity<'a>(
    association: &'a Association,
    cluster_arn: &'a str,
    pod: Option<&'a Pod>,
) -> Option<PodIdentity<'a>> {
    Some(PodIdentity {
        role: association.role_arn.as_ref()?.as_str(),
        cluster_arn,
        namespace: &association.namespace,
        service_account: &association.service_account,
        pod: pod.map(|pod| (&*pod.name, &*pod.uid)).filter(|(_, uid)| !uid.is_empty()),
        tags: !association.disable_session_tags,
    })
}

/// The cluster's ARN: as EKS gives it, else of its parts, in the partition of the role.
pub fn cluster_arn<'a>(inventory: &'a Inventory, role: &RoleArn) -> Option<Cow<'a, str>> {
    let cluster = cluster(inventory)?;
    if let Some(arn) = &cluster.arn {
        return Some(Cow::Borrowed(arn));
    }
    let (region, account) = (cluster.region.as_deref()?, cluster.account.as_deref()?);
    Some(Cow::Owned(format!("arn:{}:eks:{region}:{account}:cluster/{}", role.partition()?, cluster.name)))
}

fn cluster(inventory: &Inventory) -> Option<&Cluster> {
    if inventory.aws().is_refuted() { None } else { inventory.aws().cluster().and_then(Reading::value) }
}

/// Why it is not known what the pods of this cluster send.
pub(super) fn cluster_gap(inventory: &Inventory) -> Gap {
    let call = "eks:DescribeCluster";
    let known = refuted_gap(inventory).or_else(|| inventory.aws().cluster().and_then(Reading::gap).cloned());
    known.unwrap_or_else(|| match inventory.aws().cluster() {
        None => Gap::new("cluster", call, GapReason::NotLoadedYet, "the cluster's OIDC issuer was not read yet"),
        Some(_) => {
            Gap::new("cluster", call, GapReason::NotFoundOut, "the cluster's OIDC issuer could not be found out")
        }
    })
}
