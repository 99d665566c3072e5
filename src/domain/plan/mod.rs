//! What an action would do, as data: a [`Plan`] of steps, each a [`Change`] from what is there to what shall be.
//!
//! Nothing here sends anything. A change names its target and both contents, so that its guard (it still holds what was
//! seen), its check afterwards (it holds what was written), its inverse (the other way round), its diff and the `kubectl`
//! or `aws` line that does the same all follow from the one value. One kind of plan, one file.

mod annotate;
mod as_planned;
mod associate;
mod attach;
mod change;
mod command;
mod consequences;
mod content;
mod create_provider;
mod create_role;
mod delete_role;
mod diff;
mod draft;
mod earlier;
mod escalation;
mod export;
mod fit;
mod loss;
mod next;
mod owned;
mod place;
mod pod_identity;
mod put;
mod refusal;
mod removal;
mod repair_trust;
mod restart;
mod resume;
mod role;
mod rules;
mod state;
mod step;
mod surroundings;
mod target;
mod trial;
mod undo;
mod users;
mod waiting;
mod warning;
mod way_back;
mod withheld;

pub use annotate::{Annotations, Edit, ROLE_ARN, annotate, token_fault};
pub use associate::{associate, dissociate, node_roles};
pub use attach::{attach, detach};
pub use change::Change;
pub use command::{Dialect, Programs};
pub use consequences::{consequence_questions, left_to_restart};
pub use content::{AssociationContent, Content, RoleContent, same_content};
pub use create_provider::create_provider;
pub use create_role::{NewRole, RoleField, RoleMechanism, create_role, default_role_name, role_to_create};
pub use delete_role::{delete_role, deletion_questions, refused_deletion};
pub use diff::{DiffLine, DiffSign};
pub use draft::{DraftFault, draft_fault, whole_document};
pub use export::Export;
pub use fit::{Candidate, Fit, associated_role, attached_choices, fit_of, policy_choices, policy_fit_of, role_choices};
pub use loss::{Becomes, roles_of_pods, warn_of_loss};
pub use owned::keeper_of_role;
pub use place::{Consent, Place};
pub use put::{inline_policy_name, put};
pub use refusal::PlanRefusal;
pub use repair_trust::{refused_repair, repair_trust};
pub use restart::{offer_restarts, restart, restart_questions, take_restarts};
pub use resume::rest;
pub use role::refused_change;
pub use state::PlanState;
pub use step::{Plan, PlanKind, Step, plan_id};
pub use surroundings::Seen;
pub use target::Target;
pub use trial::Trial;
pub use undo::{rebound_accounts, undo, undo_of_held};
pub use waiting::warn_of_waiting;
pub use warning::{Warning, WarningKind};
#[cfg(test)]
pub(crate) use way_back::deleting_a_role;
pub use way_back::{can_be_taken_back, role_deleted};
