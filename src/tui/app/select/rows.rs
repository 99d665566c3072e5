//! Which objects a list is of.

use crate::domain::model::Name;

/// Which objects a list is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Of {
    /// Namespaces; with the row `all` above them in the explorer.
    Namespaces,
    /// ServiceAccounts of the state's scope; with the row `all` above them in the explorer.
    Accounts,
    /// Pods of the state's scope.
    Pods,
    /// Pods of one ServiceAccount.
    PodsOfAccount(Name, Name),
    /// Pods on a node.
    PodsOnNode(Name),
    /// Pods of one workload: namespace, kind, name.
    PodsOfOwner(Name, Name, Name),
    /// A pod's containers: namespace, pod.
    Containers(Name, Name),
    /// Nodes.
    Nodes,
    /// Roles that a binding, a pod or a node names.
    Roles,
    /// ServiceAccounts and nodes that use a role, by its ARN.
    UsersOfRole(Name),
    /// What went wrong.
    Troubles,
    /// Calls that were made.
    Calls,
    /// Contexts to go to.
    Contexts,
    /// Profiles to go to.
    Profiles,
}
