//! Changes on the wire: the lines of the log, and a plan as it is shown to machines.

mod content;
mod line;
mod plan;
mod target;

pub use line::{Event, Line, NoLine};
pub use plan::{ChangeItem, DryRunItem, LoggedStep, LoggedStepItem, PlanItem, PlanWire, StepItem};
