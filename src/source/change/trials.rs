//! Trying a plan: what the server with all of its admission would say to each step. AWS has no such thing.

use super::port::{Changes, Rehearsal};
use crate::domain::plan::{Plan, Trial};
use crate::source::{Failure, FailureKind};

/// Tries the steps that are taken, and gives what was said to each, by its place. Nothing is written.
pub async fn trials(changes: &dyn Changes, plan: &Plan) -> Vec<(usize, Trial)> {
    let mut trials = Vec::new();
    for (place, step) in plan.taken() {
        trials.push((place, trial(changes.rehearse(&step.change).await)));
    }
    trials
}

fn trial(said: Result<Rehearsal, Failure>) -> Trial {
    match said {
        Ok(Rehearsal::NoneThere) => Trial::NoneThere,
        Ok(Rehearsal::NotPossible(why)) => Trial::NotPossible(why),
        Ok(Rehearsal::Taken { warnings, otherwise }) => {
            let altered = otherwise.map(|content| format!("admission would make of it: {}", content.in_words()));
            Trial::Accepted(altered.into_iter().chain(warnings).collect())
        }
        Err(Failure { said, hint, kind }) => match kind {
            FailureKind::Unreachable | FailureKind::Throttled | FailureKind::Unauthenticated => {
                Trial::Unheard { said, hint }
            }
            _ => Trial::Refused { said, hint },
        },
    }
}
