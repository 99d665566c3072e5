//! `--dry-run`: the preview, and in words what the API server with all of its admission would say to each step.

use super::text::numbered;
use crate::cli::exit::{GUARDED, Stop, UNREACHED};
use crate::domain::plan::{Plan, Trial};

/// What was said to the steps, for people.
#[derive(Default)]
pub(super) struct Tried {
    /// A line or more for each.
    pub(super) lines: Vec<String>,
    /// Why it could not be done, where that is so.
    pub(super) stop: Option<Stop>,
}

impl Tried {
    /// In words, step by step; those of AWS, which has no dry run, are one line.
    pub(super) fn of(plan: &Plan, trials: &[(usize, Trial)]) -> Self {
        let mut tried = Self::default();
        let mut elsewhere = Vec::new();
        for (place, trial) in trials {
            let named = numbered(plan, *place);
            match trial {
                Trial::NoneThere => elsewhere.push((place + 1).to_string()),
                Trial::NotPossible(why) => tried.lines.push(format!("?  {named} was not tried: {why}")),
                Trial::Accepted(said) => {
                    tried.lines.push(format!("   {named}: the API server would do it"));
                    tried.lines.extend(said.iter().map(|line| format!("!  {line}")));
                }
                Trial::Unheard { said, hint } => {
                    tried.fail(format!("{named} could not be tried: {said}"), hint.clone(), UNREACHED);
                }
                Trial::InVain { said, hint } => {
                    tried.fail(format!("{named} would be stopped: {said}"), hint.clone(), GUARDED);
                }
                Trial::Refused { said, hint } => {
                    tried.fail(format!("the API server would refuse {named}: {said}"), hint.clone(), GUARDED);
                }
            }
        }
        if let Some(last) = elsewhere.pop() {
            let steps = match elsewhere.as_slice() {
                [] => format!("step {last}"),
                rest => format!("steps {} and {last}", rest.join(", ")),
            };
            tried.lines.push(format!("   AWS has no dry run: what it would say to {steps} is not known"));
        }
        tried
    }

    fn fail(&mut self, said: String, hint: Option<String>, code: u8) {
        self.lines.push(format!("✖  {said}"));
        self.stop.get_or_insert(Stop { said, hint, code });
    }
}
