//! Who else uses a role that is to be changed: ServiceAccounts, nodes, instance profiles, and whom its trust policy names.

use super::Plan;
use super::surroundings::{Seen, named, warn_of_cluster};
use super::warning::WarningKind;
use crate::domain::identity::{IdentityKind, RoleUser, cluster_arn, role_use};
use crate::domain::inventory::{Associations, Kind, Scope};
use crate::domain::model::{InstanceProfile, Name, Reading, RoleArn};
use crate::domain::policy::{Effect, POD_IDENTITY_SERVICE, PrincipalKind, Selection, TooWide, other_clusters};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The users of a role, as far as they can be seen from this cluster and account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Users {
    /// The ServiceAccounts that are bound to it, or whose pods still run with it: `shop/api (IRSA, 3 pods)`.
    pub(super) accounts: Vec<String>,
    /// The ServiceAccounts whose pods have it as the role of their node: `shop/api (3 pods)`.
    by_node: Vec<String>,
    /// The namespaces of both.
    namespaces: BTreeSet<Name>,
    /// The ServiceAccounts themselves, by namespace and name.
    pub(super) bound: BTreeSet<(Name, Name)>,
    /// The nodes whose role it is.
    pub(super) nodes: Vec<Name>,
    /// The instance profiles that hold it.
    pub(super) profiles: Vec<Name>,
    /// Whom its trust policy lets ask for it beside this cluster: other issuers, services, roles, accounts, the Pod Identity
    /// of other clusters.
    pub(super) principals: Vec<Name>,
    /// Its trust policy lets in associations of any cluster of the account, or anybody at all.
    pub(super) is_open: bool,
    /// Why the list may not be whole.
    pub(super) doubts: Vec<String>,
}

impl Users {
    /// The users of a role.
    pub(super) fn of(seen: Seen<'_>, role: &RoleArn) -> Self {
        let mut users = Self::default();
        let own = role_use(seen.inventory, seen.identities, role);
        for user in &own.users {
            users.accounts.push(in_words(user));
            users.namespaces.insert(user.namespace.clone());
            users.bound.insert((user.namespace.clone(), user.service_account.clone()));
        }
        for user in &own.users_by_node {
            users.by_node.push(in_words(user));
            users.namespaces.insert(user.namespace.clone());
        }
        users.nodes = own.nodes;
        users.profiles = profiles_of(seen, role);
        users.trusted(seen, role);
        users.doubts(seen);
        users
    }

    /// Whom the trust policy names.
    fn trusted(&mut self, seen: Seen<'_>, role: &RoleArn) {
        let cluster = seen.inventory.aws().cluster().and_then(Reading::value);
        let issuer = cluster.and_then(|cluster| cluster.issuer_host_path());
        let Some(trust) = seen.inventory.aws().trust(role.as_str()) else {
            return self.doubts.push(format!("the trust policy of role {} was not read", role.path_and_name()));
        };
        let policy = match &trust.policy {
            Ok(policy) => policy,
            Err(error) => return self.doubts.push(format!("its trust policy cannot be read: {error}")),
        };
        let is_open =
            |own: &TooWide| matches!(own, TooWide::AnyAssociation(_) | TooWide::AnyCluster(_) | TooWide::Anyone(_));
        self.is_open = trust.too_wide.iter().any(is_open);
        let allows = policy.statements.iter().filter(|own| own.effect == Effect::Allow);
        for principal in allows.flat_map(|own| &own.principals).flat_map(Selection::items) {
            let text = principal.as_str();
            let of_cluster = text.split_once(":oidc-provider/").is_some_and(|(_, own)| Some(own) == issuer);
            let is_nobody = principal.kind == PrincipalKind::Deleted;
            if !of_cluster
                && !is_nobody
                && text != POD_IDENTITY_SERVICE
                && !self.principals.iter().any(|own| &**own == text)
            {
                self.principals.push(Name::from(text));
            }
        }
        // the service is one for all clusters of the account
        let arn = cluster_arn(seen.inventory, role);
        let is_own =
            |value: &str| arn.as_deref() == Some(value) || cluster.is_some_and(|cluster| *cluster.name == *value);
        for other in other_clusters(policy, is_own) {
            let whose = other.map_or("any cluster of the account".to_owned(), |other| format!("cluster {other}"));
            self.principals.push(Name::from(format!("Pod Identity of {whose}")));
        }
    }

    fn doubts(&mut self, seen: Seen<'_>) {
        for kind in [Kind::ServiceAccount, Kind::Pod, Kind::Node] {
            let listing = seen.inventory.listings().of(kind);
            if !listing.is_whole() || (kind != Kind::Node && listing.scope != Scope::Cluster) {
                self.doubts.push(format!("{} were not all read", kind.resource()));
            }
        }
        let associations = seen.inventory.aws().associations().and_then(Reading::value);
        // one that could not be described does not say whose role it takes
        let are_described = |all: &Arc<Associations>| all.values().all(|own| own.role_arn.is_some());
        if associations.is_none() {
            self.doubts.push("Pod Identity associations were not read".to_owned());
        } else if seen.inventory.aws().associations_of().is_some() || !associations.is_some_and(are_described) {
            self.doubts.push("Pod Identity associations were not all read".to_owned());
        }
    }

