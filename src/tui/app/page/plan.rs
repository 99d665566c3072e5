//! The page of a plan: its steps as diffs, what comes of it, what one should know; and how far it is.

use super::{Line, Tone, tried};
use crate::domain::model::Name;
use crate::domain::plan::{Change, Dialect, DiffLine, DiffSign, Place, PlanState, Step, Warning, WarningKind};
use crate::tui::app::change::{Halt, Stage};
use crate::tui::app::screen::{Lacking, Phase, PlanScreen};
use crate::tui::keymap::{Action, key_of};

/// So many lines of a document are shown, unless it is shown in full.
const SHORT: usize = 8;

/// The lines of the page.
pub(super) fn lines(screen: &PlanScreen) -> Vec<Line> {
    let mut lines = head(screen);
    let weighing = Line::new(Tone::Quiet, "", "reading what comes of the rest…");
    lines.extend(screen.weighing.then_some(weighing));
    if let Some(refusal) = screen.barred.as_ref().filter(|_| screen.is_barred()) {
        lines.push(Line::new(Tone::Bad, "✖", format!("it is not gone on with: {}", refusal.sentence)));
        lines.extend(refusal.hint.iter().map(|hint| Line::new(Tone::Plain, " ", hint)));
    }
    lines.extend(tried::in_short(screen));
    // what is grave is seen before all else, however long the plan is
    let (grave, other): (Vec<&Warning>, Vec<&Warning>) = screen.plan.warnings.iter().partition(|it| is_grave(it));
    lines.extend(grave.into_iter().map(|warning| Line::new(Tone::Bad, "!", &warning.sentence)));
    lines.push(Line::blank());
    for (place, step) in screen.plan.steps.iter().enumerate() {
        of_step(screen, place, step, &mut lines);
    }
    if !other.is_empty() {
        lines.push(Line::blank());
    }
    let is_kept = other.iter().any(|warning| warning.kind == WarningKind::OwnedElsewhere);
    lines.extend(other.into_iter().map(|warning| Line::new(Tone::Warning, "!", &warning.sentence)));
    if is_kept && screen.phase == Phase::Preview {
        let key = |dialect| key_of(Action::Export(dialect));
        let (kubectl, aws) = (key(Dialect::Kubectl), key(Dialect::Aws));
        lines.push(Line::new(Tone::Plain, " ", format!("export instead: {kubectl} kubectl, {aws} aws")));
    }
    let effects = &screen.plan.effects;
    if !effects.is_empty() {
        lines.push(Line::blank());
    }
    lines.extend(effects.iter().map(|effect| Line::new(Tone::Plain, "→", effect)));
    lines
}

/// Whether somebody may be harmed by it.
fn is_grave(warning: &Warning) -> bool {
    matches!(warning.kind, WarningKind::Loss | WarningKind::OtherUsers | WarningKind::Escalation | WarningKind::Cluster)
}

/// How the whole stands.
fn head(screen: &PlanScreen) -> Vec<Line> {
    match &screen.phase {
        Phase::Preview => {
            let said = format!("nothing is sent before you confirm{}", at(&screen.place));
            let mut lines = vec![Line::new(Tone::Quiet, "", said)];
            if screen.fitting.is_some() {
                lines.push(Line::new(Tone::Quiet, "", "reading what it holds now…"));
            }
            match &screen.lacking {
                Lacking::Known(lacking) => lines.extend(lacking.iter().map(|it| Line::new(Tone::Bad, "✖", it))),
                Lacking::Asked(_) => lines.push(Line::new(Tone::Quiet, "", "asking whether you may…")),
                Lacking::NotAsked => {}
            }
            lines
        }
        Phase::Applying(_) => {
            let said = "it is being applied; esc leaves the screen, and the change goes on";
            vec![Line::new(Tone::Title, "…", said)]
        }
        Phase::Done => {
            let undo = if screen.way_back().is_some() { "u takes it back" } else { "this has no way back" };
            vec![Line::new(Tone::Good, "✔", format!("done{}", as_logged(screen))), Line::new(Tone::Plain, " ", undo)]
        }
        Phase::Stopped(halt) => stopped(screen, halt),
        Phase::Refused(said, hint) => {
            let mut lines = vec![Line::new(Tone::Bad, "✖", format!("nothing was changed: {said}"))];
            lines.extend(hint.iter().map(|hint| Line::new(Tone::Plain, " ", hint)));
            lines
        }
        Phase::Logged(state, error) => logged(screen, *state, error.as_deref()),
    }
}

