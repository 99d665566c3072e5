//! Every call that was made, as the line that would do the same: the screen of calls, and the bench's account.

use crate::domain::model::Time;
use std::collections::VecDeque;
use tokio::sync::watch;

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
pub struct CallLog(watch::Sender<LoggedCalls>);

/// What a log holds at one moment.
#[derive(Debug, Clone, Default)]
pub struct LoggedCalls {
    /// The calls remembered, oldest first.
    pub calls: VecDeque<Call>,
    /// How many have been forgotten; a call's number is its place plus this.
    pub forgotten: usize,
    /// Counts what happened: a call is sent, a call ends.
    pub revision: u64,
}

impl CallLog {
    /// Notes a call that is being sent; the number ends it.
    pub fn begin(&self, at: Time, command: String) -> usize {
        let mut number = 0;
        self.0.send_modify(|log| {
            if log.calls.len() == REMEMBERED {
                log.calls.pop_front();
                log.forgotten += 1;
            }
            log.calls.push_back(Call { at, command, milliseconds: None, outcome: None });
            log.revision += 1;
            number = log.forgotten + log.calls.len() - 1;
        });
        number
    }

    /// Notes what came of a call.
    pub fn end(&self, number: usize, milliseconds: u64, outcome: Result<(), String>) {
        self.0.send_modify(|log| {
            let place = number.checked_sub(log.forgotten);
            if let Some(call) = place.and_then(|place| log.calls.get_mut(place)) {
                (call.milliseconds, call.outcome) = (Some(milliseconds), Some(outcome));
                log.revision += 1;
            }
        });
    }

    /// What it holds now.
    pub fn logged(&self) -> LoggedCalls {
        self.0.borrow().clone()
    }

    /// Waits until it holds something else than at that revision.
    pub async fn changed(&self, revision: u64) {
        // it cannot be closed meanwhile: this is one of its senders
        let _ = self.0.subscribe().wait_for(|log| log.revision != revision).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn whoever_waits_is_woken_by_a_call_that_is_sent_and_by_one_that_ends() {
        let log = CallLog::default();
        let mut sent = Box::pin(log.changed(0));
        assert!(sent.as_mut().now_or_never().is_none(), "nothing happened");
        let number = log.clone().begin(Time::UNIX_EPOCH, "aws iam get-role".to_owned());
        assert!(sent.now_or_never().is_some());
        let revision = log.logged().revision;
        let mut ended = Box::pin(log.changed(revision));
        assert!(ended.as_mut().now_or_never().is_none(), "that was seen");
        log.end(number, 3, Ok(()));
        assert!(ended.now_or_never().is_some());
        assert!(log.changed(revision).now_or_never().is_some(), "what happened before one waits counts too");
    }

    #[test]
    fn a_call_keeps_its_number_when_older_ones_are_forgotten() {
        let log = CallLog::default();
        let numbers: Vec<usize> = (0..REMEMBERED + 5).map(|n| log.begin(Time::UNIX_EPOCH, n.to_string())).collect();
        assert!(numbers.iter().copied().eq(0..REMEMBERED + 5));
        log.end(2, 1, Ok(()));
        log.end(7, 1, Ok(()));
        let logged = log.logged();
        assert_eq!((logged.calls.len(), logged.forgotten), (REMEMBERED, 5));
        let ended = logged.calls.iter().filter(|call| call.outcome.is_some()).map(|call| call.command.as_str());
        assert_eq!(ended.collect::<Vec<_>>(), ["7"], "a forgotten one ends unseen");
    }
}