    /// Whether somebody uses it, or may, unseen.
    pub(super) fn may_be_any(&self) -> bool {
        self.may_be_any_but(&[])
    }

    /// Whether somebody beside these ServiceAccounts uses it, or may, unseen.
    pub(super) fn may_be_any_but(&self, own: &[(Name, Name)]) -> bool {
        self.count_but(own) > 0 || self.is_open || !self.doubts.is_empty()
    }

    /// How many there are beside these ServiceAccounts.
    fn count_but(&self, own: &[(Name, Name)]) -> usize {
        self.count() - self.bound.iter().filter(|bound| own.contains(bound)).count()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        let nodes = usize::from(!self.nodes.is_empty());
        self.bound.len() + self.by_node.len() + self.principals.len() + self.profiles.len() + nodes
    }

    /// All of them in words, one a line.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.accounts.is_empty() {
            lines.push(format!("ServiceAccounts: {}", self.accounts.join(", ")));
        }
        if !self.nodes.is_empty() {
            lines.push(format!("nodes: {}", named(&self.nodes)));
        }
        if !self.by_node.is_empty() {
            lines.push(format!("ServiceAccounts whose pods get it from their nodes: {}", named(&self.by_node)));
        }
        if !self.profiles.is_empty() {
            lines.push(format!("instance profiles: {}", named(&self.profiles)));
        }
        if !self.principals.is_empty() {
            lines.push(format!("those whom its trust policy lets in: {}", self.principals.join(", ")));
        }
        lines
    }

    /// Tells a plan who else is hit; `own`: the ServiceAccounts that the plan is about. Whether it is asked about them.
    pub(super) fn tell(&self, plan: &mut Plan, role: &RoleArn, own: &[(Name, Name)]) -> bool {
        let name = role.path_and_name();
        let lines = self.lines();
        match lines.as_slice() {
            [] => plan.effects.push(format!("nobody that can be seen uses role {name}")),
            lines => plan.effects.extend(lines.iter().map(|line| format!("role {name} is used by {line}"))),
        }
        if self.is_open {
            plan.effects.push(format!("the trust policy of role {name} lets in others than this cluster, too"));
        }
        plan.effects.push("other clusters and accounts cannot be seen from here".to_owned());
        let sentence = match (own, self.count_but(own)) {
            (_, 0) | ([], 1) => String::new(),
            ([], all) => format!("role {name} has {all} users that can be seen: this changes it for all"),
            (_, 1) => format!("role {name} has 1 other user that can be seen: it changes for that one, too"),
            (_, others) => format!("role {name} has {others} other users that can be seen: it changes for them, too"),
        };
        let is_asked = !sentence.is_empty();
        if is_asked {
            plan.warn(WarningKind::OtherUsers, sentence);
        }
        if self.bound.iter().any(|(namespace, _)| &**namespace == "kube-system") {
            warn_of_cluster(plan, "kube-system");
        }
        if !self.nodes.is_empty() {
            let sentence = "nodes run with this role: a mistake here can stop them, and whatever they run";
            plan.warn(WarningKind::Cluster, sentence);
        }
        for doubt in &self.doubts {
            plan.warn(WarningKind::NotRead, format!("who uses role {name} is not wholly known: {doubt}"));
        }
        is_asked
    }

    /// The namespaces, as others take them.
    pub(super) fn namespaces(&self) -> Vec<&Name> {
        self.namespaces.iter().collect()
    }
}

/// The instance profiles that hold a role: all of them where they were asked for, else those that are known of nodes.
fn profiles_of(seen: Seen<'_>, role: &RoleArn) -> Vec<Name> {
    let aws = seen.inventory.aws();
    let holds = |it: &InstanceProfile| it.role_arn.as_ref() == Some(role);
    let holding = || aws.profiles().filter(|(_, reading)| reading.value().is_some_and(holds));
    let all = aws.profiles_of(role.as_str()).and_then(Reading::value).cloned();
    let mut profiles = all.unwrap_or_else(|| holding().map(|(arn, _)| arn.clone()).collect());
    profiles.sort();
    profiles
}

fn in_words(user: &RoleUser) -> String {
    let by = match (user.mechanism, user.bound) {
        (IdentityKind::NodeRole, _) => None,
        (IdentityKind::PodIdentity, true) => Some("association".to_owned()),
        (_, true) => Some("annotation".to_owned()),
        (_, false) => Some("running pods only".to_owned()),
    };
    let pods = match user.pods {
        0 => None,
        1 => Some("1 pod".to_owned()),
        many => Some(format!("{many} pods")),
    };
    let said: Vec<String> = by.into_iter().chain(pods).collect();
    format!("{}/{} ({})", user.namespace, user.service_account, said.join(", "))
}