/// Where it stopped, what is done and what is not, and what can be done now.
fn stopped(screen: &PlanScreen, halt: &Halt) -> Vec<Line> {
    let mut lines = vec![Line::new(Tone::Bad, "✖", format!("stopped at step {}: {}", halt.step + 1, halt.said))];
    lines.extend(halt.hint.iter().map(|hint| Line::new(Tone::Plain, " ", hint)));
    if let (Some(now), Some(step)) = (&halt.now, screen.plan.steps.get(halt.step)) {
        let Change { target, from, .. } = step.change.clone();
        lines.push(Line::new(Tone::Plain, " ", "what has changed there since the preview:"));
        lines.extend(diff(&Change { target, from, to: now.clone() }, screen.whole));
    }
    lines.push(Line::new(Tone::Plain, " ", account(screen)));
    lines.push(Line::new(Tone::Plain, " ", ways(screen)));
    lines
}

fn logged(screen: &PlanScreen, state: PlanState, error: Option<&str>) -> Vec<Line> {
    let (mark, tone, said) = match state {
        PlanState::Running => ("…", Tone::Title, "it runs now"),
        PlanState::Done => ("✔", Tone::Good, "done"),
        PlanState::Stopped => ("✖", Tone::Bad, "it stopped"),
        PlanState::Unfinished => ("✖", Tone::Bad, "it was left unfinished: whoever applied it was ended"),
        PlanState::Undone => ("✔", Tone::Plain, "taken back"),
    };
    let said = error.map_or_else(|| said.to_owned(), |error| format!("{said}: {error}"));
    let mut lines = vec![Line::new(tone, mark, format!("{said}{}", as_logged(screen)))];
    let by = screen.place.caller.as_ref().or(screen.place.user.as_ref());
    lines.extend(by.map(|by| Line::new(Tone::Quiet, "", format!("by {by}{}", at(&screen.place)))));
    if state.is_left_open() {
        lines.push(Line::new(Tone::Plain, " ", account(screen)));
    }
    let ways = ways(screen);
    lines.extend((!ways.is_empty()).then(|| Line::new(Tone::Plain, " ", ways)));
    lines
}

