//! What can be typed, with kubectl's and the AWS CLI's names for the same things.

use super::change::{
    AnnotateArgs, AssociateArgs, AttachArgs, CreateProviderArgs, CreateRoleArgs, DeleteRoleArgs, DissociateArgs,
    PutArgs, RepairTrustArgs, RestartArgs, ResumeArgs, UndoArgs,
};
use crate::config::Connection;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  rolecall                                  the terminal interface
  rolecall --demo                           the same, on a made-up cluster
  rolecall pods -n shop                     which identity each pod has
  rolecall pods -A -o json                  every container, with evidence
  rolecall identity pod/api-7d9f -n shop    one pod, and why
  rolecall roles role/shop-api -o json      one role and its documents
  rolecall can pod/api-7d9f s3:GetObject arn:aws:s3:::shop/a -n shop
                                            may it, and which statement says so
  rolecall trust sa/api -n shop             do the roles that bind it let its pods in
  rolecall annotate sa/api role/shop-api -n shop --dry-run
                                            what binding it to that role would change
  rolecall capture cluster.json.gz          write down what was read, for --from

Exit codes:
  0 done, allowed, trusted   1 denied, not trusted   2 wrong usage or unreadable input
  3 not reached, not permitted or not found   4 depends on something unknown
  5 a change stopped by a guard or a failed step   130 interrupted or declined";

/// Which AWS identity does each container of an EKS cluster really have, and why
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, after_help = EXAMPLES, max_term_width = 100, infer_subcommands = false)]
pub(super) struct Cli {
    /// Open the terminal interface with this command, as typed behind `:`
    #[arg(long, value_name = "COMMAND")]
    pub(super) command: Option<String>,
    /// Leave the mouse to the terminal, which otherwise selects with shift held
    #[arg(long)]
    pub(super) no_mouse: bool,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// Marks in ASCII; also where the locale is not UTF-8
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(super) ascii: bool,
    #[command(subcommand)]
    pub(super) subcommand: Option<Command>,
}

/// What the options that all commands take stand under: apart from a command's own.
const GLOBAL: &str = "Global options";

/// What to read.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own, as typed")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = GLOBAL)]
pub(super) struct SourceArgs {
    /// Namespace to read
    #[arg(short, long, global = true, value_name = "NAMESPACE", conflicts_with = "all_namespaces")]
    pub(super) namespace: Option<String>,
    /// Read all namespaces
    #[arg(short = 'A', long, global = true)]
    pub(super) all_namespaces: bool,
    /// Kubeconfig context
    #[arg(long, global = true, value_name = "NAME", env = "ROLECALL_CONTEXT", hide_env_values = true)]
    pub(super) context: Option<String>,
    /// Kubeconfig file
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// Kubernetes user to impersonate
    #[arg(long = "as", global = true, value_name = "USER")]
    pub(super) impersonate: Option<String>,
    /// AWS profile
    #[arg(long, global = true, value_name = "NAME", env = "ROLECALL_PROFILE", hide_env_values = true)]
    pub(super) profile: Option<String>,
    /// AWS region
    #[arg(long, global = true, value_name = "NAME", env = "ROLECALL_REGION", hide_env_values = true)]
    pub(super) region: Option<String>,
    /// Send every AWS call here
    #[arg(long, global = true, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,
    /// EKS cluster, where it cannot be found out
    #[arg(long, global = true, value_name = "NAME", env = "ROLECALL_CLUSTER", hide_env_values = true)]
    pub(super) cluster_name: Option<String>,
    /// Read a made-up cluster: no cluster, no AWS, no network
    #[arg(long, global = true, conflicts_with = "from")]
    pub(super) demo: bool,
    /// Read a capture instead of a cluster
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) from: Option<PathBuf>,
    /// Change nothing: no command and no key that could
    #[arg(long, global = true, conflicts_with = "write", env = "ROLECALL_READONLY", hide_env_values = true)]
    pub(super) readonly: bool,
    /// Allow changes where the settings say readonly
    #[arg(long, global = true)]
    pub(super) write: bool,
}

impl SourceArgs {
    /// How to reach the cluster and AWS.
    pub(super) fn connection(&self) -> Connection {
        Connection {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            namespace: self.namespace.clone(),
            all_namespaces: self.all_namespaces,
            impersonate: self.impersonate.clone(),
            profile: self.profile.clone(),
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            cluster_name: self.cluster_name.clone(),
            read_only: (self.readonly || self.write).then_some(self.readonly),
            settings: std::sync::Arc::default(),
        }
    }
}

