//! `rolecall can`: whether a pod, a ServiceAccount or a role may do something, by which statement, and if not, what came
//! nearest.

mod asking;
mod given;
mod run;
mod text;

pub(super) use run::run;
