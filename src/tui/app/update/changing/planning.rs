//! From what somebody wants to a plan, and the keys of its preview.

use super::{intending, waiting};
use crate::domain::model::{Name, Time};
use crate::domain::plan::{
    Dialect, Place, Plan, PlanRefusal, Programs, offer_restarts, restart_questions, warn_of_waiting,
};
use crate::tui::app::screen::{ExportScreen, Lacking, Made, Phase, PlanScreen, Screen, Scroll};
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::update::{keys, questions};
use crate::tui::app::{Intent, Job, Refusal, State, Ticket, page};

/// The plan with the restart of the pods' owners behind it, not taken in; where these were not read there is `r`.
pub(super) fn with_restarts(state: &State, mut plan: Plan, (namespace, account): (&Name, &Name), at: Time) -> Plan {
    let seen = state.seen();
    if restart_questions(seen, namespace, account).is_empty() {
        offer_restarts(&mut plan, seen, namespace, account, at);
    }
    plan
}

/// Asks for what owns the pods of a ServiceAccount, so that their restart can be offered.
pub(super) fn ask_for_owners(state: &mut State, namespace: &Name, account: &Name) -> Vec<Job> {
    let seen = state.seen();
    let open = restart_questions(seen, namespace, account);
    open.into_iter().map(|question| questions::ask(state, question, true)).collect()
}

/// Where plans are applied now.
pub(super) fn place(state: &State) -> Place {
    Place::of(&state.about, &state.inventory)
}

/// Opens the preview of what is wanted.
///
/// # Errors
/// Why there is no plan.
pub(super) fn preview(state: &mut State, intent: Intent) -> Result<Vec<Job>, PlanRefusal> {
    let screen = made(state, intent, state.clock)?;
    Ok(show(state, screen))
}

/// The preview of what is wanted, with what is there now.
fn made(state: &State, intent: Intent, at: Time) -> Result<PlanScreen, PlanRefusal> {
    let plan = intending::plan(state, &intent, at)?;
    let made = Made { plan: plan.clone(), at, of: state.revision };
    let screen = PlanScreen::preview(Some(intent), plan, place(state));
    Ok(PlanScreen { made: Some(Box::new(made)), ..screen })
}

/// Before a plan is agreed to: where more was read since its preview and it would be another one now, that one is shown
/// instead, to be looked at; none: it is still the same, or what it changes was changed meanwhile, which its guard stops at
/// and tells by whom.
pub(super) fn moved(state: &mut State) -> Option<Vec<Job>> {
    let screen = shown(state).filter(|screen| screen.phase == Phase::Preview)?;
    let (intent, before) = (screen.intent.clone()?, screen.made.clone()?);
    if before.of == state.revision {
        return None;
    }
    let now = match made(state, intent, before.at) {
        Ok(now) => now,
        Err(refusal) => {
            refused(state, refusal);
            return Some(Vec::new());
        }
    };
    let is_overtaken = before.plan.steps.iter().any(|step| {
        let own = now.plan.steps.iter().find(|own| own.change.target == step.change.target);
        own.is_some_and(|own| own.change.from != step.change.from)
    });
    if is_overtaken || now.plan == before.plan {
        return None;
    }
    let Some(Screen::Plan(old)) = state.screens.pop() else { return None };
    let mut jobs = state.cancel_left(keys::is_of_screen);
    let mut now = chosen_as(now, &old);
    warn_of_waiting(&mut now.plan, state.seen());
    jobs.extend(show(state, now));
    state
        .say(StatusKind::Failed, "more is known than when this was planned: look at it once more, then press it again");
    Some(jobs)
}

/// With the same steps taken in and left out, and shown in the same way.
fn chosen_as(mut now: PlanScreen, old: &PlanScreen) -> PlanScreen {
    for step in &mut now.plan.steps {
        let same = old.plan.steps.iter().find(|own| own.change.target == step.change.target);
        step.taken = same.map_or(step.taken, |own| own.taken);
    }
    now.whole = old.whole;
    now
}

