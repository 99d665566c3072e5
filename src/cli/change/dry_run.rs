//! `--dry-run`: the preview, and what the API server with all of its admission would say to each step. AWS has no such thing.

use super::text::numbered;
use crate::cli::exit::{GUARDED, Stop, UNREACHED};
use crate::domain::plan::Plan;
use crate::report::change::DryRunItem;
use crate::source::change::{Changes, Rehearsal};
use crate::source::{Failure, FailureKind};

/// What was said to the steps, by their places.
pub(super) struct Tried {
    /// A line for people each.
    pub(super) lines: Vec<String>,
    /// The same for machines.
    pub(super) items: Vec<(usize, DryRunItem)>,
    /// Why it could not be done, where that is so.
    pub(super) stop: Option<Stop>,
}

/// Tries the steps that are taken. Nothing is written.
pub(super) async fn tried(changes: &dyn Changes, plan: &Plan) -> Tried {
    let mut tried = Tried { lines: Vec::new(), items: Vec::new(), stop: None };
    let mut elsewhere = Vec::new();
    for (place, step) in plan.taken() {
        let named = numbered(plan, place);
        match changes.rehearse(&step.change).await {
            Ok(Rehearsal::NoneThere) => {
                elsewhere.push((place + 1).to_string());
                tried.item(place, "notTried", Vec::new());
            }
            Ok(Rehearsal::NotPossible(why)) => {
                tried.lines.push(format!("?  {named} was not tried: {why}"));
                tried.item(place, "notTried", vec![why]);
            }
            Ok(Rehearsal::Taken { warnings, otherwise }) => {
                tried.lines.push(format!("   {named}: the API server would do it"));
                let altered = otherwise.map(|content| format!("admission would make of it: {}", content.in_words()));
                let said: Vec<String> = altered.into_iter().chain(warnings).collect();
                tried.lines.extend(said.iter().map(|line| format!("!  {line}")));
                tried.item(place, "accepted", said);
            }
            Err(failure) => tried.fail(place, &named, failure),
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

impl Tried {
    fn item(&mut self, place: usize, answer: &'static str, said: Vec<String>) {
        self.items.push((place, DryRunItem { answer, said }));
    }

    fn fail(&mut self, place: usize, named: &str, failure: Failure) {
        let is_unheard =
            matches!(failure.kind, FailureKind::Unreachable | FailureKind::Throttled | FailureKind::Unauthenticated);
        let Failure { said, hint, .. } = failure;
        let (line, answer, code) = if is_unheard {
            (format!("{named} could not be tried: {said}"), "notTried", UNREACHED)
        } else {
            (format!("the API server would refuse {named}: {said}"), "refused", GUARDED)
        };
        self.lines.push(format!("✖  {line}"));
        self.item(place, answer, vec![said]);
        self.stop.get_or_insert(Stop { said: line, hint, code });
    }
}
