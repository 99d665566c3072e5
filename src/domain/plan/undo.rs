//! Taking a plan back: its steps the other way round, last first.

use super::{Change, Plan, PlanKind};
use crate::domain::model::Name;

/// The plan that takes back the changes that were made by the plan `id`, in the order in which they were made. What has
/// no way back is said, and left as it is.
pub fn undo(id: &Name, title: &str, done: &[Change]) -> Plan {
    let mut plan = Plan::new(PlanKind::Undo, format!("take back: {title}"));
    plan.undoes = Some(id.clone());
    for change in done.iter().rev() {
        match change.inverse() {
            Some(inverse) => plan.push(inverse),
            None => plan.effects.push(format!("{} is left as it is: that cannot be taken back", change.target)),
        }
    }
    plan
}
