//! `rolecall log`: what was changed, the newest first.

use super::run::log;
use crate::cli::args::Format;
use crate::cli::exit::Stop;
use crate::cli::sheet::Sheet;
use crate::cli::{notes, output};
use crate::domain::model::{Name, visible};
use crate::domain::plan::Step;
use crate::report::List;
use crate::report::change::{ChangeItem, LoggedStepItem};
use crate::source::change::{LoggedPlan, StepState};
use std::io::Write;

/// Writes the log.
pub(in crate::cli) fn run(format: Format) -> Result<(), Stop> {
    let (plans, unread) = log()?.plans()?;
    let newest_first = || plans.iter().rev().map(item);
    match format {
        Format::Json | Format::Yaml => {
            output::list(format, List { kind: "ChangeList", items: newest_first, gaps: Vec::new() })?;
        }
        Format::Name => {
            let mut out = output::stdout();
            plans.iter().rev().try_for_each(|plan| writeln!(out, "{}", plan.id))?;
            out.flush()?;
        }
        Format::Table | Format::Wide | Format::Csv if plans.is_empty() => notes::tell("nothing was changed yet"),
        Format::Table | Format::Wide | Format::Csv => {
            let rows = newest_first().map(|item| {
                let ChangeItem { id, time, by, cluster, account, title, state, .. } = item;
                let time = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                let text = |text: Option<Name>| text.as_deref().unwrap_or_default().to_owned();
                vec![id.to_string(), time, text(by), text(cluster), text(account), state.to_owned(), title]
            });
            let sheet = Sheet::new(vec!["id", "time", "by", "cluster", "account", "state", "plan"], rows);
            output::sheet(format, sheet)?;
        }
    }
    tell_of_unread(unread);
    Ok(())
}

/// That not all of the log could be read, where that is so: the newest plan may be among what was not.
pub(super) fn tell_of_unread(lines: usize) {
    if lines > 0 {
        let noun = if lines == 1 { "line" } else { "lines" };
        let why = "could not be read: cut off while written, or of a newer rolecall";
        notes::tell(&format!("note: {lines} {noun} of the log {why}"));
    }
}

fn item(plan: &LoggedPlan) -> ChangeItem {
    ChangeItem {
        id: plan.id.clone(),
        time: plan.time,
        by: plan.place.caller.clone().or_else(|| plan.place.user.clone()),
        cluster: plan.place.cluster.clone().or_else(|| plan.place.context.clone()),
        account: plan.place.account.clone(),
        title: visible(&plan.plan.title).into_owned(),
        plan: (&plan.plan).into(),
        steps: plan.plan.steps.iter().zip(&plan.steps).map(|(step, state)| stands(step, state)).collect(),
        state: plan.state.word(),
    }
}

fn stands(step: &Step, state: &StepState) -> LoggedStepItem {
    let (state, uncertain, error) = match state {
        StepState::NotStarted => ("notStarted", false, None),
        StepState::Begun => ("begun", true, None),
        StepState::Done | StepState::WasSo => ("done", false, None),
        StepState::Failed(error, uncertain) => ("failed", *uncertain, Some(visible(error).into_owned())),
    };
    LoggedStepItem { target: step.change.target.to_string(), state, uncertain, error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Change, Content, Place, Plan, PlanKind, PlanState, Target};
    use serde_json::{Value, json};

    #[test]
    fn each_step_says_how_it_stands() {
        let states = [
            StepState::Done,
            StepState::WasSo,
            StepState::Begun,
            StepState::Failed("no\u{1b}[2J rights".to_owned(), false),
            StepState::Failed("no answer".to_owned(), true),
            StepState::NotStarted,
        ];
        let mut plan = Plan::new(PlanKind::Attach, "attach them");
        for place in 0..states.len() {
            let target =
                Target::Attachment { role: "api".into(), policy: format!("arn:aws:iam::aws:policy/P{place}").into() };
            plan.push(Change { target, from: Content::Absent, to: Content::Present });
        }
        let (id, place) = ("20261129-090000-1a2b".into(), Place::default());
        let logged = LoggedPlan {
            id,
            time: jiff::Timestamp::UNIX_EPOCH,
            place,
            plan,
            steps: states.into(),
            state: PlanState::Stopped,
        };
        let item = serde_json::to_value(item(&logged)).unwrap();
        let step = |place: usize, rest: Value| {
            let mut step = json!({"target": format!("policy P{place} on role/api")});
            step.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            step
        };
        let expected = json!([
            step(0, json!({"state": "done"})),
            step(1, json!({"state": "done"})),
            step(2, json!({"state": "begun", "uncertain": true})),
            step(3, json!({"state": "failed", "error": "no\u{fffd}[2J rights"})),
            step(4, json!({"state": "failed", "uncertain": true, "error": "no answer"})),
            step(5, json!({"state": "notStarted"})),
        ]);
        assert_eq!((&item["steps"], &item["state"]), (&expected, &json!("stopped")), "{item:#}");
    }
}
