//! What changes the state: one message in, wishes out.

use super::{Job, Message, State};

/// Takes in one message. Pure and synchronous: whatever has to be done outside is a job.
pub fn update(state: &mut State, message: Message) -> Vec<Job> {
    match message {
        Message::Now(now) => state.now = state.about.taken_at.unwrap_or(now),
        Message::Size(width, height) => state.size = (width, height),
        _ => {}
    }
    Vec::new()
}
