//! What an action would do, as data: a [`Plan`] of steps, each a [`Change`] from what is there to what shall be.
//!
//! Nothing here sends anything. A change names its target and both contents, so that its guard (it still holds what was
//! seen), its check afterwards (it holds what was written), its inverse (the other way round), its diff and the `kubectl`
//! or `aws` line that does the same all follow from the one value. One kind of plan, one file.

mod annotate;
mod change;
mod command;
mod content;
mod diff;
mod fit;
mod place;
mod refusal;
mod step;
mod surroundings;
mod target;
mod undo;
mod warning;

pub use annotate::{Annotations, Edit, annotate};
pub use change::Change;
pub use command::Dialect;
pub use content::{AssociationContent, Content, RoleContent, same_content};
pub use diff::{DiffLine, DiffSign};
pub use fit::{Fit, RoleChoice, fit_of, role_choices};
pub use place::{Consent, Place};
pub use refusal::PlanRefusal;
pub use step::{Plan, PlanKind, Step};
pub use surroundings::Seen;
pub use target::Target;
pub use undo::undo;
pub use warning::{Warning, WarningKind};
