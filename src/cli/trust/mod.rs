//! `rolecall trust`: whether the roles that bind a ServiceAccount, or a role that could, let its pods in, step by step.

mod run;
mod text;

pub(super) use run::run;