/// Shows a plan, and asks whether its steps are allowed. What takes another back is compared first with what is held now:
/// what others have changed since stays.
fn show(state: &mut State, mut screen: PlanScreen) -> Vec<Job> {
    if screen.plan.undoes.is_some() {
        let ticket = state.ticket(Pending::Fit);
        let plan = Box::new(screen.plan.clone());
        screen.fitting = Some(ticket);
        state.screens.push(Screen::Plan(screen));
        return vec![Job::Fit(ticket, plan)];
    }
    let jobs = ask_whether(state, &mut screen);
    state.screens.push(Screen::Plan(screen));
    jobs
}

/// The undo is fitted, or what it would take back is not found any more as it was.
pub(in crate::tui::app::update) fn fitted(
    state: &mut State,
    ticket: Ticket,
    answer: Result<Box<Plan>, Refusal>,
) -> Vec<Job> {
    let is_it = |screen: &Screen| matches!(screen, Screen::Plan(plan) if plan.fitting == Some(ticket));
    // other screens may lie on top of it
    let Some(place) = state.screens.iter().position(is_it) else { return Vec::new() };
    let Screen::Plan(mut screen) = state.screens.remove(place) else { return Vec::new() };
    screen.fitting = None;
    let jobs = match answer {
        Ok(mut plan) => {
            // what was taken in or left out meanwhile stays so
            for (step, shown) in plan.steps.iter_mut().zip(&screen.plan.steps) {
                step.taken = shown.taken;
            }
            warn_of_waiting(&mut plan, state.seen());
            screen.plan = *plan;
            ask_whether(state, &mut screen)
        }
        Err(refusal) => {
            screen.phase = Phase::Refused(refusal.said, refusal.hint);
            Vec::new()
        }
    };
    state.screens.insert(place, Screen::Plan(screen));
    jobs
}

fn ask_whether(state: &mut State, screen: &mut PlanScreen) -> Vec<Job> {
    let changes = screen.plan.taken().map(|(_, step)| step.change.clone()).collect();
    let ticket = state.ticket(Pending::May);
    screen.lacking = Lacking::Asked(ticket);
    vec![Job::May(ticket, changes)]
}

/// What may not be done, in words.
pub(in crate::tui::app::update) fn lacking(state: &mut State, ticket: Ticket, lacking: &[String]) {
    let plans = state.screens.iter_mut().filter_map(|screen| match screen {
        Screen::Plan(plan) if plan.lacking == Lacking::Asked(ticket) => Some(plan),
        _ => None,
    });
    for plan in plans {
        plan.lacking = Lacking::Known(lacking.to_vec());
    }
}

/// The plan that is shown.
pub(super) fn shown(state: &mut State) -> Option<&mut PlanScreen> {
    match state.screen_mut() {
        Screen::Plan(screen) => Some(screen),
        _ => None,
    }
}

/// Takes the offered step in, or leaves it out.
pub(in crate::tui::app::update) fn take_step(state: &mut State) {
    let place = shown(state).and_then(|screen| screen.offer());
    let step = place.and_then(|place| shown(state)?.plan.steps.get_mut(place));
    match step {
        Some(step) => {
            step.taken = !step.taken;
            weigh_anew(state);
            show_offer(state);
        }
        None => state.say(StatusKind::Failed, "no step of this plan can be taken in or left out"),
    }
}

/// Says anew what hangs on which restarts are taken in.
fn weigh_anew(state: &mut State) {
    let Some(mut plan) = shown(state).map(|screen| screen.plan.clone()) else { return };
    warn_of_waiting(&mut plan, state.seen());
    if let Some(screen) = shown(state) {
        screen.plan = plan;
    }
}

/// Goes to the next step that is offered.
pub(in crate::tui::app::update) fn next_step(state: &mut State) {
    match shown(state).filter(|screen| screen.offered.len() > 1) {
        Some(screen) => {
            screen.at = (screen.at + 1) % screen.offered.len();
            show_offer(state);
        }
        None => state.say(StatusKind::Failed, "no other step of this plan can be taken in or left out"),
    }
}

