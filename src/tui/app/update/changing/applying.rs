//! Agreeing to a plan, having it carried out, and following how far it is.

use super::{after, history, planning, resuming};
use crate::domain::plan::{Consent, PlanRefusal};
use crate::tui::app::change::{Order, Outcome, Stage, Told};
use crate::tui::app::screen::{Lacking, Phase, PlanScreen, Screen, Scroll, Trials};
use crate::tui::app::state::{Pending, PromptKind, Running, StatusKind};
use crate::tui::app::update::prompt;
use crate::tui::app::{Job, State, Ticket};
use crate::tui::keymap::{Chord, Code};

/// Asks once more, unless it is known already that it cannot be.
pub(in crate::tui::app::update) fn confirm(state: &mut State) -> Vec<Job> {
    let (here, is_production) = (planning::place(state), state.about.production);
    let mut jobs = Vec::new();
    // things have moved since it stopped, and since that was looked at
    let barred = planning::shown(state).and_then(|screen| screen.barred.take());
    let mut why_not = obstacle(state);
    if why_not.is_none() {
        jobs = resuming::weigh(state);
        why_not = obstacle(state);
    } else if let Some(screen) = planning::shown(state) {
        screen.barred = barred;
    }
    if let Some(said) = why_not {
        state.say(StatusKind::Failed, said);
    } else if let Some(moved) = planning::moved(state) {
        jobs.extend(moved);
    } else if let Some(screen) = planning::shown(state) {
        screen.wanted = screen.plan.consents(&here, is_production);
        prompt::open(state, PromptKind::Consent);
    }
    jobs
}

/// Why the shown plan can neither be applied nor tried.
pub(super) fn obstacle(state: &mut State) -> Option<String> {
    let screen = planning::shown(state)?;
    let why_not = match (&screen.lacking, screen.can_be_applied()) {
        _ if screen.fitting.is_some() => Some("what it takes back is being read: press it again".to_owned()),
        _ if screen.weighing => Some("what comes of it is being read: press it again".to_owned()),
        (_, false) => Some("there is nothing to apply here".to_owned()),
        _ if screen.is_barred() => screen.barred.clone().map(PlanRefusal::in_words),
        (Lacking::Known(lacking), true) if !lacking.is_empty() => {
            lacking.first().map(|said| format!("nothing is sent: {said}"))
        }
        _ if screen.plan.taken().next().is_none() => Some("no step is taken in".to_owned()),
        _ => None,
    };
    let place = screen.place.clone();
    why_not.or_else(|| history::elsewhere(state, &place))
}

/// A key while it is asked for; none: it is typed.
pub(in crate::tui::app::update) fn press(state: &mut State, chord: Chord) -> Option<Vec<Job>> {
    let wanted = planning::shown(state).and_then(|screen| screen.wanted.first().cloned());
    let is_one_key = wanted == Some(Consent::Yes);
    match (chord.code, chord.ctrl) {
        (Code::Esc, _) => decline(state, "nothing was changed"),
        (Code::Char('y'), false) if is_one_key => return Some(agreed(state)),
        (Code::Char('n' | 'N' | 'q'), false) if is_one_key => decline(state, "nothing was changed"),
        _ if is_one_key => {}
        (Code::Enter, _) => {
            let typed = state.prompt.as_ref().map(|prompt| prompt.input.value().trim().to_owned());
            let wanted = wanted.as_ref().map(Consent::word).unwrap_or_default();
            if typed.as_deref() == Some(wanted) {
                return Some(agreed(state));
            }
            decline(state, &format!("nothing was changed: what was typed is not {wanted}"));
        }
        _ => return None,
    }
    Some(Vec::new())
}

fn decline(state: &mut State, said: &str) {
    state.prompt = None;
    if let Some(screen) = planning::shown(state) {
        screen.wanted.clear();
    }
    state.say(StatusKind::Done, said);
}

/// One word was given: the next is asked for, or it begins.
fn agreed(state: &mut State) -> Vec<Job> {
    state.prompt = None;
    let Some(screen) = planning::shown(state) else { return Vec::new() };
    if !screen.wanted.is_empty() {
        screen.wanted.remove(0);
    }
    if !screen.wanted.is_empty() {
        prompt::open(state, PromptKind::Consent);
        return Vec::new();
    }
    begin(state)
}