#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    /// List pods with their AWS identity
    #[command(visible_aliases = ["po", "pod"])]
    Pods(ListArgs),
    /// List ServiceAccounts, what binds them and who uses them
    #[command(name = "serviceaccounts", visible_aliases = ["sa", "serviceaccount"])]
    ServiceAccounts(ListArgs),
    /// List the IAM roles that the cluster names, or show one of them
    #[command(visible_alias = "role")]
    Roles(RolesArgs),
    /// List nodes, their roles and who falls back to them
    #[command(visible_aliases = ["no", "node"])]
    Nodes(ListArgs),
    /// List namespaces and the identities in them
    #[command(visible_aliases = ["ns", "namespace"])]
    Namespaces(ListArgs),
    /// Say which AWS identity each container of one pod has, and why
    Identity(IdentityArgs),
    /// Say whether a pod, a ServiceAccount or a role may do something, and which statement says so
    Can(CanArgs),
    /// Say whether the roles that bind a ServiceAccount, or one that could, trust it, step by step
    Trust(TrustArgs),
    /// Decide requests under given policies: one JSON line in, one JSON line out; neither cluster nor AWS is read
    Evaluate {
        /// File of requests; standard input without one, or for -
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Bind a ServiceAccount to a role by its annotation, change that, or take it away
    Annotate(AnnotateArgs),
    /// Make a role for a ServiceAccount, with its policies, and bind it
    CreateRole(CreateRoleArgs),
    /// Change a role's trust policy so that it lets a ServiceAccount in, and nobody else
    RepairTrust(RepairTrustArgs),
    /// Attach a managed policy to a role
    Attach(AttachArgs),
    /// Detach a managed policy from a role
    Detach(AttachArgs),
    /// Put a policy into a role, or one statement into a policy that stands in it
    Put(PutArgs),
    /// Delete a role that rolecall made, where nobody can be using it
    DeleteRole(DeleteRoleArgs),
    /// Restart what made the pods of a ServiceAccount, so that they get what it is bound to
    Restart(RestartArgs),
    /// Bind a ServiceAccount to a role by a Pod Identity association, or change to which
    Associate(AssociateArgs),
    /// Remove the Pod Identity association of a ServiceAccount
    Dissociate(DissociateArgs),
    /// Create the cluster's OIDC provider in the account, or let it accept one more audience
    CreateProvider(CreateProviderArgs),
    /// List what was changed, the newest first
    Log(OutputArgs),
    /// Take a change back
    Undo(UndoArgs),
    /// Go on with a change that was stopped or killed
    Resume(ResumeArgs),
    /// Write down what was read, without any secret
    Capture(CaptureArgs),
    /// Say what would be read, who we are there, and what we may read
    Info(OutputArgs),
    /// Print the completion script for a shell
    Completion {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Clone, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) output: OutputArgs,
    /// Label selector, given to the API server
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub(super) selector: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(super) struct RolesArgs {
    /// One role: role/NAME or an ARN
    #[arg(value_name = "ROLE")]
    pub(super) role: Option<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Clone, Args)]
pub(super) struct IdentityArgs {
    /// The pod: pod/NAME, or NAME
    #[arg(value_name = "pod/NAME")]
    pub(super) pod: String,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Clone, Args)]
pub(super) struct CanArgs {
    /// Who: pod/NAME or NAME, sa/NAME, role/NAME or an ARN
    #[arg(value_name = "pod/NAME|sa/NAME|role/NAME")]
    pub(super) subject: String,
    /// What: an action, s3:GetObject
    #[arg(value_name = "ACTION")]
    pub(super) action: String,
    /// On what: an ARN, or a pattern of ARNs
    #[arg(value_name = "RESOURCE")]
    pub(super) resource: Option<String>,
    /// A condition key of the request: aws:RequestedRegion=eu-west-1; twice the same key makes a list
    #[arg(long = "with", value_name = "KEY=VALUE")]
    pub(super) with: Vec<String>,
    /// The resource's own policy
    #[arg(long, value_name = "FILE")]
    pub(super) resource_policy: Option<PathBuf>,
    /// A service control policy; each is a level of its own
    #[arg(long, value_name = "FILE")]
    pub(super) scp: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Clone, Args)]
pub(super) struct TrustArgs {
    /// Whom: sa/NAME or NAME; pod/NAME for its ServiceAccount
    #[arg(value_name = "sa/NAME|pod/NAME")]
    pub(super) subject: String,
    /// One role, bound to it or not: role/NAME or an ARN; without it, those that bind it
    #[arg(value_name = "ROLE")]
    pub(super) role: Option<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Clone, Args)]
pub(super) struct CaptureArgs {
    /// File to write, gzipped where its name ends in .gz; standard output without one, or for -
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct OutputArgs {
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub(super) output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Wide,
    Json,
    Yaml,
    Csv,
    Name,
}
