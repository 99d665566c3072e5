//! What somebody wants to be changed.

use crate::domain::model::{Name, RoleArn, Time};
use crate::domain::plan::{Annotations, Change, NewRole, PlanKind};

/// What somebody wants to be changed: a plan can be made of it, and made anew when things have moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Annotations of a ServiceAccount.
    Annotate {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
        /// What becomes of each.
        annotations: Annotations,
    },
    /// An association binds a ServiceAccount to a role.
    Associate {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
        /// The role.
        role: RoleArn,
    },
    /// The association of a ServiceAccount goes.
    Dissociate {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// A role is made for a ServiceAccount.
    CreateRole(Box<NewRole>),
    /// A role's trust policy lets a ServiceAccount in.
    RepairTrust {
        /// The ServiceAccount's namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// The cluster's OIDC provider is made, or accepts one audience more.
    CreateProvider {
        /// The audience.
        audience: Name,
    },
    /// A managed policy is attached to a role.
    Attach {
        /// The role.
        role: RoleArn,
        /// The policy's ARN.
        policy: Name,
    },
    /// A managed policy is detached from a role.
    Detach {
        /// The role.
        role: RoleArn,
        /// The policy's ARN.
        policy: Name,
    },
    /// A document, or a statement more, is put into an inline policy of a role.
    Put {
        /// The role.
        role: RoleArn,
        /// The policy's name.
        policy: Name,
        /// The document or the statement.
        text: Name,
    },
    /// A role goes.
    DeleteRole {
        /// The role.
        role: RoleArn,
    },
    /// The owners of a ServiceAccount's pods are restarted.
    Restart {
        /// The ServiceAccount's namespace.
        namespace: Name,
        /// Its name.
        name: Name,
        /// The moment that stands in their pod templates.
        at: Time,
    },
    /// A plan is taken back.
    Undo {
        /// Its id.
        id: Name,
        /// Of which kind it was.
        kind: PlanKind,
        /// Its title.
        title: String,
        /// The changes that were made, in the order in which they were.
        made: Vec<Change>,
    },
}
