//! Every call that was made, as the line that would do the same: the screen of calls, and the bench's account.

use crate::domain::model::Time;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// A call that was made, or is being made, as the program that would do the same: the screen of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When it was sent.
    pub at: Time,
    /// The line for `kubectl` or `aws` that does the same.
    pub command: String,
    /// How long it took, in milliseconds; `None` while it runs.
    pub milliseconds: Option<u64>,
    /// What came of it: `ok`, or the error in one line.
    pub outcome: Option<Result<(), String>>,
}

/// How many calls are remembered.
const REMEMBERED: usize = 2_000;

/// A log of calls, shared between the adapters that make them and the screen that shows them.
#[derive(Debug, Clone, Default)]
pub struct CallLog(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    calls: VecDeque<Call>,
    /// How many have been forgotten; a call's number is its place plus this.
    forgotten: usize,
}

impl CallLog {
    /// Notes a call that is being sent; the number ends it.
    pub fn begin(&self, at: Time, command: String) -> usize {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if log.calls.len() == REMEMBERED {
            log.calls.pop_front();
            log.forgotten += 1;
        }
        log.calls.push_back(Call { at, command, milliseconds: None, outcome: None });
        log.forgotten + log.calls.len() - 1
    }

    /// Notes what came of a call.
    pub fn end(&self, number: usize, milliseconds: u64, outcome: Result<(), String>) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = number.checked_sub(log.forgotten);
        if let Some(call) = place.and_then(|place| log.calls.get_mut(place)) {
            (call.milliseconds, call.outcome) = (Some(milliseconds), Some(outcome));
        }
    }

    /// The calls remembered, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).calls.iter().cloned().collect()
    }
}
