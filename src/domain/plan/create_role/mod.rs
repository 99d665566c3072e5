//! Making a role for a ServiceAccount: the role with its trust policy, its policies, and what binds the one to the other.

mod field;
mod name;
mod request;
mod steps;

pub use field::RoleField;
pub use name::default_role_name;
pub(super) use name::{CLUSTER_TAG, made_for};
pub use request::{NewRole, RoleMechanism, role_to_create};
pub use steps::create_role;
