//! What the commands that change IAM take.

use super::args::ChangeArgs;
use crate::domain::plan::RoleMechanism;
use clap::{Args, ValueEnum};

/// How a ServiceAccount comes by a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum MechanismArg {
    Irsa,
    PodIdentity,
}

impl From<MechanismArg> for RoleMechanism {
    fn from(mechanism: MechanismArg) -> Self {
        match mechanism {
            MechanismArg::Irsa => Self::Irsa,
            MechanismArg::PodIdentity => Self::PodIdentity,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct CreateRoleArgs {
    /// The ServiceAccount: sa/NAME, or NAME
    #[arg(value_name = "sa/NAME")]
    pub(super) account: String,
    /// How it comes by the role: its tokens, or an association
    #[arg(long, value_enum, default_value = "irsa")]
    pub(super) mechanism: MechanismArg,
    /// The role's name; without it, made of cluster, namespace and ServiceAccount
    #[arg(long, value_name = "NAME")]
    pub(super) role_name: Option<String>,
    /// The role's path, as /eks/
    #[arg(long, value_name = "PATH")]
    pub(super) path: Option<String>,
    /// What the role is for
    #[arg(long, value_name = "TEXT")]
    pub(super) description: Option<String>,
    /// A managed policy to attach; may be given again
    #[arg(long = "policy", value_name = "ARN")]
    pub(super) policies: Vec<String>,
    /// An inline policy, from a file or - for standard input; may be given again
    #[arg(long = "inline", value_name = "NAME=FILE")]
    pub(super) inline: Vec<String>,
    /// The permissions boundary
    #[arg(long, value_name = "ARN")]
    pub(super) boundary: Option<String>,
    /// A tag beside rolecall's own; may be given again
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    pub(super) tags: Vec<String>,
    /// The longest session
    #[arg(long, value_name = "SECONDS")]
    pub(super) session: Option<i32>,
    /// Make the ServiceAccount, too, where there is none
    #[arg(long)]
    pub(super) create_service_account: bool,
    /// Restart the owners of its pods, too
    #[arg(long)]
    pub(super) restart: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct RepairTrustArgs {
    /// The ServiceAccount: sa/NAME, or NAME
    #[arg(value_name = "sa/NAME")]
    pub(super) account: String,
    /// The role; without it, the one that binds the ServiceAccount
    #[arg(value_name = "ROLE")]
    pub(super) role: Option<String>,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct AttachArgs {
    /// The role: role/NAME or an ARN
    #[arg(value_name = "ROLE")]
    pub(super) role: String,
    /// The managed policy: its ARN; to detach it, its name will do
    #[arg(value_name = "POLICY")]
    pub(super) policy: String,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct PutArgs {
    /// The role: role/NAME or an ARN
    #[arg(value_name = "ROLE")]
    pub(super) role: String,
    /// The inline policy, and the file with its document, or with one statement that is added to it; - for standard input
    #[arg(value_name = "NAME=FILE")]
    pub(super) policy: String,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct DeleteRoleArgs {
    /// The role: role/NAME or an ARN
    #[arg(value_name = "ROLE")]
    pub(super) role: String,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}
