//! Plans that change IAM, on the clusters of the scenarios: what they would do, what they refuse, what they warn of.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says which by its place")]

mod associated;
mod attach;
mod binding;
mod create_role;
mod delete_role;
mod earlier;
mod loss_laws;
mod repair_laws;
mod repair_trust;
mod telling;
mod undone;
mod world;
