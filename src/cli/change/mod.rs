//! The commands that change something: each makes a plan, and all plans go the same way from there.

mod annotate;
mod args;
mod associate;
mod consent;
mod create_provider;
mod create_role;
mod dry_run;
mod gathered;
mod iam_args;
mod log;
mod pairs;
mod repair_trust;
mod restart;
mod role_policies;
mod run;
mod text;
mod undo;

pub(super) use annotate::run as annotate;
pub(super) use args::{
    AnnotateArgs, AssociateArgs, CreateProviderArgs, DissociateArgs, RestartArgs, ResumeArgs, UndoArgs,
};
pub(super) use associate::{associate, dissociate};
pub(super) use create_provider::run as create_provider;
pub(super) use create_role::run as create_role;
pub(super) use iam_args::{AttachArgs, CreateRoleArgs, DeleteRoleArgs, PutArgs, RepairTrustArgs};
pub(super) use log::run as log;
pub(super) use repair_trust::run as repair_trust;
pub(super) use restart::run as restart;
pub(super) use role_policies::{attach, delete as delete_role, detach, put};
pub(super) use run::tell_left;
pub(super) use undo::{resume, undo};
