//! What the commands that change something take.

use crate::cli::args::OutputArgs;
use crate::domain::identity::DEFAULT_AUDIENCE;
use crate::domain::plan::Dialect;
use clap::{Args, ValueEnum};

/// What every one of them takes.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ChangeArgs {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do it without asking; needed where nobody can be asked
    #[arg(short, long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) accepted: AcceptedArgs,
    /// Print what would do the same, and do nothing
    #[arg(long, value_enum, value_name = "PROGRAM")]
    pub(super) export: Option<Export>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl ChangeArgs {
    /// Whether the plan is only looked at.
    pub(super) fn changes_nothing(&self) -> bool {
        self.dry_run || self.export.is_some()
    }
}

/// What `--yes` alone does not agree to.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct AcceptedArgs {
    /// With --yes: also where pods lose something that they may do today
    #[arg(long)]
    pub(super) accept_loss: bool,
    /// With --yes: also where others use the role, for whom it changes, too
    #[arg(long)]
    pub(super) accept_others: bool,
}

/// What a plan can be printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Export {
    Kubectl,
    Aws,
}

impl From<Export> for Dialect {
    fn from(export: Export) -> Self {
        match export {
            Export::Kubectl => Self::Kubectl,
            Export::Aws => Self::Aws,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct AnnotateArgs {
    /// The ServiceAccount: sa/NAME, or NAME
    #[arg(value_name = "sa/NAME")]
    pub(super) account: String,
    /// The role that its pods get: role/NAME or an ARN
    #[arg(value_name = "ROLE", conflicts_with = "remove")]
    pub(super) role: Option<String>,
    /// Take the role away, and what else the webhook reads
    #[arg(long, conflicts_with_all = ["audience", "token_expiration", "regional_sts"])]
    pub(super) remove: bool,
    /// Audience of the token; empty ("") removes the annotation
    #[arg(long, value_name = "AUDIENCE")]
    pub(super) audience: Option<String>,
    /// How long a token holds; empty removes the annotation
    #[arg(long, value_name = "SECONDS")]
    pub(super) token_expiration: Option<String>,
    /// Whether STS is asked in the region: true or false; empty removes the annotation
    #[arg(long, value_name = "BOOL")]
    pub(super) regional_sts: Option<String>,
    /// Restart what made its running pods, one after the other, so that they get it too
    #[arg(long)]
    pub(super) restart: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct RestartArgs {
    /// The ServiceAccount whose pods are made anew: sa/NAME, or NAME
    #[arg(value_name = "sa/NAME")]
    pub(super) account: String,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct AssociateArgs {
    /// The ServiceAccount: sa/NAME, or NAME
    #[arg(value_name = "sa/NAME")]
    pub(super) account: String,
    /// The role that its pods get, of the cluster's account: role/NAME or an ARN
    #[arg(value_name = "ROLE")]
    pub(super) role: String,
    /// Restart the owners of its pods, too
    #[arg(long)]
    pub(super) restart: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct DissociateArgs {
    /// The ServiceAccount: sa/NAME, or NAME
    #[arg(value_name = "sa/NAME")]
    pub(super) account: String,
    /// Restart the owners of its pods, too
    #[arg(long)]
    pub(super) restart: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct CreateProviderArgs {
    /// The audience that it accepts
    #[arg(long, value_name = "AUDIENCE", default_value = DEFAULT_AUDIENCE)]
    pub(super) audience: String,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct UndoArgs {
    /// The plan, by its id in `rolecall log`; without it, the newest of this cluster and account
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    /// Restart the owners of the pods that it is about, too
    #[arg(long)]
    pub(super) restart: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ResumeArgs {
    /// The plan, by its id in `rolecall log`; without it, the newest of this cluster and account
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}
