//! What a key does: the table says which action, this says what the action does.

use super::changing::{applying, choosing, form, offering, planning, trying, waiting};
use super::{asking, copy, facts, moves, opening, prompt, questions, scope};
use crate::tui::app::screen::{Feed, Screen};
use crate::tui::app::select::{Asked, Filter, Sort, SortBy};
use crate::tui::app::state::{Pending, PromptKind, StatusKind};
use crate::tui::app::{Job, State};
use crate::tui::keymap::{Action, Chord, Code, Motion, action_for};

/// One key press.
pub(super) fn press(state: &mut State, chord: Chord) -> Vec<Job> {
    if chord == Chord::ctrl('c') {
        return quit(state);
    }
    // what is innermost goes first: only the next one leads back
    if state.marked.take().is_some() && chord == Chord::plain(Code::Esc) {
        return Vec::new();
    }
    waiting::leave_off(state);
    if state.prompt.is_some() {
        return prompt::press(state, chord);
    }
    dismiss(state);
    let pending = state.pending_key.take();
    match action_for(chord, state.screen().kind(), state.about.may_change) {
        // gg goes to the first row; one g waits for the other
        Some(Action::Move(Motion::First)) if chord == Chord::char('g') && pending != Some('g') => {
            state.pending_key = Some('g');
            Vec::new()
        }
        Some(action) => act(state, action),
        None => Vec::new(),
    }
}

/// What came of something has been read.
pub(super) fn dismiss(state: &mut State) {
    if state.status.as_ref().is_some_and(|status| status.kind != StatusKind::Busy) {
        state.status = None;
    }
}

pub(super) fn act(state: &mut State, action: Action) -> Vec<Job> {
    match action {
        Action::Move(motion) => moves::go(state, motion),
        Action::NextPane => drop(moves::pane(state, 1)),
        Action::PreviousPane => drop(moves::pane(state, -1)),
        Action::In => return opening::go_in(state),
        Action::Leave if state.screens.len() <= state.first_screen => return quit(state),
        Action::Leave | Action::Back => return back(state),
        Action::Command => prompt::open(state, PromptKind::Command),
        Action::Filter => prompt::open(state, PromptKind::Filter),
        Action::ProblemsOnly => problems_only(state),
        Action::Sort(by) => sort(state, by),
        Action::AllNamespaces => scope::narrow(state, None),
        Action::Recent(digit) => scope::recent(state, digit),
        Action::Warp => scope::warp(state),
        Action::Describe => opening::evidence(state),
        Action::Text => return opening::text(state),
        Action::Ask => return asking::open(state),
        Action::Trust => opening::trust(state),
        Action::UsedBy => return opening::used_by(state),
        Action::Owner => return opening::owner(state),
        Action::CopyName => return copy::name(state),
        Action::CopyArn => return copy::arn(state),
        Action::Save => return copy::save(state),
        Action::Refresh => return refresh(state),
        Action::Header => state.header = !state.header,
        Action::Wide => state.wide = !state.wide,
        Action::Help => opening::help(state),
        Action::Errors => return opening::troubles(state),
        Action::Calls => return opening::calls(state),
        Action::Actions => offering::open(state),
        Action::Annotate | Action::Associate | Action::Attach | Action::Detach => return choosing::open(state, action),
        Action::CreateRole | Action::Put | Action::Tokens => return form::open(state, action),
        Action::RepairTrust | Action::Restart | Action::Dissociate | Action::CreateProvider | Action::DeleteRole => {
            return offering::planned(state, action);
        }
        Action::Apply => return applying::confirm(state),
        Action::DryRun => return trying::try_out(state),
        Action::TakeStep => planning::take_step(state),
        Action::NextStep => planning::next_step(state),
        Action::Details => planning::details(state),
        Action::Export(dialect) => planning::export(state, dialect),
        Action::CopyCommands => return planning::copy(state),
        Action::PlanAnew => return planning::anew(state),
        Action::TakeBack => return planning::take_back(state),
        Action::Quit => return quit(state),
    }
    Vec::new()
}

/// Leaves the program; while a plan is carried out only the second time.
pub(super) fn quit(state: &mut State) -> Vec<Job> {
    if state.running.is_empty() || state.wants_to_quit {
        return vec![Job::Quit];
    }
    state.wants_to_quit = true;
    state.prompt = None;
    state.say(StatusKind::Failed, "a change is being made: again leaves it unfinished, and :log goes on with it later");
    Vec::new()
}

/// Clears the filter, else goes back: to the pane on the left, to the screen before.
fn back(state: &mut State) -> Vec<Job> {
    if let Some(list) = state.screen_mut().list_mut()
        && !list.filter.text.is_empty()
    {
        list.filter = Filter::default();
        return state.cancel_left(|pending| *pending == Pending::Labelled);
    }
    if state.screens.len() > 1 {
        let goes_on = planning::is_applying(state);
        state.screens.pop();
        if goes_on {
            state.say(StatusKind::Done, "the change goes on; :log tells what came of it");
        }
        choosing::reopen(state);
        form::reopen(state);
        return state.cancel_left(is_of_screen);
    }
    if !moves::pane(state, -1) {
        state.say(StatusKind::Done, "this is the first screen: q leaves the program");
    }
    Vec::new()
}

/// Jobs that only the screen which asked waits for.
pub(super) fn is_of_screen(pending: &Pending) -> bool {
    matches!(
        pending,
        Pending::Text
            | Pending::Labelled
            | Pending::Calls
            | Pending::May
            | Pending::Fit
            | Pending::Rehearse
            | Pending::Log
            | Pending::Draft
            | Pending::Files
    )
}

fn problems_only(state: &mut State) {
    state.problems_only = !state.problems_only;
    let said = if state.problems_only { "only rows with something wrong" } else { "all rows" };
    state.say(StatusKind::Done, said);
}

fn sort(state: &mut State, by: SortBy) {
    let Some(list) = state.screen_mut().list_mut() else { return };
    let word = by.word();
    // in the explorer the keys are those of all its panes
    if !list.of.is_sorted_by(by) {
        return state.say(StatusKind::Failed, format!("these rows have no {word} to be sorted by"));
    }
    let reversed = list.sort.by == by && !list.sort.reversed;
    list.sort = Sort { by, reversed };
    let way = if reversed { ", the other way round" } else { "" };
    state.say(StatusKind::Done, format!("sorted by {word}{way}"));
}

/// Reads again what the screen shows: its own text or calls, else everything.
fn refresh(state: &mut State) -> Vec<Job> {
    match state.screen() {
        Screen::Text(screen) => {
            let subject = screen.subject.clone();
            state.screens.pop();
            let mut jobs = state.cancel_left(is_of_screen);
            jobs.extend(opening::text_of(state, subject));
            return jobs;
        }
        Screen::List(screen)
            if matches!(screen.feed, Feed::Calls(_) | Feed::Changes(_) | Feed::Loading(_) | Feed::Failed(_)) =>
        {
            let of = screen.list.of.clone();
            return opening::feed(state, &of);
        }
        _ => {}
    }
    let labels = state.list().and_then(|list| match list.filter.asked() {
        Asked::Labels(selector) => Some(selector.to_owned()),
        _ => None,
    });
    let mut jobs = questions::again(state);
    jobs.extend(labels.and_then(|selector| prompt::ask_labels(state, selector)));
    state.say(StatusKind::Done, facts::READING_AGAIN);
    jobs
}