/// Scrolls to the step that the keys are about, unless it is in view.
fn show_offer(state: &mut State) {
    let at = page::lines(state).iter().position(|line| line.is_pointed_at);
    let rows = page::rows(state);
    if let (Some(at), Some(screen)) = (at, shown(state)) {
        screen.scroll = rows.showing(screen.scroll, at..at + 2);
    }
}

/// Documents and commands in full, or not.
pub(in crate::tui::app::update) fn details(state: &mut State) {
    if let Some(screen) = shown(state) {
        screen.whole = !screen.whole;
    }
}

/// Shows the steps that are taken as manifests or lines for others to apply.
pub(in crate::tui::app::update) fn export(state: &mut State, dialect: Dialect) {
    let programs = Programs::at(&state.about.detour);
    let Some(screen) = shown(state) else { return };
    let (title, export) = (screen.plan.title.clone(), screen.plan.export(dialect, &programs));
    state.screens.push(Screen::Export(ExportScreen { dialect, title, export, scroll: Scroll::default() }));
}

/// Copies the steps that are taken as lines of a shell; where they are shown so, as they are shown.
pub(in crate::tui::app::update) fn copy(state: &mut State) -> Vec<Job> {
    if let Screen::Export(screen) = state.screen() {
        let text = screen.export.text.clone();
        state.say(StatusKind::Done, format!("copied {} lines", text.lines().count()));
        return vec![Job::Copy(text)];
    }
    let programs = Programs::at(&state.about.detour);
    let Some(screen) = shown(state) else { return Vec::new() };
    let (text, count) = (screen.plan.commands(&programs), screen.plan.taken().count());
    let said = if count == 1 { "copied 1 command".to_owned() } else { format!("copied {count} commands") };
    state.say(StatusKind::Done, said);
    vec![Job::Copy(text)]
}

/// Makes the plan again in the place of the shown one, with what is there now.
pub(in crate::tui::app::update) fn anew(state: &mut State) -> Vec<Job> {
    let Some(screen) = shown(state) else { return Vec::new() };
    let intent = screen.intent.clone().filter(|_| screen.can_be_planned_anew());
    let Some(intent) = intent else {
        let is_made = shown(state).is_some_and(|screen| screen.way_back().is_some());
        let first = if is_made { ": take back first what was made, u" } else { "" };
        state.say(StatusKind::Failed, format!("this plan cannot be made anew{first}"));
        return Vec::new();
    };
    match made(state, intent, state.clock) {
        Ok(screen) => {
            state.screens.pop();
            state.say(StatusKind::Done, "planned with what is there now");
            show(state, screen)
        }
        Err(refusal) => {
            refused(state, refusal);
            Vec::new()
        }
    }
}

/// Says why there is no plan.
pub(super) fn refused(state: &mut State, refusal: PlanRefusal) {
    state.say(StatusKind::Failed, refusal.in_words());
}

/// Opens the plan that takes back what the shown one changed, or that of the selected row of the log.
pub(in crate::tui::app::update) fn take_back(state: &mut State) -> Vec<Job> {
    let (intent, of) = match state.screen() {
        Screen::Plan(screen) => (screen.way_back(), Some(screen.place.clone())),
        _ => {
            super::history::selected(state).map_or((None, None), |entry| (entry.way_back(), Some(entry.place.clone())))
        }
    };
    let Some(intent) = intent else {
        state.say(StatusKind::Failed, "there is nothing to take back");
        return Vec::new();
    };
    if let Some(said) = of.and_then(|of| super::history::elsewhere(state, &of)) {
        state.say(StatusKind::Failed, said);
        return Vec::new();
    }
    waiting::want(state, intent)
}

/// Whether leaving the shown screen leaves a change to itself.
pub(in crate::tui::app::update) fn is_applying(state: &State) -> bool {
    matches!(state.screen(), Screen::Plan(PlanScreen { phase: Phase::Applying(_), .. }))
}