fn begin(state: &mut State) -> Vec<Job> {
    let here = planning::place(state);
    let ticket = state.ticket(Pending::Apply);
    let Some(screen) = planning::shown(state) else { return Vec::new() };
    let resumes = screen.id.clone().filter(|_| screen.is_gone_on_with());
    let place = if resumes.is_some() { screen.place.clone() } else { here };
    // what may have been made may still have been, until its step is looked at again
    for stage in screen.stages.iter_mut().filter(|stage| !stage.is_done() && **stage != Stage::Uncertain) {
        *stage = Stage::NotBegun;
    }
    (screen.phase, screen.trials) = (Phase::Applying(ticket), Trials::NotAsked);
    (screen.place, screen.scroll) = (place.clone(), Scroll::default());
    let order = Order { plan: screen.plan.clone(), place, resumes };
    state.running.insert(ticket, Running { plan: order.plan.clone(), connection: state.connection });
    // what led here is not gone back to: the choice is made
    state.screens.retain(|screen| !matches!(screen, Screen::Choose(_) | Screen::Form(_)));
    vec![Job::Apply(ticket, Box::new(order))]
}

/// The runtime tells how far it is.
pub(in crate::tui::app::update) fn told(state: &mut State, ticket: Ticket, told: Told) -> Vec<Job> {
    let Some(running) = state.running.get(&ticket).cloned() else { return Vec::new() };
    let is_shown = follow(state, ticket, &told);
    let is_here = running.connection == state.connection;
    match told {
        Told::Begun(_) => Vec::new(),
        Told::Step(place, now) => {
            let step = running.plan.steps.get(place).filter(|_| now == Stage::Done && is_here);
            step.map(|step| after::read_again(state, &step.change)).unwrap_or_default()
        }
        Told::Ended(outcome) => {
            state.open.remove(&ticket);
            state.running.remove(&ticket);
            // who wanted to leave that one did not mean the next
            state.wants_to_quit &= !state.running.is_empty();
            if !is_shown {
                say(state, &running.plan.title, &outcome);
            }
            let uncertain = match &outcome {
                Outcome::Stopped(halt) if halt.is_uncertain && is_here => running.plan.steps.get(halt.step),
                _ => None,
            };
            let mut jobs = uncertain.map(|step| after::read_again(state, &step.change)).unwrap_or_default();
            jobs.extend(history::outdated(state));
            jobs
        }
    }
}

/// Puts it on the screens that show the plan; whether the shown one is among them.
fn follow(state: &mut State, ticket: Ticket, told: &Told) -> bool {
    let is_it = |screen: &PlanScreen| screen.phase == Phase::Applying(ticket);
    let is_shown = matches!(state.screen(), Screen::Plan(screen) if is_it(screen));
    for screen in &mut state.screens {
        let Screen::Plan(screen) = screen else { continue };
        if !is_it(screen) {
            continue;
        }
        match told {
            Told::Begun(id) => screen.id = Some(id.clone()),
            Told::Step(place, now) => {
                if let Some(known) = screen.stages.get_mut(*place) {
                    *known = *now;
                }
            }
            Told::Ended(outcome) => ended(screen, outcome),
        }
    }
    is_shown
}

fn ended(screen: &mut PlanScreen, outcome: &Outcome) {
    screen.scroll = Scroll::default();
    screen.phase = match outcome {
        Outcome::Done => Phase::Done,
        Outcome::Stopped(halt) => {
            if let Some(stage) = screen.stages.get_mut(halt.step) {
                *stage = if halt.is_uncertain { Stage::Uncertain } else { Stage::Failed };
            }
            Phase::Stopped(halt.clone())
        }
        Outcome::Refused(refusal) => Phase::Refused(refusal.said.clone(), refusal.hint.clone()),
    };
}

/// Says what came of a plan whose screen was left.
fn say(state: &mut State, title: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Done => state.say(StatusKind::Done, format!("done: {title}")),
        Outcome::Stopped(halt) => {
            state.say(StatusKind::Failed, format!("stopped at step {}: {title}; :log tells why", halt.step + 1));
        }
        Outcome::Refused(refusal) => state.say(StatusKind::Failed, format!("nothing was changed: {}", refusal.said)),
    }
}
