//! An undo, fitted to what is held when it is planned.

use super::port::Changes;
use crate::domain::plan::{Plan, PlanRefusal, undo_of_held};

/// The undo with the steps on trust policies as they have to be for what is held now: such a policy is shared, and what
/// others have changed in it since stays. What cannot be read stays as it is; its guard will tell.
///
/// # Errors
/// Where something does not hold any more what was made: its guard would stop the undo, however often it is planned.
pub async fn fitted(changes: &dyn Changes, mut undo: Plan) -> Result<Plan, PlanRefusal> {
    for step in undo.steps.iter_mut().filter(|step| step.taken) {
        if let Ok(held) = changes.look(&step.change).await {
            let by = held.by.as_ref().map(|by| &by.manager);
            step.change = undo_of_held(step.change.clone(), &held.content, by)?;
        }
    }
    Ok(undo)
}
