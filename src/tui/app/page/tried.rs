//! What was said to the steps of a plan when they were tried: in short at the top, and in full at each step.

use super::{Line, Tone};
use crate::domain::plan::Trial;
use crate::tui::app::screen::{PlanScreen, Trials};

/// In short; nothing where nothing was tried.
pub(super) fn in_short(screen: &PlanScreen) -> Option<Line> {
    let trials = match &screen.trials {
        Trials::NotAsked => return None,
        Trials::Asked(_) => return Some(Line::new(Tone::Quiet, "", "dry run: trying each step, without making any…")),
        Trials::Known(trials) => trials,
    };
    let steps = |is_meant: fn(&Trial) -> bool| {
        let meant = trials.iter().filter(|(place, trial)| screen.is_taken(*place) && is_meant(trial));
        let meant: Vec<String> = meant.map(|(place, _)| (place + 1).to_string()).collect();
        let word = if meant.len() == 1 { "step" } else { "steps" };
        (!meant.is_empty()).then(|| format!("{word} {}", meant.join(", ")))
    };
    let refused = steps(|trial| matches!(trial, Trial::Refused { .. }));
    let stopped = steps(|trial| matches!(trial, Trial::InVain { .. }));
    let unheard = steps(|trial| matches!(trial, Trial::Unheard { .. }));
    let accepted = steps(|trial| matches!(trial, Trial::Accepted(_)));
    let open = steps(|trial| matches!(trial, Trial::NoneThere | Trial::NotPossible(_)));
    let (tone, mark) = match (refused.as_ref().or(stopped.as_ref()), &unheard, &accepted) {
        (None, None, Some(_)) => (Tone::Good, "✔"),
        (None, None, None) => (Tone::Quiet, ""),
        _ => (Tone::Bad, "✖"),
    };
    let parts = [
        refused.map(|steps| format!("{steps} would be refused")),
        stopped.map(|steps| format!("{steps} would be stopped")),
        unheard.map(|steps| format!("{steps} could not be tried")),
        accepted.map(|steps| format!("the API server would do {steps}")),
        open.map(|steps| format!("what would come of {steps} is not known")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Some(Line::new(tone, mark, format!("dry run, nothing was changed: {}", parts.join("; "))))
}

/// What was said to one step.
pub(super) fn of_step(screen: &PlanScreen, place: usize) -> Vec<Line> {
    let Trials::Known(trials) = &screen.trials else { return Vec::new() };
    let own = trials.iter().find(|(own, _)| *own == place && screen.is_taken(place));
    let failed = |tone, mark, said: String, hint: &Option<String>| {
        let mut lines = vec![Line::new(tone, mark, said)];
        lines.extend(hint.iter().map(|hint| Line::new(Tone::Plain, "", hint)));
        lines
    };
    match own.map(|(_, trial)| trial) {
        None => Vec::new(),
        Some(Trial::Accepted(said)) => {
            let mut lines = vec![Line::new(Tone::Good, "✔", "dry run: the API server would do it")];
            lines.extend(said.iter().map(|said| Line::new(Tone::Warning, "!", format!("dry run: {said}"))));
            lines
        }
        Some(Trial::Refused { said, hint }) => {
            failed(Tone::Bad, "✖", format!("dry run: the API server would refuse it: {said}"), hint)
        }
        Some(Trial::InVain { said, hint }) => {
            failed(Tone::Bad, "✖", format!("dry run: it would be stopped: {said}"), hint)
        }
        Some(Trial::Unheard { said, hint }) => {
            failed(Tone::Bad, "✖", format!("dry run: it could not be tried: {said}"), hint)
        }
        Some(Trial::NotPossible(why)) => {
            vec![Line::new(Tone::Warning, "?", format!("dry run: it was not tried: {why}"))]
        }
        Some(Trial::NoneThere) => {
            vec![Line::new(Tone::Quiet, "", "dry run: AWS has none, what it would say is not known")]
        }
    }
}
