//! One step: a message in, what it changed, and the wishes that follow.

use super::changing::{history, resuming, waiting};
use super::{answers, copy, facts, keys, opening, pointing, prompt, questions, settle};
use crate::domain::identity::Refreshed;
use crate::tui::app::{Job, Message, State};

/// Takes in one message. Pure and synchronous: whatever has to be done outside is a job.
pub fn update(state: &mut State, message: Message) -> Vec<Job> {
    let mut changed = Changed::default();
    let mut jobs = match message {
        Message::Now(now) => {
            state.tell_time(now);
            questions::due(state)
        }
        Message::Size(width, height) => {
            state.size = (width, height);
            pointing::forget(state);
            Vec::new()
        }
        Message::Key(chord) => keys::press(state, chord),
        Message::Pointer(pointer) => pointing::point(state, pointer),
        Message::Marked(text) => copy::marked(state, text),
        Message::Paste(text) => prompt::paste(state, &text),
        Message::Facts(connection, deltas) => {
            changed = facts::take_in(state, connection, deltas);
            Vec::new()
        }
        Message::Answered(connection, question) => facts::answered(state, connection, &question),
        Message::Learned => questions::learned(state),
        answer => answers::take_in(state, answer),
    };
    settle::settle(state, &changed);
    let mut taken = waiting::arrived(state);
    taken.extend(resuming::arrived(state));
    if !taken.is_empty() {
        jobs.extend(taken);
        settle::settle(state, &Changed::default());
    }
    pointing::settle(state);
    jobs.extend(questions::wishes(state, changed.is_dirty));
    jobs.extend(waiting::foreseen(state));
    jobs.extend(opening::later_calls(state));
    jobs.extend(history::first_look(state));
    jobs
}

/// What a message changed in the inventory.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Anything at all changed.
    pub(super) is_dirty: bool,
    /// The pods whose rows were made again.
    pub(super) refreshed: Refreshed,
    /// The revision before; an index of that revision can be brought up to date.
    pub(super) before: u64,
}