/// What is done and what is not.
fn account(screen: &PlanScreen) -> String {
    let steps = |is_meant: fn(Stage) -> bool| {
        let taken = screen.plan.taken().map(|(place, _)| place);
        let meant = taken.filter(|place| screen.stages.get(*place).copied().is_some_and(is_meant));
        meant.map(|place| (place + 1).to_string()).collect::<Vec<_>>()
    };
    let said = |what: &str, steps: Vec<String>| {
        let word = if steps.len() == 1 { "step" } else { "steps" };
        (!steps.is_empty()).then(|| format!("{what}: {word} {}", steps.join(", ")))
    };
    let parts = [
        said("done", steps(Stage::is_done)),
        said("perhaps made", steps(|stage| stage == Stage::Uncertain)),
        said("failed", steps(|stage| stage == Stage::Failed)),
        said("not begun", steps(|stage| stage == Stage::NotBegun)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What can be done now.
fn ways(screen: &PlanScreen) -> String {
    let ways = [
        (screen.is_gone_on_with() && !screen.is_barred()).then_some("enter goes on from there"),
        screen.way_back().map(|_| "u takes back what was made"),
        screen.can_be_planned_anew().then_some("n plans it anew"),
    ];
    ways.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Where it is, or was.
fn at(place: &Place) -> String {
    let cluster = place.name().map(|name| format!("cluster {name}"));
    let account = place.account.as_ref().map(|account| format!("account {account}"));
    let named: Vec<String> = [cluster, account].into_iter().flatten().collect();
    if named.is_empty() { String::new() } else { format!("; {}", named.join(", ")) }
}

fn as_logged(screen: &PlanScreen) -> String {
    screen.id.as_ref().map(|id: &Name| format!("; in the log as {id}")).unwrap_or_default()
}

fn of_step(screen: &PlanScreen, place: usize, step: &Step, lines: &mut Vec<Line>) {
    let change = &step.change;
    let is_offered = screen.offered.contains(&place);
    let is_pointed_at = screen.offer() == Some(place);
    let pointer = if is_pointed_at { "▸" } else { " " };
    let mark = match screen.stages.get(place).copied().unwrap_or_default() {
        _ if !step.taken => "○",
        Stage::NotBegun => " ",
        Stage::Looking | Stage::Writing | Stage::Waiting => "…",
        Stage::Done | Stage::WasSo => "✔",
        Stage::Failed => "✖",
        Stage::Uncertain => "?",
    };
    let label = if screen.offered.is_empty() && mark == " " {
        (place + 1).to_string()
    } else {
        format!("{pointer}{} {mark}", place + 1)
    };
    let said = format!("{} {}", change.verb(), change.target);
    let tone = if step.taken { Tone::Step } else { Tone::Quiet };
    lines.push(Line { is_pointed_at, ..Line::new(tone, label, said).aside(aside(screen, place, step)) });
    if is_offered && screen.phase == Phase::Preview {
        let said = if step.taken { "taken in; space leaves it out" } else { "not taken; space takes it in" };
        lines.push(Line::new(Tone::Quiet, "", said));
    }
    lines.extend(diff(change, screen.whole));
    if screen.whole {
        lines.push(Line::new(Tone::Quiet, "", format!("$ {}", change.command())));
        let inverse = change.inverse().map(|inverse| format!("way back: $ {}", inverse.command()));
        let inverse = inverse.unwrap_or_else(|| "there is no way back".to_owned());
        lines.push(Line::new(Tone::Quiet, "", inverse));
    }
    lines.extend(tried::of_step(screen, place));
}

/// Before it is begun, what has to hold; from then on, how it stands.
fn aside(screen: &PlanScreen, place: usize, step: &Step) -> String {
    let stage = screen.stages.get(place).copied().unwrap_or_default();
    match &screen.phase {
        Phase::Preview | Phase::Refused(..) => step.change.guard(),
        _ if !step.taken => "not taken".to_owned(),
        Phase::Applying(_) if stage == Stage::Waiting && step.change.target.is_eventual() => {
            "waiting for AWS to show it".to_owned()
        }
        _ => stage.word().to_owned(),
    }
}

/// What a change changes, long documents cut unless they are shown in full.
fn diff(change: &Change, whole: bool) -> Vec<Line> {
    let diff = change.diff();
    let told: Vec<&DiffLine> =
        if whole { diff.iter().collect() } else { diff.iter().filter(|line| line.sign != DiffSign::Kept).collect() };
    let shown = if whole || told.len() <= SHORT + 2 { told.len() } else { SHORT };
    let mut lines: Vec<Line> = told
        .iter()
        .take(shown)
        .map(|line| {
            let tone = match line.sign {
                DiffSign::Added => Tone::Added,
                DiffSign::Removed => Tone::Removed,
                DiffSign::Kept => Tone::Kept,
            };
            Line::new(tone, "", format!("{} {}", line.sign.mark(), line.text))
        })
        .collect();
    let left = told.len() - shown;
    if left > 0 {
        lines.push(Line::new(Tone::Quiet, "", format!("… {left} more lines; d shows them")));
    }
    lines
}
